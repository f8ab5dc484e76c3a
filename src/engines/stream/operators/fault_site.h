#pragma once

#include <optional>

#include "data/batch.h"
#include "data/expr/expr.h"

namespace freshet::stream {

class Operator;

// Where a fault came up, while it is on its way out of a pipeline: the innermost operator that tells it, and the rows that this one worked on. One a pipeline, on its loop.
struct FaultSite {
  const Operator* op = nullptr;   // absent: no fault has come up
  int input = 0;                  // whose columns `rows` have; -1: the operator's own output's
  std::optional<data::Batch> rows = {};
  bool is_row = false;            // there is one, and it is of that
};

// The first selected row over which an expression of these cannot be computed. Absent: over each alone they can, as those of chance.
std::optional<int> FirstUncomputed(const std::vector<expr::ExprPtr>& exprs, const data::Batch& rows, const expr::Session& session);

}  // namespace freshet::stream
