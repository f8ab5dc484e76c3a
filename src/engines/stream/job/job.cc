#include "engines/stream/job/job.h"

#include <algorithm>

#include "base/planted.h"
#include "engines/stream/job/source_chain.h"
#include "engines/stream/plan/exchanges.h"
#include "io/wait.h"

namespace freshet::stream {
namespace {

constexpr Duration kRotate = Milliseconds(2);        // a source's share of the wait, where there are several
constexpr Duration kRoundCounts = Milliseconds(250);  // at most, on the idle clock
constexpr int kRowsOfALook = 256;                     // that are pushed at once where somebody watches, at most
constexpr Duration kTurn = Milliseconds(4);           // of the loop, which such rows are to take
constexpr int kRowsInTurn = 64;                       // that are pushed one by one before others of the loop have their turn
constexpr int kBatchesAShard = 2;                     // of each source in a step, so that all loops have something to decode while one of them waits for another

// Where to look for the row that a fault is about. What joins and windows hold may have come earlier.
Fault MetAt(const std::string& read, const Fault& fault) {
  return read.empty() ? fault : Fault(fault.code(), fault.blame(), fault.retry(), StrCat(fault.message(), "; met at ", read));
}

}  // namespace

Result<std::unique_ptr<Job>> Job::Create(Env& env, const std::vector<NodePtr>& plans, const ports::Connectors& connectors, const expr::Session& session, Results* results, Options options) {
  std::unique_ptr<Job> job(new Job(env, plans, connectors, session, results, std::move(options)));
  job->options_.pipeline.connectors = &connectors;
  RETURN_NOT_OK(job->Build());
  return job;
}

// Plans in which nothing works by key need no shards.
Status Job::Build() {
  shards_.reset();
  pipeline_.reset();
  Pipeline::Options options = options_.pipeline;
  if (options.models != nullptr) {
    models_ = std::make_unique<PinnedModels>(*options.models);
    options.models = models_.get();
  }
  std::vector<NodePtr> plans = plans_;
  if (options.shards > 1) {
    for (auto& plan : plans) plan = PlaceExchanges(plan);
  }
  ASSIGN_OR_RETURN(pipeline_, Pipeline::Build(plans, session_, results_, options));
  if (pipeline_->levels() == 0) return {};
  ASSIGN_OR_RETURN(shards_, Shards::Build(plans, session_, options, env_));
  return {};
}

// Of one whose queries take the time differently the least; absent: nobody waits for it.
std::optional<EventTime> Job::TimeOf(const Input& input) const {
  std::optional<EventTime> least;
  if (input.ended) return least;
  for (int source : input.read.sources()) {
    for (const auto* assigner : pipeline_->assigners(source)) {
      if (!assigner->idle() && (!least || assigner->emitted() < *least)) least = assigner->emitted();
    }
  }
  return least;
}

void Job::HoldWhoIsAhead() {
  if (alignment_.empty()) return;
  std::vector<std::optional<EventTime>> times;
  for (const auto& input : inputs_) times.push_back(TimeOf(input));
  alignment_.Look(env_.clock().Now(), times);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (alignment_.Holds(i)) inputs_[i].held->Add();
  }
}

std::vector<Pipeline*> Job::Parts() const {
  std::vector<Pipeline*> parts{pipeline_.get()};
  for (Pipeline* part : shards_ ? shards_->parts() : std::vector<Pipeline*>()) parts.push_back(part);
  return parts;
}

// Snapshots add to the ones before until they are together as much as the state was: so what is read is at most twice what it holds and one epoch more,
// and all that is written at most twice what has changed.
Saving Job::BeginSaving() {
  std::vector<Pipeline*> parts = Parts();
  bool knows = std::all_of(parts.begin(), parts.end(), [](const Pipeline* part) { return part->KnowsChanges(); });
  bool adds = knows && whole_bytes_ > 0 && added_bytes_ <= whole_bytes_;
  std::map<std::string, std::string> positions;
  for (const auto& input : inputs_) {
    for (int source : input.read.sources()) positions[SignatureOf(source)] = input.source->Position();
  }
  return Saving(std::move(parts), {std::move(positions), left_places_}, !adds, options_.snapshot_piece_bytes);
}

void Job::CountSaved(const Saving& saving) {
  snapshot_bytes_ = saving.bytes();
  added_bytes_ = saving.adds() ? added_bytes_ + saving.bytes() : 0;
  if (!saving.adds()) whole_bytes_ = saving.bytes();
}

