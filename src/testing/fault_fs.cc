#include "testing/fault_fs.h"

#include <cerrno>

#include "io/os_error.h"

namespace freshet::testing {

using io::FaultFromErrno;

std::string_view FsCallName(FsCall call) {
  switch (call) {
    case FsCall::kAny: return "any";
    case FsCall::kOpen: return "open";
    case FsCall::kRead: return "read";
    case FsCall::kWrite: return "write";
    case FsCall::kSync: return "sync";
    case FsCall::kTruncate: return "truncate";
    case FsCall::kRename: return "rename";
    case FsCall::kLink: return "link";
    case FsCall::kRemove: return "remove";
    case FsCall::kMakeDirectory: return "create folder";
    case FsCall::kSyncDirectory: return "sync folder";
    case FsCall::kList: return "list";
    case FsCall::kLock: return "lock";
  }
  return "";
}

bool Changes(FsCall call) { return call != FsCall::kRead && call != FsCall::kList && call != FsCall::kLock; }

class FaultFile final : public io::File {
 public:
  FaultFile(FaultFs& fs, DiskImage::Inode inode, std::string path, bool writable, int life)
      : fs_(fs), inode_(inode), path_(std::move(path)), writable_(writable), life_(life) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    if (int error = fs_.Enter(FsCall::kRead, path_)) return FaultFromErrno(error, "read", path_);
    std::lock_guard lock(fs_.mutex_);
    RETURN_NOT_OK(Alive());
    const std::string& content = fs_.disk_.Content(inode_);
    if (static_cast<size_t>(offset) >= content.size()) return size_t{0};
    return content.copy(into.data(), into.size(), static_cast<size_t>(offset));
  }

  Status WriteAt(int64_t offset, std::span<const std::string_view> pieces) override {
    std::string bytes;
    for (std::string_view piece : pieces) bytes.append(piece);
    int error = fs_.Enter(FsCall::kWrite, path_);
    std::lock_guard lock(fs_.mutex_);
    RETURN_NOT_OK(Alive());
    if (!writable_) return FaultFromErrno(EBADF, "write", path_);
    if (error == 0 && LacksRoom(offset, bytes)) error = ENOSPC;
    if (error != 0) {
      bytes.resize(bytes.size() / 2);
      if (error == ENOSPC && LacksRoom(offset, bytes)) bytes.clear();
    }
    if (!bytes.empty()) fs_.Touch(inode_);
    if (!bytes.empty()) fs_.disk_.Write(inode_, offset, std::move(bytes));
    if (error != 0) return FaultFromErrno(error, "write", path_);
    return {};
  }

  Status SyncData() override {
    int error = fs_.Enter(FsCall::kSync, path_);
    std::lock_guard lock(fs_.mutex_);
    RETURN_NOT_OK(Alive());
    if (error == 0) {
      fs_.disk_.Sync(inode_);
      return {};
    }
    fs_.disk_.FailSync(inode_);
    return FaultFromErrno(error, "sync", path_);
  }

  Status Truncate(int64_t size) override {
    if (int error = fs_.Enter(FsCall::kTruncate, path_)) return FaultFromErrno(error, "truncate", path_);
    std::lock_guard lock(fs_.mutex_);
    RETURN_NOT_OK(Alive());
    if (!writable_) return FaultFromErrno(EINVAL, "truncate", path_);
    if (size < 0) return FaultFromErrno(EINVAL, "truncate", path_);
    fs_.disk_.Truncate(inode_, size);
    fs_.Touch(inode_);
    return {};
  }

  Result<int64_t> Size() override {
    std::lock_guard lock(fs_.mutex_);
    RETURN_NOT_OK(Alive());
    return static_cast<int64_t>(fs_.disk_.Content(inode_).size());
  }

  void DropCache(int64_t, int64_t) override {}

  // Every other piece of a file is in memory.
  size_t ReadCached(int64_t offset, std::span<char> into) override {
    std::lock_guard lock(fs_.mutex_);
    const std::string& content = fs_.disk_.Content(inode_);
    bool there = Alive().ok() && offset / kCachedPiece % 2 == 1 && static_cast<size_t>(offset) < content.size();
    auto most = static_cast<size_t>(kCachedPiece - offset % kCachedPiece);
    return there ? content.copy(into.data(), std::min(into.size(), most), static_cast<size_t>(offset)) : 0;
  }

