#include "io/process_usage.h"

#include <sys/resource.h>

#include <cstdio>

namespace freshet::io {
namespace {

Duration DurationOf(const timeval& time) { return Seconds(time.tv_sec) + Microseconds(time.tv_usec); }

// getrusage counts what the process was before exec, too; 0 when the system does not say.
int64_t PeakMemoryOfThisProgram() {
  std::FILE* status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) return 0;
  char line[256];
  long long kib = 0;
  while (std::fgets(line, sizeof line, status) != nullptr && std::sscanf(line, "VmHWM: %lld kB", &kib) != 1) {
  }
  std::fclose(status);
  return int64_t{kib} * 1024;
}

}  // namespace

ProcessUsage UsageOfThisProcess() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  int64_t peak = PeakMemoryOfThisProgram();
  return {DurationOf(usage.ru_utime) + DurationOf(usage.ru_stime), peak > 0 ? peak : int64_t{usage.ru_maxrss} * 1024};
}

}  // namespace freshet::io
