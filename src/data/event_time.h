#pragma once

#include <cstdint>

#include "base/strong.h"

// What the data says about when something happened: milliseconds since 1970-01-01 00:00:00. It never mixes
// with MonoTime or WallTime (base/time.h).

namespace freshet::data {

using EventTime = Strong<struct EventTimeTag, int64_t>;

// "Nothing seen yet" and "no more input": the two ends of every watermark.
inline constexpr EventTime kNoEventTime{INT64_MIN};
inline constexpr EventTime kEndOfTime{INT64_MAX};

}  // namespace freshet::data
