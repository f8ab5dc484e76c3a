#pragma once

#include <vector>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// How long what a node keeps lives that nobody writes, ms by the wall clock, 0 for ever: of a join that keeps both sides its left, then its right. None of a node that keeps nothing,
// or what goes by itself: with a watermark, or a window.
std::vector<int64_t> StateTtlsOf(const Node& node);

}  // namespace freshet::stream
