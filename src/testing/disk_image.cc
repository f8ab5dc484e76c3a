#include "testing/disk_image.h"

#include <algorithm>

namespace freshet::testing {

DiskImage::DiskImage() {
  nodes_.emplace_back();
  nodes_[0].directory = true;
}

DiskImage::Inode DiskImage::Find(std::string_view path) const {
  Inode at = kRoot;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (!IsDirectory(at)) return kNone;
    auto entry = Entries(at).find(std::string(part));
    if (entry == Entries(at).end()) return kNone;
    at = entry->second;
  }
  return at;
}

DiskImage::Inode DiskImage::Create(Inode directory, const std::string& name, bool is_directory) {
  auto inode = static_cast<Inode>(nodes_.size());
  nodes_.emplace_back();
  nodes_.back().directory = is_directory;
  ChangeNames({{directory, name, inode}});
  return inode;
}

void DiskImage::ChangeNames(std::vector<NameChange> changes) {
  for (const NameChange& change : changes) {
    auto& entries = nodes_[Index(change.directory)].entries;
    if (change.inode == kNone) entries.erase(change.name);
    else entries[change.name] = change.inode;
  }
  Pending op{.kind = Pending::Kind::kNames};
  op.names = std::move(changes);
  pending_.push_back(std::move(op));
}

std::string& DiskImage::Own(std::shared_ptr<std::string>& shared) {
  if (shared.use_count() > 1) shared = std::make_shared<std::string>(*shared);
  return *shared;
}

void DiskImage::Put(std::string& content, int64_t offset, std::string_view bytes) {
  auto end = static_cast<size_t>(offset) + bytes.size();
  if (content.size() < end) content.resize(end, '\0');
  std::copy(bytes.begin(), bytes.end(), content.begin() + offset);
}

void DiskImage::Write(Inode file, int64_t offset, std::string bytes) {
  Put(Own(nodes_[Index(file)].content), offset, bytes);
  Pending op{.kind = Pending::Kind::kWrite, .file = file, .offset = offset};
  op.bytes = std::make_shared<const std::string>(std::move(bytes));
  pending_.push_back(std::move(op));
}

void DiskImage::Truncate(Inode file, int64_t size) {
  Own(nodes_[Index(file)].content).resize(static_cast<size_t>(size), '\0');
  pending_.push_back({.kind = Pending::Kind::kTruncate, .file = file, .offset = size});
}

int64_t DiskImage::BytesUsed() const {
  std::vector<char> counted(nodes_.size(), 0);
  int64_t total = 0;
  for (const Node& node : nodes_) {
    for (const auto& [name, inode] : node.entries) {
      if (std::exchange(counted[Index(inode)], 1) != 0) continue;
      total += static_cast<int64_t>(nodes_[Index(inode)].content->size());
    }
  }
  return total;
}

bool DiskImage::Pending::Touches(Inode inode) const {
  if (kind != Kind::kNames) return file == inode;
  return std::any_of(names.begin(), names.end(), [&](const NameChange& change) { return change.directory == inode; });
}

void DiskImage::Sync(Inode inode) {
  std::vector<Pending> before = std::move(pending_);
  pending_.clear();
  for (Pending& op : before) {
    if (!op.Touches(inode) || op.doomed) {
      pending_.push_back(std::move(op));
      continue;
    }
    Supersede(op);
    MakeDurable(op, Fate::kKeep);
  }
}

namespace {

int64_t EndOf(int64_t offset, const std::string& bytes) { return offset + static_cast<int64_t>(bytes.size()); }

}  // namespace

// What a newer operation makes durable, an older one that no sync will cover cannot bring back.
void DiskImage::Supersede(const Pending& newer) {
  std::vector<Pending> left;
  for (Pending& op : pending_) {
    bool of_names = newer.kind == Pending::Kind::kNames;
    bool untouched = (op.kind == Pending::Kind::kNames) != of_names || (!of_names && op.file != newer.file);
    if (untouched) left.push_back(std::move(op));
    else if (of_names) SupersedeNames(op, newer, left);
    else if (op.kind == Pending::Kind::kWrite) SupersedeWrite(op, newer, left);
    else SupersedeTruncate(op, newer, left);
  }
  pending_ = std::move(left);
}

