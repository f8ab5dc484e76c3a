#include "app/inspect/overlay_files.h"

#include <algorithm>

namespace freshet::app {
namespace {

constexpr int64_t kPageBytes = 4096;

class NoLock final : public io::FileLock {};

}  // namespace

// A file as it would be: pages that were written, over the file below as it was when it was first opened.
struct OverlayFiles::Node {
  std::unique_ptr<io::File> below;          // null: the file is new
  int64_t below_bytes = 0;                  // of it, what was not cut off
  int64_t size = 0;
  std::map<int64_t, std::string> pages;     // by number; empty: zeros
  bool is_written = false;
};

class OverlayFile final : public io::File {
 public:
  OverlayFile(OverlayFiles& owner, OverlayFiles::NodeRef node) : owner_(owner), node_(std::move(node)) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    std::lock_guard lock(owner_.mutex_);
    if (offset >= node_->size) return size_t{0};
    size_t bytes = std::min(into.size(), static_cast<size_t>(node_->size - offset));
    for (size_t done = 0; done < bytes;) {
      int64_t at = offset + static_cast<int64_t>(done);
      size_t piece = std::min(bytes - done, static_cast<size_t>(kPageBytes - at % kPageBytes));
      RETURN_NOT_OK(ReadPiece(at, into.subspan(done, piece)));
      done += piece;
    }
    return bytes;
  }

  Status WriteAt(int64_t offset, std::span<const std::string_view> pieces) override {
    std::lock_guard lock(owner_.mutex_);
    node_->is_written = true;
    for (std::string_view piece : pieces) {
      while (!piece.empty()) {
        size_t part = std::min(piece.size(), static_cast<size_t>(kPageBytes - offset % kPageBytes));
        RETURN_NOT_OK(WritePiece(offset, piece.substr(0, part)));
        piece.remove_prefix(part);
        offset += static_cast<int64_t>(part);
        node_->size = std::max(node_->size, offset);
      }
    }
    return {};
  }

  Status SyncData() override { return {}; }

  Status Truncate(int64_t size) override {
    std::lock_guard lock(owner_.mutex_);
    node_->is_written = node_->is_written || size != node_->size;
    node_->below_bytes = std::min(node_->below_bytes, size);
    for (auto page = node_->pages.lower_bound(size / kPageBytes); page != node_->pages.end(); ++page) {
      int64_t begin = page->first * kPageBytes;
      size_t kept = static_cast<size_t>(std::max<int64_t>(0, size - begin));
      if (kept < page->second.size()) std::fill(page->second.begin() + static_cast<std::ptrdiff_t>(kept), page->second.end(), '\0');
    }
    node_->size = size;
    return {};
  }

  Result<int64_t> Size() override {
    std::lock_guard lock(owner_.mutex_);
    return node_->size;
  }
  void DropCache(int64_t, int64_t) override {}

 private:
  // Within one page.
  Status ReadPiece(int64_t at, std::span<char> into) {
    std::fill(into.begin(), into.end(), '\0');
    auto page = node_->pages.find(at / kPageBytes);
    if (page != node_->pages.end()) {
      if (!page->second.empty()) std::copy_n(page->second.data() + at % kPageBytes, into.size(), into.data());
      return {};
    }
    if (at >= node_->below_bytes) return {};
    size_t bytes = std::min(into.size(), static_cast<size_t>(node_->below_bytes - at));
    return node_->below->ReadAt(at, into.first(bytes)).status();
  }

  Status WritePiece(int64_t at, std::string_view piece) {
    int64_t number = at / kPageBytes;
    auto page = node_->pages.find(number);
    bool is_zero = std::all_of(piece.begin(), piece.end(), [](char c) { return c == '\0'; });
    if (page == node_->pages.end()) {
      std::string content(kPageBytes, '\0');
      if (piece.size() < content.size()) RETURN_NOT_OK(ReadPiece(number * kPageBytes, content));
      bool was_zero = std::all_of(content.begin(), content.end(), [](char c) { return c == '\0'; });
      page = node_->pages.emplace(number, std::string()).first;
      if (!was_zero) {
        RETURN_NOT_OK(owner_.Grow(kPageBytes));
        page->second = std::move(content);
      }
    }
    if (page->second.empty()) {
      if (is_zero) return {};
      RETURN_NOT_OK(owner_.Grow(kPageBytes));
      page->second.assign(kPageBytes, '\0');
    }
    std::copy(piece.begin(), piece.end(), page->second.begin() + at % kPageBytes);
    return {};
  }

  OverlayFiles& owner_;
  const OverlayFiles::NodeRef node_;
};

Status OverlayFiles::Grow(int64_t bytes) {
  if (bytes_ + bytes > bytes_max_) return Fault::Exhausted("a trial writes more than the ", bytes_max_, " bytes that it may keep in memory");
  bytes_ += bytes;
  return {};
}

Result<bool> OverlayFiles::ExistsBelow(const std::string& path) {
  auto node = nodes_.find(path);
  if (node != nodes_.end()) return node->second != nullptr;
  return below_.Exists(path);
}

