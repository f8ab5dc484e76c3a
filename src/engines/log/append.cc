#include "base/planted.h"
#include "data/checksum.h"
#include "engines/log/pending.h"

// The way of a batch into the log: checked, placed, queued for the journal, answered when it is durable.

namespace freshet::log {

Task<std::vector<Result<ports::Appended>>> SegmentLog::Append(Ctx ctx, std::vector<ports::LogAppend> appends) {
  std::vector<Result<ports::Appended>> outcomes(appends.size(), Fault::Internal("the append was not run"));
  auto check = ctx.Check(env_.clock().Now());
  if (!check.ok()) co_return check;
  io::RunOnAll hops;
  for (auto& home : homes_) {
    std::vector<ports::LogAppend*> here;
    std::vector<Result<ports::Appended>*> here_outcomes;
    for (size_t i = 0; i < appends.size(); ++i) {
      if (&HomeOf(appends[i].key) != home.get()) continue;
      here.push_back(&appends[i]);
      here_outcomes.push_back(&outcomes[i]);
    }
    if (!here.empty()) hops.Add(home->loop, AppendAtHome(*home, std::move(here), std::move(here_outcomes), ctx.deadline));
  }
  Status appended = co_await hops;
  if (!appended.ok()) co_return appended;
  co_return outcomes;
}

namespace {

Fault TooLate() { return Fault::DeadlineExceeded("the disk had not taken the records in when the request's deadline passed; whether they are stored is not known, send them again"); }

}  // namespace

// All batches are queued before the first wait for the journal, so one group commit can carry them.
Task<> SegmentLog::AppendAtHome(Home& home, std::vector<ports::LogAppend*> appends, std::vector<Result<ports::Appended>*> outcomes, MonoTime deadline) {
  std::vector<Result<Started>> started;
  for (ports::LogAppend* append : appends) {
    auto partition = Find(home, append->key);
    if (!partition.ok()) {
      started.push_back(partition.status());
    } else if (static_cast<int64_t>(append->run().size()) >= options_.large_batch_bytes || !(*partition)->turns.are_free()) {
      started.push_back(Fault::Internal("the append was not run"));
      auto in_turn = WaitInTurn(home, *partition, append, deadline, &started.back());
      co_await in_turn;
    } else {
      started.push_back(StartAppend(home, *partition, *append));
    }
  }
  for (size_t i = 0; i < started.size(); ++i) {
    if (!started[i].ok()) {
      *outcomes[i] = started[i].status();
      continue;
    }
    *outcomes[i] = started[i]->answer;
    auto wait = WaitUntilDurable(&*started[i], deadline);
    Status durable = co_await wait;
    if (!durable.ok()) *outcomes[i] = durable;
    MaybeFlush(home, started[i]->partition);
  }
  co_return Status::Ok();
}

// Until the deadline: then the unit meets its fate alone.
Task<> SegmentLog::WaitUntilDurable(Started* started, MonoTime deadline) {
  if (started->pending == nullptr) {
    if (!started->answer.duplicate) co_return Status::Ok();
    auto duplicate = WaitForDuplicate(started, deadline);
    co_return co_await duplicate;
  }
  PendingAppend& pending = *started->pending;
  while (!pending.done()) {
    io::Signal::Waiter wait(pending.settled(), deadline);
    bool is_settled = co_await wait;
    if (is_settled || Planted("deadline_not_kept")) continue;
    pending.OwnItself(std::move(started->pending));
    co_return TooLate();
  }
  co_return pending.outcome.status();
}

// The first copy may still be on its way to the disk.
Task<> SegmentLog::WaitForDuplicate(Started* started, MonoTime deadline) {
  Partition& partition = *started->partition;
  if (Planted("duplicate_answered_early")) co_return Status::Ok();
  while (partition.durable_end() < started->durable_at && partition.next_offset() > partition.durable_end()) {
    io::Signal::Waiter wait(partition.moved(), deadline);
    bool has_moved = co_await wait;
    if (!has_moved) co_return TooLate();
  }
  if (partition.durable_end() < started->durable_at) co_return Fault::Unavailable("the journal failed before the first copy of this batch was durable");
  co_return Status::Ok();
}

Task<> SegmentLog::WaitInTurn(Home& home, PartitionRef partition, ports::LogAppend* append, MonoTime deadline, Result<Started>* started) {
  auto going = std::make_shared<InTurn>(std::move(*append));
  home.group.Spawn(io::Lane::kUrgent, StartInTurn(home, partition, going));
  while (!going->ended) {
    io::Signal::Waiter wait(going->changed, deadline);
    bool has_changed = co_await wait;
    if (has_changed) continue;
    going->given_up = true;
    *started = TooLate();
    co_return Status::Ok();
  }
  *started = std::move(going->started);
  co_return Status::Ok();
}

// What is given up before its turn has come is not appended.
Task<> SegmentLog::StartInTurn(Home& home, PartitionRef partition, std::shared_ptr<InTurn> going) {
  io::Turn turn(partition->turns);
  home.lines[partition.get()].push_back(going);
  co_await turn;
  auto line = home.lines.find(partition.get());
  line->second.pop_front();
  if (line->second.empty()) home.lines.erase(line);
  if (going->given_up || going->taken) co_return Status::Ok();
  auto start = StartNow(home, partition, going);
  co_await start;
  bool is_alone = going->given_up && going->started.ok() && going->started->pending != nullptr;
  if (is_alone) {
    PendingAppend& pending = *going->started->pending;
    pending.OwnItself(std::move(going->started->pending));
  }
  going->End();
  co_return Status::Ok();
}

Task<> SegmentLog::StartNow(Home& home, PartitionRef partition, std::shared_ptr<InTurn> going) {
  ports::LogAppend& append = going->append;
  bool is_large = static_cast<int64_t>(append.run().size()) >= options_.large_batch_bytes;
  auto views = !is_large ? Result<std::vector<data::RecordBatchView>>(std::vector<data::RecordBatchView>())
               : partition->dropped ? Fault::NotFound("no partition ", append.key) : CheckBatches(*partition, append.run());
  if (!views.ok() || views->size() != 1) {  // small, a run of small ones, or a refusal
    going->started = StartAppend(home, partition, append);
    co_return Status::Ok();
  }
  std::vector<std::shared_ptr<InTurn>> together = TakeFollowers(home, *partition, static_cast<int64_t>(append.run().size()));
  together.insert(together.begin(), going);
  auto append_large = AppendLarge(home, partition, &together);
  Status appended = co_await append_large;
  for (size_t i = 0; i < together.size(); ++i) {
    if (!appended.ok()) together[i]->started = appended;
    if (i > 0) together[i]->End();
  }
  co_return Status::Ok();
}

// Large batches that are next in line go with the one whose turn it is, and share its syncs: those without a producer, for a sequence is only looked at when the one before it is durable.
std::vector<std::shared_ptr<SegmentLog::InTurn>> SegmentLog::TakeFollowers(Home& home, const Partition& partition, int64_t bytes) {
  constexpr int64_t kTogetherBytesMax = 4 << 20;
  std::vector<std::shared_ptr<InTurn>> followers;
  auto line = home.lines.find(&partition);
  if (line == home.lines.end()) return followers;
  for (const std::shared_ptr<InTurn>& next : line->second) {
    auto size = static_cast<int64_t>(next->append.run().size());
    bytes += size;
    if (next->given_up || size < options_.large_batch_bytes || bytes > kTogetherBytesMax) break;
    auto views = CheckBatches(partition, next->append.run());
    if (!views.ok() || views->size() != 1 || views->front().header().has_producer()) break;
    next->taken = true;
    followers.push_back(next);
  }
  return followers;
}

// What the partition still has in memory is written first, so that the segment's order is the log's; then the batches; then both
// are synced; then the journal learns of them. Holds the partition's turn, and nothing else of it is flushed meanwhile.
Task<> SegmentLog::AppendLarge(Home& home, PartitionRef partition, const std::vector<std::shared_ptr<InTurn>>* together) {
  while (partition->next_offset() > partition->durable_end()) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  CO_RETURN_NOT_OK(FlushPartition(home, partition));
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  if (partition->dropped) co_return Fault::NotFound("no partition ", partition->key());
  if (!partition->tail().empty() || partition->storage_failed) co_return Fault::IoError("partition ", partition->key(), ": its segment could not be written");
  Placed placed{.next = partition->next_offset()};
  int64_t wall_ms = env_.clock().WallNow().ms;
  for (const auto& one : *together) one->started = PlaceLarge(partition, one->append, wall_ms, placed);
  if (placed.tail.empty()) co_return Status::Ok();
  FlushWork work = TakeTail(*partition);
  std::vector<FlushedRun> runs;
  partition->flushing = true;
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_large_write");
    Status synced = WritePlaced(*partition, placed, work, runs);
    if (synced.ok()) env_.kill_points().Reach("log.after_large_write");
    return synced;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (work.sync_failed) FailStorage(*partition);
  partition->flushing = false;  // the unit may be held for want of room: a checkpoint, which makes some, does not wait for it
  partition->used_since_checkpoint = true;
  partition->moved().NotifyAll();
  if (!written.ok()) co_return written;
  ReferToPlaced(*partition, runs, placed);
  ports::Unit unit;
  for (data::Frame& frame : placed.frames) unit.Stage(std::move(frame));
  PendingLarge pending(home, *commit_, partition, std::move(placed.joining), std::move(runs));
  written = commit_->Enqueue(std::move(unit), pending);
  home.lacks_room = home.lacks_room || written.code() == Code::kDiskFull;
  if (!written.ok()) co_return written;
  partition->awaits_joint = true;
  written = co_await pending;
  // The journal failed with the references perhaps written: their places in the segment must stay as they are.
  if (!written.ok()) FailStorage(*partition);
  partition->moved().NotifyAll();
  if (!written.ok()) co_return written;
  KeepIndex(home, partition, partition->segments().back().base_offset);
  co_return Status::Ok();
}

// The one batch of this append, which was checked, behind those placed so far.
Result<SegmentLog::Started> SegmentLog::PlaceLarge(const PartitionRef& partition, ports::LogAppend& append, int64_t wall_ms, Placed& placed) {
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(append.run()));
  if (view.header().control()) return Fault::Invalid("partition ", append.key, ": markers are appended by the coordinator of transactions alone");
  ASSIGN_OR_RETURN(const Producers::Kept* duplicate, partition->FindDuplicate(view.header()));
  Started started{.partition = partition, .answer = {.base_offset = placed.next, .log_start = partition->start()}};
  if (duplicate != nullptr) {
    started.answer.base_offset = duplicate->base_offset;
    started.answer.duplicate = true;
    return started;
  }
  if (partition->config().log_append_time) started.answer.log_append_time_ms = wall_ms;
  std::vector<data::RecordBatchView> views = {view};
  Place(*partition, views, append.TakeRun(), wall_ms, placed);
  return started;
}

