#include "engines/files/file_listing.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/fnv.h"
#include "data/expr/whole_match.h"

namespace freshet::files {
namespace {

std::string NameOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Status Collect(io::Files& files, const std::string& folder, std::vector<ListedFile>& out, int depth) {
  if (depth > 16) return Fault::TooLarge("folder ", folder, " is nested deeper than 16 levels");
  ASSIGN_OR_RETURN(auto entries, files.List(folder));
  for (const auto& entry : entries) {
    if (entry.name.starts_with('.') || entry.name.starts_with('_')) continue;
    std::string path = folder + "/" + entry.name;
    if (!entry.is_directory) {
      out.push_back({path, entry.name, entry.size, entry.modified});
      continue;
    }
    Status inner = Collect(files, path, out, depth + 1);
    if (!inner.ok() && inner.code() != Code::kNotFound) return inner;  // who is gone between two looks is gone
  }
  return {};
}

Result<std::vector<ListedFile>> Fitting(std::vector<ListedFile> files, const std::string& pattern) {
  ASSIGN_OR_RETURN(auto match, expr::WholeMatch::Of(pattern));
  std::vector<ListedFile> out;
  for (auto& file : files) {
    ASSIGN_OR_RETURN(bool fits, match.Takes(file.path));
    if (fits) out.push_back(std::move(file));
  }
  return out;
}

}  // namespace

Status CheckPathPattern(const FilesOptions& options) { return options.path_pattern.empty() ? Status() : expr::WholeMatch::Of(options.path_pattern).status(); }

Result<std::vector<ListedFile>> ListFiles(io::Files& files, const FilesOptions& options) {
  const std::string& path = options.path;
  std::vector<ListedFile> out;
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  if (!exists) return Fault::NotFound("path ", path, " does not exist");
  auto listed = Collect(files, path, out, 0);
  if (!listed.ok()) {  // it is a file
    ASSIGN_OR_RETURN(auto file, files.Open(path, io::OpenMode::kRead));
    ASSIGN_OR_RETURN(int64_t size, file->Size());
    ASSIGN_OR_RETURN(auto beside, files.List(io::ParentOf(path)));
    auto entry = std::find_if(beside.begin(), beside.end(), [&](const io::Entry& one) { return one.name == NameOf(path); });
    out = {{path, NameOf(path), size, entry == beside.end() ? WallTime{} : entry->modified}};
  }
  if (options.path_pattern.empty()) return out;
  return Fitting(std::move(out), options.path_pattern);
}

uint64_t ReadFiles::HashOf(const std::string& path) { return Fnv1a(path); }

void ReadFiles::KeepOnly(const std::vector<ListedFile>& files) {
  std::set<uint64_t> kept;
  for (const auto& file : files) {
    if (Has(file.path)) kept.insert(HashOf(file.path));
  }
  paths_ = std::move(kept);
}

std::string ReadFiles::Bytes() const {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  for (uint64_t path : paths_) writer.Write(path);
  return out;
}

Result<ReadFiles> ReadFiles::From(std::string_view bytes) {
  ReadFiles out;
  if (bytes.size() % sizeof(uint64_t) != 0) return Fault::Corrupt("the files that were read are cut off");
  for (ByteReader in(bytes, Order::kLittle); !in.AtEnd();) out.paths_.insert(in.Read<uint64_t>());
  return out;
}

}  // namespace freshet::files
