#pragma once

#include <string_view>

#include "base/status.h"

namespace freshet::io {

// The Fault for an errno of the operating system: "cannot open data/LOCK: no such file or directory". One table,
// so that a full disk or a missing name has the same Code from a real disk, a socket and a simulated disk.
Fault FaultFromErrno(int error, std::string_view doing, std::string_view what);

}  // namespace freshet::io