 private:
  static constexpr int64_t kCachedPiece = 300'000;

  Status Alive() const {
    if (life_ != fs_.life_) return Fault::IoError(path_, " was opened before the power went");
    return fs_.Ready();
  }
  int64_t Growth(int64_t offset, const std::string& bytes) const {
    int64_t size = static_cast<int64_t>(fs_.disk_.Content(inode_).size());
    return std::max<int64_t>(0, offset + static_cast<int64_t>(bytes.size()) - size);
  }

  // Bytes that the file holds already can be written over on the fullest disk.
  bool LacksRoom(int64_t offset, const std::string& bytes) const {
    int64_t growth = Growth(offset, bytes);
    return growth > 0 && growth > fs_.capacity_ - fs_.disk_.BytesUsed();
  }

  FaultFs& fs_;
  const DiskImage::Inode inode_;
  const std::string path_;
  const bool writable_;
  const int life_;
};

class FaultLock final : public io::FileLock {
 public:
  FaultLock(FaultFs& fs, DiskImage::Inode inode, int life) : fs_(fs), inode_(inode), life_(life) {}
  ~FaultLock() override {
    std::lock_guard lock(fs_.mutex_);
    if (life_ == fs_.life_) fs_.locked_.erase(inode_);
  }

 private:
  FaultFs& fs_;
  const DiskImage::Inode inode_;
  const int life_;
};

int FaultFs::Enter(FsCall call, const std::string& path) {
  int error = 0;
  {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (Changes(call) && ++changes_ >= freeze_at_) frozen_ = true;
    for (Failure& failure : failures_) {
      bool meant = failure.call == FsCall::kAny || failure.call == call;
      if (!meant || failure.times == 0 || path.find(failure.path_part) == std::string::npos) continue;
      if (--failure.skip > 0) continue;
      --failure.times;
      error = failure.error;
    }
  }
  if (Changes(call) && watcher_) watcher_(call, path);
  return error;
}

Status FaultFs::Ready() const {
  if (frozen_) return Fault::IoError("the power is gone");
  return {};
}

Result<FaultFs::Place> FaultFs::PlaceOf(const std::string& path) const {
  RETURN_NOT_OK(Ready());
  std::string bare = path;
  while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
  DiskImage::Inode directory = disk_.Find(io::ParentOf(bare));
  if (directory == DiskImage::kNone || !disk_.IsDirectory(directory)) return FaultFromErrno(ENOENT, "find the folder of", path);
  return Place{directory, bare.substr(bare.rfind('/') + 1), disk_.Find(bare)};
}

Result<std::unique_ptr<io::File>> FaultFs::Open(const std::string& path, io::OpenMode mode) {
  int error = Enter(FsCall::kOpen, path);
  if (error != 0) return FaultFromErrno(error, "open", path);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Place place, PlaceOf(path));
  bool creates = mode == io::OpenMode::kCreate || mode == io::OpenMode::kCreateOrOpen;
  if (place.inode == DiskImage::kNone && !creates) return FaultFromErrno(ENOENT, "open", path);
  if (place.inode != DiskImage::kNone && mode == io::OpenMode::kCreate) return FaultFromErrno(EEXIST, "open", path);
  if (place.inode == DiskImage::kNone) Touch(place.inode = disk_.Create(place.directory, place.name, false));
  if (disk_.IsDirectory(place.inode)) return FaultFromErrno(EISDIR, "open", path);
  return std::unique_ptr<io::File>(std::make_unique<FaultFile>(*this, place.inode, path, mode != io::OpenMode::kRead, life_));
}

Status FaultFs::Rename(const std::string& from, const std::string& to) {
  std::string both = StrCat(from, " to ", to);
  if (int error = Enter(FsCall::kRename, both)) return FaultFromErrno(error, "rename", both);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Place source, PlaceOf(from));
  ASSIGN_OR_RETURN(Place target, PlaceOf(to));
  if (source.inode == DiskImage::kNone) return FaultFromErrno(ENOENT, "rename", both);
  if (source.inode == target.inode) return {};
  if (target.inode != DiskImage::kNone) {
    bool onto_directory = disk_.IsDirectory(target.inode);
    if (onto_directory != disk_.IsDirectory(source.inode)) return FaultFromErrno(onto_directory ? EISDIR : ENOTDIR, "rename", both);
    if (onto_directory && !disk_.Entries(target.inode).empty()) return FaultFromErrno(ENOTEMPTY, "rename", both);
  }
  disk_.ChangeNames({{source.directory, source.name, DiskImage::kNone}, {target.directory, target.name, source.inode}});
  return {};
}

