#include "io/working_folder.h"

#include <cerrno>
#include <climits>
#include <unistd.h>

#include "io/os_error.h"

namespace freshet::io {

Result<std::string> WorkingFolder() {
  char path[PATH_MAX];
  if (::getcwd(path, sizeof path) == nullptr) return FaultFromErrno(errno, "find", "the working folder");
  return std::string(path);
}

Status EnterFolder(const std::string& path) {
  if (::chdir(path.c_str()) != 0) return FaultFromErrno(errno, "enter", path);
  return {};
}

}  // namespace freshet::io