// On a worker: each of the batches to its place in a segment; then they are synced.
Status SegmentLog::WritePlaced(Partition& partition, const Placed& placed, FlushWork& work, std::vector<FlushedRun>& runs) {
  for (const TailBatch& batch : placed.tail) {
    work.batches.assign(1, batch);
    RETURN_NOT_OK(WriteTail(partition, work));
    runs.push_back(std::move(work.runs.back()));
    runs.back().batches = 0;
  }
  bool syncs = partition.writer != nullptr && !Planted("large_batch_unsynced");
  Status synced = syncs ? partition.writer->SyncBatches() : Status();
  work.sync_failed = work.sync_failed || !synced.ok();
  return synced;
}

// The frames refer to the batches where they stand now, instead of containing them.
void SegmentLog::ReferToPlaced(const Partition& partition, const std::vector<FlushedRun>& runs, Placed& placed) {
  for (size_t i = 0; i < runs.size(); ++i) {
    const TailBatch& batch = placed.tail[i];
    const Block& block = runs[i].added.back();
    LargeRef ref{.starts_segment = batch.starts_segment, .segment_base = runs[i].segment.base_offset, .place = block.place, .bytes = static_cast<int64_t>(batch.bytes->size()),
                 .crc = data::Crc32cExtendByBatch(0, *batch.bytes), .next_offset = batch.last_offset + 1, .block_crc = block.crc};
    if (!placed.joining[i].header.control()) ref.header = std::string(batch.bytes->substr(0, data::kRecordBatchHeaderBytes));
    placed.frames[i] = {.type = data::RecordType::kLogRef, .type_version = LargeRef::kVersion, .stream = data::StreamId::OfPartition(partition.key()), .next_offset = ref.next_offset, .head = ref.Encode()};
    bytes_in_.Add(ref.bytes);
  }
  batches_in_.Add(static_cast<int64_t>(runs.size()));
  placed.tail.clear();
}

