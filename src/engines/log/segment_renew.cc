#include <algorithm>

#include "data/checksum.h"
#include "data/record_batch_header.h"
#include "engines/log/segment.h"

// Entries of an index that were lost, made anew from the batches of their segment. Batches carry a checksum of their own; the bytes that it leaves out, the base offset among
// them, can be but one thing when the batches stand one behind the other, from the entry before to the entry behind. (In a compacted segment offsets may be missing: there a base
// offset that rotted as well as the index could pass for a later one.)

namespace freshet::log {
namespace {

constexpr int64_t kWindowBytes = 1 << 20;
constexpr int64_t kBatchBytesMax = 256 << 20;

// A part of a file that is walked through.
class Window {
 public:
  Window(io::File& file, int64_t end) : file_(file), end_(end) {}

  // The `bytes` at `at`; kCorrupt when the part ends before.
  Result<std::string_view> At(int64_t at, int64_t bytes) {
    if (at + bytes > end_ || bytes > kBatchBytesMax) return Fault::Corrupt("the batches do not end where they should");
    if (at < begin_ || at + bytes > begin_ + static_cast<int64_t>(content_.size())) {
      begin_ = at;
      content_.resize(static_cast<size_t>(std::min(std::max(bytes, kWindowBytes), end_ - at)));
      ASSIGN_OR_RETURN(size_t read, file_.ReadAt(at, content_));
      if (read < content_.size()) return Fault::Corrupt("the file ends before");
    }
    return std::string_view(content_).substr(static_cast<size_t>(at - begin_), static_cast<size_t>(bytes));
  }

 private:
  io::File& file_;
  const int64_t end_;
  int64_t begin_ = 0;
  std::string content_;
};

// Entries that were lost side by side, and what is known from those around them.
struct Gap {
  size_t first = 0, count = 0;
  int64_t place = 0, end = 0;
  data::Offset from, to;
};

std::vector<Gap> FindGaps(const Segment& segment, const std::vector<std::optional<Block>>& entries) {
  std::vector<Gap> gaps;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].has_value()) continue;
    Gap gap{.first = i, .place = kSegmentHeaderBytes, .end = segment.bytes, .from = segment.base_offset, .to = segment.next_offset};
    if (i > 0) gap.place = entries[i - 1]->place + entries[i - 1]->bytes, gap.from = entries[i - 1]->last_offset + 1;
    while (i < entries.size() && !entries[i].has_value()) ++i;
    gap.count = i - gap.first;
    if (i < entries.size()) gap.end = entries[i]->place, gap.to = entries[i]->base_offset;
    gaps.push_back(gap);
  }
  return gaps;
}

// Each batch of the gap as a block of its own, with the checksum of its bytes alone. kCorrupt when they are not all there, whole.
Result<std::vector<Block>> WalkBatches(io::File& file, const Segment& segment, const Gap& gap) {
  Window window(file, gap.end);
  std::vector<Block> batches;
  data::Offset expected = gap.from;
  for (int64_t at = gap.place; at < gap.end;) {
    ASSIGN_OR_RETURN(std::string_view begin, window.At(at, data::kRecordBatchHeaderBytes));
    ASSIGN_OR_RETURN(data::RecordBatchHeader told, data::DecodeRecordBatchHeader(begin));
    ASSIGN_OR_RETURN(std::string_view bytes, window.At(at, static_cast<int64_t>(told.size_bytes())));
    ASSIGN_OR_RETURN(data::RecordBatchView batch, data::RecordBatchView::Parse(bytes));
    RETURN_NOT_OK(batch.CheckCrc());
    bool is_next = told.base_offset == expected || (segment.generation > 0 && told.base_offset > expected);
    bool is_ours = told.leader_epoch == data::LeaderEpoch(0);
    if (!is_next || !is_ours || told.next_offset() > gap.to) return Fault::Corrupt("a batch begins at offset ", told.base_offset, " where ", expected, " is next");
    batches.push_back({.place = at, .bytes = static_cast<int64_t>(bytes.size()), .crc = data::Crc32cExtendByBatch(0, bytes), .base_offset = expected, .last_offset = told.last_offset(),
                       .max_timestamp_ms = told.max_timestamp_ms});
    expected = told.next_offset();
    at += static_cast<int64_t>(bytes.size());
  }
  bool is_all = expected == gap.to || segment.generation > 0;
  if (batches.size() < gap.count || !is_all) return Fault::Corrupt("batches are missing");
  batches.back().last_offset = gap.to - 1;
  return batches;
}

}  // namespace

int64_t SegmentFiles::RenewEntries(const Segment& segment, std::vector<std::optional<Block>>& entries) {
  auto file = files_.Open(SegPath(segment.name()), io::OpenMode::kRead);
  if (!file.ok()) return 0;
  int64_t renewed = 0;
  for (const Gap& gap : FindGaps(segment, entries)) {
    auto batches = WalkBatches(**file, segment, gap);
    if (!batches.ok()) continue;  // its readers meet what is wrong
    for (size_t i = 0; i < gap.count; ++i) {
      size_t begin = i * batches->size() / gap.count, end = (i + 1) * batches->size() / gap.count;
      Block block = (*batches)[begin];
      block.crc = data::Crc32cJoin(BlockCrc(key_, segment.name(), block.place, {}), block.crc, static_cast<size_t>(block.bytes));
      for (size_t next = begin + 1; next < end; ++next) {
        const Block& batch = (*batches)[next];
        block.crc = data::Crc32cJoin(block.crc, batch.crc, static_cast<size_t>(batch.bytes));
        block.bytes += batch.bytes;
        block.last_offset = batch.last_offset;
        block.max_timestamp_ms = std::max(block.max_timestamp_ms, batch.max_timestamp_ms);
      }
      entries[gap.first + i] = block;
      ++renewed;
    }
  }
  return renewed;
}

}  // namespace freshet::log
