#pragma once

#include <vector>

#include "base/status.h"
#include "data/expr/expr.h"

// Predicates over rows that are written out, (a, b): they are those of their parts.

namespace freshet::stream {

// Whether an expression is (a, b) or ROW(a, b).
bool IsWrittenRow(const expr::Expr& value);

// (a, b) = (c, d): a = c AND b = d. A NULL beside parts that differ is no matter.
Result<expr::ExprPtr> EqualParts(const expr::ExprPtr& left, const expr::ExprPtr& right);

// (a, b) IN ((c, d), …), the row first.
Result<expr::ExprPtr> RowIn(const std::vector<expr::ExprPtr>& args);

// (a, b) OVERLAPS (c, d): two spans of time, each from one moment to another, in either order, or to a moment and an interval behind it. Spans that touch overlap, as in Flink.
Result<expr::ExprPtr> Overlaps(const std::vector<expr::ExprPtr>& args);

}  // namespace freshet::stream
