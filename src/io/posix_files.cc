#include "io/posix_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "io/disk.h"
#include "io/os_error.h"

namespace freshet::io {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;
constexpr size_t kPiecesMax = IOV_MAX;

// Repeats a system call that a signal interrupted.
template <typename Call>
auto Uninterrupted(Call call) {
  decltype(call()) result;
  do result = call();
  while (result < 0 && errno == EINTR);
  return result;
}

// A descriptor and its end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { if (number_ >= 0) close(number_); }
  int get() const { return number_; }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    size_t done = 0;
    while (done < into.size()) {
      ssize_t got = Uninterrupted([&] {
        return pread(descriptor_.get(), into.data() + done, into.size() - done, offset + static_cast<int64_t>(done));
      });
      if (got < 0) return FaultFromErrno(errno, "read", path_);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  size_t ReadCached(int64_t offset, std::span<char> into) override {
    iovec room{into.data(), into.size()};
    ssize_t got = Uninterrupted([&] { return preadv2(descriptor_.get(), &room, 1, offset, RWF_NOWAIT); });
    return got < 0 ? 0 : static_cast<size_t>(got);
  }

  Status WriteAt(int64_t offset, std::span<const std::string_view> pieces) override {
    std::vector<iovec> rest;
    rest.reserve(pieces.size());
    for (std::string_view piece : pieces) {
      if (!piece.empty()) rest.push_back({const_cast<char*>(piece.data()), piece.size()});
    }
    for (size_t first = 0; first < rest.size();) {
      auto count = static_cast<int>(std::min(rest.size() - first, kPiecesMax));
      ssize_t put = Uninterrupted([&] { return pwritev(descriptor_.get(), rest.data() + first, count, offset); });
      if (put < 0) return FaultFromErrno(errno, "write", path_);
      if (put == 0) return Fault::IoError("cannot write ", path_, ": the system took no bytes");
      offset += put;
      first = SkipWritten(rest, first, static_cast<size_t>(put));
    }
    return {};
  }

  Status SyncData() override {
    // A descriptor tells of a lost page once; asked again it would say that all is well.
    if (sync_failed_) return Fault::IoError("an earlier sync of ", path_, " failed; reopen and verify it");
    if (Uninterrupted([&] { return fdatasync(descriptor_.get()); }) == 0) return {};
    sync_failed_ = true;
    return FaultFromErrno(errno, "sync", path_);
  }

  Status Truncate(int64_t size) override {
    if (Uninterrupted([&] { return ftruncate(descriptor_.get(), size); }) == 0) return {};
    return FaultFromErrno(errno, "truncate", path_);
  }

  Result<int64_t> Size() override {
    struct stat about;
    if (fstat(descriptor_.get(), &about) != 0) return FaultFromErrno(errno, "look at", path_);
    return static_cast<int64_t>(about.st_size);
  }

  void DropCache(int64_t offset, int64_t length) override {
    posix_fadvise(descriptor_.get(), offset, length, POSIX_FADV_DONTNEED);
  }

 private:
  // Moves past `bytes` that were written; the piece they end in is shortened. The first piece still to write.
  static size_t SkipWritten(std::vector<iovec>& rest, size_t first, size_t bytes) {
    while (first < rest.size() && bytes >= rest[first].iov_len) bytes -= rest[first++].iov_len;
    if (bytes > 0) {
      rest[first].iov_base = static_cast<char*>(rest[first].iov_base) + bytes;
      rest[first].iov_len -= bytes;
    }
    return first;
  }

  const Descriptor descriptor_;
  const std::string path_;
  bool sync_failed_ = false;
};

// flock, so that the lock belongs to the open file and ends with the process, however that ends.
class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  const Descriptor descriptor_;
};

int FlagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead: return O_RDONLY | O_NONBLOCK;  // a pipe is refused, not waited for
    case OpenMode::kReadWrite: return O_RDWR;
    case OpenMode::kCreate: return O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::kCreateOrOpen: return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

Result<Descriptor> OpenDescriptor(const std::string& path, int flags) {
  int number = Uninterrupted([&] { return open(path.c_str(), flags | O_CLOEXEC, kFileMode); });
  if (number < 0) return FaultFromErrno(errno, "open", path);
  return Descriptor(number);
}

