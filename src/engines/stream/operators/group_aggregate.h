#pragma once

#include "engines/stream/operators/group_table.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/state/lifetimes.h"

namespace freshet::stream {

// GROUP BY over an endless stream: one row a group, updated as rows come. By default a batch's changes to one
// group come out as one change; `every_change` lets each row's change out, as Flink does without mini-batches. Where state lives only for a time, a
// group that nobody has written begins anew, and one that comes out as it was is told again.
class GroupAggregate final : public Operator {
 public:
  struct Options {
    bool update_before = false;  // produce -U
    bool every_change = false;
    Clock* clock = nullptr;      // for how long state lives
  };
  GroupAggregate(AggregateSpec spec, AggregateSet aggregates, std::vector<data::Type> output_types, Options options);

  Status OnBatch(int input, const Batch& batch) override;
  Status LoadWhole(const OperatorState& state) override;

 private:
  // A group that a batch has touched.
  struct Touched {
    uint32_t group;
    int before;  // where it stands among the rows as they were; -1: it was not there
    int last;    // row that touched it: its changes come out in the place of the last
  };

  Status Apply(const Batch& batch, data::Selection rows);
  Batch Update(const Batch& batch, data::Selection rows);
  void AppendOutput(uint32_t group, data::BatchBuilder& out);
  bool Exists(uint32_t group) const { return AggregateSet::Rows(table_.payload(group)) > 0; }
  Status EmitNew(const Batch& before);
  Status EmitChanges(const Batch& before);

  AggregateSpec spec_;
  AggregateSet aggregates_;
  std::vector<data::Type> types_;
  Options options_;
  GroupTable table_;
  Lifetimes lifetimes_;
  KeyBatch keys_;
  std::vector<Touched> touched_;      // by the batch at hand
  std::vector<uint32_t> touched_at_;  // by group: its place there, if it has one
};

}  // namespace freshet::stream
