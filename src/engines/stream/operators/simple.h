#pragma once

#include "data/expr/expr.h"
#include "data/expr/memo.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"

// The operators that keep no rows: where a source enters, Filter, Project, Watermark, Window, Replicate, CurrentWatermark and Union.

namespace freshet::stream {

class Entry final : public Operator {
 public:
  Entry() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override { return Emit(batch); }
};

class Filter final : public Operator {
 public:
  Filter(FilterSpec spec, const expr::Session& session) : Operator(1), spec_(std::move(spec)), session_(session) { memo_.Add(*spec_.condition); }
  Status OnBatch(int input, const Batch& batch) override;
  // What its condition has computed of the batch that it hands on.
  expr::Memo& memo() { return memo_; }

 private:
  FilterSpec spec_;
  const expr::Session& session_;
  expr::Memo memo_;
};

class Project final : public Operator {
 public:
  Project(ProjectSpec spec, const expr::Session& session);
  Status OnBatch(int input, const Batch& batch) override;
  // All of its rows come from there; it lives as long.
  void ComputesWith(Filter& below);

 private:
  ProjectSpec spec_;
  const expr::Session& session_;
  expr::Memo own_;
  expr::Memo* memo_ = &own_;
};

// A WatermarkAssigner's work on one batch as far as its rows alone tell: in the hidden column is for each row the newest watermark of those before it in the batch.
// What the rows before the batch add is known where batches stand in their order.
class TimesAhead final : public Operator {
 public:
  // Told before and behind the rows of each batch.
  using Begun = std::function<void(int32_t partition)>;
  using Ended = std::function<void(int32_t partition, EventTime newest)>;
  TimesAhead(WatermarkSpec spec, std::string column, bool with_column, const expr::Session& session, Begun begun, Ended ended)
      : Operator(1), spec_(std::move(spec)), column_(std::move(column)), with_column_(with_column), session_(session), begun_(std::move(begun)), ended_(std::move(ended)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  const WatermarkSpec spec_;
  const std::string column_;
  const bool with_column_;
  const expr::Session& session_;
  const Begun begun_;
  const Ended ended_;
};

// Makes watermarks per source partition and merges them by minimum over the partitions that are active. Writes
// the hidden watermark column when asked to. In steps: a watermark follows every row that raises it. One of processing time is a clock: partitions are nothing to it,
// between rows it goes on by what it is told, and it never goes back: a row whose time is behind what it has said comes now.
class WatermarkAssigner final : public Operator {
 public:
  // `column`: how messages call the time of its rows.
  WatermarkAssigner(WatermarkSpec spec, std::string column, bool with_column, bool in_steps, const expr::Session& session)
      : Operator(1), spec_(std::move(spec)), column_(std::move(column)), with_column_(with_column), in_steps_(in_steps), session_(session) {}
  Status OnBatch(int input, const Batch& batch) override;
  // A partition that is idle or finished no longer holds the others back; a row of it wakes it up.
  Status SetActive(int32_t partition, bool active);
  // Its source has nothing to say for now: the newest of its partitions' watermarks holds, and whoever waits for another one goes on by those of
  // other sources. A row ends that.
  Status SetIdle(bool idle);
  bool idle() const { return idle_; }
  bool is_clock() const { return spec_.processing; }
  // Of a clock: what time it is. Rows that come from now on are of this millisecond or a later one.
  Status Tell(WallTime now) { return RaiseTo(EventTime(now.ms - 1)); }
  // Reads times elsewhere. Here, of each batch that it has read: the begin, what the hidden column of its rows says, and their newest watermark.
  std::unique_ptr<TimesAhead> Ahead(TimesAhead::Begun begun, TimesAhead::Ended ended) const { return std::make_unique<TimesAhead>(spec_, column_, with_column_, session_, std::move(begun), std::move(ended)); }
  Status BeginTimed(int32_t partition);
  Batch WithWatermarks(const Batch& timed) const;
  Status EndTimed(int32_t partition, EventTime newest);
  // What an assigner in this one's place has promised holds here, too, whatever partitions say.
  Status RaiseTo(EventTime promised);
  // For EXPLAIN WATERMARK: each partition's watermark.
  struct Partition {
    EventTime watermark = data::kNoEventTime;
    bool active = true;
  };
  const std::map<int32_t, Partition>& partitions() const { return partitions_; }
  // What those downstream were promised last.
  EventTime emitted() const { return emitted_; }
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  // What one has saved, without being one.
  struct Saved {
    EventTime emitted = data::kNoEventTime;
    std::map<int32_t, Partition> partitions;
  };
  static Result<Saved> Read(const OperatorState& state);

 protected:
  // Processing time takes no watermark from below but the end of the input.
  Status PassWatermark(EventTime watermark) override {
    if (spec_.processing && watermark != data::kEndOfTime) return {};
    return EmitWatermark(watermark);
  }
  Status PassIdle(bool idle) override { return spec_.processing ? Status() : EmitIdle(idle); }

 private:
  EventTime LeastOfOthers(int32_t partition) const;
  Batch NotBehind(const Batch& batch) const;
  Status Advance();
  Status EmitInSteps(const Batch& batch);

  WatermarkSpec spec_;
  const std::string column_;
  bool with_column_;
  bool in_steps_;
  const expr::Session& session_;
  std::map<int32_t, Partition> partitions_;
  EventTime emitted_ = data::kNoEventTime;
  bool idle_ = false;
  struct {
    EventTime floor, own, limit;
  } timed_;  // when the batch began whose times were read elsewhere
};

// Adds window_start, window_end and window_time: one output row for each window a row is in.
class WindowAssigner final : public Operator {
 public:
  WindowAssigner(WindowSpec spec, std::vector<PlanColumn> columns, const expr::Session& session);
  Status OnBatch(int input, const Batch& batch) override;

 private:
  WindowSpec spec_;
  std::vector<PlanColumn> columns_;
  const expr::Session& session_;
};

// Each row as often as its last column says; an update is so many deletions and insertions.
class Replicate final : public Operator {
 public:
  explicit Replicate(ReplicateSpec spec) : Operator(1), spec_(spec) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  ReplicateSpec spec_;
};

// Shows the hidden watermark as a column; NULL before the first.
class CurrentWatermark final : public Operator {
 public:
  explicit CurrentWatermark(data::Type type) : Operator(1), type_(std::move(type)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  data::Type type_;
};

// Rows of all inputs in the order they come; a row's hidden watermark is lowered to that of the other inputs.
class Union final : public Operator {
 public:
  explicit Union(int inputs) : Operator(inputs) {}
  Status OnBatch(int input, const Batch& batch) override;
};

}  // namespace freshet::stream