// Makes the last part of `path`, or finds it made. True when it was made.
Result<bool> MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), kDirectoryMode) == 0) return true;
  if (errno != EEXIST) return FaultFromErrno(errno, "create folder", path);
  struct stat about;
  if (stat(path.c_str(), &about) != 0) return FaultFromErrno(errno, "look at", path);
  if (!S_ISDIR(about.st_mode)) return Fault::Invalid(path, " is a file where a folder is needed; move it away");
  return false;
}

}  // namespace

Result<std::unique_ptr<File>> PosixFiles::Open(const std::string& path, OpenMode mode) {
  ASSIGN_OR_RETURN(Descriptor descriptor, OpenDescriptor(path, FlagsOf(mode)));
  struct stat about;
  if (fstat(descriptor.get(), &about) != 0) return FaultFromErrno(errno, "look at", path);
  if (S_ISDIR(about.st_mode)) return FaultFromErrno(EISDIR, "open", path);
  if (!S_ISREG(about.st_mode)) return Fault::Invalid(path, " is a pipe or a device; a file is needed, which can be read from any place");
  return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(descriptor), path));
}

Status PosixFiles::Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return {};
  return FaultFromErrno(errno, "rename", StrCat(from, " to ", to));
}

Status PosixFiles::Link(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0) return {};
  return FaultFromErrno(errno, "link", StrCat(from, " to ", to));
}

Status PosixFiles::Remove(const std::string& path) {
  if (unlink(path.c_str()) == 0) return {};
  if (errno == EISDIR && rmdir(path.c_str()) == 0) return {};
  return FaultFromErrno(errno, "remove", path);
}

// A crash between a mkdir and the sync of its parent leaves at most the deepest existing folder unsynced, so the
// parents of that one and of every new one are synced.
Status PosixFiles::CreateDirectories(const std::string& path) {
  struct stat about;
  std::vector<std::string> missing;
  std::string deepest = path;
  while (!deepest.empty() && stat(deepest.c_str(), &about) != 0) {
    if (errno != ENOENT) return FaultFromErrno(errno, "look at", deepest);
    missing.push_back(deepest);
    if (deepest == "/" || deepest == ".") break;
    deepest = ParentOf(deepest);
  }
  missing.push_back(deepest);
  for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
    if (*next == "/" || *next == ".") continue;
    ASSIGN_OR_RETURN(bool made, MakeDirectory(*next));
    Status synced = SyncDirectory(ParentOf(*next));
    if (made || synced.code() != Code::kPermissionDenied) RETURN_NOT_OK(synced);
  }
  return {};
}

Status PosixFiles::SyncDirectory(const std::string& path) {
  ASSIGN_OR_RETURN(Descriptor descriptor, OpenDescriptor(path, O_RDONLY | O_DIRECTORY));
  if (Uninterrupted([&] { return fsync(descriptor.get()); }) == 0) return {};
  return FaultFromErrno(errno, "sync folder", path);
}

Result<std::vector<Entry>> PosixFiles::List(const std::string& path) {
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) return FaultFromErrno(errno, "list", path);
  std::vector<Entry> entries;
  int error = 0;
  for (;;) {
    errno = 0;
    const dirent* next = readdir(folder);
    if (next == nullptr) {
      error = errno;
      break;
    }
    std::string name = next->d_name;
    if (name == "." || name == "..") continue;
    struct stat about;
    if (fstatat(dirfd(folder), next->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // gone since readdir
      error = errno;
      break;
    }
    entries.push_back({std::move(name), S_ISDIR(about.st_mode), static_cast<int64_t>(about.st_size), WallTime{int64_t{about.st_mtim.tv_sec} * 1000 + about.st_mtim.tv_nsec / 1'000'000}});
  }
  closedir(folder);
  if (error != 0) return FaultFromErrno(error, "list", path);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Result<bool> PosixFiles::Exists(const std::string& path) {
  struct stat about;
  if (stat(path.c_str(), &about) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return FaultFromErrno(errno, "look at", path);
}

Result<std::unique_ptr<FileLock>> PosixFiles::Lock(const std::string& path) {
  ASSIGN_OR_RETURN(Descriptor descriptor, OpenDescriptor(path, O_RDWR | O_CREAT));
  if (Uninterrupted([&] { return flock(descriptor.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK) return Fault::Conflict(path, " is locked by another process; stop it or use another folder");
    return FaultFromErrno(errno, "lock", path);
  }
  return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(descriptor)));
}

Result<int64_t> PosixFiles::FreeBytes(const std::string& path) {
  ASSIGN_OR_RETURN(DiskRoom room, DiskRoomOf(path));
  return room.usable_bytes;
}

}  // namespace freshet::io