std::string Job::SaveAll() {
  whole_bytes_ = 0;  // whatever was saved before
  Saving saving = BeginSaving();
  std::string bytes;
  while (!saving.done()) bytes += saving.Next();
  CountSaved(saving);
  return bytes;
}

bool Job::changed() const {
  return changed_ || std::any_of(outputs_.begin(), outputs_.end(), [](const auto& output) { return output.sink && output.sink->due(); });
}

bool Job::ended() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [](const auto& input) { return input.ended; });
}

Task<int64_t> Job::Round(Ctx ctx, Clock& clock, MonoTime until) {
  Duration passed = round_began_.ns == 0 ? Duration() : std::min(clock.Now() - round_began_, kRoundCounts);
  idle_clock_ = idle_clock_ + passed;
  round_began_ = clock.Now();
  for (size_t i = 0; i < inputs_.size(); ++i) {  // who was held could bring nothing
    if (!alignment_.Holds(i)) continue;
    for (auto& [partition, last] : inputs_[i].last_row) last = last + passed;
  }
  HoldWhoIsAhead();
  until = std::min(until, NextShow());
  int64_t rows = 0;
  size_t running = 0;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (!MayPoll(i)) continue;
    ++running;
    auto polling = PollOnce(ctx.WithDeadline(clock.Now()), i);
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    rows += *polled;
  }
  for (size_t i = 0; rows == 0 && i < inputs_.size(); ++i) {
    if (!MayPoll(i)) continue;
    MonoTime share = running == 1 ? until : std::min(until, clock.Now() + kRotate);
    auto polling = PollOnce(ctx.WithDeadline(share), i);
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    rows += *polled;
  }
  bool at_once = clock.Now() - round_began_ < Milliseconds(1);
  if (rows == 0 && at_once && !ended()) {  // a source that does not wait
    io::SleepUntil pause(std::min(until, clock.Now() + Milliseconds(1)));
    co_await pause;
  }
  Status idle = MarkIdle();
  if (!idle.ok()) co_return idle.fault();
  bool leaves_rows_on_their_way = rows > 0 && Planted("state_from_before_the_exchange");
  auto settling = leaves_rows_on_their_way ? pipeline_->Settle(ctx) : Settle(ctx);
  Status settled = co_await settling;
  if (!settled.ok()) co_return MetAt(LastRead(), settled.fault());
  auto telling = TellTime(ctx);
  Status told = co_await telling;
  if (!told.ok()) co_return told.fault();
  auto flushing = FlushFull(ctx, rows == 0 ? 1 : options_.sink_buffer_bytes);
  Status flushed = co_await flushing;
  if (!flushed.ok()) co_return flushed.fault();
  auto showing = ShowWhatWaits(ctx, rows >= data::kMaxBatchRows);
  Status shown = co_await showing;
  if (!shown.ok()) co_return shown.fault();
  co_return rows;
}

// A row of an idle partition wakes it up again. While a source has brought nothing at all, none of its partitions is idle: else the first row
// of the first one would make late what stands in the others. The source as a whole is idle then, so that others do not wait for it.
Status Job::MarkIdle() {
  for (auto& input : inputs_) {
    if (input.ended) continue;
    for (int source : input.read.sources()) RETURN_NOT_OK(MarkIdle(input, source));
  }
  return {};
}

Status Job::MarkIdle(Input& input, int source) {
  const Duration idle = input.idle_timeout.value_or(options_.idle_timeout);
  Duration empty = options_.empty_timeout;
  if (idle.ns > 0) empty = std::min(empty, idle);
  bool began = !input.last_row.empty() || pipeline_->HasBroughtRows(source);
  for (const auto& [partition, brought_rows] : pipeline_->ActivePartitions(source)) {
    Duration timeout = brought_rows ? idle : empty;
    if (timeout.ns == 0 || (!brought_rows && !began)) continue;
    auto [last, first_look] = input.last_row.try_emplace(partition, idle_clock_);
    if (first_look || idle_clock_ - last->second < timeout) continue;
    RETURN_NOT_OK(pipeline_->EndPartition(source, partition));
    changed_ = true;
  }
  bool nothing_came = idle.ns > 0 && idle_clock_ >= idle;
  ASSIGN_OR_RETURN(bool told, pipeline_->SetIdle(source, began ? pipeline_->ActivePartitions(source).empty() : nothing_came));
  changed_ |= told;
  return {};
}

