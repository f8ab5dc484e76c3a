#include "engines/log/log.h"

// Records by their time.

namespace freshet::log {
namespace {

// Unpacks up to a fourth of the house's memory. Null when nothing is to be looked at: of a marker, and of what lies below `from`.
Result<std::unique_ptr<data::RecordReader>> OpenRecords(const data::RecordBatchView& view, data::Offset from, int64_t memory) {
  constexpr int64_t kUnpackedBytesMax = 256 << 20;
  if (view.header().control() || view.header().last_offset() < from) return std::unique_ptr<data::RecordReader>();
  ASSIGN_OR_RETURN(data::RecordReader reader, data::RecordReader::Open(view, static_cast<size_t>(std::min(kUnpackedBytesMax, memory / 4))));
  return std::make_unique<data::RecordReader>(std::move(reader));
}

// The first record of a run of batches at or after a time; offset -1 when there is none.
Result<ports::TimedOffset> FirstRecordAt(std::string_view run, int64_t timestamp_ms, data::Offset from, int64_t memory) {
  ASSIGN_OR_RETURN(auto batches, SplitBatches(run));
  data::Record record;
  for (std::string_view batch : batches) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
    if (view.header().max_timestamp_ms < timestamp_ms) continue;
    ASSIGN_OR_RETURN(auto reader, OpenRecords(view, from, memory));
    while (reader != nullptr) {
      ASSIGN_OR_RETURN(bool more, reader->Next(record));
      if (!more) break;
      if (record.timestamp_ms >= timestamp_ms && record.offset >= from) return ports::TimedOffset{record.offset, record.timestamp_ms, data::LeaderEpoch(0)};
    }
  }
  return ports::TimedOffset{};
}

// The record with the largest timestamp of a run of batches, the first of several; offset -1 when there is none.
Result<ports::TimedOffset> LatestRecord(std::string_view run, data::Offset from, int64_t memory) {
  ASSIGN_OR_RETURN(auto batches, SplitBatches(run));
  ports::TimedOffset latest;
  data::Record record;
  for (std::string_view batch : batches) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
    if (view.header().max_timestamp_ms <= latest.timestamp_ms) continue;
    ASSIGN_OR_RETURN(auto reader, OpenRecords(view, from, memory));
    while (reader != nullptr) {
      ASSIGN_OR_RETURN(bool more, reader->Next(record));
      if (!more) break;
      if (record.offset >= from && record.timestamp_ms > latest.timestamp_ms) latest = {record.offset, record.timestamp_ms, data::LeaderEpoch(0)};
    }
  }
  return latest;
}

// Takes what is later than the best so far; of two records of one time the first counts.
void KeepLater(ports::TimedOffset& latest, const ports::TimedOffset& other) {
  bool is_later = other.offset.get() >= 0 && (other.timestamp_ms > latest.timestamp_ms || (other.timestamp_ms == latest.timestamp_ms && other.offset < latest.offset));
  if (is_later) latest = other;
}

// Whether records from `base` on, of which none is later than `timestamp_ms`, may hold one that KeepLater would take.
bool MayHoldLater(const ports::TimedOffset& latest, int64_t timestamp_ms, data::Offset base) {
  return timestamp_ms > latest.timestamp_ms || (timestamp_ms == latest.timestamp_ms && base < latest.offset);
}

template <typename T>
void SortByTime(std::vector<T>& parts) {
  std::stable_sort(parts.begin(), parts.end(), [](const T& a, const T& b) { return a.max_timestamp_ms > b.max_timestamp_ms; });
}

}  // namespace

Task<ports::TimedOffset> SegmentLog::FindTime(Ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, FindTimeAtHome(home, key, timestamp_ms));
  co_return co_await hop;
}

Task<ports::TimedOffset> SegmentLog::FindTimeAtHome(Home& home, data::PartitionKey key, std::optional<int64_t> timestamp_ms) {
  for (;;) {
    auto found = Find(home, key);
    if (!found.ok()) co_return found.status();
    PartitionRef partition = *found;
    auto search = timestamp_ms.has_value() ? SearchTime(home, partition, *timestamp_ms) : SearchLatest(home, partition);
    auto record = co_await search;
    bool was_replaced = record.code() == Code::kNotFound && !partition->dropped;  // by compaction, in the middle of the search
    if (!was_replaced) co_return record;
  }
}

