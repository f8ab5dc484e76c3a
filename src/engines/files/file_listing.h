#pragma once

#include <set>
#include <string>
#include <vector>

#include "engines/files/options.h"
#include "io/file.h"

namespace freshet::files {

struct ListedFile {
  std::string path;
  std::string name;
  int64_t size = 0;
  WallTime modified = {};
};

// A table's files: the one at its path, or those of that folder and below, by name; hidden ones (. and _) are not data, nor is what its pattern leaves out.
Result<std::vector<ListedFile>> ListFiles(io::Files& files, const FilesOptions& options);

// Whether source.path.regex-pattern is one.
Status CheckPathPattern(const FilesOptions& options);

// Which files of a folder that is watched have been read to their end. A file is known by its path: one that has gone may come again, and is new then.
class ReadFiles {
 public:
  static constexpr size_t kMax = 1 << 20;  // that a position holds

  void Add(const std::string& path) { paths_.insert(HashOf(path)); }
  bool Has(const std::string& path) const { return paths_.contains(HashOf(path)); }
  size_t count() const { return paths_.size(); }
  // Forgets those that are not there any more.
  void KeepOnly(const std::vector<ListedFile>& files);
  std::string Bytes() const;
  static Result<ReadFiles> From(std::string_view bytes);

 private:
  static uint64_t HashOf(const std::string& path);

  std::set<uint64_t> paths_;
};

}  // namespace freshet::files
