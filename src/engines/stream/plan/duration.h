#pragma once

#include <string_view>

#include "base/status.h"
#include "base/time.h"

namespace freshet::stream {

// "100 ms", "1 s", "10min", "2 h", "1 d"; a bare number is milliseconds.
Result<Duration> ParseDuration(std::string_view text);

}  // namespace freshet::stream