Task<ports::TimedOffset> SegmentLog::SearchTime(Home& home, PartitionRef partition, int64_t timestamp_ms) {
  std::vector<data::Offset> segments;
  for (const Segment& segment : partition->segments()) {
    if (segment.max_timestamp_ms >= timestamp_ms && segment.next_offset > partition->start()) segments.push_back(segment.base_offset);
  }
  std::vector<TailBatch> tail = partition->DurableTail();  // as of now: a flush does not hide it
  data::Offset from = partition->start();
  int64_t memory = env_.memory().bytes_max();
  Look look = [timestamp_ms, from, memory](std::string_view run) { return FirstRecordAt(run, timestamp_ms, from, memory); };
  for (data::Offset segment : segments) {
    auto loading = LoadIndexToSearch(home, partition, segment);
    auto searched = co_await loading;
    if (!searched.ok()) co_return searched.status();
    for (const Block& block : *searched->index) {
      if (block.max_timestamp_ms < timestamp_ms || block.last_offset < from) continue;
      auto reading = LookIntoBlock(partition, searched->name(), block, look);
      auto record = co_await reading;
      if (!record.ok()) co_return record.status();
      if (record->offset.get() >= 0) co_return *record;
    }
  }
  for (const TailBatch& batch : tail) {
    if (batch.max_timestamp_ms < timestamp_ms || batch.last_offset < from) continue;
    auto open = [&] { return look(*batch.bytes); };
    io::Offload opening(env_.workers(), io::Pool::kGeneral, open);
    auto record = co_await opening;
    if (!record.ok()) co_return record.status();
    if (record->offset.get() >= 0) co_return *record;
  }
  co_return ports::TimedOffset{};
}

// The record with the largest timestamp. Segments, blocks and batches say how late their records are at most, not how late those from the
// start on are, and a marker counts there as well: so they are opened from the latest down, until none can hold a later record than was found.
Task<ports::TimedOffset> SegmentLog::SearchLatest(Home& home, PartitionRef partition) {
  std::vector<Segment> segments;
  for (const Segment& segment : partition->segments()) {
    if (segment.next_offset > partition->start()) segments.push_back(segment);
  }
  std::vector<TailBatch> tail = partition->DurableTail();
  data::Offset from = partition->start();
  int64_t memory = env_.memory().bytes_max();
  Look look = [from, memory](std::string_view run) { return LatestRecord(run, from, memory); };
  ports::TimedOffset latest;
  SortByTime(tail);
  for (const TailBatch& batch : tail) {
    if (batch.last_offset < from || !MayHoldLater(latest, batch.max_timestamp_ms, batch.base_offset)) continue;
    auto open = [&] { return look(*batch.bytes); };
    io::Offload opening(env_.workers(), io::Pool::kGeneral, open);
    auto record = co_await opening;
    if (!record.ok()) co_return record.status();
    KeepLater(latest, *record);
  }
  SortByTime(segments);
  for (const Segment& segment : segments) {
    if (!MayHoldLater(latest, segment.max_timestamp_ms, segment.base_offset)) continue;
    auto loading = LoadIndexToSearch(home, partition, segment.base_offset);
    auto searched = co_await loading;
    if (!searched.ok()) co_return searched.status();
    std::vector<Block> blocks = *searched->index;
    SortByTime(blocks);
    for (const Block& block : blocks) {
      if (block.last_offset < from || !MayHoldLater(latest, block.max_timestamp_ms, block.base_offset)) continue;
      auto reading = LookIntoBlock(partition, searched->name(), block, look);
      auto record = co_await reading;
      if (!record.ok()) co_return record.status();
      KeepLater(latest, *record);
    }
  }
  co_return latest;
}

// A copy of the segment with its blocks, which stay as they are now. NotFound: it is gone.
Task<Segment> SegmentLog::LoadIndexToSearch(Home& home, PartitionRef partition, data::Offset segment_base) {
  auto loading = LoadIndex(home, partition, segment_base);
  Status loaded = co_await loading;
  const Segment* segment = partition->FindSegment(segment_base);
  if (loaded.code() == Code::kNotFound && segment != nullptr) co_return Fault::Corrupt(loaded.fault().message());
  if (!loaded.ok()) co_return loaded;
  if (segment == nullptr || segment->index == nullptr) co_return Fault::NotFound("segment ", segment_base, " is gone");
  Segment copy = *segment;
  copy.index = std::make_shared<std::vector<Block>>(*segment->index);
  co_return copy;
}

// What `look` finds in a block; on a worker, where its batches are opened, too. NotFound: the segment is gone or another file is in its place;
// a file that should be there and is not is damage.
Task<ports::TimedOffset> SegmentLog::LookIntoBlock(PartitionRef partition, SegmentName name, Block block, Look look) {
  auto find = [&]() -> Result<ports::TimedOffset> {
    ASSIGN_OR_RETURN(auto runs, partition->files().ReadBlocks(name, std::span<const Block>(&block, 1)));
    return look(*runs.front());
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, find);
  auto record = co_await offload;
  if (record.ok()) co_return record;
  const Segment* now = partition->FindSegment(name.base);
  bool is_another = now == nullptr || now->name() != name;
  if (is_another) co_return Fault::NotFound("segment ", name.base, " is gone");
  if (record.code() == Code::kNotFound) co_return Fault::Corrupt(record.fault().message());
  co_return record.status();
}

}  // namespace freshet::log
