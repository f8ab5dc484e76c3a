#include "io/process_usage.h"

#include <sys/resource.h>

namespace freshet::io {
namespace {

Duration DurationOf(const timeval& time) { return Seconds(time.tv_sec) + Microseconds(time.tv_usec); }

}  // namespace

ProcessUsage UsageOfThisProcess() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {DurationOf(usage.ru_utime) + DurationOf(usage.ru_stime), int64_t{usage.ru_maxrss} * 1024};
}

}  // namespace freshet::io
