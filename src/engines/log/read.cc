#include "engines/log/log.h"

namespace freshet::log {
namespace {

// The batches of a run of bytes, each copied out. The bytes were checked against a checksum of ours.
Result<std::vector<std::string_view>> SplitBatches(std::string_view run) {
  std::vector<std::string_view> batches;
  while (!run.empty()) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(run));
    batches.push_back(view.bytes());
    run.remove_prefix(view.bytes().size());
  }
  return batches;
}

// The first record of a batch at or after a time; offset -1 when there is none.
Result<ports::TimedOffset> FirstRecordAt(std::string_view batch, int64_t timestamp_ms, data::Offset from) {
  constexpr size_t kUnpackedBytesMax = 256u << 20;
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
  if (view.header().max_timestamp_ms < timestamp_ms) return ports::TimedOffset{};
  ASSIGN_OR_RETURN(data::RecordReader reader, data::RecordReader::Open(view, kUnpackedBytesMax));
  data::Record record;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return ports::TimedOffset{};
    if (record.timestamp_ms >= timestamp_ms && record.offset >= from) return ports::TimedOffset{record.offset, record.timestamp_ms, data::LeaderEpoch(0)};
  }
}

}  // namespace

Task<std::vector<ports::LogSlice>> SegmentLog::Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) {
  io::ThisLoop this_loop;
  io::Loop& loop = co_await this_loop;
  MonoTime until = std::min(wait.until, ctx.deadline);
  for (;;) {
    std::vector<ports::LogSlice> slices(reads.size());
    bool may_wait = env_.clock().Now() < until;
    std::shared_ptr<Watch> watch = may_wait ? std::make_shared<Watch>(loop) : nullptr;
    int64_t bytes = 0;
    bool failed = false;
    for (auto& home : homes_) {
      std::vector<ports::LogRead> here;
      std::vector<ports::LogSlice*> here_slices;
      for (size_t i = 0; i < reads.size(); ++i) {
        if (&HomeOf(reads[i].key) != home.get()) continue;
        here.push_back(reads[i]);
        here_slices.push_back(&slices[i]);
      }
      if (here.empty()) continue;
      int64_t left = std::min(wait.bytes_max, options_.read_bytes_max) - bytes;
      io::RunOn hop(home->loop, ReadAtHome(*home, std::move(here), here_slices, left, watch));
      auto read = co_await hop;
      if (!read.ok()) co_return read;
      for (const ports::LogSlice* slice : here_slices) {
        failed |= !slice->status.ok();
        for (const auto& batch : slice->batches) bytes += static_cast<int64_t>(batch->size());
      }
    }
    bool enough = failed || bytes >= wait.bytes_min || reads.empty();
    if (enough || !may_wait || (ctx.cancel != nullptr && ctx.cancel->raised())) co_return slices;
    if (watch->fired()) continue;
    io::Signal::Waiter waiter(watch->signal(), until);
    co_await waiter;
  }
}

Task<> SegmentLog::ReadAtHome(Home& home, std::vector<ports::LogRead> reads, std::vector<ports::LogSlice*> slices, int64_t bytes_max,
                              std::shared_ptr<Watch> watch) {
  bool first = true;
  for (size_t i = 0; i < reads.size(); ++i) {
    auto partition = Find(home, reads[i].key);
    if (!partition.ok()) {
      slices[i]->status = partition.status();
      continue;
    }
    if (watch != nullptr) (*partition)->AddWatch(watch);
    slices[i]->bounds = (*partition)->bounds();
    if (!first && bytes_max <= 0) continue;
    auto read = ReadPartition(*partition, reads[i].from, std::min(reads[i].bytes_max, bytes_max), first, slices[i]);
    co_await read;
    for (const auto& batch : slices[i]->batches) {
      bytes_max -= static_cast<int64_t>(batch->size());
      first = false;
    }
  }
  co_return Status::Ok();
}

Task<> SegmentLog::ReadPartition(PartitionRef partition, data::Offset from, int64_t bytes_max, bool first, ports::LogSlice* slice) {
  if (from < partition->start() || from > partition->durable_end()) {
    slice->status = Fault::OutOfRange("partition ", partition->key(), " has offsets ", partition->start(), " to ", partition->durable_end(), "; ", from, " was asked for");
    co_return Status::Ok();
  }
  slice->status = partition->CheckQuarantine(from);
  if (!slice->status.ok() || from == partition->durable_end()) co_return Status::Ok();
  if (partition->InTail(from)) {
    partition->ReadTail(from, bytes_max, first, *slice);
    co_return Status::Ok();
  }
  auto cold = ReadCold(partition, from, bytes_max, first, slice);
  Status read = co_await cold;
  if (read.code() == Code::kCorrupt) corrupt_reads_.Add();
  bool trimmed_meanwhile = read.code() == Code::kNotFound && from < partition->start();
  if (trimmed_meanwhile) slice->status = Fault::OutOfRange("partition ", partition->key(), " begins at ", partition->start(), " now");
  else if (!read.ok() && slice->batches.empty()) slice->status = read;
  co_return Status::Ok();
}

Task<> SegmentLog::LoadIndex(PartitionRef partition, data::Offset segment_base) {
  const auto& segments = partition->segments();
  auto segment = std::find_if(segments.begin(), segments.end(), [&](const Segment& s) { return s.base_offset == segment_base; });
  if (segment == segments.end()) co_return Fault::NotFound("segment ", segment_base, " is gone");
  if (segment->index != nullptr) co_return Status::Ok();
  Segment copy = *segment;
  auto load = [&] { return partition->files().LoadIndex(copy); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, load);
  auto index = co_await offload;
  if (!index.ok()) co_return index.status();
  partition->SetIndex(segment_base, *index);
  co_return Status::Ok();
}