void DiskImage::SupersedeNames(Pending& op, const Pending& newer, std::vector<Pending>& left) {
  std::erase_if(op.names, [&](const NameChange& old) {
    return std::any_of(newer.names.begin(), newer.names.end(), [&](const NameChange& change) { return change.directory == old.directory && change.name == old.name; });
  });
  if (!op.names.empty()) left.push_back(std::move(op));
}

// Nothing of it comes where newer bytes stand, nor behind a newer end of the file.
void DiskImage::SupersedeWrite(const Pending& op, const Pending& newer, std::vector<Pending>& left) {
  int64_t end = EndOf(op.offset, *op.bytes);
  auto keep = [&](int64_t from, int64_t to) {
    if (from >= to) return;
    Pending piece = op;
    piece.offset = from;
    piece.bytes = std::make_shared<const std::string>(op.bytes->substr(static_cast<size_t>(from - op.offset), static_cast<size_t>(to - from)));
    left.push_back(std::move(piece));
  };
  keep(op.offset, std::min(end, newer.offset));
  if (newer.kind == Pending::Kind::kWrite) keep(std::max(op.offset, EndOf(newer.offset, *newer.bytes)), end);
}

// What is left of it: bytes that were to go, and in whose place nothing came, may read as zeros; and the file may end behind the newer bytes.
void DiskImage::SupersedeTruncate(const Pending& op, const Pending& newer, std::vector<Pending>& left) {
  bool is_write = newer.kind == Pending::Kind::kWrite;
  int64_t end = is_write ? EndOf(newer.offset, *newer.bytes) : newer.offset;
  if (op.offset < newer.offset) {
    Pending zeros{.kind = Pending::Kind::kWrite, .file = op.file, .offset = op.offset};
    zeros.bytes = std::make_shared<const std::string>(static_cast<size_t>(newer.offset - op.offset), '\0');
    zeros.doomed = true;
    left.push_back(std::move(zeros));
  }
  if (!is_write) return;
  Pending later_end = op;
  later_end.offset = std::max(op.offset, end);
  left.push_back(std::move(later_end));
}

void DiskImage::FailSync(Inode inode) {
  for (Pending& op : pending_) op.doomed = op.doomed || op.Touches(inode);
}

void DiskImage::Damage(Inode file, int64_t offset, std::string_view bytes) {
  Put(Own(nodes_[Index(file)].content), offset, bytes);
  Put(Own(nodes_[Index(file)].durable), offset, bytes);
}

void DiskImage::DamageLength(Inode file, int64_t size) {
  Own(nodes_[Index(file)].content).resize(static_cast<size_t>(size), '\0');
  Own(nodes_[Index(file)].durable).resize(static_cast<size_t>(size), '\0');
}

void DiskImage::MakeDurable(const Pending& op, Fate fate) {
  if (fate == Fate::kDrop) return;
  if (op.kind == Pending::Kind::kNames) {
    for (const NameChange& change : op.names) {
      auto& entries = nodes_[Index(change.directory)].durable_entries;
      if (change.inode == kNone) entries.erase(change.name);
      else entries[change.name] = change.inode;
    }
    return;
  }
  if (op.kind == Pending::Kind::kTruncate) {
    Own(nodes_[Index(op.file)].durable).resize(static_cast<size_t>(op.offset), '\0');
    return;
  }
  int64_t first = op.offset / kSector;
  int64_t middle = (first + (op.offset + static_cast<int64_t>(op.bytes->size()) - 1) / kSector + 1) / 2;
  PutSectors(op, [&](int64_t sector) {
    if (fate == Fate::kTearFront) return sector < middle;
    if (fate == Fate::kTearBack) return sector >= middle;
    return fate == Fate::kKeep;
  });
}

// Copies the sectors of a write that `keeps` wants. The length grows to the end of the last one kept; for
// a write of which nothing is kept this way (kZero) it grows to the whole.
void DiskImage::PutSectors(const Pending& op, const std::function<bool(int64_t)>& keeps) {
  std::string& durable = Own(nodes_[Index(op.file)].durable);
  int64_t end = op.offset + static_cast<int64_t>(op.bytes->size());
  bool kept_any = false;
  for (int64_t at = op.offset; at < end;) {
    int64_t sector_end = std::min(end, (at / kSector + 1) * kSector);
    if (keeps(at / kSector)) {
      Put(durable, at, std::string_view(*op.bytes).substr(static_cast<size_t>(at - op.offset), static_cast<size_t>(sector_end - at)));
      kept_any = true;
    }
    at = sector_end;
  }
  if (!kept_any && durable.size() < static_cast<size_t>(end)) durable.resize(static_cast<size_t>(end), '\0');
}