Task<ports::EpochCommit> Job::TakeEpoch(Ctx ctx, ports::Epochs& epochs, ports::EpochToken token, int64_t attempt) {
  auto preparing = PrepareEpoch(ctx, token);
  auto commit = co_await preparing;
  if (!commit.ok()) co_return commit.fault();
  env_.kill_points().Reach("pipeline.after_prepare");
  Saving saving = BeginSaving();
  std::string piece = saving.Next();
  while (!saving.done()) {
    auto keeping = epochs.Keep(ctx, token, attempt, saving.adds(), std::move(piece));
    Status kept = co_await keeping;
    for (Pipeline* part : Parts()) {
      if (kept.ok()) kept = part->Balance();  // what was read of a file leaves memory again
    }
    if (!kept.ok()) co_return kept.fault();
    piece = saving.Next();
  }
  CountSaved(saving);
  commit->snapshot = std::move(piece);
  commit->adds = saving.adds();
  changed_ = false;
  events_at_epoch_ = events_;
  co_return std::move(commit).value();
}

Task<int64_t> Job::PollOnce(Ctx ctx, size_t number) {
  Input& input = inputs_[number];
  auto task = input.source->Poll(ctx);
  auto polled = co_await task;
  if (!polled.ok()) co_return polled.fault();
  auto taking = TakeOutTimeless(ctx, input, *polled);
  Status taken = co_await taking;
  if (!taken.ok()) co_return taken.fault();
  int64_t rows = polled->batch.selected();
  events_ += rows;
  if (rows > 0) input.last_row[polled->partition] = idle_clock_;
  if (!options_.bounded) {
    std::string position = input.source->Position();
    changed_ = changed_ || rows > 0 || polled->partition_ended || position != input.position;
    input.position = std::move(position);
  }
  input.ended = polled->ended;
  Ctx patient = ctx;
  patient.deadline = MonoTime::Never();  // it ends the wait for rows, not what is done with them
  bool one_by_one = options_.retraces && input.retrace.Takes(*polled) && rows > 1;
  if (one_by_one) {
    auto pushing = PushRowByRow(patient, number, std::move(*polled));
    Status pushed = co_await pushing;
    if (!pushed.ok()) co_return MetAt(input.source->LastRead(), pushed.fault());
  } else if (options_.watch && rows > 0) {
    auto pushing = PushInTurns(number, *polled);
    Status pushed = co_await pushing;
    if (!pushed.ok()) co_return pushed.fault();
  } else {
    Status pushed = PushRows(input.read, *polled);
    if (!pushed.ok()) co_return MetAt(input.source->LastRead(), pushed.fault());
  }
  Status ended = EndReading(input.read, *polled);
  if (!ended.ok()) co_return ended.fault();
  auto settling = pipeline_->Settle(patient);
  Status settled = co_await settling;
  if (!settled.ok()) co_return MetAt(input.source->LastRead(), settled.fault());
  co_return rows;
}

// Of this round, by all sources.
std::string Job::LastRead() const {
  std::string all;
  for (const auto& input : inputs_) {
    std::string read = input.source->LastRead();
    if (!read.empty()) all += StrCat(all.empty() ? "" : " and ", read);
  }
  return all;
}

// By number, as they came. Every reader of a table tells the time alike.
Result<std::vector<int>> Job::WithoutTime(const TableRead& read, const Batch& rows) const {
  std::vector<int> lacking;
  for (size_t reader = 0; rows.length() > 0 && reader < read.sources().size(); ++reader) {
    const expr::ExprPtr& time = pipeline_->time_of(read.sources()[reader]);
    if (time == nullptr) continue;
    Batch own = read.RowsFor(reader, rows);
    ASSIGN_OR_RETURN(auto column, expr::Evaluate(*time, own, own.selection(), session_));
    rows.selection().ForEach([&](uint32_t row) {
      if (column->IsNull(static_cast<int>(row)) && data::IsAdded(rows.op(static_cast<int>(row)))) lacking.push_back(static_cast<int>(row));
    });
    break;
  }
  return lacking;
}

