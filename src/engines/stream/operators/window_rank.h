#pragma once

#include <map>

#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/window_clock.h"
#include "engines/stream/operators/rank.h"

namespace freshet::stream {

// Top-N and deduplication within windows: the rows of a window come out once, in order, when the watermark reaches
// its last millisecond. Keeps only the first N rows of each partition. Late rows are dropped.
class WindowRank final : public Operator {
 public:
  // `clock`: of the windows.
  WindowRank(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, WindowClock clock, std::vector<std::string> input_names, LateRows late);
  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  RankSpec spec_;
  std::vector<data::Type> input_;
  WindowClock clock_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::pmr::map<int64_t, std::pmr::map<std::pmr::string, RankedRows>> windows_;  // by end, then by partition
  uint64_t arrivals_ = 0;
  KeyBatch keys_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
