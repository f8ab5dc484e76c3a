#pragma once

#include <functional>

#include "engines/stream/job/lengths.h"
#include "engines/stream/job/not_null.h"
#include "engines/stream/job/results.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

// Takes what arrives at a table sink; the job binds it to a port's Sink.
using RowsOut = std::function<Status(const Batch& rows)>;

// The end of a plan: rows into a result, out through a port, or (blackhole) nowhere.
class SinkOperator final : public Operator {
 public:
  // Without `result` it is one of a table that is bound, or swallows its rows.
  SinkOperator(const Node& sink, ResultTable* result, SinkForm form);
  void Bind(RowsOut out) { out_ = std::move(out); }
  Status OnBatch(int input, const Batch& batch) override;
  // Of the topic that it writes, where it takes each key's last change.
  void SetTopicId(std::string id) { topic_id_ = std::move(id); }
  int64_t dropped_rows() const { return not_null_.dropped_rows(); }

  void SaveWhole(OperatorState& state) const override {
    SaveTime(state);
    SaveForm(form_, topic_id_, state);
  }
  WholeState whole_state() const override { return WholeState::kTexts; }

 private:
  ResultTable* result_;
  std::vector<int> upsert_key_;  // of a table that takes each key's last change
  const bool swallows_;
  NotNull not_null_;
  const Lengths lengths_;
  const SinkForm form_;
  std::string topic_id_;
  RowsOut out_;
};

}  // namespace freshet::stream