Result<SegmentLog::Started> SegmentLog::StartAppend(Home& home, PartitionRef partition, ports::LogAppend& append) {
  if (partition->dropped) return Fault::NotFound("no partition ", append.key);
  if (partition->storage_failed) return Fault::IoError("partition ", append.key, ": its segment could not be synced; restart to replay it from the journal");
  ASSIGN_OR_RETURN(std::vector<data::RecordBatchView> views, CheckBatches(*partition, append.run()));
  if (views.front().header().control()) return Fault::Invalid("partition ", append.key, ": markers are appended by the coordinator of transactions alone");
  Started started{.partition = partition, .answer = {.base_offset = partition->next_offset(), .log_start = partition->start()}};
  ASSIGN_OR_RETURN(const Producers::Kept* duplicate, partition->FindDuplicate(views.front().header()));
  if (duplicate != nullptr) {
    started.answer.base_offset = duplicate->base_offset;
    started.answer.duplicate = true;
    started.durable_at = duplicate->last_offset + 1;
    return started;
  }
  int64_t wall_ms = env_.clock().WallNow().ms;
  if (partition->config().log_append_time) started.answer.log_append_time_ms = wall_ms;
  Placed placed{.next = partition->next_offset()};
  Place(*partition, views, append.TakeRun(), wall_ms, placed);
  if (!home.tail.TryReserve(placed.cost)) {
    MaybeFlush(home, partition);
    return tail_budget_.Full(placed.cost);
  }
  ports::Unit unit;
  for (data::Frame& frame : placed.frames) unit.Stage(std::move(frame));
  auto pending = std::make_unique<PendingAppend>(home, *commit_, partition, placed.next);
  Status queued = commit_->Enqueue(std::move(unit), *pending);
  if (!queued.ok()) {
    home.lacks_room = home.lacks_room || queued.code() == Code::kDiskFull;
    home.tail.Release(placed.cost);
    return queued;
  }
  JoinPlaced(*partition, placed);
  if (MayAnswerEarly(*partition)) {
    PendingAppend& early = *pending;
    early.AnswerEarly(env_.clock().Now());
    early.OwnItself(std::move(pending));
    early_answers_.Add();
  } else {
    started.pending = std::move(pending);
  }
  return started;
}

