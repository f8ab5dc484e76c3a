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
    } else if (static_cast<int64_t>(append->run().size()) >= options_.large_batch_bytes || !Turn::IsFree(**partition)) {
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
  Turn turn(partition);
  auto come = turn.Come();
  co_await come;
  if (going->given_up) co_return Status::Ok();
  auto start = StartNow(home, partition, going.get());
  co_await start;
  bool is_alone = going->given_up && going->started.ok() && going->started->pending != nullptr;
  if (is_alone) {
    PendingAppend& pending = *going->started->pending;
    pending.OwnItself(std::move(going->started->pending));
  }
  going->ended = true;
  going->changed.NotifyAll();
  co_return Status::Ok();
}

Task<> SegmentLog::StartNow(Home& home, PartitionRef partition, InTurn* going) {
  ports::LogAppend& append = going->append;
  if (static_cast<int64_t>(append.run().size()) < options_.large_batch_bytes) {
    going->started = StartAppend(home, partition, append);
    co_return Status::Ok();
  }
  auto views = partition->dropped ? Fault::NotFound("no partition ", append.key) : CheckBatches(*partition, append.run());
  if (!views.ok() || views->size() > 1) {  // a run of small ones, or a refusal
    going->started = StartAppend(home, partition, append);
    co_return Status::Ok();
  }
  Started large{.partition = partition};
  auto append_large = AppendLarge(home, partition, append.TakeRun(), views->front().header(), &large);
  Status appended = co_await append_large;
  if (appended.ok()) going->started = std::move(large);
  else going->started = appended;
  co_return Status::Ok();
}

// What the partition still has in memory is written first, so that the segment's order is the log's; then the batch; then both
// are synced; then the journal learns of it. Holds the partition's turn, and nothing else of it is flushed meanwhile.
Task<> SegmentLog::AppendLarge(Home& home, PartitionRef partition, data::OwnBytes batch, data::RecordBatchHeader header, Started* started) {
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
  auto duplicate = partition->FindDuplicate(header);
  if (!duplicate.ok()) co_return duplicate.status();
  started->answer = {.base_offset = partition->next_offset(), .log_start = partition->start()};
  if (*duplicate != nullptr) {
    started->answer.base_offset = (*duplicate)->base_offset;
    started->answer.duplicate = true;
    co_return Status::Ok();
  }
  data::PlaceRecordBatch(batch.data(), partition->next_offset(), data::LeaderEpoch(0));
  int64_t wall_ms = env_.clock().WallNow().ms;
  if (partition->config().log_append_time) {
    started->answer.log_append_time_ms = wall_ms;
    data::StampLogAppendTime(batch.span(), wall_ms);
  }
  header = data::RecordBatchView::Parse(batch.view())->header();
  auto bytes = static_cast<int64_t>(batch.size());
  FlushWork work = TakeTail(*partition);
  work.batches.push_back({.base_offset = header.base_offset, .last_offset = header.last_offset(), .max_timestamp_ms = header.max_timestamp_ms,
                          .appended_ms = wall_ms, .starts_segment = partition->StartsSegment(bytes, wall_ms),
                          .bytes = batch.Keep()});
  partition->flushing = true;
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_large_write");
    RETURN_NOT_OK(WriteTail(*partition, work));
    bool syncs = partition->writer != nullptr && !Planted("large_batch_unsynced");
    Status synced = syncs ? partition->writer->SyncBatches() : Status();
    work.sync_failed = work.sync_failed || !synced.ok();
    env_.kill_points().Reach("log.after_large_write");
    return synced;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  partition->storage_failed = partition->storage_failed || work.sync_failed;
  if (written.ok()) {
    FlushedRun run = std::move(work.runs.back());
    run.batches = 0;
    const Block& block = run.added.back();
    LargeRef ref{.starts_segment = work.batches.front().starts_segment, .segment_base = run.segment.base_offset, .place = block.place, .bytes = bytes,
                 .crc = data::Crc32cExtendByBatch(0, *work.batches.front().bytes), .next_offset = header.next_offset(), .block_crc = block.crc,
                 .header = std::string(work.batches.front().bytes->substr(0, data::kRecordBatchHeaderBytes))};
    Joining joining{.header = header, .marker = std::nullopt};
    PendingLarge pending(home, partition, joining, std::move(run));
    ports::Unit unit;
    unit.Stage({.type = data::RecordType::kLogRef, .type_version = LargeRef::kVersion, .stream = data::StreamId::OfPartition(partition->key()), .next_offset = header.next_offset(), .head = ref.Encode()});
    written = commit_->Enqueue(std::move(unit), pending);
    if (written.ok()) {
      ++home.enqueued;
      written = co_await pending;
      // The journal failed with the reference perhaps written: its place in the segment must stay as it is.
      partition->storage_failed = partition->storage_failed || !written.ok();
    }
  }
  partition->flushing = false;
  partition->used_since_checkpoint = true;
  partition->moved().NotifyAll();
  if (!written.ok()) co_return written;
  KeepIndex(home, partition, partition->segments().back().base_offset);
  batches_in_.Add();
  bytes_in_.Add(bytes);
  co_return Status::Ok();
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
  if (!tail_budget_.TryReserve(placed.cost)) {
    MaybeFlush(home, partition);
    return tail_budget_.Full(placed.cost);
  }
  ports::Unit unit;
  for (data::Frame& frame : placed.frames) unit.Stage(std::move(frame));
  auto pending = std::make_unique<PendingAppend>(home, partition, tail_budget_, placed.next);
  Status queued = commit_->Enqueue(std::move(unit), *pending);
  if (!queued.ok()) {
    tail_budget_.Release(placed.cost);
    return queued;
  }
  ++home.enqueued;
  JoinPlaced(*partition, placed);
  if (partition->config().relaxed_durability_ms > 0) {
    PendingAppend& relaxed = *pending;
    relaxed.OwnItself(std::move(pending));
  } else {
    started.pending = std::move(pending);
  }
  return started;
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
