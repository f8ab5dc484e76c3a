#include "testing/memory_log.h"

#include <algorithm>

#include "data/record_batch.h"
#include "io/wait.h"

namespace freshet::testing {
namespace {

constexpr size_t kBatchesRemembered = 5;
constexpr Duration kLookAgain = Milliseconds(1);
constexpr size_t kUnpackedBytesMax = 256 << 20;

}  // namespace

Task<> MemoryLog::Declare(Ctx, std::shared_ptr<const data::Topic> topic) {
  std::lock_guard lock(mutex_);
  for (int32_t i = 0; i < topic->partitions; ++i) partitions_.try_emplace({topic->id, data::PartitionId(i)});
  topics_[topic->id] = std::move(topic);
  co_return Status::Ok();
}

Task<> MemoryLog::Drop(Ctx, Uuid topic) {
  std::lock_guard lock(mutex_);
  topics_.erase(topic);
  std::erase_if(partitions_, [&](const auto& entry) { return entry.first.topic == topic; });
  co_return Status::Ok();
}

void MemoryLog::FailAppends(Status status) {
  std::lock_guard lock(mutex_);
  append_fault_ = std::move(status);
}

MemoryLog::Partition* MemoryLog::Find(const data::PartitionKey& key) {
  auto found = partitions_.find(key);
  return found == partitions_.end() ? nullptr : &found->second;
}

Task<std::vector<Result<ports::Appended>>> MemoryLog::Append(Ctx ctx, std::vector<ports::LogAppend> appends) {
  Status wanted = ctx.Check(env_.clock().Now());
  if (!wanted.ok()) co_return wanted;
  std::vector<Result<ports::Appended>> outcomes;
  {
    std::lock_guard lock(mutex_);
    for (const auto& append : appends) outcomes.push_back(AppendRun(append));
  }
  if (delay_ > Duration{}) {
    io::SleepUntil pause(env_.clock().Now() + delay_);
    co_await pause;
  }
  co_return outcomes;
}

// Frames of other rooms have nowhere to go here: they only count against the bound.
Task<std::vector<ports::Appended>> MemoryLog::AppendTogether(Ctx ctx, std::vector<ports::LogAppend> appends, std::vector<data::Frame> frames) {
  Status wanted = ctx.Check(env_.clock().Now());
  if (!wanted.ok()) co_return wanted;
  std::vector<ports::Appended> answers;
  {
    std::lock_guard lock(mutex_);
    int64_t bytes = 0;
    for (const data::Frame& frame : frames) bytes += frame.bytes();
    for (const auto& append : appends) {
      Status goes = CheckRun(append);
      if (!goes.ok()) co_return goes;
      bytes += static_cast<int64_t>(append.run().size());
    }
    if (bytes > ports::kJointBytesMax) co_return Fault::TooLarge("rows and records of ", bytes, " bytes are to take effect together; at most ", ports::kJointBytesMax);
    for (const auto& append : appends) answers.push_back(AppendRun(append).value());
  }
  if (delay_ > Duration{}) {
    io::SleepUntil pause(env_.clock().Now() + delay_);
    co_await pause;
  }
  co_return answers;
}

Status MemoryLog::CheckRun(const ports::LogAppend& append) {
  if (!append_fault_.ok()) return append_fault_;
  if (Find(append.key) == nullptr) return Fault::NotFound("partition ", append.key);
  if (append.run().empty()) return Fault::Corrupt("nothing to append");
  const data::Topic& topic = *topics_.at(append.key.topic);
  for (std::string_view run = append.run(); !run.empty();) {
    ASSIGN_OR_RETURN(auto batch, data::RecordBatchView::Parse(run));
    RETURN_NOT_OK(batch.Validate());
    if (batch.header().has_producer() && !batch.header().control()) return Fault::Invalid("partition ", append.key, ": a batch with a producer id cannot be appended together with others");
    bool is_large = batch.bytes().size() > static_cast<size_t>(topic.log.max_message_bytes);
    if (is_large && !batch.header().control()) return Fault::TooLarge("batch of ", batch.bytes().size(), " bytes");
    run.remove_prefix(batch.bytes().size());
  }
  return {};
}

Result<ports::Appended> MemoryLog::AppendRun(const ports::LogAppend& append) {
  if (!append_fault_.ok()) return append_fault_.fault();
  Partition* partition = Find(append.key);
  if (partition == nullptr) return Fault::NotFound("partition ", append.key);
  const data::Topic& topic = *topics_.at(append.key.topic);
  if (append.run().size() > ports::kJointBytesMax) return Fault::TooLarge("a unit of ", append.run().size(), " bytes; at most ", ports::kJointBytesMax);
  std::optional<ports::Appended> first;
  std::string_view run = append.run();
  while (!run.empty()) {
    ASSIGN_OR_RETURN(auto batch, data::RecordBatchView::Parse(run));
    RETURN_NOT_OK(batch.Validate());
    ASSIGN_OR_RETURN(auto appended, AppendBatch(topic, *partition, std::string(batch.bytes())));
    if (!first) first = appended;
    run.remove_prefix(batch.bytes().size());
  }
  if (!first) return Fault::Invalid("nothing to append");
  return *first;
}

Result<ports::Appended> MemoryLog::AppendBatch(const data::Topic& topic, Partition& partition, std::string bytes) {
  auto header = data::RecordBatchView::Parse(bytes)->header();
  if (bytes.size() > static_cast<size_t>(topic.log.max_message_bytes) && !header.control()) {
    return Fault::TooLarge("batch of ", bytes.size(), " bytes; topic ", topic.name, " takes ", topic.log.max_message_bytes);
  }
  ports::Appended appended{.base_offset = partition.end, .log_start = partition.start};
  if (header.control()) {
    ASSIGN_OR_RETURN(data::ControlMarker marker, data::ParseControlBatch(data::RecordBatchView::Parse(bytes).value()));
    EndTransaction(partition, marker);
  } else if (header.has_producer()) {
    ProducerState& producer = partition.producers[header.producer_id];
    if (header.producer_epoch < producer.epoch) return Fault::Fenced("producer ", header.producer_id);
    if (header.producer_epoch > producer.epoch) {
      producer.epoch = header.producer_epoch;
      producer.newest.clear();
    }
    for (const auto& range : producer.newest) {
      if (range.first != header.base_sequence || range.last != header.last_sequence()) continue;
      appended.base_offset = range.base_offset;
      appended.duplicate = true;
      return appended;
    }
    auto after = [](data::Sequence s) { return s.get() == INT32_MAX ? 0 : s.get() + 1; };
    if (!producer.newest.empty() && header.base_sequence.get() != after(producer.newest.back().last)) {
      return Fault::OutOfOrder("producer ", header.producer_id, " sequence ", header.base_sequence);
    }
    RETURN_NOT_OK(CheckTransaction(producer, header));
    if (header.transactional() && producer.open.get() < 0) producer.open = partition.end;
    producer.newest.push_back({header.base_sequence, header.last_sequence(), partition.end});
    if (producer.newest.size() > kBatchesRemembered) producer.newest.pop_front();
  }
  data::PlaceRecordBatch(bytes.data(), partition.end, data::LeaderEpoch(0));
  if (topic.log.log_append_time) {
    appended.log_append_time_ms = env_.clock().WallNow().ms;
    data::StampLogAppendTime(bytes, appended.log_append_time_ms);
  }
  data::Offset last = partition.end + header.last_offset_delta;
  partition.batches.push_back({partition.end, last, std::make_shared<const std::string>(std::move(bytes))});
  partition.end = last + 1;
  return appended;
}

Status MemoryLog::CheckTransaction(const ProducerState& producer, const data::RecordBatchHeader& header) {
  bool belongs = header.transactional() ? producer.admitted == header.producer_epoch : producer.open.get() < 0;
  return belongs ? Status() : Fault::Conflict("producer ", header.producer_id, ": this batch and its open transaction do not go together");
}

void MemoryLog::EndTransaction(Partition& partition, const data::ControlMarker& marker) {
  ProducerState& producer = partition.producers[marker.producer_id];
  bool is_abort = marker.kind == data::ControlMarker::Kind::kAbort;
  if (is_abort && producer.open.get() >= 0) partition.aborted.push_back({marker.producer_id, producer.open, partition.end});
  if (producer.epoch != marker.producer_epoch) producer.newest.clear();
  producer.epoch = marker.producer_epoch;
  producer.admitted = data::kNoProducerEpoch;
  producer.open = data::Offset(-1);
}

data::Offset MemoryLog::Partition::last_stable() const {
  data::Offset stable = end;
  for (const auto& [id, producer] : producers) {
    if (producer.open.get() >= 0) stable = std::min(stable, producer.open);
  }
  return std::max(start, stable);
}

Task<> MemoryLog::AdmitTransaction(Ctx, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) {
  std::lock_guard lock(mutex_);
  for (const data::PartitionKey& key : partitions) {
    Partition* partition = Find(key);
    if (partition != nullptr) partition->producers[producer].admitted = epoch;
  }
  co_return Status::Ok();
}

Task<std::vector<ports::ProducerStanding>> MemoryLog::DescribeProducers(Ctx, data::PartitionKey key) {
  std::lock_guard lock(mutex_);
  Partition* partition = Find(key);
  if (partition == nullptr) co_return Fault::NotFound("partition ", key);
  std::vector<ports::ProducerStanding> standings;
  for (const auto& [id, producer] : partition->producers) {
    ports::ProducerStanding standing{.id = id, .epoch = producer.epoch};
    if (!producer.newest.empty()) standing.last_sequence = producer.newest.back().last;
    standing.transaction_start = producer.open;
    standings.push_back(standing);
  }
  co_return standings;
}

ports::LogSlice MemoryLog::Slice(const ports::LogRead& read, bool first, int64_t& bytes_left) {
  ports::LogSlice slice;
  Partition* partition = Find(read.key);
  if (partition == nullptr) {
    slice.status = Fault::NotFound("partition ", read.key);
    return slice;
  }
  slice.bounds = partition->bounds();
  if (read.from < partition->start || read.from > partition->end) {
    slice.status = Fault::OutOfRange("offset ", read.from, " of ", read.key);
    return slice;
  }
  int64_t partition_left = read.bytes_max;
  data::Offset visible_end = read.committed_only ? slice.bounds.last_stable : slice.bounds.end;
  data::Offset at = read.from;
  for (const auto& batch : partition->batches) {
    if (batch.last < read.from) continue;
    if (batch.first >= visible_end) break;
    auto size = static_cast<int64_t>(batch.bytes->size());
    bool must = first && slice.batches.empty();
    if (!must && (size > partition_left || size > bytes_left)) break;
    slice.batches.push_back(batch.bytes);
    partition_left -= size;
    bytes_left -= size;
    at = batch.last + 1;
  }
  for (const ports::AbortedTransaction& aborted : partition->aborted) {
    if (read.committed_only && aborted.first < at && aborted.marker >= read.from) slice.aborted.push_back(aborted);
  }
  std::sort(slice.aborted.begin(), slice.aborted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return slice;
}

Task<std::vector<ports::LogSlice>> MemoryLog::Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) {
  for (;;) {
    std::vector<ports::LogSlice> slices;
    int64_t bytes = 0;
    bool at_once = false;
    {
      std::lock_guard lock(mutex_);
      int64_t bytes_left = wait.bytes_max;
      for (const auto& read : reads) {
        slices.push_back(Slice(read, bytes == 0, bytes_left));
        at_once = at_once || !slices.back().status.ok();
        for (const auto& batch : slices.back().batches) bytes += static_cast<int64_t>(batch->size());
      }
    }
    MonoTime now = env_.clock().Now();
    if (at_once || bytes >= wait.bytes_min || now >= wait.until) co_return slices;
    if (auto status = ctx.Check(now); !status.ok()) co_return status;
    io::SleepUntil pause(std::min(wait.until, now + kLookAgain));
    co_await pause;
  }
}

Task<ports::PartitionBounds> MemoryLog::Bounds(Ctx, data::PartitionKey key) {
  std::lock_guard lock(mutex_);
  Partition* partition = Find(key);
  if (partition == nullptr) co_return Fault::NotFound("partition ", key);
  co_return partition->bounds();
}

Task<int64_t> MemoryLog::Size(Ctx, data::PartitionKey key) {
  std::lock_guard lock(mutex_);
  Partition* partition = Find(key);
  if (partition == nullptr) co_return Fault::NotFound("partition ", key);
  int64_t bytes = 0;
  for (const auto& batch : partition->batches) bytes += static_cast<int64_t>(batch.bytes->size());
  co_return bytes;
}

Result<ports::TimedOffset> MemoryLog::Search(const data::PartitionKey& key, std::optional<int64_t> timestamp_ms) {
  Partition* partition = Find(key);
  if (partition == nullptr) return Fault::NotFound("partition ", key);
  ports::TimedOffset best;
  for (const auto& stored : partition->batches) {
    ASSIGN_OR_RETURN(auto batch, data::RecordBatchView::Parse(*stored.bytes));
    if (batch.header().control()) continue;
    ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(batch, kUnpackedBytesMax));
    data::Record record;
    for (;;) {
      ASSIGN_OR_RETURN(bool more, reader.Next(record));
      if (!more) break;
      if (record.offset < partition->start) continue;
      bool found = timestamp_ms ? record.timestamp_ms >= *timestamp_ms : record.timestamp_ms > best.timestamp_ms;
      if (found) best = {record.offset, record.timestamp_ms, data::LeaderEpoch(0)};
      if (found && timestamp_ms) return best;
    }
  }
  return best;
}

Task<ports::TimedOffset> MemoryLog::FindTime(Ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) {
  std::lock_guard lock(mutex_);
  co_return Search(key, timestamp_ms);
}

Task<data::Offset> MemoryLog::Trim(Ctx, data::PartitionKey key, data::Offset before) {
  std::lock_guard lock(mutex_);
  Partition* partition = Find(key);
  if (partition == nullptr) co_return Fault::NotFound("partition ", key);
  if (before > partition->end) co_return Fault::OutOfRange("offset ", before, " is above the high watermark of ", key);
  partition->start = std::max(partition->start, before);
  std::erase_if(partition->batches, [&](const StoredBatch& batch) { return batch.last < partition->start; });
  co_return partition->start;
}

}  // namespace freshet::testing
