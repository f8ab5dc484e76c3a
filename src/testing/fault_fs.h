#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "io/file.h"
#include "testing/disk_image.h"

namespace freshet::testing {

enum class FsCall : unsigned char {
  kAny, kOpen, kRead, kWrite, kSync, kTruncate, kRename, kLink, kRemove, kMakeDirectory, kSyncDirectory, kList, kLock,
};
std::string_view FsCallName(FsCall call);
bool Changes(FsCall call);  // whether it can leave something pending, or make it durable

// A FaultFs is a file system in memory that can lose power, fail calls and rot. Without faults it is simply a
// file system for tests. Thread-safe, so it also serves a RealEnv (RealEnvOptions::files). Its current folder is its root.
class FaultFs final : public io::Files {
 public:
  FaultFs() = default;
  explicit FaultFs(DiskImage disk) : disk_(std::move(disk)) {}

  Result<std::unique_ptr<io::File>> Open(const std::string& path, io::OpenMode mode) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Link(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status CreateDirectories(const std::string& path) override;
  Status SyncDirectory(const std::string& path) override;
  Result<std::vector<io::Entry>> List(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Result<std::unique_ptr<io::FileLock>> Lock(const std::string& path) override;
  Result<int64_t> FreeBytes(const std::string& path) override;

  // --- Power. Handles and locks from before a crash are dead: they fail.
  // From now on every call fails and nothing changes, as seen by a house whose power is going.
  void Freeze();
  void FreezeAtChange(int64_t n);  // the n-th call from now that changes something, and all calls after it
  bool frozen() const;
  void Crash(io::Random& random);
  void Crash(const std::vector<Fate>& fates);
  DiskImage image() const;
  void Load(DiskImage disk);  // another disk is put in; handles of the old one are dead

  // --- Failing calls. The `nth` call from now (1 is the next) of this kind whose path contains `path_part` fails
  // with this errno, and `times - 1` more after it. A failing write leaves half of its bytes; a failing sync leaves what
  // it should have covered pending for ever.
  void Fail(FsCall call, std::string path_part, int error, int nth = 1, int times = 1);
  void ClearFaults();
  void set_capacity(int64_t bytes);  // writes beyond it: ENOSPC

  // --- Rot, at rest.
  void FlipBit(const std::string& path, int64_t byte, int bit = 0);
  void Overwrite(const std::string& path, int64_t offset, std::string_view bytes);
  void Cut(const std::string& path, int64_t size);

  // When files are written, for who lists them; without it that is never told.
  void set_wall_clock(std::function<WallTime()> now);

  // --- Watching.
  int64_t calls() const;          // of all kinds, so far
  int64_t changes() const;        // of those that change something
  // Called before each call that changes something, outside the lock, on the caller's thread.
  void set_before_change(std::function<void(FsCall call, const std::string& path)> watcher);

 private:
  friend class FaultFile;
  friend class FaultLock;
  struct Failure {
    FsCall call;
    std::string path_part;
    int error;
    int skip;
    int times;
  };

  // Counts the call, tells the watcher and yields the errno to fail with, or 0.
  int Enter(FsCall call, const std::string& path);
  // The functions below hold the mutex.
  Status Ready() const;
  void Touch(DiskImage::Inode file);
  struct Place {
    DiskImage::Inode directory;
    std::string name;
    DiskImage::Inode inode;
  };
  Result<Place> PlaceOf(const std::string& path) const;

  mutable std::mutex mutex_;
  DiskImage disk_;                           // GUARDED_BY(mutex_)
  std::set<DiskImage::Inode> locked_;        // GUARDED_BY(mutex_)
  std::vector<Failure> failures_;            // GUARDED_BY(mutex_)
  int64_t capacity_ = int64_t{1} << 40;      // GUARDED_BY(mutex_)
  int64_t calls_ = 0;                        // GUARDED_BY(mutex_)
  int64_t changes_ = 0;                      // GUARDED_BY(mutex_)
  int life_ = 0;                             // GUARDED_BY(mutex_); counts crashes
  bool frozen_ = false;                      // GUARDED_BY(mutex_)
  int64_t freeze_at_ = INT64_MAX;            // GUARDED_BY(mutex_)
  std::map<DiskImage::Inode, WallTime> modified_;  // GUARDED_BY(mutex_)
  std::function<WallTime()> wall_now_;
  std::function<void(FsCall, const std::string&)> watcher_;
};

}  // namespace freshet::testing