// While a disk takes longer than the topic's interval, no more of it may be lost than what came in one: later appends wait as those of other topics do.
bool SegmentLog::MayAnswerEarly(const Partition& partition) const {
  Duration interval = Milliseconds(partition.config().relaxed_durability_ms);
  if (interval.ns == 0 || Planted("interval_without_end")) return interval.ns > 0;
  return partition.answered_early.empty() || env_.clock().Now() - partition.answered_early.front() < interval;
}

// Gives the batches of `run` the offsets from placed.next on, and makes their journal frames and tail entries. Each batch says whether a
// segment begins with it.
void SegmentLog::Place(const Partition& partition, const std::vector<data::RecordBatchView>& views, data::OwnBytes run, int64_t wall_ms, Placed& placed) {
  std::vector<Joining> joining;
  std::vector<data::OwnBytes> batches;
  for (const data::RecordBatchView& view : views) joining.push_back(Joining::Of(view).value());  // CheckBatches has looked
  if (views.size() == 1) batches.push_back(std::move(run));
  else for (const data::RecordBatchView& view : views) batches.emplace_back(std::string(view.bytes()));

  for (size_t i = 0; i < batches.size(); ++i) {
    auto bytes = static_cast<int64_t>(batches[i].size());
    bool first = placed.tail.empty();
    bool starts = first ? partition.StartsSegment(bytes, wall_ms) : placed.segment_bytes + bytes > partition.config().segment_bytes;
    placed.segment_bytes = bytes + (starts ? kSegmentHeaderBytes : first ? partition.planned_bytes() : placed.segment_bytes);
    data::PlaceRecordBatch(batches[i].data(), placed.next, data::LeaderEpoch(0));
    data::RecordBatchHeader& header = joining[i].header;
    if (partition.config().log_append_time) {
      data::StampLogAppendTime(batches[i].span(), wall_ms);
      header.max_timestamp_ms = wall_ms;
    }
    header.base_offset = placed.next;
    placed.next = header.next_offset();
    placed.cost += Partition::CostOf(batches[i].view());
    data::KeptBytes body = batches[i].Keep();
    placed.frames.push_back({.type = data::RecordType::kLogAppend, .stream = data::StreamId::OfPartition(partition.key()), .next_offset = placed.next,
                             .head = std::string(1, starts ? kStartsSegment : '\0'), .body = body});
    if (body->size() >= data::kWorthJoiningBytes) placed.frames.back().body_crc = data::Crc32cExtendByBatch(0, *body);
    placed.tail.push_back({.base_offset = header.base_offset, .last_offset = header.last_offset(), .max_timestamp_ms = header.max_timestamp_ms,
                           .appended_ms = wall_ms, .starts_segment = starts, .bytes = std::move(body)});
    placed.joining.push_back(joining[i]);
  }
}

