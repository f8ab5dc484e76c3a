#include "data/record_batch_header.h"
#include "engines/log/pending.h"

// The journal's records come back at start, before the loops serve anybody.

namespace freshet::log {

Status SegmentLog::Apply(const data::FrameView& frame) {
  if (frame.stream.kind != data::StreamKind::kPartition) return {};
  Home& home = HomeOf(frame.stream.key());
  PartitionRef partition = AddPartition(home, frame.stream.key(), nullptr);
  switch (frame.type) {
    case data::RecordType::kLogAppend: {
      if (frame.payload.empty()) return Fault::Corrupt("partition ", partition->key(), ": an empty record at journal position ", frame.position);
      int64_t before = partition->tail_bytes();
      RETURN_NOT_OK(partition->ReplayBatch(frame.payload.substr(1), frame.payload[0] == kStartsSegment, frame.wall_time_ms));
      int64_t grown = partition->tail_bytes() - before;
      if (grown > 0 && !home.tail.TryReserve(grown)) return tail_budget_.Full(grown);
      if (partition->durable_tail_bytes() >= options_.partition_flush_bytes) return FlushInReplay(partition);
      if (tail_budget_.used() < options_.tail_flush_bytes) return {};
      for (auto& each : homes_) {
        for (auto& [key, other] : each->partitions) RETURN_NOT_OK(FlushInReplay(other));
      }
      return {};
    }
    case data::RecordType::kLogRef: {
      if (frame.type_version > LargeRef::kVersion) {
        return Fault::Unsupported("a reference to a large batch at journal position ", frame.position, " has version ", static_cast<int>(frame.type_version), "; start the newer program that wrote it");
      }
      return ApplyRef(*partition, frame.payload, frame.wall_time_ms);
    }
    case data::RecordType::kLogTrim: {
      if (frame.payload.size() != sizeof(int64_t)) return Fault::Corrupt("partition ", partition->key(), ": a trim record has ", frame.payload.size(), " bytes");
      partition->ReplayTrim(data::Offset(LoadInt<int64_t>(Order::kLittle, frame.payload.data())));
      return {};
    }
    default: return {};
  }
}

Status SegmentLog::FlushInReplay(const PartitionRef& partition) {
  FlushWork work = TakeTail(*partition);
  if (work.batches.empty()) return {};
  Status written = WriteTail(*partition, work);
  partition->used_since_checkpoint = true;
  TakeIn(HomeOf(partition->key()), partition, std::move(work));
  return written;
}

namespace {

// What a replay needs to know of a large batch.
struct StoredLarge {
  Joining joining;
  uint32_t block_crc = 0;
};

// Of one whose reference has its header only that is read: who reads the batch checks its block, as of every other segment. kNotFound or kCorrupt when it
// is not there.
Result<StoredLarge> FindLarge(Partition& partition, const LargeRef& ref) {
  bool is_told = !ref.header.empty();
  ASSIGN_OR_RETURN(std::string bytes, partition.files().ReadRaw(ref.segment_base, ref.place, is_told ? static_cast<int64_t>(ref.header.size()) : ref.bytes));
  if (is_told ? bytes != ref.header : !ref.Holds(bytes)) return Fault::Corrupt("its bytes do not match the journal's checksum");
  if (is_told) {
    ASSIGN_OR_RETURN(data::RecordBatchHeader header, data::DecodeRecordBatchHeader(bytes));
    return StoredLarge{{.header = header, .marker = std::nullopt}, ref.block_crc};
  }
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(bytes));
  ASSIGN_OR_RETURN(Joining joining, Joining::Of(view));
  return StoredLarge{joining, BlockCrc(partition.key(), {ref.segment_base}, ref.place, bytes)};
}

}  // namespace

// The batch stands at its place in the segment's file, synced before the journal knew of it. What belongs in front of it is
// written first, to the same places as the first time.
Status SegmentLog::ApplyRef(Partition& partition, std::string_view payload, int64_t wall_ms) {
  ASSIGN_OR_RETURN(LargeRef ref, LargeRef::Decode(payload));
  if (ref.next_offset <= partition.next_offset()) return {};
  PartitionRef shared = HomeOf(partition.key()).partitions.at(partition.key());
  RETURN_NOT_OK(FlushInReplay(shared));
  auto stored = FindLarge(partition, ref);
  bool is_lost = stored.code() == Code::kNotFound || stored.code() == Code::kCorrupt;
  if (!stored.ok() && !is_lost) return stored.status();  // perhaps it can be read later: nothing is given up
  if (is_lost) {
    log_.Error("a large batch is damaged in its segment; its offsets are quarantined", {{"partition", partition.key()}, {"segment", ref.segment_base}, {"place", ref.place}, {"bytes", ref.bytes},
                                                                                          {"next_offset", ref.next_offset}, {"why", stored.ToString()}});
    partition.ReplayLoss(ref.next_offset);
    return {};
  }
  const data::RecordBatchHeader& header = stored->joining.header;
  if (header.base_offset < partition.next_offset()) return Fault::Corrupt("partition ", partition.key(), ": a large batch begins at ", header.base_offset, " where ", partition.next_offset(), " is next");
  partition.ReplayLoss(header.base_offset);
  FlushWork work = TakeTail(partition);
  bool continues = !ref.starts_segment && work.newest.has_value() && work.newest->base_offset == ref.segment_base;
  FlushedRun run;
  if (continues) run.segment = *work.newest;
  else run.segment = {.base_offset = ref.segment_base, .next_offset = ref.segment_base, .created_ms = wall_ms};
  RETURN_NOT_OK(UseWriter(partition, run.segment, work));
  if (run.segment.bytes == 0) run.segment.bytes = kSegmentHeaderBytes;
  Block block{.place = ref.place, .bytes = ref.bytes, .crc = stored->block_crc,
              .base_offset = header.base_offset, .last_offset = header.last_offset(), .max_timestamp_ms = header.max_timestamp_ms};
  RETURN_NOT_OK(partition.writer->Adopt(run.segment, block, run.added));
  partition.Adopt(stored->joining, std::move(run));
  partition.used_since_checkpoint = true;
  KeepIndex(HomeOf(partition.key()), shared, ref.segment_base);
  if (open_writers_.load() > options_.open_writers_max) return CloseWriter(partition);
  return {};
}

// With its header a damaged record says which offsets it took. Without, what it took shows as a gap when the partition's next
// record is replayed; a partition's very last records, lost together with their headers, are not missed by anybody.
Status SegmentLog::ApplyDamage(const data::Damage& damage) {
  if (!damage.stream.has_value()) {
    lost_unknown_ = true;
    log_.Error("a stretch of the journal is damaged; partitions that miss offsets will quarantine them", {{"begin", damage.begin}, {"end", damage.end}});
    return {};
  }
  if (damage.stream->kind != data::StreamKind::kPartition) return {};
  PartitionRef partition = AddPartition(HomeOf(damage.stream->key()), damage.stream->key(), nullptr);
  log_.Error("a journal record of a partition is damaged; its offsets are quarantined", {{"partition", partition->key()}, {"position", damage.begin}, {"from_offset", partition->next_offset()}, {"next_offset", damage.next_offset}});
  partition->ReplayLoss(damage.next_offset);
  return {};
}

}  // namespace freshet::log
