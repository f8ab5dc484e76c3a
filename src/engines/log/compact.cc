#include "base/planted.h"
#include "engines/log/compaction.h"
#include "engines/log/log.h"
#include "io/age_clock.h"

// Topics with cleanup.policy=compact: of what is sealed, the newest record of each key stays. A pass reads from the start, writes new
// segments beside the old ones and syncs them; then the partition names the new ones, and the old ones go when a checkpoint does
// not name them any more. A crash before that checkpoint leaves the old ones.

namespace freshet::log {

// The pass over one partition. Touched by its task only, or by the worker that it waits for.
struct SegmentLog::Compaction {
  PartitionRef partition;
  std::vector<Segment> inputs;           // sealed, from the start
  data::Offset dirty_from;
  std::optional<CompactionPass> pass;
  std::vector<Segment> outputs;
  std::unique_ptr<SegmentWriter> writer; // of the last of them
  std::vector<TailBatch> held;           // the last of an output waits to learn where that ends: blocks leave no holes between them
  int64_t held_bytes = 0;
  data::Offset covered;                  // by the outputs, what is held included
  uint32_t generation = 0;
  bool swapped = false;                  // the partition names the outputs
};

Task<> SegmentLog::CompactionLoop(Home& home) {
  io::AgeClock ages(env_.clock());  // a tombstone that goes too early, nobody can bring back
  for (;;) {
    io::Signal::Waiter tick(home.group.cancelled(), env_.clock().Now() + options_.compaction_interval);
    bool cancelled = co_await tick;
    if (cancelled || home.group.cancel()->raised()) co_return Status::Ok();
    int64_t now_ms = ages.Now().ms;
    std::vector<PartitionRef> due;
    for (const auto& [key, partition] : home.partitions) {
      if (env_.clock().Now() >= partition->compaction_not_before && partition->IsCompactionDue(now_ms)) due.push_back(partition);
    }
    for (PartitionRef& partition : due) {
      auto compact = CompactPartition(home, partition, ages.Now().ms);
      Status compacted = co_await compact;
      if (home.group.cancel()->raised()) co_return Status::Ok();
      if (compacted.ok()) continue;
      compactions_failed_.Add();
      bool met_damage = compacted.code() == Code::kCorrupt;
      if (met_damage) partition->compaction_not_before = env_.clock().Now() + options_.compaction_after_damage;
      log_.Warn(met_damage ? "a partition could not be compacted, and grows until its damaged place is trimmed; its records stay as they are"
                           : "a partition could not be compacted; its records stay as they are",
                {{"partition", partition->key()}, {"why", compacted.ToString()}});
    }
  }
}

Task<> SegmentLog::CompactPartition(Home& home, PartitionRef partition, int64_t wall_ms) {
  // Whoever cleans up after a crash holds the flush, and knows of no file that would be made meanwhile.
  while (partition->flushing && !Planted("cleanup_takes_compaction")) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  if (partition->dropped) co_return Status::Ok();
  Compaction compaction{.partition = partition};
  compaction.inputs = partition->CompactionInputs(wall_ms, &compaction.dirty_from);
  if (compaction.inputs.empty()) co_return Status::Ok();
  partition->compacting = true;
  auto run = RunCompaction(home, &compaction, wall_ms);
  Status done = co_await run;
  partition->compacting = false;
  if (!done.ok() || !compaction.swapped) partition->cleaned = false;  // what it has written is garbage
  partition->moved().NotifyAll();
  co_return done;
}

Task<> SegmentLog::RunCompaction(Home& home, Compaction* compaction, int64_t wall_ms) {
  Partition& partition = *compaction->partition;
  data::Offset end = compaction->inputs.back().next_offset;
  compaction->covered = compaction->inputs.front().base_offset;
  CompactionPass::Rules rules{.dirty_from = compaction->dirty_from, .wall_ms = wall_ms, .delete_retention_ms = partition.config().delete_retention_ms,
                              .keys_bytes_max = options_.compaction_keys_bytes_max, .aborted = partition.AbortedIn(data::Offset(0), end)};
  compaction->pass.emplace(std::move(rules));
  for (const Segment& segment : compaction->inputs) compaction->generation = std::max(compaction->generation, segment.generation + 1);

  bool has_room = true;
  for (size_t i = 0; i < compaction->inputs.size() && has_room; ++i) {
    if (compaction->inputs[i].next_offset <= compaction->dirty_from) continue;
    CO_RETURN_NOT_OK(ReadThrough(home, compaction, i, true, &has_room));
  }
  while (compaction->inputs.size() > 1 && compaction->inputs.back().base_offset >= compaction->pass->learned_end()) compaction->inputs.pop_back();
  bool goes_on = true;
  for (size_t i = 0; i < compaction->inputs.size(); ++i) {
    CO_RETURN_NOT_OK(ReadThrough(home, compaction, i, false, &goes_on));
  }
  if (compaction->pass->unreadable() > 0) {
    log_.Warn("batches whose records cannot be opened stay as they are; trim the partition past them to be rid of them",
              {{"partition", partition.key()}, {"batches", compaction->pass->unreadable()}});
  }
  if (!compaction->pass->met_all()) co_return Fault::Internal("partition ", partition.key(), ": a compaction did not meet every key again; nothing is replaced");
  auto finish = [&]() -> Status {
    RETURN_NOT_OK(FinishOutput(*compaction, compaction->inputs.back().next_offset));
    env_.kill_points().Reach("log.after_compaction_write");
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, finish);
  Status finished = co_await offload;
  if (!finished.ok()) co_return finished;
  SwapCompacted(*compaction);
  env_.kill_points().Reach("log.after_compaction_swap");
  co_return Status::Ok();
}

// One segment, piece by piece, slowly: others need the disk, too.
Task<> SegmentLog::ReadThrough(Home& home, Compaction* compaction, size_t input, bool learns, bool* goes_on) {
  constexpr int64_t kPieceBytes = 1 << 20;
  Segment segment = compaction->inputs[input];
  auto load = [&] { return compaction->partition->files().LoadIndex(segment); };
  io::Offload loading(env_.workers(), io::Pool::kGeneral, load);
  auto index = co_await loading;
  if (!index.ok()) co_return index.status();
  const std::vector<Block>& entries = *index->blocks;
  if (static_cast<int64_t>(entries.size()) != segment.blocks) co_return Fault::Corrupt("partition ", compaction->partition->key(), ": the index of segment ", segment.base_offset, " is damaged");
  for (size_t next = 0; next < entries.size() && *goes_on;) {
    int64_t bytes = 0;
    size_t first = next;
    for (; next < entries.size() && bytes < kPieceBytes; ++next) bytes += entries[next].bytes;
    auto work = [&]() -> Status {
      std::span<const Block> blocks(&entries[first], next - first);
      ASSIGN_OR_RETURN(auto runs, compaction->partition->files().ReadBlocks(segment.name(), blocks));
      if (runs.size() != blocks.size()) return Fault::Corrupt("partition ", compaction->partition->key(), ": segment ", segment.base_offset, " is damaged");
      for (const data::KeptBytes& run : runs) RETURN_NOT_OK(learns ? LearnRun(*compaction, *run, goes_on) : KeepRun(*compaction, segment, *run));
      return Status();
    };
    io::Offload working(env_.workers(), io::Pool::kGeneral, work);
    Status worked = co_await working;
    if (!worked.ok()) co_return worked;
    io::Signal::Waiter pause(home.group.cancelled(), env_.clock().Now() + Nanoseconds(bytes * 1'000'000'000 / options_.compaction_bytes_per_second));
    co_await pause;
    if (home.group.cancel()->raised() || compaction->partition->dropped) co_return Fault::Cancelled("the compaction of partition ", compaction->partition->key(), " was given up");
  }
  co_return Status::Ok();
}

Status SegmentLog::LearnRun(Compaction& compaction, std::string_view run, bool* goes_on) {
  while (!run.empty() && *goes_on) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(run));
    ASSIGN_OR_RETURN(*goes_on, compaction.pass->Learn(view.bytes()));
    run.remove_prefix(view.bytes().size());
  }
  return {};
}

Status SegmentLog::KeepRun(Compaction& compaction, const Segment& input, std::string_view run) {
  while (!run.empty()) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(run));
    ASSIGN_OR_RETURN(std::string kept, compaction.pass->Keep(view.bytes()));
    if (!kept.empty()) RETURN_NOT_OK(Hold(compaction, input, std::move(kept)));
    run.remove_prefix(view.bytes().size());
  }
  return {};
}

