#pragma once

#include <cstdio>

#include "base/text.h"

namespace freshet::testing {

// What a test counted that is worth knowing although nothing is judged by it: a line of its output, which the unit lane shows.
template <typename... Parts>
void PrintFigure(const Parts&... parts) {
  std::printf("figure: %s\n", StrCat(parts...).c_str());
}

}  // namespace freshet::testing
