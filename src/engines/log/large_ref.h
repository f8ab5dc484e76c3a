#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "data/ids.h"

namespace freshet::log {

// The journal payload of a LogAppend begins with one byte.
constexpr char kStartsSegment = 1;

// The journal payload of a LogRef: a batch that stands in a segment.
struct LargeRef {
  bool starts_segment = false;
  data::Offset segment_base;
  int64_t place = 0;
  int64_t bytes = 0;
  uint32_t crc = 0;               // of the batch
  data::Offset next_offset;

  // Whether these are the bytes that it names.
  bool Holds(std::string_view content) const;

  std::string Encode() const;
  static Result<LargeRef> Decode(std::string_view payload);
};

}  // namespace freshet::log