// Batches of a block go to the file together, when the next one does not fit.
Status SegmentLog::Hold(Compaction& compaction, const Segment& input, std::string batch) {
  data::RecordBatchHeader header = data::RecordBatchView::Parse(batch)->header();
  auto bytes = static_cast<int64_t>(batch.size());
  bool is_first = compaction.outputs.empty();
  bool is_full = !is_first && compaction.outputs.back().bytes + compaction.held_bytes + bytes > compaction.partition->config().segment_bytes;
  if (is_full) RETURN_NOT_OK(FinishOutput(compaction, header.base_offset));
  if (is_first || is_full) BeginOutput(compaction, input);
  if (!compaction.held.empty() && compaction.held_bytes + bytes > kBlockBytes) RETURN_NOT_OK(WriteHeld(compaction));
  compaction.held.push_back({.base_offset = compaction.covered, .last_offset = header.last_offset(), .max_timestamp_ms = header.max_timestamp_ms,
                             .bytes = std::make_shared<const std::string>(std::move(batch))});
  compaction.held_bytes += bytes;
  compaction.covered = header.next_offset();
  return {};
}

void SegmentLog::BeginOutput(Compaction& compaction, const Segment& input) {
  compaction.outputs.push_back({.base_offset = compaction.covered, .next_offset = compaction.covered, .created_ms = input.created_ms, .generation = compaction.generation});
}