Status FaultFs::Link(const std::string& from, const std::string& to) {
  std::string both = StrCat(from, " to ", to);
  if (int error = Enter(FsCall::kLink, both)) return FaultFromErrno(error, "link", both);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Place source, PlaceOf(from));
  ASSIGN_OR_RETURN(Place target, PlaceOf(to));
  if (source.inode == DiskImage::kNone) return FaultFromErrno(ENOENT, "link", both);
  if (disk_.IsDirectory(source.inode)) return FaultFromErrno(EPERM, "link", both);
  if (target.inode != DiskImage::kNone) return FaultFromErrno(EEXIST, "link", both);
  disk_.ChangeNames({{target.directory, target.name, source.inode}});
  return {};
}

Status FaultFs::Remove(const std::string& path) {
  if (int error = Enter(FsCall::kRemove, path)) return FaultFromErrno(error, "remove", path);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Place place, PlaceOf(path));
  if (place.inode == DiskImage::kNone) return FaultFromErrno(ENOENT, "remove", path);
  if (disk_.IsDirectory(place.inode) && !disk_.Entries(place.inode).empty()) return FaultFromErrno(ENOTEMPTY, "remove", path);
  disk_.ChangeNames({{place.directory, place.name, DiskImage::kNone}});
  return {};
}

// Made and synced part by part, as PosixFiles does.
Status FaultFs::CreateDirectories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    if (int error = Enter(FsCall::kMakeDirectory, part)) return FaultFromErrno(error, "create folder", part);
    bool made = false;
    {
      std::lock_guard lock(mutex_);
      RETURN_NOT_OK(Ready());
      DiskImage::Inode inode = disk_.Find(part);
      if (inode != DiskImage::kNone && !disk_.IsDirectory(inode)) {
        return Fault::Invalid(part, " is a file where a folder is needed; move it away");
      }
      if (inode == DiskImage::kNone) {
        ASSIGN_OR_RETURN(Place place, PlaceOf(part));
        disk_.Create(place.directory, place.name, true);
        made = true;
      }
    }
    if (made || end == std::string::npos) RETURN_NOT_OK(SyncDirectory(io::ParentOf(part)));
    if (end == std::string::npos) return {};
  }
}

Status FaultFs::SyncDirectory(const std::string& path) {
  int error = Enter(FsCall::kSyncDirectory, path);
  std::lock_guard lock(mutex_);
  RETURN_NOT_OK(Ready());
  DiskImage::Inode inode = disk_.Find(path);
  if (inode == DiskImage::kNone) return FaultFromErrno(ENOENT, "sync folder", path);
  if (!disk_.IsDirectory(inode)) return FaultFromErrno(ENOTDIR, "sync folder", path);
  if (error == 0) {
    disk_.Sync(inode);
    return {};
  }
  disk_.FailSync(inode);
  return FaultFromErrno(error, "sync folder", path);
}

Result<std::vector<io::Entry>> FaultFs::List(const std::string& path) {
  if (int error = Enter(FsCall::kList, path)) return FaultFromErrno(error, "list", path);
  std::lock_guard lock(mutex_);
  RETURN_NOT_OK(Ready());
  DiskImage::Inode inode = disk_.Find(path);
  if (inode == DiskImage::kNone) return FaultFromErrno(ENOENT, "list", path);
  if (!disk_.IsDirectory(inode)) return FaultFromErrno(ENOTDIR, "list", path);
  std::vector<io::Entry> entries;
  for (const auto& [name, child] : disk_.Entries(inode)) {
    auto written = modified_.find(child);
    entries.push_back({name, disk_.IsDirectory(child), static_cast<int64_t>(disk_.Content(child).size()), written == modified_.end() ? WallTime{} : written->second});
  }
  return entries;
}

Result<bool> FaultFs::Exists(const std::string& path) {
  if (int error = Enter(FsCall::kList, path)) return FaultFromErrno(error, "look at", path);
  std::lock_guard lock(mutex_);
  RETURN_NOT_OK(Ready());
  return disk_.Find(path) != DiskImage::kNone;
}

