#include "io/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace freshet::io {

namespace {

// RLIM_INFINITY is the largest number there is, and is here, too.
int64_t CountOf(rlim_t limit) { return static_cast<int64_t>(std::min<rlim_t>(limit, INT64_MAX)); }

}  // namespace

int64_t DescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return CountOf(limit.rlim_cur);
}

int64_t DescriptorsKeptForFiles(int64_t limit) {
  constexpr int64_t kKeptMax = 256, kShare = 4;
  return std::min(kKeptMax, limit / kShare);
}

int64_t RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  rlimit raised{limit.rlim_max, limit.rlim_max};
  bool is_raised = setrlimit(RLIMIT_NOFILE, &raised) == 0;
  return CountOf(is_raised ? raised.rlim_cur : limit.rlim_cur);
}

void GiveUsualDescriptorLimit(int process) {
  constexpr rlim_t kUsual = 1024;
  rlimit limit{};
  if (prlimit(process, RLIMIT_NOFILE, nullptr, &limit) != 0 || limit.rlim_cur <= kUsual) return;
  limit.rlim_cur = kUsual;
  prlimit(process, RLIMIT_NOFILE, &limit, nullptr);
}

}  // namespace freshet::io