Status SegmentLog::WriteHeld(Compaction& compaction) {
  Segment& output = compaction.outputs.back();
  if (compaction.writer == nullptr) {
    ASSIGN_OR_RETURN(compaction.writer, compaction.partition->files().OpenWriter(output));
  }
  std::vector<Block> blocks;
  RETURN_NOT_OK(compaction.writer->Append(output, compaction.held, blocks));
  compaction.held.clear();
  compaction.held_bytes = 0;
  return {};
}

// The output reaches up to `end`, whatever stands last in it.
Status SegmentLog::FinishOutput(Compaction& compaction, data::Offset end) {
  if (compaction.outputs.empty()) BeginOutput(compaction, compaction.inputs.front());
  if (!compaction.held.empty()) {
    compaction.held.back().last_offset = end - 1;
    RETURN_NOT_OK(WriteHeld(compaction));
  }
  Segment& output = compaction.outputs.back();
  output.next_offset = end;
  compaction.covered = end;
  if (compaction.writer == nullptr) return {};  // nothing is left of it: no file
  RETURN_NOT_OK(compaction.writer->Sync());
  compaction.writer.reset();
  return {};
}

// On the home loop, in one step: a checkpoint names the old ones or the new ones.
void SegmentLog::SwapCompacted(Compaction& compaction) {
  Partition& partition = *compaction.partition;
  if (partition.dropped) return;
  data::Offset clean_end = std::min(compaction.pass->learned_end(), compaction.inputs.back().next_offset);
  int64_t before = partition.kept_bytes();
  if (!partition.Replace(compaction.inputs, compaction.outputs, clean_end, compaction.pass->markers_gone())) return;  // trimmed meanwhile
  compaction.swapped = true;
  if (Planted("inputs_removed_before_checkpoint")) {
    for (const Segment& input : compaction.inputs) (void)partition.files().Remove(input.name());
  }
  compacted_bytes_.Add(std::max<int64_t>(0, before - partition.kept_bytes()));
}

}  // namespace freshet::log