std::vector<std::vector<Fate>> DiskImage::PossibleFates() const {
  std::vector<std::vector<Fate>> possible;
  for (const Pending& op : pending_) {
    std::vector<Fate> fates = {Fate::kDrop, Fate::kKeep};
    if (op.kind == Pending::Kind::kWrite && !op.bytes->empty()) {
      int64_t end = op.offset + static_cast<int64_t>(op.bytes->size());
      if (op.offset / kSector != (end - 1) / kSector) {
        fates.push_back(Fate::kTearFront);
        fates.push_back(Fate::kTearBack);
      }
      if (static_cast<size_t>(end) > nodes_[Index(op.file)].durable->size()) fates.push_back(Fate::kZero);
    }
    possible.push_back(std::move(fates));
  }
  return possible;
}

DiskImage DiskImage::AfterCrash(const std::vector<Fate>& fates) const {
  CHECK(fates.size() == pending_.size());
  DiskImage after = *this;
  for (size_t i = 0; i < pending_.size(); ++i) after.MakeDurable(pending_[i], fates[i]);
  after.ForgetVolatile();
  return after;
}

DiskImage DiskImage::AfterCrash(io::Random& random) const {
  DiskImage after = *this;
  // Each crash has its own mood: mostly lost, mostly kept, or mixed.
  uint64_t keep_in_8 = random.Below(9);
  auto possible = PossibleFates();
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Pending& op = pending_[i];
    bool keep = random.Below(8) < keep_in_8;
    if (op.kind == Pending::Kind::kWrite && random.Below(4) == 0) {
      bool may_be_zero = possible[i].back() == Fate::kZero;
      uint64_t seed = random.Next();
      auto keeps = [&](int64_t sector) { return ((seed >> (static_cast<uint64_t>(sector) % 61)) & 1) != 0; };
      int64_t last = (op.offset + static_cast<int64_t>(op.bytes->size()) - 1) / kSector;
      bool any = false;
      for (int64_t sector = op.offset / kSector; sector <= last; ++sector) any = any || keeps(sector);
      if (any || may_be_zero) after.PutSectors(op, keeps);
      continue;
    }
    after.MakeDurable(op, keep ? Fate::kKeep : Fate::kDrop);
  }
  after.ForgetVolatile();
  return after;
}

void DiskImage::ForgetVolatile() {
  pending_.clear();
  for (Node& node : nodes_) {
    node.content = std::make_shared<std::string>(*node.durable);
    node.entries = node.durable_entries;
  }
}

std::string DiskImage::NameOf(Inode inode) const {
  for (const Node& node : nodes_) {
    for (const auto& [name, named] : node.entries) {
      if (named == inode) return name;
    }
  }
  return StrCat("#", inode);
}

std::vector<std::string> DiskImage::DescribePending() const {
  std::vector<std::string> lines;
  for (const Pending& op : pending_) {
    std::string line;
    if (op.kind == Pending::Kind::kWrite) line = StrCat("write ", NameOf(op.file), " ", op.offset, "+", op.bytes->size());
    if (op.kind == Pending::Kind::kTruncate) line = StrCat("truncate ", NameOf(op.file), " to ", op.offset);
    if (op.kind == Pending::Kind::kNames) {
      line = "name";
      for (const NameChange& change : op.names) line += StrCat(" ", change.inode == kNone ? "-" : "+", change.name);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::map<std::string, std::string> DiskImage::Everything() const {
  std::map<std::string, std::string> everything;
  Walk(kRoot, "", everything);
  return everything;
}

void DiskImage::Walk(Inode directory, const std::string& path, std::map<std::string, std::string>& out) const {
  for (const auto& [name, inode] : Entries(directory)) {
    std::string child = path.empty() ? name : path + "/" + name;
    if (IsDirectory(inode)) {
      out[child + "/"] = "";
      Walk(inode, child, out);
    } else {
      out[child] = Content(inode);
    }
  }
}

}  // namespace freshet::testing
