#pragma once

#include <map>
#include <set>

#include "engines/stream/operators/group_table.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/window_clock.h"

namespace freshet::stream {

// Aggregates rows that carry their window's start and end as keys. Each window's groups come out once, when the
// watermark reaches the window's last millisecond, and its table is dropped whole.
class WindowAggregate final : public Operator {
 public:
  WindowAggregate(WindowAggregateSpec spec, AggregateSet aggregates, std::vector<data::Type> output_types, WindowClock clock, std::vector<std::string> input_names, LateRows late);

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;

 protected:
  Status OnTime(EventTime watermark) override { return FireUpTo(watermark.get()); }

 private:
  Status FireUpTo(int64_t watermark);
  Status Fire(GroupTable& table);
  GroupTable& TableOf(int64_t end);

  WindowAggregateSpec spec_;
  AggregateSet aggregates_;
  std::vector<data::Type> types_;
  WindowClock clock_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::map<int64_t, std::unique_ptr<GroupTable>> windows_;  // by window end
  int64_t fired_ = INT64_MIN;                               // the watermark up to which windows have fired
  KeyBatch keys_;
};

// The same straight over rows: each row is added to one slice, and a window's groups are merged from its slices
// when it fires. A slice is dropped with the last window that it is part of.
class SliceAggregate final : public Operator {
 public:
  SliceAggregate(SliceAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, WindowClock clock, std::vector<std::string> input_names, LateRows late);

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kFired; }

 protected:
  Status OnTime(EventTime watermark) override { return FireUpTo(watermark.get()); }

 private:
  Status Add(const Batch& batch, data::Selection rows);
  Status FireUpTo(int64_t watermark);
  Status Fire(int64_t end);
  GroupTable& SliceAt(int64_t start);

  SliceAggregateSpec spec_;
  AggregateSet aggregates_;
  std::vector<PlanColumn> columns_;
  WindowClock clock_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::map<int64_t, std::unique_ptr<GroupTable>> slices_;  // by slice start
  std::set<int64_t> open_windows_;                         // ends of windows with rows that have not fired
  int64_t fired_ = INT64_MIN;
  KeyBatch keys_;
};

}  // namespace freshet::stream
