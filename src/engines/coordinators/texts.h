#pragma once

#include "data/texts.h"

namespace freshet::coordinators {

inline constexpr size_t kTextBytesMax = 1 << 20;  // of one in this room's records

}  // namespace freshet::coordinators
