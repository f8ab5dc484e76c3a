#include "io/read_patience.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

namespace freshet::io {

namespace {

MonoTime Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return MonoTime{now.tv_sec * 1'000'000'000 + now.tv_nsec};
}

}  // namespace

ReadPatience::ReadPatience(Duration patience) : end_(Now() + patience) {}

bool ReadPatience::Wait(int descriptor) {
  while (true) {
    int64_t left = (end_ - Now()).ms();
    if (left <= 0) return false;
    pollfd waits{.fd = descriptor, .events = POLLIN, .revents = 0};
    int ready = poll(&waits, 1, static_cast<int>(std::min<int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // whoever reads will be told
  }
}

}  // namespace freshet::io