// The node of an existing file; kNotFound when there is none.
Result<OverlayFiles::NodeRef> OverlayFiles::Find(const std::string& path) {
  auto known = nodes_.find(path);
  if (known != nodes_.end() && known->second != nullptr) return known->second;
  if (known != nodes_.end()) return Fault::NotFound("open ", path, ": no such file");
  auto node = std::make_shared<Node>();
  ASSIGN_OR_RETURN(node->below, below_.Open(path, io::OpenMode::kRead));
  ASSIGN_OR_RETURN(node->size, node->below->Size());
  node->below_bytes = node->size;
  nodes_[path] = node;
  return node;
}

Result<std::unique_ptr<io::File>> OverlayFiles::Open(const std::string& path, io::OpenMode mode) {
  std::lock_guard lock(mutex_);
  bool is_untouched = !nodes_.contains(path);
  if (is_untouched && mode == io::OpenMode::kRead) return below_.Open(path, mode);
  auto node = Find(path);
  bool makes = mode == io::OpenMode::kCreate || mode == io::OpenMode::kCreateOrOpen;
  if (node.ok() && mode == io::OpenMode::kCreate) return Fault::AlreadyExists("open ", path, ": it exists already");
  if (!node.ok() && (node.code() != Code::kNotFound || !makes)) return node.status();
  if (!node.ok()) {
    node = nodes_[path] = std::make_shared<Node>();
    (*node)->is_written = true;
  }
  return std::unique_ptr<io::File>(std::make_unique<OverlayFile>(*this, *node));
}

Status OverlayFiles::Rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(NodeRef node, Find(from));
  if (from == to) return {};
  node->is_written = true;
  nodes_[to] = node;
  nodes_[from] = nullptr;
  return {};
}

Status OverlayFiles::Link(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(bool exists, ExistsBelow(to));
  if (exists) return Fault::AlreadyExists("link ", to, ": it exists already");
  ASSIGN_OR_RETURN(NodeRef node, Find(from));
  node->is_written = true;
  nodes_[to] = node;
  return {};
}

Status OverlayFiles::Remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  bool was_made = directories_.erase(path) > 0;
  ASSIGN_OR_RETURN(bool exists, ExistsBelow(path));
  if (!exists && !was_made) return Fault::NotFound("remove ", path, ": no such file");
  nodes_[path] = nullptr;
  return {};
}

Status OverlayFiles::CreateDirectories(const std::string& path) {
  std::lock_guard lock(mutex_);
  for (std::string at = path; at != "." && at != "/" && !at.empty(); at = io::ParentOf(at)) {
    ASSIGN_OR_RETURN(bool exists, ExistsBelow(at));
    if (exists || !directories_.insert(at).second) break;
    nodes_.erase(at);  // it may have been removed before
  }
  return {};
}

Result<std::vector<io::Entry>> OverlayFiles::List(const std::string& path) {
  std::lock_guard lock(mutex_);
  std::map<std::string, io::Entry> entries;
  auto removed = nodes_.find(path);
  bool is_made = directories_.contains(path);
  if (removed == nodes_.end() || is_made) {
    auto below = below_.List(path);
    if (!below.ok() && (below.code() != Code::kNotFound || !is_made)) return below;
    if (below.ok()) {
      for (io::Entry& entry : *below) entries[entry.name] = entry;
    }
  } else if (removed->second == nullptr) {
    return Fault::NotFound("list ", path, ": no such folder");
  }
  for (const auto& [name, node] : nodes_) {
    if (io::ParentOf(name) != path) continue;
    std::string last = name.substr(path.size() + 1);
    if (node == nullptr) entries.erase(last);
    else entries[last] = {last, false, node->size, {}};  // nobody reads when
  }
  for (const std::string& made : directories_) {
    if (io::ParentOf(made) == path) entries[made.substr(path.size() + 1)] = {made.substr(path.size() + 1), true, 0};
  }
  std::vector<io::Entry> found;
  for (auto& [name, entry] : entries) found.push_back(std::move(entry));
  return found;
}

Result<bool> OverlayFiles::Exists(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (directories_.contains(path)) return true;
  return ExistsBelow(path);
}

// Whoever runs on an overlay holds the real lock himself.
Result<std::unique_ptr<io::FileLock>> OverlayFiles::Lock(const std::string&) { return std::unique_ptr<io::FileLock>(std::make_unique<NoLock>()); }

std::vector<OverlayFiles::Change> OverlayFiles::Changes() {
  std::lock_guard lock(mutex_);
  std::vector<Change> changes;
  for (const auto& [path, node] : nodes_) {
    auto entry = below_.Open(path, io::OpenMode::kRead);  // a folder does not open
    if (node == nullptr && entry.ok()) changes.push_back({path, Change::Kind::kRemoved, 0});
    if (node == nullptr || !node->is_written) continue;
    changes.push_back({path, entry.ok() ? Change::Kind::kWritten : Change::Kind::kNew, node->size});
  }
  return changes;
}

}  // namespace freshet::app
