#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace freshet {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "{\"level\":\"fatal\",\"at\":\"%s:%d\",\"check\":\"%s\"}\n", file, line, condition);
  std::abort();
}

}  // namespace freshet
