#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/stream/job/results.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/simple.h"
#include "engines/stream/operators/waiting.h"
#include "engines/stream/plan/node.h"
#include "ports/connector.h"
#include "ports/models.h"

namespace freshet::stream {

// Takes what arrives at a table sink; the job binds it to a port's Sink.
using RowsOut = std::function<Status(const Batch& rows)>;

// A pipeline is the operators of one or more plans, wired; equal parts of the plans are built once. Rows are
// pushed in at its sources and fall out at its sinks, all in plain calls. Between two pushes it is at rest and can
// be saved and loaded. Owned by a job, used on its loop.
class Pipeline {
 public:
  struct Options {
    bool every_change = false;  // rows go through one by one, and each change comes out
    LateRows late;              // nothing: late rows are only counted
    const ports::Connectors* connectors = nullptr;  // whom lookup joins ask
    const ports::Models* models = nullptr;          // whom ML_PREDICT asks
  };
  struct SourcePart {
    std::string signature;
    NodePtr node;
  };
  struct SinkPart {
    NodePtr node;
  };

  static Result<std::unique_ptr<Pipeline>> Build(const std::vector<NodePtr>& plans, const expr::Session& session, Results* results, Options options);

  const std::vector<SourcePart>& sources() const { return sources_; }
  const std::vector<SinkPart>& sinks() const { return sinks_; }
  // Table sinks that are not results: bound before the first Push.
  void BindSink(int sink, RowsOut out);

  // The partitions a source will bring, so that the slowest holds the watermark back.
  Status DeclarePartitions(int source, const std::vector<int32_t>& partitions);
  Status Push(int source, const Batch& batch);
  Status EndPartition(int source, int32_t partition);
  Status End(int source);
  // Answers what waits for others (operators/waiting.h); after every push, so that rows are out before the next.
  Task<> Settle(Ctx ctx);
  // Partitions that hold a watermark back, and whether they have brought a row.
  std::vector<std::pair<int32_t, bool>> ActivePartitions(int source) const;
  // Rows of VALUES; once, before the sources.
  Status PushValues();

  void Save(Snapshot& snapshot) const;
  Status Load(const Snapshot& snapshot);  // what the snapshot does not know starts empty

  struct OperatorReport {
    std::string text;
    Operator::Counters counters;
    EventTime watermark;
  };
  std::vector<OperatorReport> Report() const;
  int64_t late_rows() const;
  // Those that give this source's rows their event time: none, or one for each query that reads it differently.
  const std::vector<WatermarkAssigner*>& assigners(int source) const { return assigners_[static_cast<size_t>(source)]; }
  // That reached this sink.
  int64_t sink_rows(int sink) const { return sink_operators_[static_cast<size_t>(sink)]->counters().rows_in; }

 private:
  struct Built {
    std::string signature;
    NodePtr node;
    std::unique_ptr<Operator> op;
  };
  explicit Pipeline(const expr::Session& session) : session_(session) {}

  Result<Operator*> Add(const NodePtr& node, bool wants_watermarks, Results* results, const Options& options);
  Result<std::unique_ptr<Operator>> Make(const NodePtr& node, bool wants_watermarks, Results* results, const Options& options);

  const expr::Session& session_;
  bool every_change_ = false;
  std::vector<std::unique_ptr<Built>> built_;           // inputs before those who read them
  std::map<std::string, Operator*> by_signature_;
  std::vector<SourcePart> sources_;
  std::vector<Operator*> entries_;                      // one per source
  std::vector<std::vector<WatermarkAssigner*>> assigners_;  // those above each source
  std::vector<std::pair<Operator*, Batch>> values_;
  std::vector<WaitingOperator*> waiting_;               // those nearer the sources first
  std::vector<SinkPart> sinks_;
  std::vector<Operator*> sink_operators_;
};

}  // namespace freshet::stream
