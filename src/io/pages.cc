#include "io/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "io/os_error.h"

namespace freshet::io {
namespace {

constexpr mode_t kFileMode = 0600;

size_t PageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

// Some file systems know no files without a name: there it loses its name at once.
int OpenNameless(const std::string& folder) {
  int descriptor = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kFileMode);
  if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return descriptor;
  std::string name = folder + "/pages-XXXXXX";
  descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) unlink(name.c_str());
  return descriptor;
}

}  // namespace

size_t WholePages(size_t bytes) { return (bytes + PageSize() - 1) / PageSize() * PageSize(); }

char* MapPages(size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  return static_cast<char*>(pages);
}

void UnmapPages(char* pages, size_t bytes) { CHECK(munmap(pages, bytes) == 0); }

int64_t ResidentFileBytes() {
  std::FILE* statm = std::fopen("/proc/self/statm", "re");
  if (statm == nullptr) return 0;
  long long file = 0;
  int read = std::fscanf(statm, "%*d %*d %lld", &file);
  std::fclose(statm);
  return read == 1 ? file * static_cast<int64_t>(PageSize()) : 0;
}

std::string TemporaryFolder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
}

PageFile::~PageFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Status PageFile::Open() {
  if (descriptor_ >= 0) return {};
  descriptor_ = OpenNameless(folder_);
  if (descriptor_ < 0) return FaultFromErrno(errno, "open a file without a name in", folder_);
  return {};
}

// Whose the disk is goes on when this file cannot.
Status PageFile::CheckRoom(size_t bytes) const {
  struct statvfs disk {};
  if (fstatvfs(descriptor_, &disk) != 0) return FaultFromErrno(errno, "look at the disk of", folder_);
  auto free = static_cast<int64_t>(disk.f_bavail) * static_cast<int64_t>(disk.f_frsize);
  if (free - static_cast<int64_t>(bytes) >= kFreeLeast) return {};
  return Fault::Exhausted("the disk of ", folder_, " has ", free, " bytes free, of which ", kFreeLeast, " are left to others; give it room, or memory more");
}

Status PageFile::Write(const char* pages, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t written = pwrite(descriptor_, pages + done, bytes - done, end_ + static_cast<int64_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FaultFromErrno(errno, "move memory to a file in", folder_);
    done += static_cast<size_t>(written);
  }
  return {};
}

// Written before it is mapped: a full disk is a Fault here, not a signal at some later touch.
Result<int64_t> PageFile::TakeOver(char* pages, size_t bytes) {
  std::lock_guard lock(mutex_);
  RETURN_NOT_OK(Open());
  RETURN_NOT_OK(CheckRoom(bytes));
  RETURN_NOT_OK(Write(pages, bytes));
  void* mapped = mmap(pages, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor_, end_);
  if (mapped == MAP_FAILED) return FaultFromErrno(errno, "map a file in", folder_);
  madvise(pages, bytes, MADV_RANDOM);
  return std::exchange(end_, end_ + static_cast<int64_t>(bytes));
}

void PageFile::LetGo(char* pages, size_t bytes) { madvise(pages, bytes, MADV_DONTNEED); }

void PageFile::Forget(int64_t place, size_t bytes) {
  // Where holes cannot be punched the room comes back when the file goes.
  (void)fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place, static_cast<off_t>(bytes));
}

}  // namespace freshet::io
