#pragma once

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

// CROSS JOIN UNNEST: each row once for every element of its last column (ARRAY, MAP or MULTISET, an element of which comes as
// often as it is there), the element's parts behind it; with NULLs for nothing when it is a LEFT JOIN. Keeps no rows; kinds of change and times go on as they are.
class Unnest final : public Operator {
 public:
  Unnest(UnnestSpec spec, std::vector<data::Type> output) : Operator(1), spec_(spec), types_(std::move(output)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  Status Put(const Batch& batch, int row, int element, int place);
  Status Flush(const Batch& batch);

  UnnestSpec spec_;
  std::vector<data::Type> types_;
  std::vector<uint16_t> rows_;    // of the batch, once for each element
  std::vector<int> elements_;     // of the list's children; -1: none
  std::vector<int> places_;
};

// GROUPING SETS: each batch once for every set, keys outside of it NULL, the set's number behind.
class Expand final : public Operator {
 public:
  Expand(ExpandSpec spec, std::vector<data::Type> output) : Operator(1), spec_(std::move(spec)), types_(std::move(output)) {}
  Status OnBatch(int input, const Batch& batch) override;

 private:
  ExpandSpec spec_;
  std::vector<data::Type> types_;
};

}  // namespace freshet::stream
