#include "engines/log/log.h"

// From memory to segments, checkpoints, and what retention takes away.

namespace freshet::log {
namespace {

constexpr size_t kTrimPayloadBytes = 8;

}  // namespace

void SegmentLog::MaybeFlush(Home& home, PartitionRef partition) {
  bool large = partition->durable_tail_bytes() >= options_.partition_flush_bytes;
  bool all_full = tail_budget_.used() >= options_.tail_flush_bytes && partition->durable_tail_bytes() > 0;
  if ((large || all_full) && !partition->flushing) home.group.Spawn(io::Lane::kIdle, FlushPartition(partition));
}

// Writes the durable tail to the newest segment. On failure the tail stays in memory, and the journal keeps its copy.
Task<> SegmentLog::FlushPartition(PartitionRef partition) {
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  std::vector<TailBatch> batches = partition->DurableTail();
  if (batches.empty()) co_return Status::Ok();
  partition->flushing = true;
  Segment segment = partition->SegmentForFlush(env_.clock().WallNow().ms);
  std::vector<Segment> known = partition->segments();
  bool clean_first = !partition->cleaned;
  auto write = [&]() -> Status {
    if (clean_first) RETURN_NOT_OK(partition->files().RemoveOthers(known));
    env_.kill_points().Reach("log.before_segment_write");
    RETURN_NOT_OK(partition->files().Append(segment, batches));
    env_.kill_points().Reach("log.after_segment_write");
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  partition->flushing = false;
  if (written.ok()) {
    partition->cleaned = true;
    int64_t before = partition->tail_bytes();
    partition->Flushed(std::move(segment), batches.size());
    tail_budget_.Release(before - partition->tail_bytes());
  } else {
    log_.Warn("a segment could not be written; its records stay in memory and journal", {{"partition", partition->key()}, {"why", written.ToString()}});
  }
  partition->moved().NotifyAll();
  co_return written;
}

// Everything whose journal frame had been queued when this was called is in segments when it returns.
Task<> SegmentLog::FlushHome(Home& home, std::vector<PartitionState>* states) {
  uint64_t fence = home.enqueued;
  while (home.completed < fence) {
    io::Signal::Waiter wait(home.completion, MonoTime::Never());
    co_await wait;
  }
  std::vector<PartitionRef> partitions;
  for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
  for (PartitionRef& partition : partitions) {
    auto flush = FlushPartition(partition);
    Status flushed = co_await flush;
    if (!flushed.ok() && partition->topic() != nullptr) co_return flushed;
    if (partition->topic() != nullptr) states->push_back(partition->ToState());
  }
  co_return Status::Ok();
}

Task<> SegmentLog::Flush(Ctx, data::Position up_to) {
  Checkpoint checkpoint{.position = up_to};
  for (auto& home : homes_) {
    std::vector<PartitionState> states;
    io::RunOn hop(home->loop, FlushHome(*home, &states));
    auto flushed = co_await hop;
    if (!flushed.ok()) co_return flushed;
    for (PartitionState& state : states) checkpoint.partitions.push_back(std::move(state));
  }
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_checkpoint");
    RETURN_NOT_OK(WriteCheckpoint(env_.files(), options_.directory, checkpoint));
    env_.kill_points().Reach("log.after_checkpoint");
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (written.ok()) durable_position_.store(up_to.get(), std::memory_order_release);
  co_return written;
}

// Replay, before the loops serve: memory stays bounded by writing large tails at once.
Status SegmentLog::Apply(const data::FrameView& frame) {
  if (frame.stream.kind != data::StreamKind::kPartition) return {};
  PartitionRef partition = AddPartition(HomeOf(frame.stream.key()), frame.stream.key(), nullptr);
  if (frame.type == data::RecordType::kLogTrim) {
    if (frame.payload.size() != kTrimPayloadBytes) return Fault::Corrupt("partition ", frame.stream.key(), ": a trim record has ", frame.payload.size(), " bytes");
    partition->ReplayTrim(data::Offset(LoadInt<int64_t>(Order::kLittle, frame.payload.data())));
    return {};
  }
  if (frame.type != data::RecordType::kLogAppend) return {};
  int64_t before = partition->tail_bytes();
  RETURN_NOT_OK(partition->Replay(frame.payload));
  int64_t grown = partition->tail_bytes() - before;
  if (grown > 0 && !tail_budget_.TryReserve(grown)) return tail_budget_.Full(grown);
  if (partition->tail_bytes() < options_.partition_flush_bytes && tail_budget_.used() < options_.tail_flush_bytes) return {};
  std::vector<TailBatch> batches = partition->DurableTail();
  Segment segment = partition->SegmentForFlush(frame.wall_time_ms);
  if (!partition->cleaned) RETURN_NOT_OK(partition->files().RemoveOthers(partition->segments()));
  RETURN_NOT_OK(partition->files().Append(segment, batches));
  partition->cleaned = true;
  int64_t held = partition->tail_bytes();
  partition->Flushed(std::move(segment), batches.size());
  tail_budget_.Release(held - partition->tail_bytes());
  return {};
}

// The lost batch shows as a gap when the next one is replayed; if none follows, nothing after it was acknowledged and
// its offsets cannot be told from an unwritten end, so they are given again.
Status SegmentLog::ApplyDamage(const data::StreamId& stream, data::Position position) {
  if (stream.kind != data::StreamKind::kPartition) return {};
  log_.Error("a journal record of a partition is damaged; its offsets are quarantined", {{"partition", stream.key()}, {"position", position}});
  return {};
}

Task<> SegmentLog::Begin(ports::Commit& commit) {
  commit_ = &commit;
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, BeginAtHome(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<> SegmentLog::BeginAtHome(Home& home) {
  std::vector<Uuid> orphans;
  for (const auto& [key, partition] : home.partitions) {
    if (partition->topic() == nullptr) orphans.push_back(key.topic);
  }
  for (const Uuid& topic : orphans) {
    auto drop = DropAtHome(home, topic);
    co_await drop;
  }
  home.group.Spawn(io::Lane::kIdle, RetentionLoop(home));
  co_return Status::Ok();
}

Task<> SegmentLog::Close() {
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, CloseHome(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<> SegmentLog::CloseHome(Home& home) {
  auto close = home.group.Close();
  co_return co_await close;
}

Task<> SegmentLog::RetentionLoop(Home& home) {
  for (;;) {
    io::Signal::Waiter tick(home.group.cancelled(), env_.clock().Now() + options_.retention_interval);
    bool cancelled = co_await tick;
    if (cancelled || home.group.cancel()->raised()) co_return Status::Ok();
    std::vector<PartitionRef> partitions;
    for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
    for (PartitionRef& partition : partitions) {
      std::vector<Segment> expired = partition->Expired(env_.clock().WallNow().ms);
      if (expired.empty()) continue;
      Ctx ctx;
      auto trim = TrimPartition(ctx, home, partition, expired.back().next_offset);
      Status trimmed = co_await trim;
      if (!trimmed.ok()) log_.Warn("retention could not trim a partition", {{"partition", partition->key()}, {"why", trimmed.ToString()}});
    }
  }
}

Task<data::Offset> SegmentLog::Trim(Ctx ctx, data::PartitionKey key, data::Offset before) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, TrimAtHome(ctx, home, key, before));
  co_return co_await hop;
}

Task<data::Offset> SegmentLog::TrimAtHome(Ctx ctx, Home& home, data::PartitionKey key, data::Offset before) {
  auto partition = Find(home, key);
  if (!partition.ok()) co_return partition.status();
  if (before > (*partition)->durable_end() || before.get() < 0) {
    co_return Fault::OutOfRange("partition ", key, " ends at ", (*partition)->durable_end(), "; it cannot be trimmed to ", before);
  }
  if (before > (*partition)->start()) {
    CO_RETURN_NOT_OK(TrimPartition(ctx, home, *partition, before));
  }
  co_return (*partition)->start();
}

// The new start is journaled before a file goes, so that no reader of a recovered log misses records it was promised.
Task<> SegmentLog::TrimPartition(Ctx ctx, Home& home, PartitionRef partition, data::Offset before) {
  std::string payload(kTrimPayloadBytes, '\0');
  StoreInt<int64_t>(Order::kLittle, payload.data(), before.get());
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kLogTrim, .stream = data::StreamId::OfPartition(partition->key()), .head = std::move(payload)});
  ++home.enqueued;
  auto submit = commit_->Submit(ctx, std::move(unit));
  auto submitted = co_await submit;
  std::vector<Segment> gone;
  if (submitted.ok()) gone = partition->TrimTo(before);
  ++home.completed;
  home.completion.NotifyAll();
  if (!submitted.ok()) co_return submitted.status();
  auto remove = [&]() -> Status {
    for (const Segment& segment : gone) RETURN_NOT_OK(partition->files().Remove(segment));
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
  co_return co_await offload;
}

}  // namespace freshet::log
