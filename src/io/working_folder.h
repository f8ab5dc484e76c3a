#pragma once

#include <string>

#include "base/status.h"

namespace freshet::io {

// Where relative paths begin, for the whole process: asked and set while it has one thread. Absolute.
Result<std::string> WorkingFolder();
Status EnterFolder(const std::string& path);

}  // namespace freshet::io
