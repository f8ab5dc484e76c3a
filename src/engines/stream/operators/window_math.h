#pragma once

#include <cstdint>

#include "data/civil.h"
#include "data/type.h"
#include "engines/stream/plan/node.h"

// Which windows and slices a moment is in. All numbers are milliseconds as the windows' clock shows them (window_clock.h).

namespace freshet::stream {

// Start of the slide-aligned piece of time that holds `ms`.
inline int64_t SliceStart(const WindowShape& shape, int64_t ms) {
  return data::FloorDiv(ms - shape.offset_ms, shape.slide_ms) * shape.slide_ms + shape.offset_ms;
}
// Start of the size-aligned window that holds `ms` (TUMBLE, CUMULATE).
inline int64_t FrameStart(const WindowShape& shape, int64_t ms) {
  return data::FloorDiv(ms - shape.offset_ms, shape.size_ms) * shape.size_ms + shape.offset_ms;
}

// Calls visit(start, end) for each window of a moment, in order of their ends.
template <typename F>
void ForEachWindow(const WindowShape& shape, int64_t ms, F&& visit) {
  int64_t slice = SliceStart(shape, ms);
  if (shape.kind == WindowKind::kCumulate) {
    int64_t start = FrameStart(shape, ms);
    for (int64_t end = slice + shape.slide_ms; end <= start + shape.size_ms; end += shape.slide_ms) visit(start, end);
    return;
  }
  for (int64_t end = slice + shape.slide_ms; end <= slice + shape.size_ms; end += shape.slide_ms) visit(end - shape.size_ms, end);
}

// End of the last window that a slice is part of: when it has fired, the slice is done with.
inline int64_t LastWindowEnd(const WindowShape& shape, int64_t slice_start) {
  return shape.kind == WindowKind::kCumulate ? FrameStart(shape, slice_start) + shape.size_ms : slice_start + shape.size_ms;
}
// Start of the window that ends at `end`.
inline int64_t WindowStart(const WindowShape& shape, int64_t end) {
  return shape.kind == WindowKind::kCumulate ? FrameStart(shape, end - 1) : end - shape.size_ms;
}

}  // namespace freshet::stream
