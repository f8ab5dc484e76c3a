#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engines/stream/job/table_read.h"
#include "engines/stream/operators/operator.h"
#include "ports/connector.h"

namespace freshet::stream {

// What operators behind a source have made of one batch elsewhere, in the order in which they would have made it in their pipeline: what Pipeline::PushStaged does with it.
struct ChainedRows final : ports::Staged {
  // Rows that an operator hands on to one of those behind it, or a watermark assigner at work: of the rows between its two marks it only knew what they say themselves.
  struct Step {
    enum class Kind : uint8_t { kRows, kTimesBegin, kTimesEnd };
    Kind kind = Kind::kRows;
    size_t op = 0;      // by number, in the pipeline
    size_t target = 0;  // of rows
    Batch rows = {};
    int32_t partition = 0;
    EventTime newest = data::kNoEventTime;  // at the end of times
  };
  std::vector<Step> steps;
  std::vector<std::pair<size_t, Operator::Counters>> counted;  // by operator
  Status status;                                               // a Fault behind the steps
  std::optional<std::pair<size_t, Batch>> failed = {};         // in which operator, over which rows
};

// Copies of the operators behind a source that keep nothing of the rows that went by (filters, projections, windows of each row; of watermarks what a batch says for itself),
// so that they can work where the batch was decoded, beside others of their kind. One loop at a time; needs nothing of its pipeline but the session.
class SourceChain final : public ports::Stage {
 public:
  explicit SourceChain(TableRead read) : read_(std::move(read)) {}

  std::unique_ptr<ports::Staged> Run(const Batch& batch) override;

  // For Pipeline::AddChain. An operator that does the work of that number; what comes out of it for somebody of another kind is recorded.
  Operator& Add(size_t number, std::unique_ptr<Operator> op);
  void BeginWith(Operator& op) { entries_.push_back(&op); }  // the next reader's
  void Record(Operator& op, size_t number, size_t target);
  ChainedRows& made() { return *made_; }

 private:
  class Recorder;
  struct Link {
    size_t number;
    std::unique_ptr<Operator> op;
    Operator::Counters told = {};
  };
  Status RunAll(const Batch& batch);

  const TableRead read_;
  std::vector<Link> links_;
  std::vector<std::unique_ptr<Operator>> recorders_;
  std::vector<Operator*> entries_;  // by reader
  std::unique_ptr<ChainedRows> made_;
  FaultSite site_;
};

}  // namespace freshet::stream
