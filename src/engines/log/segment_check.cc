#include "engines/log/segment_check.h"

#include <algorithm>

namespace freshet::log {

bool SegmentCheck::Step(int64_t bytes_max, std::vector<SegmentDamage>& found) {
  if (segment_.blocks == 0) return false;
  if (!index_checked_) CheckIndex(found);
  size_t end = next_block_;
  int64_t bytes = 0;
  while (end < blocks_.size() && (bytes == 0 || bytes + blocks_[end].bytes <= bytes_max)) bytes += blocks_[end++].bytes;
  CheckBlocks(std::span<const Block>(blocks_).subspan(next_block_, end - next_block_), found);
  bytes_read_ += bytes;
  next_block_ = end;
  return next_block_ < blocks_.size();
}

void SegmentCheck::CheckIndex(std::vector<SegmentDamage>& found) {
  index_checked_ = true;
  bytes_read_ += segment_.blocks * kIndexEntryBytes;
  auto stored = files_.LoadEntries(segment_);
  std::string path = files_.IdxPath(segment_.name());
  bool is_missing = stored.code() == Code::kNotFound;
  if (!stored.ok() && !is_missing) return Add(path, 0, segment_.base_offset, segment_.next_offset, stored.fault().message(), found);
  size_t count = stored.ok() ? stored->size() : 0;
  if (stored.ok()) entries_ = *stored;
  entries_.resize(static_cast<size_t>(segment_.blocks));
  bool holds = std::all_of(entries_.begin(), entries_.end(), [](const auto& entry) { return entry.has_value(); });
  if (!holds) files_.RenewEntries(segment_, entries_);
  for (size_t i = 0; i < count; ++i) CheckEntry(i, (*stored)[i].has_value(), found);
  data::Offset end = expected_;
  bool is_renewable = std::all_of(entries_.begin() + static_cast<std::ptrdiff_t>(count), entries_.end(), [](const auto& entry) { return entry.has_value(); });
  for (size_t i = count; i < entries_.size(); ++i) CheckEntry(i, true, found);
  auto cut_at = kSegmentHeaderBytes + static_cast<int64_t>(count) * kIndexEntryBytes;
  if (is_missing) {
    Add(path, 0, segment_.base_offset, segment_.next_offset, "the file is missing", found, is_renewable);
  } else if (static_cast<int64_t>(count) < segment_.blocks) {
    Add(path, cut_at, end, segment_.next_offset, StrCat("the index ends after ", count, " of its ", segment_.blocks, " entries"), found, is_renewable);
  } else if (expected_ < segment_.next_offset && (entries_.empty() || entries_.back().has_value())) {
    Add(path, cut_at, expected_, segment_.next_offset, "no block holds these offsets", found);
  }
}

// Where the next entry that holds begins.
data::Offset SegmentCheck::NextKnown(size_t entry) const {
  for (size_t i = entry; i < entries_.size(); ++i) {
    if (entries_[i].has_value()) return entries_[i]->base_offset;
  }
  return segment_.next_offset;
}

void SegmentCheck::CheckEntry(size_t entry, bool was_stored, std::vector<SegmentDamage>& found) {
  const std::optional<Block>& block = entries_[entry];
  std::string path = files_.IdxPath(segment_.name());
  int64_t at = kSegmentHeaderBytes + static_cast<int64_t>(entry) * kIndexEntryBytes;
  if (!was_stored) Add(path, at, expected_, block.has_value() ? block->last_offset + 1 : NextKnown(entry), "an entry of the index does not match its checksum", found, block.has_value());
  if (!block.has_value()) return;
  bool was_known = entry == 0 || entries_[entry - 1].has_value();
  if (was_known && block->base_offset != expected_) {
    Add(path, at, std::min(expected_, block->base_offset), std::max(expected_, block->base_offset),
        StrCat("a block begins at offset ", block->base_offset, " where ", expected_, " is next"), found);
  }
  if (block->place + block->bytes > segment_.bytes) {
    Add(path, at, block->base_offset, block->last_offset + 1, StrCat("a block ends at byte ", block->place + block->bytes, " of a segment of ", segment_.bytes), found);
  }
  expected_ = block->last_offset + 1;
  blocks_.push_back(*block);
}

// A damaged block ends what one call reads; the ones behind it are asked for again.
void SegmentCheck::CheckBlocks(std::span<const Block> blocks, std::vector<SegmentDamage>& found) {
  std::string path = files_.SegPath(segment_.name());
  while (!blocks.empty()) {
    auto runs = files_.ReadBlocks(segment_.name(), blocks);
    size_t read = runs.ok() ? runs->size() : 0;
    for (size_t i = 0; i < read; ++i) {
      std::string wrong = CheckBatches(blocks[i], *(*runs)[i]);
      if (!wrong.empty()) Add(path, blocks[i].place, blocks[i].base_offset, blocks[i].last_offset + 1, std::move(wrong), found);
    }
    if (read == 0) {
      std::string what = runs.code() == Code::kCorrupt ? StrCat("a block of ", blocks[0].bytes, " bytes does not match its checksum")
                         : runs.code() == Code::kNotFound ? "the file is missing" : runs.fault().message();
      Add(path, blocks[0].place, blocks[0].base_offset, blocks[0].last_offset + 1, std::move(what), found);
      read = 1;
    }
    blocks = blocks.subspan(read);
  }
}

// A block whose checksum holds and whose batches do not was written wrong.
std::string SegmentCheck::CheckBatches(const Block& block, std::string_view run) const {
  data::Offset expected = block.base_offset;
  bool may_have_gaps = segment_.generation > 0;
  while (!run.empty()) {
    auto batch = data::RecordBatchView::Parse(run);
    if (!batch.ok()) return StrCat("a batch does not read back: ", batch.fault().message());
    const data::RecordBatchHeader& header = batch->header();
    if (header.base_offset < expected || (header.base_offset > expected && !may_have_gaps)) return StrCat("a batch begins at offset ", header.base_offset, " where ", expected, " is next");
    if (header.last_offset() > block.last_offset) return StrCat("a batch goes on to offset ", header.last_offset(), ", behind its block's last");
    if (header.max_timestamp_ms > block.max_timestamp_ms) return StrCat("a batch has the time ", header.max_timestamp_ms, ", later than its index entry says");
    Status crc = batch->CheckCrc();
    if (!crc.ok()) return StrCat("the batch at offset ", header.base_offset, ": ", crc.fault().message());
    expected = header.next_offset();
    run.remove_prefix(batch->bytes().size());
  }
  return expected == block.last_offset + 1 || may_have_gaps ? "" : StrCat("the block lacks offsets from ", expected, " on");
}

void SegmentCheck::Add(std::string path, int64_t at, data::Offset begin, data::Offset end, std::string what, std::vector<SegmentDamage>& found, bool is_renewable) {
  found.push_back({std::move(path), at, begin, end, std::move(what), is_renewable});
}

}  // namespace freshet::log
