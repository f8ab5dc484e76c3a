#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/stream/job/fault_place.h"
#include "engines/stream/job/results.h"
#include "engines/stream/job/sink_operator.h"
#include "engines/stream/operators/exchange.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/simple.h"
#include "engines/stream/operators/waiting.h"
#include "engines/stream/plan/node.h"
#include "ports/connector.h"
#include "ports/functions.h"
#include "ports/models.h"

namespace freshet::stream {

struct ChainedRows;
class SourceChain;
class TableRead;

// A pipeline is the operators of one or more plans, wired; equal parts of the plans are built once. Rows are
// pushed in at its sources and fall out at its sinks, all in plain calls. Between two pushes it is at rest and can
// be saved and loaded. Owned by a job, used on its loop. Plans with exchanges are built in parts: what runs on the
// job's loop is one pipeline, what runs on a shard another one each; what a part sends to others lies in its outbox.
class Pipeline {
 public:
  static constexpr int kJobPart = -1;
  struct Options {
    int shards = 1;
    int part = kJobPart;        // or the number of a shard
    bool every_change = false;  // rows go through one by one, and each change comes out
    StateBounds state;
    std::vector<int> lines = {};   // of the plans' statements in their file, as many; or none
    std::shared_ptr<const io::CancelFlag> cancel;   // raised when nobody waits for an answer from outside any more
    std::function<Status()> watch;  // asked before every batch between two operators; a Fault ends the job
    LateRows late;              // nothing: late rows are only counted
    const ports::Connectors* connectors = nullptr;  // whom lookup joins ask
    const ports::Models* models = nullptr;          // whom ML_PREDICT asks
    ports::Functions* functions = nullptr;          // who calls Python
  };
  struct SourcePart {
    std::string signature;
    NodePtr node;
  };
  struct SinkPart {
    NodePtr node;
  };
  struct OperatorPart {
    std::string signature;  // as snapshots know it
    NodePtr node;
    std::vector<std::string> sources;  // whose rows come to it, by their signatures
  };

  ~Pipeline();
  static Result<std::unique_ptr<Pipeline>> Build(const std::vector<NodePtr>& plans, const expr::Session& session, Results* results, Options options);

  const std::vector<SourcePart>& sources() const { return sources_; }
  const std::vector<SinkPart>& sinks() const { return sinks_; }
  // Of this part; inputs before those who read them.
  std::vector<OperatorPart> operators() const;
  // Table sinks that are not results: bound before the first Push.
  void BindSink(int sink, RowsOut out);
  void SetTopicId(int sink, std::string id);  // see SinkOperator

  // The partitions a source will bring, so that the slowest holds the watermark back.
  Status DeclarePartitions(int source, const std::vector<int32_t>& partitions);
  Status Push(int source, const Batch& batch);
  // A chain of what may work elsewhere behind that table's sources, and what it has made of a batch: as if the batch had been pushed.
  Result<std::unique_ptr<SourceChain>> MakeChain(const TableRead& read);
  Status PushStaged(const ChainedRows& rows);
  Status EndPartition(int source, int32_t partition);
  Result<bool> SetIdle(int source, bool idle);              // tells whether it was not
  // What time it is, for windows, joins and patterns over processing time; behind all rows that have come.
  bool has_clock() const { return !clocks_.empty(); }
  Status TellTime(WallTime now);
  Status RaiseWatermark(int source, EventTime promised);  // to what another run of the same rows has promised
  Status End(int source);
  // Takes what the shards (or the job) have sent to this part, in their order; between two watermarks of one sender all
  // others have their turn, so rows in front of a watermark come before it whoever sends them.
  Status Take(const std::vector<ExchangeItems>& by_sender);
  Outbox& outbox() { return outbox_; }
  int levels() const { return levels_; }  // of exchanges that end on shards
  // Answers what waits for others (operators/waiting.h); after every push, so that rows are out before the next.
  Task<> Settle(Ctx ctx);
  // Partitions that hold a watermark back, and whether they have brought a row.
  std::vector<std::pair<int32_t, bool>> ActivePartitions(int source) const;
  // Whether any of its partitions ever has.
  bool HasBroughtRows(int source) const;
  // Whether it has an operator of this name in snapshots.
  bool Knows(const std::string& signature) const;
  // Rows of VALUES that this snapshot does not know; once, before the sources. Tells how many rows that were.
  Result<int64_t> PushValues(const Snapshot& snapshot);

  // How far its state has been saved.
  struct SavePlace {
    size_t built = 0;
    size_t keyed = 0;                              // of the operator's
    KeyedState::Place key;
    std::unique_ptr<OperatorState> groups = nullptr;  // of one that is not kept by key
    int group = 0;
  };
  // Adds what is next of its state, all of it or what has changed since the last time, until an operator's share is so large: false, or all has been said.
  bool Save(SnapshotPart& part, bool all, SavePlace& place, size_t bytes_max);
  // Behind that, and to what other parts of the pipeline say: what belongs to no key.
  void SaveWholes(SnapshotPart& part) const;
  bool KnowsChanges() const;
  // Its state against what it may take of memory, as after every batch.
  Status Balance();
  // Entries of a snapshot's part; behind the last, what the snapshot knows that belongs to no key.
  Status LoadEntries(std::string_view signature, std::string_view entries);
  Status EndLoad(const Snapshot& wholes);
  Status Load(const Snapshot& snapshot);  // what the snapshot does not know starts empty; of key groups its own

