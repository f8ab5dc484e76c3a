#include "base/planted.h"
#include "engines/log/log.h"

// From memory to segments and checkpoints.

namespace freshet::log {

void SegmentLog::MaybeFlush(Home& home, const PartitionRef& partition) {
  if (partition->dropped) return;
  bool is_full = home.tail.used() >= options_.tail_flush_bytes / static_cast<int64_t>(homes_.size());
  if (is_full && !home.flushing_all) {
    home.group.Spawn(io::Lane::kNormal, FlushAll(home));
  } else if (partition->durable_tail_bytes() >= options_.partition_flush_bytes && !partition->flushing) {
    home.group.Spawn(io::Lane::kNormal, FlushPartition(home, partition));
  }
}

Task<> SegmentLog::FlushAll(Home& home) {
  home.flushing_all = true;
  std::vector<PartitionRef> partitions;
  for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
  for (PartitionRef& partition : partitions) {
    auto flush = FlushPartition(home, partition);
    co_await flush;
  }
  home.flushing_all = false;
  co_return Status::Ok();
}

SegmentLog::FlushWork SegmentLog::TakeTail(const Partition& partition) const {
  FlushWork work{.batches = partition.DurableTail()};
  if (partition.segments().empty()) return work;
  work.newest = partition.segments().back();
  work.newest->index = nullptr;  // of the loop
  return work;
}

// Writes the durable tail behind the newest segment, and into new ones where the batches say so. Not synced: until a
// checkpoint syncs it, the journal keeps its copy. On failure the tail stays in memory.
Task<> SegmentLog::FlushPartition(Home& home, PartitionRef partition) {
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  FlushWork work = TakeTail(*partition);
  if (work.batches.empty() || partition->dropped) co_return Status::Ok();
  partition->flushing = true;
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_segment_write");
    Status written = WriteTail(*partition, work);
    env_.kill_points().Reach("log.after_segment_write");
    return written;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  partition->flushing = false;
  partition->used_since_checkpoint = true;
  TakeIn(home, partition, std::move(work));
  if (!written.ok()) {
    log_.Warn("a segment could not be written; its records stay in memory and journal", {{"partition", partition->key()}, {"why", written.ToString()}});
  }
  partition->moved().NotifyAll();
  co_return written;
}

// On a worker (or in replay): each run of batches goes to one segment. What was written before a failure counts.
Status SegmentLog::WriteTail(Partition& partition, FlushWork& work) {
  std::span<const TailBatch> left = work.batches;
  while (!left.empty()) {
    size_t count = 1;
    while (count < left.size() && !left[count].starts_segment) ++count;
    FlushedRun run{.batches = count};
    bool starts = left.front().starts_segment || !work.newest.has_value();
    if (starts) run.segment = {.base_offset = left.front().base_offset, .next_offset = left.front().base_offset, .created_ms = left.front().appended_ms};
    else run.segment = *work.newest;
    RETURN_NOT_OK(UseWriter(partition, run.segment, work));
    RETURN_NOT_OK(partition.writer->Append(run.segment, left.first(count), run.added));
    work.newest = run.segment;
    work.runs.push_back(std::move(run));
    left = left.subspan(count);
  }
  if (open_writers_.load() <= options_.open_writers_max) return {};
  Status closed = CloseWriter(partition);
  work.sync_failed = !closed.ok();
  return closed;
}

// The writer of a segment that is full is synced before it goes; one of a segment that never came to be is not.
Status SegmentLog::UseWriter(Partition& partition, const Segment& segment, FlushWork& work) {
  if (partition.writer != nullptr && partition.writer->base_offset() == segment.base_offset) return {};
  bool is_known = partition.writer != nullptr && work.newest.has_value() && partition.writer->base_offset() == work.newest->base_offset;
  if (is_known) {
    Status closed = CloseWriter(partition);
    work.sync_failed = !closed.ok();
    RETURN_NOT_OK(closed);
  }
  if (partition.writer == nullptr) open_writers_.fetch_add(1);
  auto opened = partition.files().OpenWriter(segment);
  if (!opened.ok()) open_writers_.fetch_sub(1);
  partition.writer = opened.ok() ? std::move(opened).value() : nullptr;
  return opened.status();
}

Status SegmentLog::CloseWriter(Partition& partition) {
  if (partition.writer == nullptr) return {};
  RETURN_NOT_OK(partition.writer->Sync());
  partition.writer.reset();
  open_writers_.fetch_sub(1);
  return {};
}

void SegmentLog::TakeIn(Home& home, const PartitionRef& partition, FlushWork work) {
  if (work.sync_failed) FailStorage(*partition);
  bool may_cache = !work.runs.empty();
  int64_t before = partition->tail_bytes();
  partition->Flushed(std::move(work.runs));
  home.tail.Release(before - partition->tail_bytes());
  if (may_cache) KeepIndex(home, partition, partition->segments().back().base_offset);
}

namespace {

std::string TopicOf(const Partition& partition) { return partition.topic() == nullptr ? partition.key().topic.ToString() : partition.topic()->name; }

}  // namespace

Gauge& SegmentLog::FailedGauge(const Partition& partition) {
  return env_.metrics().AddGauge("freshet_log_partition_failed", "1: the disk did not take in a segment of it; it takes no records, and no checkpoint of the house is made, until a restart",
                                 {{"topic", TopicOf(partition)}, {"partition", StrCat(partition.key().partition)}});
}

// What the journal holds of the partition must stay until it was replayed, so checkpoints of the whole house end with this, too.
void SegmentLog::FailStorage(Partition& partition) {
  if (std::exchange(partition.storage_failed, true)) return;
  std::string name = StrCat("topic '", TopicOf(partition), "' partition ", partition.key().partition);
  log_.Error("the disk did not take in a segment; its partition takes no records and no checkpoint is made until a restart replays it", {{"partition", name}});
  FailedGauge(partition).Set(1);
  std::lock_guard lock(failed_mutex_);
  failed_[partition.key()] = std::move(name);
}

// Its topic is gone.
void SegmentLog::ForgetFailed(const Partition& partition) {
  FailedGauge(partition).Set(0);
  std::lock_guard lock(failed_mutex_);
  failed_.erase(partition.key());
}

std::string SegmentLog::failed_partition() const {
  std::lock_guard lock(failed_mutex_);
  return failed_.empty() ? "" : failed_.begin()->second;
}

Task<> SegmentLog::Flush(Ctx, data::Position up_to) {
  std::vector<Gathered> gathered(homes_.size());
  io::RunOnAll hops;
  for (size_t i = 0; i < homes_.size(); ++i) hops.Add(homes_[i]->loop, GatherHome(*homes_[i], up_to, &gathered[i]));
  Status done = co_await hops;
  Checkpoint checkpoint{.position = up_to};
  for (Gathered& home : gathered) {
    checkpoint.position = std::min(checkpoint.position, home.whole_below);
    for (PartitionState& state : home.states) checkpoint.partitions.push_back(std::move(state));
    for (Sweep& sweep : home.sweeps) unswept_.push_back(std::move(sweep));
  }
  if (!done.ok()) co_return done;
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_checkpoint");
    RETURN_NOT_OK(WriteCheckpoint(env_.files(), options_.directory, checkpoint));
    env_.kill_points().Reach("log.after_checkpoint");
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  done = co_await offload;
  if (!done.ok()) co_return done;
  durable_position_.store(checkpoint.position.get(), std::memory_order_release);
  checkpoints_.fetch_add(1);
  std::vector<Sweep> sweeps = std::exchange(unswept_, {});
  auto sweep = [&]() -> Status {
    Status first;
    std::erase_if(sweeps, [&](const Sweep& gone) {
      Status swept = SweepOne(gone);
      if (first.ok()) first = swept;
      return swept.ok();
    });
    return first;
  };
  io::Offload sweeping(env_.workers(), io::Pool::kGeneral, sweep);
  Status swept = co_await sweeping;
  if (!swept.ok()) log_.Warn("files that are no longer needed stay behind until the next checkpoint", {{"partitions", sweeps.size()}, {"why", swept.ToString()}});
  unswept_ = std::move(sweeps);
  co_return Status::Ok();
}

// On a worker.
Status SegmentLog::SweepOne(const Sweep& gone) {
  for (SegmentName segment : gone.segments) RETURN_NOT_OK(gone.partition->files().Remove(segment));
  if (!gone.whole) return {};
  RETURN_NOT_OK(gone.partition->files().RemoveAll());
  (void)env_.files().Remove(StrCat(options_.directory, "/", gone.partition->key().topic));  // when it was the last one
  return {};
}

// Whatever stands in the journal below whole_below is in synced segments when this returns.
Task<> SegmentLog::GatherHome(Home& home, data::Position up_to, Gathered* gathered) {
  gathered->whole_below = home.open_units.WholeBelow(up_to);
  for (PartitionRef& partition : home.dropped) gathered->sweeps.push_back({.partition = partition, .segments = {}, .whole = true});
  home.dropped.clear();
  std::vector<PartitionRef> partitions;
  for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
  size_t next = 0;
  io::RunOnAll syncs;
  for (int i = 0; i < kSyncsAtOnce; ++i) syncs.Add(home.loop, SyncInTurn(home, &partitions, &next, gathered));
  co_return co_await syncs;
}

// Several of these share the partitions: a file system makes one commit of the syncs that it is asked for meanwhile.
Task<> SegmentLog::SyncInTurn(Home& home, const std::vector<PartitionRef>* partitions, size_t* next, Gathered* gathered) {
  while (*next < partitions->size()) {
    PartitionRef partition = (*partitions)[(*next)++];
    CO_RETURN_NOT_OK(FlushPartition(home, partition));
    CO_RETURN_NOT_OK(SyncPartition(partition, gathered));
  }
  co_return Status::Ok();
}

// The state is taken in the same step in which the sync is known, so it names nothing else.
Task<> SegmentLog::SyncPartition(PartitionRef partition, Gathered* gathered) {
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  if (partition->dropped) co_return Status::Ok();
  if (partition->storage_failed) co_return Fault::IoError("partition ", partition->key(), ": a segment could not be synced; restart to replay it from the journal");
  bool cleans = !partition->cleaned && !partition->compacting && !partition->awaits_joint && checkpoints_.load() > 0 && unswept_.empty();
  bool closes = !partition->used_since_checkpoint;
  partition->used_since_checkpoint = false;
  if (partition->writer != nullptr || cleans) {
    std::vector<SegmentName> owned = partition->condemned;
    for (const Segment& segment : partition->segments()) owned.push_back(segment.name());
    if (partition->writer != nullptr) owned.push_back({partition->writer->base_offset()});  // of a segment whose first unit was refused: the next one goes there
    partition->flushing = true;
    bool sync_failed = false;
    auto sync = [&]() -> Status {
      env_.kill_points().Reach("log.before_segment_sync");
      bool skips = partition->writer == nullptr || Planted("checkpoint_names_unsynced");
      Status synced = skips ? Status() : closes ? CloseWriter(*partition) : partition->writer->Sync();
      sync_failed = !synced.ok();
      RETURN_NOT_OK(synced);
      return cleans ? partition->files().RemoveOthers(owned) : Status();
    };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, sync);
    Status synced = co_await offload;
    partition->flushing = false;
    if (sync_failed) FailStorage(*partition);
    partition->moved().NotifyAll();
    if (!synced.ok()) co_return synced;
    partition->cleaned = partition->cleaned || cleans;
  }
  partition->CondemnTrimmed();  // what was in memory when its offsets were trimmed is in a segment now
  gathered->states.push_back(partition->ToState());
  if (!partition->condemned.empty()) gathered->sweeps.push_back({.partition = partition, .segments = std::move(partition->condemned)});
  partition->condemned.clear();
  co_return Status::Ok();
}

}  // namespace freshet::log
