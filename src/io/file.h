#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace freshet::io {

// An open file. Calls block, so they belong on Workers (or before the loops run). One thread at a time may
// write; reads may overlap. Short reads happen only at the end of the file; writes are whole or a Fault.
// After a failed SyncData nothing may be assumed about this file's unsynced bytes, and it is never asked again.
class File {
 public:
  virtual ~File() = default;

  // Bytes read, fewer than asked only at the end of the file.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<char> into) = 0;
  virtual Status WriteAt(int64_t offset, std::span<const std::string_view> pieces) = 0;
  virtual Status SyncData() = 0;  // fdatasync
  virtual Status Truncate(int64_t size) = 0;
  virtual Result<int64_t> Size() = 0;
  // Tells the page cache that [offset, offset+length) will not be read again soon. Never fails.
  virtual void DropCache(int64_t offset, int64_t length) = 0;
  // Of what ReadAt would read, from the first byte on, that which is in memory already; 0: none are, or it cannot be told. It never waits, so a loop may ask, and leave to a
  // worker what there is not.
  virtual size_t ReadCached(int64_t offset, std::span<char> into) {
    (void)offset, (void)into;
    return 0;
  }
};

// Holds an exclusive lock on a file until destroyed or the process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode : unsigned char {
  kRead,        // must exist
  kReadWrite,   // must exist
  kCreate,      // must not exist
  kCreateOrOpen,
};

struct Entry {
  std::string name;
  bool is_directory = false;
  int64_t size = 0;
  WallTime modified = {};  // its content, as the file system tells it
};

// The file system as one name space of '/'-separated paths. Thread-safe. A new name is durable only after
// SyncDirectory on its parent; Rename replaces atomically and needs the same.
class Files {
 public:
  virtual ~Files() = default;

  virtual Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status Link(const std::string& from, const std::string& to) = 0;  // hard link
  virtual Status Remove(const std::string& path) = 0;                        // file or empty directory
  virtual Status CreateDirectories(const std::string& path) = 0;             // durable, parents included
  virtual Status SyncDirectory(const std::string& path) = 0;
  virtual Result<std::vector<Entry>> List(const std::string& path) = 0;      // sorted by name, no . and ..
  virtual Result<bool> Exists(const std::string& path) = 0;
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;  // kConflict when held elsewhere
  virtual Result<int64_t> FreeBytes(const std::string& path) = 0;
};

// The whole content, at most `bytes_max` (kTooLarge above).
Result<std::string> ReadWhole(Files& files, const std::string& path, int64_t bytes_max);
// Replaces `path` atomically and durably: temporary file, sync, rename, sync of the directory.
Status WriteWhole(Files& files, const std::string& path, std::string_view content);
// "a/b/c" → "a/b"; "c" → ".".
std::string ParentOf(const std::string& path);

}  // namespace freshet::io
