#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/records/options.h"
#include "engines/stream/job/alignment.h"
#include "engines/stream/job/loading.h"
#include "engines/stream/job/pinned_models.h"
#include "engines/stream/job/pipeline.h"
#include "engines/stream/job/retrace.h"
#include "engines/stream/job/saving.h"
#include "engines/stream/job/shards.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_read.h"
#include "ports/connector.h"
#include "ports/pipelines.h"

namespace freshet::stream {

// A job drives one pipeline: polls its sources in turn, each table once, pushes what they bring, flushes sinks when they hold much, or soon where rows need not wait for the epoch. A
// run to the end of its inputs is one call; an endless job is driven by its owner from epoch to epoch. On one loop, with
// others for its shards.
class Job {
 public:
  struct Options {
    Pipeline::Options pipeline;
    bool bounded = true;
    std::string name;               // of the pipeline: an endless job's sinks are known by it
    TopicIds topic_ids;             // nothing: which topic a table by key stands in is not looked at
    Duration idle_timeout;          // of a partition that brings nothing more for so long; zero: it holds the watermark back
    Duration empty_timeout;         // the same, of one that has never brought a row
    int64_t sink_buffer_bytes = 1 << 20;
    bool ignore_unclaimed_state = false;  // of a snapshot: operators that the plans do not have any more
    std::function<int()> rest_at;   // see Script::RestAt
    size_t snapshot_piece_bytes = 4 << 20;  // that a snapshot is saved in; smaller in tests
    bool retraces = false;          // rows of an earlier attempt that showed changes before an epoch: see job/retrace.h
    bool replays = false;           // what was read before is read once more (ReadUpTo), and nothing is written
    std::function<RowsOut(const Node& sink)> divert;  // of a job that replays: where rows go instead; nothing: nowhere
    std::optional<WallTime> since;  // a run to the end that only looks: see ports::TableRequest
    int64_t newest_max = 0;         // the same
    std::function<Status(int64_t events)> watch;  // of a run to the end: asked between polls, and between pieces of what they bring, each in a turn of the loop; a Fault ends it
    Uuid lineage;                   // of a run to the end: its only epoch's
    ports::Epochs* epochs = nullptr;  // the same: absent where there is no data folder
  };
  // With `options.pipeline.shards` > 1 what works by key runs on so many loops of `env`.
  static Result<std::unique_ptr<Job>> Create(Env& env, const std::vector<NodePtr>& plans, const ports::Connectors& connectors, const expr::Session& session,
                                             Results* results, Options options);

  // Until every source has ended.
  Task<> RunToEnd(Ctx ctx);

  // An endless job: Begin where this attempt of its pipeline starts, then rounds and epochs in any number. After a Fault it is thrown away.
  Task<> Begin(Ctx ctx, ports::Epochs& epochs, ports::EpochToken last, int64_t attempt);
  // The same from all of a snapshot at once (no bytes: from nothing).
  Task<> BeginWith(Ctx ctx, std::string snapshot);
  // Polls every source once; when none has rows, waits for some until then. Tells how many rows came.
  Task<int64_t> Round(Ctx ctx, Clock& clock, MonoTime until);
  // Of a job that replays: to where a snapshot has read the same tables, of others to the end of what is there; partitions idle there are idle here.
  Task<> ReadUpTo(Ctx ctx, const Snapshot& last);
  // All of its state at once.
  std::string SaveAll();
  bool changed() const;                      // since the last TakeEpoch; or a sink waits for an epoch
  bool ended() const;                        // every source has
  int64_t buffered_bytes() const;
  int64_t staged_bytes() const;              // that will stand in the epoch's own unit: rows for topics, and what sources add
  // Ends an epoch: sources and sinks prepare, then the state is taken; all but its last piece is kept by `epochs`. Staged rows of one partition are one append.
  Task<ports::EpochCommit> TakeEpoch(Ctx ctx, ports::Epochs& epochs, ports::EpochToken token, int64_t attempt);
  int64_t snapshot_bytes() const { return snapshot_bytes_; }  // that the last epoch has written
  // An entry that is to be delivered: see ports::Sink. That of a sink which the script no longer has is a Fault that names it.
  Result<int64_t> Owe(const ports::EpochToken& token, const ports::OutboxEntry& entry);
  Task<> Deliver(Ctx ctx, ports::EpochToken token, ports::OutboxEntry entry);

  int64_t events() const { return events_; }
  int64_t events_since_epoch() const { return events_ - events_at_epoch_; }
  // Where every source stands; one of which several queries take the time differently is told once for each.
  std::vector<ports::SourceProgress> Sources() const;
  std::vector<ports::SinkProgress> Sinks() const;
  int64_t late_rows() const { return pipeline_->late_rows() + (shards_ ? shards_->late_rows() : 0); }
  int64_t dropped_rows() const { return pipeline_->dropped_rows(); }
  std::vector<Pipeline::OperatorReport> Report() const;
  // "orders: partition 1 at 2026-11-23 10:00:00.000 holds it back": what EXPLAIN WATERMARK prints.
  std::string WatermarkText() const;

 private:
  struct Input {
    TableRead read;
    std::unique_ptr<ports::Source> source = nullptr;
    bool ended = false;
    std::map<int32_t, Duration> last_row;  // by partition, on the idle clock
    std::string position;                  // when it was last looked at
    std::optional<std::string> hold = {};  // of a job that replays
    Retrace retrace = {};                  // of one that retraces
    std::optional<Duration> idle_timeout = {};  // that its table says
    Counter* held = nullptr;               // rounds in which it was not polled; of one that others wait for
  };
  struct Output {
    std::string name;                      // unique in the job
    std::unique_ptr<ports::Sink> sink;     // absent: a result, or blackhole
    bool to_topic = false;
    bool shows_early = false;
    records::HoldBack hold = {};           // of one that shows early, where its table says so
    std::optional<MonoTime> held_until = {};  // what is in it
    int64_t rows_shown = 0;                // of its sink
  };

