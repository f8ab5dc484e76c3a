#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/status.h"

namespace freshet::io {

// Whole pages of memory, zeroed, by themselves. Address space that the system refuses ends the process, as any memory does. Thread-safe.
char* MapPages(size_t bytes);
void UnmapPages(char* pages, size_t bytes);
size_t WholePages(size_t bytes);

// Where large files without a name may be made: TMPDIR, or /var/tmp, which is a disk where /tmp is memory.
std::string TemporaryFolder();

// Bytes of files that this process has mapped and that are in main memory now; zero where the system does not say.
int64_t ResidentFileBytes();

// A file without a name, for memory that has no room in main memory: it takes pages over at the addresses they have, so whoever holds a pointer
// need not know. The system fetches what is touched and lets go of what is not; after a crash nothing is left of it. What is written to such pages has no
// durability at all. Of the disk it leaves kFreeLeast to others. A disk that fails while a page is fetched ends the process (SIGBUS), as broken memory does. Thread-safe.
class PageFile {
 public:
  static constexpr int64_t kFreeLeast = 256 << 20;

  // Made in that folder when the first pages come.
  explicit PageFile(std::string folder) : folder_(std::move(folder)) {}
  ~PageFile();
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;

  // Pages from MapPages move here; the place they have in the file. On a Fault they are as they were.
  Result<int64_t> TakeOver(char* pages, size_t bytes);
  // They leave main memory until somebody touches them. Only after TakeOver.
  static void LetGo(char* pages, size_t bytes);
  // After UnmapPages: their place on the disk is free again.
  void Forget(int64_t place, size_t bytes);

 private:
  Status Open();
  Status CheckRoom(size_t bytes) const;
  Status Write(const char* pages, size_t bytes);

  const std::string folder_;
  std::mutex mutex_;
  int descriptor_ = -1;  // GUARDED_BY(mutex_)
  int64_t end_ = 0;      // GUARDED_BY(mutex_); where the next pages go
};

}  // namespace freshet::io