// What has no time is no row of a table with a WATERMARK.
Task<> Job::TakeOutTimeless(Ctx ctx, Input& input, ports::Polled& polled) {
  auto lacking = WithoutTime(input.read, polled.batch);
  if (!lacking.ok()) co_return MetAt(input.source->LastRead(), lacking.fault());
  if (lacking->empty()) co_return Status();
  std::string column = sql::NameText(std::get<SourceSpec>(input.read.node().spec).table->watermark->column);
  Fault why = Fault::Invalid("column ", column, ", by which WATERMARK tells the time, is NULL");
  ctx.deadline = MonoTime::Never();  // it ended the wait for rows
  auto refusing = input.source->Refuse(ctx, *lacking, why);
  Status refused = co_await refusing;
  if (!refused.ok()) co_return refused;
  std::vector<uint16_t> rest;
  polled.batch.selection().ForEach([&](uint32_t row) {
    if (!std::binary_search(lacking->begin(), lacking->end(), static_cast<int>(row))) rest.push_back(static_cast<uint16_t>(row));
  });
  polled.batch = polled.batch.WithSelection(std::move(rest));
  co_return Status();
}

Status Job::PushRows(const TableRead& read, const ports::Polled& polled) {
  if (polled.staged) return pipeline_->PushStaged(static_cast<const ChainedRows&>(*polled.staged));
  for (size_t reader = 0; reader < read.sources().size(); ++reader) {
    RETURN_NOT_OK(pipeline_->Push(read.sources()[reader], read.RowsFor(reader, polled.batch).WithPartition(polled.partition)));
  }
  return {};
}

// A look works on its house's loop, where doors wait for their turn: a batch goes in pieces, and who watches hears of each turn.
Task<> Job::PushInTurns(size_t number, const ports::Polled& polled) {
  const Batch rows = polled.batch;
  int count = 0;
  for (int begin = 0; begin < rows.selected(); begin += count) {
    io::Yield others_turn;
    co_await others_turn;
    Status watched = options_.watch(events_);
    if (!watched.ok()) co_return watched;
    ports::Polled piece{.partition = polled.partition};
    count = std::min(rows_in_turn_, rows.selected() - begin);
    piece.batch = rows.Part(begin, count);
    MonoTime turn = env_.clock().Now();
    Status pushed = PushRows(inputs_[number].read, piece);
    if (!pushed.ok()) co_return MetAt(inputs_[number].source->LastRead(), pushed.fault());
    Duration took = env_.clock().Now() - turn;  // a row may meet none, or all that are there
    if (took > kTurn) rows_in_turn_ = std::max(1, rows_in_turn_ / 4);
    else if (took < Duration{kTurn.ns / 4}) rows_in_turn_ = std::min(kRowsOfALook, rows_in_turn_ * 2);
  }
  co_return Status();
}

// All readers of the table have a row, and it is through, on shards too, before the next one comes.
Task<> Job::PushRowByRow(Ctx ctx, size_t number, ports::Polled polled) {
  const Batch rows = polled.batch;
  for (int k = 0; k < rows.selected(); ++k) {
    polled.batch = rows.Part(k, 1).Gather();
    Status pushed = PushRows(inputs_[number].read, polled);
    if (!pushed.ok()) co_return pushed;
    auto settling = Settle(ctx);
    Status settled = co_await settling;
    if (!settled.ok()) co_return settled;
    if (k % kRowsInTurn != 0) continue;
    io::Yield others_turn;
    co_await others_turn;
  }
  co_return Status();
}

Status Job::EndReading(const TableRead& read, const ports::Polled& polled) {
  for (int source : read.sources()) {
    if (polled.ended) RETURN_NOT_OK(pipeline_->End(source));
    else if (polled.partition_ended) RETURN_NOT_OK(pipeline_->EndPartition(source, polled.partition));
  }
  return {};
}

// A run to the end is one epoch, without a snapshot: nothing goes on from there. With an epoch store it is committed like any other, under one name for all runs: the
// rows of all its tables become readable together.
Task<> Job::CommitAll(Ctx ctx) {
  ports::EpochToken token{.pipeline = "freshet run", .lineage = options_.lineage, .epoch = 1};
  int64_t attempt = 0;
  if (options_.epochs != nullptr) {
    auto starting = options_.epochs->Begin(ctx, token.pipeline);
    auto start = co_await starting;
    if (!start.ok()) co_return start.fault();
    attempt = start->attempt;
    token.epoch = start->last.epoch + 1;
    if (start->last.epoch > 0) token.lineage = start->last.lineage;
  }
  auto preparing = PrepareEpoch(ctx, token);
  auto commit = co_await preparing;
  if (!commit.ok()) co_return commit.fault();
  std::vector<ports::OutboxEntry> outbox = commit->outbox;
  if (options_.epochs != nullptr && !commit->staged.empty()) {
    commit->attempt = attempt;
    commit->outbox.clear();  // files appear right after, and a run that is killed is run again
    auto committing = options_.epochs->Commit(ctx, std::move(commit).value());
    Status committed = co_await committing;
    if (!committed.ok()) co_return committed.fault();
  } else if (!commit->staged.empty()) {
    co_return Fault::Unsupported("sink.delivery-guarantee 'exactly-once' needs a data folder with epochs; say at-least-once");
  }
  for (auto& entry : outbox) {
    auto delivering = Deliver(ctx, token, std::move(entry));
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered.fault();
  }
  co_return Status();
}

