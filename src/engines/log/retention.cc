#include "engines/log/pending.h"
#include "io/age_clock.h"

// What goes: by time, by size, by request.

namespace freshet::log {

// Looks at its times, and within seconds when the disk has no room for what is written.
Task<> SegmentLog::RetentionLoop(Home& home) {
  io::AgeClock ages(env_.clock());
  bool doubted = false;
  MonoTime due = env_.clock().Now() + options_.retention_interval;
  for (;;) {
    io::Signal::Waiter tick(home.group.cancelled(), std::min(due, env_.clock().Now() + options_.retention_interval_full));
    bool cancelled = co_await tick;
    if (cancelled || home.group.cancel()->raised()) co_return Status::Ok();
    if (env_.clock().Now() < due && !std::exchange(home.lacks_room, false)) continue;
    due = env_.clock().Now() + options_.retention_interval;
    int64_t now_ms = ages.Now().ms;
    bool begins_to_doubt = ages.doubts() && !doubted && &home == homes_.front().get();
    if (begins_to_doubt) log_.Warn("the wall clock has stepped forwards; for an hour nothing is removed for an age that it alone makes", {{"ahead_ms", env_.clock().WallNow().ms - now_ms}});
    doubted = ages.doubts();
    std::vector<PartitionRef> partitions;
    for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
    for (PartitionRef& partition : partitions) {
      std::optional<data::Offset> below = partition->ExpiredBelow(now_ms);
      if (!below.has_value()) continue;
      auto trim = TrimPartition(home, partition, *below);
      Status trimmed = co_await trim;
      if (!trimmed.ok()) log_.Warn("retention could not trim a partition", {{"partition", partition->key()}, {"why", trimmed.ToString()}});
    }
  }
}

Task<data::Offset> SegmentLog::Trim(Ctx, data::PartitionKey key, data::Offset before) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, TrimAtHome(home, key, before));
  co_return co_await hop;
}

Task<data::Offset> SegmentLog::TrimAtHome(Home& home, data::PartitionKey key, data::Offset before) {
  auto found = Find(home, key);
  if (!found.ok()) co_return found.status();
  PartitionRef partition = *found;
  if (before > partition->durable_end() || before.get() < 0) {
    co_return Fault::OutOfRange("partition ", key, " ends at ", partition->durable_end(), "; it cannot be trimmed to ", before);
  }
  if (before > partition->start()) {
    CO_RETURN_NOT_OK(TrimPartition(home, partition, before));
  }
  co_return partition->start();
}

// The new start is journaled before it moves, so that no reader after a crash sees what was trimmed, and no reader before
// misses what a crash would bring back. The files go when a checkpoint no longer names them.
Task<> SegmentLog::TrimPartition(Home& home, PartitionRef partition, data::Offset before) {
  std::string payload(sizeof(int64_t), '\0');
  StoreInt<int64_t>(Order::kLittle, payload.data(), before.get());
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kLogTrim, .stream = data::StreamId::OfPartition(partition->key()), .next_offset = partition->next_offset(), .head = std::move(payload)});
  PendingTrim pending(home, *commit_, partition, before);
  Status queued = commit_->Enqueue(std::move(unit), pending);
  if (!queued.ok()) co_return queued;
  Status trimmed = co_await pending;
  if (!trimmed.ok()) co_return trimmed;
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  partition->CondemnTrimmed();
  co_return Status::Ok();
}

}  // namespace freshet::log
