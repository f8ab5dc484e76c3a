#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "io/file.h"

namespace freshet::app {

// What a program would have done to files: everything it writes, renames and removes stays in memory, on top of files that are only
// read. Thread-safe; nothing is ever synced, because nothing is ever kept.
class OverlayFiles final : public io::Files {
 public:
  // Pages of zeros cost nothing; kExhausted beyond `bytes_max`.
  OverlayFiles(io::Files& below, int64_t bytes_max) : below_(below), bytes_max_(bytes_max) {}

  Result<std::unique_ptr<io::File>> Open(const std::string& path, io::OpenMode mode) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Link(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status CreateDirectories(const std::string& path) override;
  Status SyncDirectory(const std::string&) override { return {}; }
  Result<std::vector<io::Entry>> List(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Result<std::unique_ptr<io::FileLock>> Lock(const std::string& path) override;
  Result<int64_t> FreeBytes(const std::string& path) override { return below_.FreeBytes(path); }

  struct Change {
    enum class Kind : unsigned char { kNew, kWritten, kRemoved };
    std::string path;
    Kind kind = Kind::kNew;
    int64_t bytes = 0;  // of the file, as it would be
  };
  // What would be different afterwards, by path; directories are left out.
  std::vector<Change> Changes();

 private:
  friend class OverlayFile;
  struct Node;
  using NodeRef = std::shared_ptr<Node>;

  // All of these hold the mutex.
  Result<NodeRef> Find(const std::string& path);
  Result<bool> ExistsBelow(const std::string& path);
  Status Grow(int64_t bytes);

  io::Files& below_;
  const int64_t bytes_max_;
  std::mutex mutex_;
  std::map<std::string, NodeRef> nodes_;  // GUARDED_BY(mutex_); null: removed
  std::set<std::string> directories_;     // GUARDED_BY(mutex_); made here
  int64_t bytes_ = 0;                     // GUARDED_BY(mutex_); of pages in memory
};

}  // namespace freshet::app
