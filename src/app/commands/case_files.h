#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands/script_files.h"
#include "engines/stream/cases/sql_case.h"
#include "io/file.h"

namespace freshet::app {

// "a/./b/../c" → "a/c"; relative to `folder` unless it begins with '/'.
std::string PathIn(const std::string& folder, const std::string& path);

// Files as somebody sees them who stands in `folder`.
class FolderFiles final : public io::Files {
 public:
  FolderFiles(io::Files& below, std::string folder) : below_(below), folder_(std::move(folder)) {}

  Result<std::unique_ptr<io::File>> Open(const std::string& path, io::OpenMode mode) override { return below_.Open(In(path), mode); }
  Status Rename(const std::string& from, const std::string& to) override { return below_.Rename(In(from), In(to)); }
  Status Link(const std::string& from, const std::string& to) override { return below_.Link(In(from), In(to)); }
  Status Remove(const std::string& path) override { return below_.Remove(In(path)); }
  Status CreateDirectories(const std::string& path) override { return below_.CreateDirectories(In(path)); }
  Status SyncDirectory(const std::string& path) override { return below_.SyncDirectory(In(path)); }
  Result<std::vector<io::Entry>> List(const std::string& path) override { return below_.List(In(path)); }
  Result<bool> Exists(const std::string& path) override { return below_.Exists(In(path)); }
  Result<std::unique_ptr<io::FileLock>> Lock(const std::string& path) override { return below_.Lock(In(path)); }
  Result<int64_t> FreeBytes(const std::string& path) override { return below_.FreeBytes(In(path)); }

 private:
  std::string In(const std::string& path) const { return PathIn(folder_, path); }

  io::Files& below_;
  const std::string folder_;
};

// A case with what it runs, or why it cannot be read.
struct CaseFile {
  std::string path;
  Result<stream::SqlCase> read;
};

Result<stream::SqlCase> ReadCaseFile(io::Files& files, const std::string& path, Parameters& parameters);

// The cases that these words name: files by their ending .sql, and all such files in folders, in the order of their paths, without those that
// other cases run. A word that is not there is a Fault. Blocks.
Result<std::vector<CaseFile>> FindCases(io::Files& files, const std::vector<std::string>& words, Parameters& parameters);

}  // namespace freshet::app
