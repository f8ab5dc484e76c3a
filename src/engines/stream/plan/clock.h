#pragma once

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// The same rows, whose time is the processing time in that column: what stands above goes on by the clock.
NodePtr WithClock(NodePtr input, int time_column);

}  // namespace freshet::stream
