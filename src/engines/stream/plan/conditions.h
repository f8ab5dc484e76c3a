#pragma once

#include <vector>

#include "engines/stream/plan/node.h"

// Conditions taken apart and put together, for passes that move them.

namespace freshet::stream {

// The operands of nested ANDs, in order; none for an absent condition.
std::vector<expr::ExprPtr> Conjuncts(const expr::ExprPtr& condition);
// All of them; absent for none.
expr::ExprPtr AllOf(const std::vector<expr::ExprPtr>& conjuncts);
// Looks only at columns begin … end - 1.
bool LooksOnlyAt(const expr::Expr& e, int begin, int end);
// The same over columns that are numbered `by` higher.
expr::ExprPtr Shifted(const expr::ExprPtr& e, int by);

}  // namespace freshet::stream
