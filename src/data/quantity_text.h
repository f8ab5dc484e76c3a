#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"

// Durations and sizes as options and settings write them.

namespace freshet::data {

// "100 ms", "1 s", "10min", "2 h", "1 d"; a bare number is milliseconds.
Result<Duration> ParseDuration(std::string_view text);
// The same with its unit: who types a bare number at a prompt rarely means milliseconds.
Result<Duration> ParseDurationWithUnit(std::string_view text);

// "90s", "250ms": in whole seconds, or milliseconds where it is less than ten of them.
std::string DurationText(Duration duration);

// "128 mb", "64kb", "1 g"; units are powers of 1,024, a bare number is bytes.
Result<int64_t> ParseBytes(std::string_view text);

}  // namespace freshet::data
