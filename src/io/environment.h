#pragma once

#include <optional>
#include <string>

#include "base/secret.h"

namespace freshet::io {

// A variable of the process's environment, for what may not stand in a file that others read; none when it is not set.
std::optional<Secret> EnvironmentVariable(const std::string& name);

}  // namespace freshet::io
