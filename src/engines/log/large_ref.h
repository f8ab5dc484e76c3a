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
  uint32_t block_crc = 0;         // of its block in the segment's index
  std::string header;             // the batch's, so that a replay need not read the rest; "": of a control batch, and in what older programs wrote

  // Whether these are the bytes that it names.
  bool Holds(std::string_view content) const;

  static constexpr uint8_t kVersion = 1;  // of the frame; 0 has no header
  std::string Encode() const;
  static Result<LargeRef> Decode(std::string_view payload);
};

}  // namespace freshet::log
