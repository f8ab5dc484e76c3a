#pragma once

#include <cstdint>

#include "base/time.h"

namespace freshet::io {

// What this process has used so far, as the operating system counts it.
struct ProcessUsage {
  Duration cpu;                    // user and system time of all threads
  int64_t peak_memory_bytes = 0;   // largest resident set
};
ProcessUsage UsageOfThisProcess();

}  // namespace freshet::io