Task<> Job::Settle(Ctx ctx) {
  auto settling = pipeline_->Settle(ctx);
  Status settled = co_await settling;
  if (!settled.ok() || !shards_) co_return settled;
  auto stepping = shards_->Step(ctx, *pipeline_);
  co_return co_await stepping;
}

// Only what comes out of it is a change: time that passes writes no epochs.
Task<> Job::TellTime(Ctx ctx) {
  bool here = pipeline_->has_clock(), on_shards = shards_ && shards_->has_clock();
  if (!here && !on_shards) co_return Status();
  auto written = [this] {
    int64_t rows = late_rows();
    for (size_t i = 0; i < pipeline_->sinks().size(); ++i) rows += pipeline_->sink_rows(static_cast<int>(i));
    return rows;
  };
  int64_t before = written();
  WallTime now = env_.clock().WallNow();
  Status told = pipeline_->TellTime(now);
  if (!told.ok()) co_return told;
  if (on_shards) shards_->TellTime(now);
  auto settling = Settle(ctx);
  Status settled = co_await settling;
  changed_ = changed_ || written() != before;
  co_return settled;
}

Task<> Job::PollAll(Ctx ctx) {
  HoldWhoIsAhead();
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (!MayPoll(i)) continue;
    auto polling = PollOnce(ctx, i);
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
  }
  co_return Status();
}

Task<> Job::PollWhileShardsWork(Ctx ctx) {
  io::ThisLoop here;
  io::Loop& home = co_await here;
  io::RunOnAll both;
  both.Add(home, shards_->Step(ctx, *pipeline_));
  both.Add(home, PollForStep(ctx));
  co_return co_await both;
}

// A fixed number of batches, so that what a step holds does not depend on who was faster (docs/decisions/0386).
Task<> Job::PollForStep(Ctx ctx) {
  const int polls = kBatchesAShard * options_.pipeline.shards;
  for (int poll = 0; poll < polls && !ended(); ++poll) {
    auto polling = PollAll(ctx);
    Status polled = co_await polling;
    if (!polled.ok()) co_return polled;
    Status watched = options_.watch ? options_.watch(events_) : Status();
    if (!watched.ok()) co_return watched;
  }
  co_return Status();
}

Task<> Job::RunToEnd(Ctx ctx) {
  Loading::Loaded nothing;
  auto beginning = BeginFrom(ctx, std::move(nothing), true);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun.fault();
  std::string snapshot;  // of one that rests
  while (!ended()) {
    auto polling = shards_ ? PollWhileShardsWork(ctx) : PollAll(ctx);
    Status polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    Status watched = options_.watch ? options_.watch(events_) : Status();
    if (!watched.ok()) co_return watched;
    auto flushing = FlushFull(ctx, options_.sink_buffer_bytes);
    Status flushed = co_await flushing;
    if (!flushed.ok()) co_return flushed.fault();
    bool may_rest = !ended() && options_.rest_at;
    int shards = may_rest ? options_.rest_at() : 0;
    if (!may_rest && !ended()) continue;
    auto settling = Settle(ctx);
    Status settled = co_await settling;
    if (!settled.ok()) co_return settled.fault();
    if (!may_rest) continue;
    Saving saving = BeginSaving();
    if (!saving.adds()) snapshot.clear();
    while (!saving.done()) snapshot += saving.Next();
    CountSaved(saving);
    if (shards == 0) continue;
    options_.pipeline.shards = shards;
    auto restoring = Restore(ctx, snapshot);
    Status restored = co_await restoring;
    if (!restored.ok()) co_return restored.fault();
  }
  auto committing = CommitAll(ctx);
  Status committed = co_await committing;
  co_return committed;
}

}  // namespace freshet::stream
