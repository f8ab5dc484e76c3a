#include "engines/stream/plan/conditions.h"

namespace freshet::stream {

using expr::ExprPtr;

namespace {

void Split(const ExprPtr& e, std::vector<ExprPtr>& out) {
  if (e->op != expr::Op::kAnd) return out.push_back(e);
  for (const auto& arg : e->args) Split(arg, out);
}

}  // namespace

std::vector<ExprPtr> Conjuncts(const ExprPtr& condition) {
  std::vector<ExprPtr> out;
  if (condition) Split(condition, out);
  return out;
}

ExprPtr AllOf(const std::vector<ExprPtr>& conjuncts) {
  ExprPtr all;
  for (const auto& e : conjuncts) all = expr::MakeAnd(all, e);
  return all;
}

bool LooksOnlyAt(const expr::Expr& e, int begin, int end) {
  std::vector<bool> used;
  expr::CollectInputs(e, &used);
  for (size_t i = 0; i < used.size(); ++i) {
    bool inside = static_cast<int>(i) >= begin && static_cast<int>(i) < end;
    if (used[i] && !inside) return false;
  }
  return true;
}

ExprPtr Shifted(const ExprPtr& e, int by) {
  if (e->op == expr::Op::kInput) return expr::Input(e->index + by, e->type, e->name);
  if (e->args.empty()) return e;
  auto copy = std::make_shared<expr::Expr>(*e);
  for (auto& arg : copy->args) arg = Shifted(arg, by);
  return copy;
}

}  // namespace freshet::stream