  struct OperatorReport {
    std::string text;
    int shard;  // what runs once on the job's loop is told with shard 0
    Operator::Counters counters;
    EventTime watermark;
    int64_t state_bytes;
    int64_t moved_bytes;  // of its memory, to the file
  };
  std::vector<OperatorReport> Report() const;
  int64_t late_rows() const;
  int64_t dropped_rows() const;  // by sinks that are told to, see NotNull
  // Those that give this source's rows their event time: none, or one for each query that reads it differently.
  const std::vector<WatermarkAssigner*>& assigners(int source) const { return assigners_[static_cast<size_t>(source)]; }
  // Of a topic's rows, over the columns that are read; absent: it has none, or not of them alone.
  const expr::ExprPtr& time_of(int source) const { return times_[static_cast<size_t>(source)]; }
  // That reached this sink.
  EventTime sink_watermark(int sink) const { return sink_operators_[static_cast<size_t>(sink)]->watermark(); }
  int64_t sink_rows(int sink) const { return sink_operators_[static_cast<size_t>(sink)]->counters().rows_in; }

 private:
  // How closely those above follow the time of a node's rows: watermarks behind batches are enough, or each row says the one before it, or one
  // follows every row that raises it.
  enum class TimeAsked : uint8_t { kByBatch, kByRow, kInSteps };
  static std::string AskedOf(const Node& node, TimeAsked time);
  struct Built {
    std::string signature;
    NodePtr node;
    Place place;
    std::unique_ptr<Operator> op;
    std::vector<std::string> sources = {};  // whose rows come to it, by their signatures
    TimeAsked time = TimeAsked::kByBatch;
    // Of one that is not kept by key: what each key group was when it was saved last, as a hash, and what belonged to none; key groups that have come while it is loaded.
    std::vector<uint64_t> saved = {};
    std::string saved_whole = {};
    std::unique_ptr<OperatorState> loaded = nullptr;
  };
  // What is said of a status on its way out: where in the pipeline it came up.
  Status Told(Status status);
  std::vector<PlanPlace> PlacesOf(const Built& built) const;
  Pipeline(const expr::Session& session, const Options& options) : session_(session), every_change_(options.every_change), part_(options.part), outbox_(options.shards), store_(options.state), watch_(options.watch) {}

  Status PushRows(int source, const Batch& batch);
  bool Has(Place place) const;
  OperatorState OwnGroups(const OperatorState& state) const;
  static bool SaveKeys(Built& built, bool all, SavePlace& place, size_t bytes_max, StatePart& part);
  static bool SaveGroups(Built& built, bool all, SavePlace& place, size_t bytes_max, StatePart& part);
  Built* Find(std::string_view signature) const;
  // Absent: the node belongs to another part; what is below it has been added.
  Result<Operator*> Add(const NodePtr& node, TimeAsked time, Results* results, const Options& options);
  Result<Operator*> AddExchange(const NodePtr& node, TimeAsked time, Results* results, const Options& options);
  void Register(const std::string& signature, const NodePtr& node, Operator* op);
  bool MayChain(const Built& built, bool behind_watermark) const;
  Result<Operator*> AddChain(SourceChain& chain, size_t number, bool behind_watermark);
  Result<std::unique_ptr<Operator>> MakeTimesAhead(SourceChain& chain, size_t number);
  Result<std::unique_ptr<Operator>> Make(const NodePtr& node, TimeAsked time, Results* results, const Options& options);

  const expr::Session& session_;
  const bool every_change_;
  const int part_;
  Outbox outbox_;
  int levels_ = 0;
  StateStore store_;
  std::vector<NodePtr> plans_;
  std::vector<int> lines_;                              // of plans_; or none
  FaultSite site_;
  const std::function<Status()> watch_;
  std::vector<ExchangeIn*> exchanges_;                  // by number, the same in all parts; absent: it ends elsewhere
  std::vector<std::unique_ptr<Built>> built_;           // inputs before those who read them
  std::vector<std::unique_ptr<ExchangeOut>> senders_;
  std::map<std::string, Operator*> by_work_;
  std::vector<SourcePart> sources_;
  std::vector<Operator*> entries_;                      // one per source
  std::vector<std::vector<WatermarkAssigner*>> assigners_;  // those above each source
  std::vector<WatermarkAssigner*> clocks_;              // of processing time; those nearer the sources first
  std::vector<expr::ExprPtr> times_;                        // one per source
  struct ValuesPart {
    std::string signature;
    Operator* op;
    Batch rows;
  };
  std::vector<ValuesPart> values_;
  std::vector<WaitingOperator*> waiting_;               // those nearer the sources first
  std::vector<SinkPart> sinks_;
  std::vector<SinkOperator*> sink_operators_;
};

}  // namespace freshet::stream