Task<> SegmentLog::ReadCold(PartitionRef partition, data::Offset from, int64_t bytes_max, bool first, ports::LogSlice* slice) {
  for (;;) {
    const auto& segments = partition->segments();
    auto segment = std::partition_point(segments.begin(), segments.end(), [&](const Segment& s) { return s.next_offset <= from; });
    if (segment == segments.end()) {
      // The rest has not left the tail, or a quarantined gap lies between.
      if (partition->InTail(from)) partition->ReadTail(from, bytes_max, first, *slice);
      co_return Status::Ok();
    }
    Segment copy = *segment;
    if (copy.index == nullptr) {
      CO_RETURN_NOT_OK(LoadIndex(partition, copy.base_offset));
      continue;
    }
    auto block = std::partition_point(copy.index->begin(), copy.index->end(), [&](const Block& b) { return b.last_offset < from; });
    if (block == copy.index->end()) co_return Fault::Corrupt("partition ", partition->key(), ": the index of segment ", copy.base_offset, " lacks offset ", from);
    auto read_block = [&] { return partition->files().ReadBlock(copy, *block); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read_block);
    auto bytes = co_await offload;
    if (!bytes.ok()) co_return bytes.status();
    auto batches = SplitBatches(*bytes);
    if (!batches.ok()) co_return batches.status();
    for (std::string_view batch : *batches) {
      auto view = data::RecordBatchView::Parse(batch);
      if (view->header().last_offset() < from) continue;
      auto size = static_cast<int64_t>(batch.size());
      if (size > bytes_max && !first) co_return Status::Ok();
      slice->batches.push_back(std::make_shared<const std::string>(batch));
      bytes_max -= size;
      first = false;
      if (bytes_max <= 0) co_return Status::Ok();
    }
    from = block->last_offset + 1;
    if (from >= partition->durable_end() || !partition->CheckQuarantine(from).ok()) co_return Status::Ok();
  }
}

Task<ports::PartitionBounds> SegmentLog::Bounds(Ctx, data::PartitionKey key) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, BoundsAtHome(home, key));
  co_return co_await hop;
}

Task<ports::PartitionBounds> SegmentLog::BoundsAtHome(Home& home, data::PartitionKey key) {
  auto partition = Find(home, key);
  if (!partition.ok()) co_return partition.status();
  co_return (*partition)->bounds();
}

Task<ports::TimedOffset> SegmentLog::FindTime(Ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, FindTimeAtHome(home, key, timestamp_ms));
  co_return co_await hop;
}

Task<ports::TimedOffset> SegmentLog::FindTimeAtHome(Home& home, data::PartitionKey key, std::optional<int64_t> timestamp_ms) {
  auto found = Find(home, key);
  if (!found.ok()) co_return found.status();
  PartitionRef partition = *found;
  int64_t wanted = timestamp_ms.value_or(0);
  if (!timestamp_ms.has_value()) {  // the largest there is
    wanted = -1;
    for (const Segment& segment : partition->segments()) wanted = std::max(wanted, segment.max_timestamp_ms);
    for (const TailBatch& batch : partition->tail()) {
      if (batch.last_offset < partition->durable_end()) wanted = std::max(wanted, batch.max_timestamp_ms);
    }
    if (wanted < 0) co_return ports::TimedOffset{};
  }
  std::vector<Segment> segments = partition->segments();
  for (const Segment& segment : segments) {
    if (segment.max_timestamp_ms < wanted || segment.next_offset <= partition->start()) continue;
    CO_ASSIGN_OR_RETURN(ports::TimedOffset record, FindTimeInSegment(partition, segment.base_offset, wanted));
    if (record.offset.get() >= 0) co_return record;
  }
  for (const TailBatch& batch : partition->tail()) {
    if (batch.last_offset >= partition->durable_end()) break;
    auto record = FirstRecordAt(*batch.bytes, wanted, partition->start());
    if (!record.ok()) co_return record.status();
    if (record->offset.get() >= 0) co_return *record;
  }
  co_return ports::TimedOffset{};
}

Task<ports::TimedOffset> SegmentLog::FindTimeInSegment(PartitionRef partition, data::Offset segment_base, int64_t timestamp_ms) {
  CO_RETURN_NOT_OK(LoadIndex(partition, segment_base));
  const auto& segments = partition->segments();
  auto segment = std::find_if(segments.begin(), segments.end(), [&](const Segment& s) { return s.base_offset == segment_base; });
  if (segment == segments.end() || segment->index == nullptr) co_return ports::TimedOffset{};
  Segment copy = *segment;
  for (const Block& block : *copy.index) {
    if (block.max_timestamp_ms < timestamp_ms || block.last_offset < partition->start()) continue;
    auto read_block = [&] { return partition->files().ReadBlock(copy, block); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read_block);
    auto bytes = co_await offload;
    if (!bytes.ok()) co_return bytes.status();
    auto batches = SplitBatches(*bytes);
    if (!batches.ok()) co_return batches.status();
    for (std::string_view batch : *batches) {
      auto record = FirstRecordAt(batch, timestamp_ms, partition->start());
      if (!record.ok()) co_return record.status();
      if (record->offset.get() >= 0) co_return *record;
    }
  }
  co_return ports::TimedOffset{};
}

}  // namespace freshet::log