Result<std::unique_ptr<io::FileLock>> FaultFs::Lock(const std::string& path) {
  if (int error = Enter(FsCall::kLock, path)) return FaultFromErrno(error, "lock", path);
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Place place, PlaceOf(path));
  if (place.inode == DiskImage::kNone) place.inode = disk_.Create(place.directory, place.name, false);
  if (!locked_.insert(place.inode).second) return Fault::Conflict(path, " is locked by another process; stop it or use another folder");
  return std::unique_ptr<io::FileLock>(std::make_unique<FaultLock>(*this, place.inode, life_));
}

Result<int64_t> FaultFs::FreeBytes(const std::string& path) {
  if (int error = Enter(FsCall::kList, path)) return FaultFromErrno(error, "look at the disk of", path);
  std::lock_guard lock(mutex_);
  RETURN_NOT_OK(Ready());
  if (disk_.Find(path) == DiskImage::kNone) return FaultFromErrno(ENOENT, "look at the disk of", path);
  return std::max<int64_t>(0, capacity_ - disk_.BytesUsed());
}

void FaultFs::Freeze() {
  std::lock_guard lock(mutex_);
  frozen_ = true;
}

void FaultFs::FreezeAtChange(int64_t n) {
  std::lock_guard lock(mutex_);
  freeze_at_ = changes_ + n;
}

bool FaultFs::frozen() const {
  std::lock_guard lock(mutex_);
  return frozen_;
}

void FaultFs::Crash(io::Random& random) {
  std::lock_guard lock(mutex_);
  disk_ = disk_.AfterCrash(random);
  locked_.clear();
  frozen_ = false;
  freeze_at_ = INT64_MAX;
  ++life_;
}

void FaultFs::Crash(const std::vector<Fate>& fates) {
  std::lock_guard lock(mutex_);
  disk_ = disk_.AfterCrash(fates);
  locked_.clear();
  frozen_ = false;
  freeze_at_ = INT64_MAX;
  ++life_;
}

void FaultFs::Load(DiskImage disk) {
  std::lock_guard lock(mutex_);
  disk_ = std::move(disk);
  locked_.clear();
  ++life_;
}

DiskImage FaultFs::image() const {
  std::lock_guard lock(mutex_);
  return disk_;
}

void FaultFs::Fail(FsCall call, std::string path_part, int error, int nth, int times) {
  std::lock_guard lock(mutex_);
  failures_.push_back({call, std::move(path_part), error, nth, times});
}

void FaultFs::ClearFaults() {
  std::lock_guard lock(mutex_);
  failures_.clear();
}

void FaultFs::set_capacity(int64_t bytes) {
  std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

void FaultFs::Touch(DiskImage::Inode file) {
  if (wall_now_) modified_[file] = wall_now_();
}

void FaultFs::set_wall_clock(std::function<WallTime()> now) {
  std::lock_guard lock(mutex_);
  wall_now_ = std::move(now);
}

void FaultFs::FlipBit(const std::string& path, int64_t byte, int bit) {
  std::lock_guard lock(mutex_);
  DiskImage::Inode inode = disk_.Find(path);
  CHECK(inode != DiskImage::kNone);
  const std::string& content = disk_.Content(inode);
  CHECK(byte >= 0 && static_cast<size_t>(byte) < content.size());
  char flipped = static_cast<char>(content[static_cast<size_t>(byte)] ^ (1 << bit));
  disk_.Damage(inode, byte, std::string_view(&flipped, 1));
}

void FaultFs::Overwrite(const std::string& path, int64_t offset, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  DiskImage::Inode inode = disk_.Find(path);
  CHECK(inode != DiskImage::kNone);
  disk_.Damage(inode, offset, bytes);
}

void FaultFs::Cut(const std::string& path, int64_t size) {
  std::lock_guard lock(mutex_);
  DiskImage::Inode inode = disk_.Find(path);
  CHECK(inode != DiskImage::kNone);
  disk_.DamageLength(inode, size);
}

int64_t FaultFs::calls() const {
  std::lock_guard lock(mutex_);
  return calls_;
}

int64_t FaultFs::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

void FaultFs::set_before_change(std::function<void(FsCall, const std::string&)> watcher) { watcher_ = std::move(watcher); }

}  // namespace freshet::testing
