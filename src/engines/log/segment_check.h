#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/log/segment.h"

namespace freshet::log {

// A place of a segment's files that does not hold, and what it costs: readers of these offsets get a typed fault.
struct SegmentDamage {
  std::string path;
  int64_t at = 0;      // byte in that file
  data::Offset begin;  // offsets in [begin, end)
  data::Offset end;
  std::string what;
  bool is_renewable = false;  // nobody loses anything: what the index lacks is made anew from the segment when it is read
};

// A SegmentCheck looks once at everything that a reader of a segment could ask for: each entry of its index, each block, each
// batch. In steps, so that whoever owns it can pause. All calls block.
class SegmentCheck {
 public:
  SegmentCheck(SegmentFiles& files, Segment segment) : files_(files), segment_(std::move(segment)), expected_(segment_.base_offset) {}

  // Reads about `bytes_max` more and appends what it finds. False: that was all.
  bool Step(int64_t bytes_max, std::vector<SegmentDamage>& found);

  int64_t bytes_read() const { return bytes_read_; }

 private:
  void CheckIndex(std::vector<SegmentDamage>& found);
  void CheckEntry(size_t entry, bool was_stored, std::vector<SegmentDamage>& found);
  data::Offset NextKnown(size_t entry) const;
  void CheckBlocks(std::span<const Block> blocks, std::vector<SegmentDamage>& found);
  std::string CheckBatches(const Block& block, std::string_view run) const;
  static void Add(std::string path, int64_t at, data::Offset begin, data::Offset end, std::string what, std::vector<SegmentDamage>& found, bool is_renewable = false);

  SegmentFiles& files_;
  const Segment segment_;
  data::Offset expected_;                      // the next block begins here
  std::vector<std::optional<Block>> entries_;  // those made anew among them
  std::vector<Block> blocks_;                  // whose entries hold, or could be made anew
  size_t next_block_ = 0;
  bool index_checked_ = false;
  int64_t bytes_read_ = 0;
};

}  // namespace freshet::log
