#include "io/disk.h"

#include <sys/statvfs.h>

#include <cerrno>

#include "io/os_error.h"

namespace freshet::io {

Result<DiskRoom> DiskRoomOf(const std::string& path) {
  struct statvfs about;
  int done = -1;
  do done = statvfs(path.c_str(), &about);
  while (done < 0 && errno == EINTR);
  if (done != 0) return FaultFromErrno(errno, "look at the disk of", path);
  auto block = static_cast<int64_t>(about.f_frsize);
  return DiskRoom{.total_bytes = static_cast<int64_t>(about.f_blocks) * block, .usable_bytes = static_cast<int64_t>(about.f_bavail) * block};
}

}  // namespace freshet::io
