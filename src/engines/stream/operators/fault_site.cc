#include "engines/stream/operators/fault_site.h"

#include <algorithm>

namespace freshet::stream {

std::optional<int> FirstUncomputed(const std::vector<expr::ExprPtr>& exprs, const data::Batch& rows, const expr::Session& session) {
  expr::Session unbounded = session;
  unbounded.allowance = nullptr;
  for (int k = 0; k < rows.selected(); ++k) {
    data::Batch one = rows.Part(k, 1).Gather();
    bool fails = std::any_of(exprs.begin(), exprs.end(), [&](const auto& e) { return e && !expr::Evaluate(*e, one, one.selection(), unbounded).ok(); });
    if (fails) return rows.selection().row(k);
  }
  return std::nullopt;
}

}  // namespace freshet::stream
