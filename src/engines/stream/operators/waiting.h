#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "engines/stream/operators/operator.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::stream {

// An operator that must ask somebody and wait: a table, a model. Pushing rows in never waits; they stand in a queue,
// and watermarks and the word that nothing comes for now behind them in order. Between two pushes the job settles the pipeline: every waiting operator, those
// nearer the sources first, answers its queue and hands the rows on. So nothing waits when state is saved, and order
// is kept; what is given up is asking while the next rows are read (docs/decisions/0081).
class WaitingOperator : public Operator {
 public:
  WaitingOperator() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) final {
    queue_.push_back({batch, {}, {}});
    return {};
  }
  Task<> Settle(Ctx ctx);

 protected:
  using Batches = std::vector<Batch>;
  // The rows that come out for a batch, in its order.
  virtual Task<Batches> Answer(Ctx ctx, Batch batch) = 0;
  Status PassWatermark(EventTime watermark) final;
  Status PassIdle(bool idle) final;

 private:
  struct Item {
    std::optional<Batch> batch;
    EventTime watermark;         // where it is neither of the others
    std::optional<bool> idle;
  };
  Status Pass(const Item& item);
  std::deque<Item> queue_;
};

}  // namespace freshet::stream
