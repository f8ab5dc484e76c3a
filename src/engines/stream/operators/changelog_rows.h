#pragma once

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"

// Changes as rows, and rows as changes: both keep nothing.

namespace freshet::stream {

class ToChangelog final : public Operator {
 public:
  explicit ToChangelog(ToChangelogSpec spec) : Operator(1), spec_(std::move(spec)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  ToChangelogSpec spec_;
};

class FromChangelog final : public Operator {
 public:
  explicit FromChangelog(FromChangelogSpec spec) : Operator(1), spec_(std::move(spec)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  Fault Unknown(const data::Column& words, int row) const;

  FromChangelogSpec spec_;
};

}  // namespace freshet::stream
