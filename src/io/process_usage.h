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

// Batches come and go by the megabyte: what a thread has freed is kept for its next ones, up to some megabytes, and not given back to the system page by page. Before
// other threads begin.
void KeepFreedMemory();

}  // namespace freshet::io