  Job(Env& env, std::vector<NodePtr> plans, const ports::Connectors& connectors, const expr::Session& session, Results* results, Options options)
      : env_(env), plans_(std::move(plans)), connectors_(connectors), session_(session), results_(results), options_(std::move(options)) {}
  Status Build();
  Task<> OpenSources(Ctx ctx, const Snapshot& snapshot);
  Status BeginReading(Input& input, const Snapshot& snapshot);
  void DecodeBeside(io::Loop& home, Input& input);
  void ShareLetters();
  Task<> OpenSinks(Ctx ctx);
  const std::string& SignatureOf(int source) const { return pipeline_->sources()[static_cast<size_t>(source)].signature; }
  Status Align(Input& input, size_t number, const ports::TableRequest& table);
  std::optional<EventTime> TimeOf(const Input& input) const;
  void HoldWhoIsAhead();
  bool MayPoll(size_t input) const { return !inputs_[input].ended && !alignment_.Holds(input); }
  // For what waits for others while it opens tables.
  Ctx WhileWanted(Ctx ctx) const {
    if (options_.pipeline.cancel != nullptr) ctx.cancel = options_.pipeline.cancel;
    return ctx;
  }
  Status MarkIdle();
  Status MarkIdle(Input& input, int source);
  std::vector<Pipeline*> Parts() const;
  Saving BeginSaving();
  void CountSaved(const Saving& saving);
  Status CheckClaimed(const std::vector<std::string>& unclaimed) const;
  Status CheckTablesByKey(const Snapshot& last) const;
  Status CheckJudged(const Snapshot& last) const;
  Status HoldAt(const Snapshot& last);
  Task<bool> PollAllOnce(Ctx ctx);
  Status MarkIdleAsIn(const Snapshot& last);
  Status CarryPositions(Snapshot& snapshot) const;
  Task<int64_t> TakeLast(Ctx ctx, ports::Epochs& epochs, ports::EpochToken last, int64_t attempt, Loading& loading);
  Task<> BeginFrom(Ctx ctx, Loading::Loaded loaded, bool from_nothing);
  // Throws the pipeline and the sources away and goes on from the snapshot's bytes.
  Task<> Restore(Ctx ctx, std::string bytes);
  void BindSinks();
  Result<ports::Sink*> SinkOf(const ports::EpochToken& token, const ports::OutboxEntry& entry) const;
  Task<int64_t> PollOnce(Ctx ctx, size_t number);
  Result<std::vector<int>> WithoutTime(const TableRead& read, const Batch& rows) const;
  Task<> TakeOutTimeless(Ctx ctx, Input& input, ports::Polled& polled);
  Status PushRows(const TableRead& read, const ports::Polled& polled);
  Task<> PushRowByRow(Ctx ctx, size_t number, ports::Polled polled);
  Task<> PushInTurns(size_t number, const ports::Polled& polled);
  Status EndReading(const TableRead& read, const ports::Polled& polled);
  std::string LastRead() const;
  Task<> PollAll(Ctx ctx);
  // Polls, and at the same time lets the shards work on what was polled before.
  Task<> PollWhileShardsWork(Ctx ctx);
  // The rows of the next step: of each source some batches for every shard.
  Task<> PollForStep(Ctx ctx);
  // What waits for others is answered, what was sent to shards comes back.
  Task<> Settle(Ctx ctx);
  // What works by processing time goes on, whether rows come or not; behind all that have come.
  Task<> TellTime(Ctx ctx);
  Task<> FlushFull(Ctx ctx, int64_t limit);
  // Of sinks that show rows before their epoch: when what is in them is flushed, the last flush being long enough ago. Never: nothing is.
  MonoTime ShowTimeOf(size_t output) const;
  MonoTime NextShow() const;
  void HoldBack(MonoTime now);
  Task<> ShowWhatWaits(Ctx ctx, bool is_behind);
  Task<ports::EpochCommit> PrepareEpoch(Ctx ctx, ports::EpochToken token);
  Task<> CommitAll(Ctx ctx);

  Env& env_;
  int rows_in_turn_ = 16;  // of PushInTurns, as the last turns went
  std::vector<NodePtr> plans_;  // without exchanges
  const ports::Connectors& connectors_;
  const expr::Session& session_;
  Results* results_;
  Options options_;
  std::unique_ptr<PinnedModels> models_;
  std::unique_ptr<Pipeline> pipeline_;  // or its part on the job's loop
  std::unique_ptr<Shards> shards_;      // absent: all of it is on the job's loop
  std::vector<std::unique_ptr<ports::LettersMet>> letters_met_;  // of tables that several inputs read
  std::vector<Input> inputs_;
  Alignment alignment_;  // of inputs, by number
  std::vector<Output> outputs_;
  std::map<std::string, std::string> left_places_;  // of tables that earlier versions wrote, see SinkChanges
  int64_t events_ = 0;
  int64_t events_at_epoch_ = 0;
  bool changed_ = false;
  int64_t whole_bytes_ = 0;             // of the last snapshot that held all of the state
  int64_t added_bytes_ = 0;             // of those that were added to it
  int64_t snapshot_bytes_ = 0;
  // Time in which rows could have come. A round counts for little however long it took: a job that is held up by what
  // is behind it must not take its partitions for idle.
  Duration idle_clock_;
  MonoTime round_began_;
  MonoTime show_due_;                   // of what waits to be shown, and is not held back
};

}  // namespace freshet::stream