void SegmentLog::JoinPlaced(Partition& partition, Placed& placed) {
  batches_in_.Add(static_cast<int64_t>(placed.tail.size()));
  for (size_t i = 0; i < placed.tail.size(); ++i) {
    bytes_in_.Add(static_cast<int64_t>(placed.tail[i].bytes->size()));
    partition.Join(placed.joining[i], std::move(placed.tail[i]));
  }
}

// A producer sends one batch; our own sinks may send a run of them, without producer ids, which becomes durable as one.
Result<std::vector<data::RecordBatchView>> SegmentLog::CheckBatches(const Partition& partition, std::string_view run) const {
  std::vector<data::RecordBatchView> views;
  while (!run.empty() || views.empty()) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(run));
    if (view.header().control()) {
      RETURN_NOT_OK(data::ParseControlBatch(view));
    } else if (view.bytes().size() > static_cast<size_t>(partition.config().max_message_bytes)) {
      return Fault::TooLarge("a batch of ", view.bytes().size(), " bytes; topic '", partition.topic()->name, "' takes ", partition.config().max_message_bytes,
                             " (max.message.bytes)");
    }
    RETURN_NOT_OK(view.Validate());
    run.remove_prefix(view.bytes().size());
    views.push_back(view);
    if (views.size() > 1 && (view.header().has_producer() || views.front().header().has_producer())) {
      return Fault::Invalid("more than one record batch of a producer for partition ", partition.key(), " in one request");
    }
  }
  return views;
}

}  // namespace freshet::log
