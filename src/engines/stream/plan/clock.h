#pragma once

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// The same rows, whose time is the processing time in that column: what stands above goes on by the clock.
NodePtr WithClock(NodePtr input, int time_column);

// Whether the rows of both are told their time by the WATERMARK of one table, read once: the watermark that stands before a row of one is then where the other is, too.
bool OfOneTime(const Node& left, const Node& right);

}  // namespace freshet::stream
