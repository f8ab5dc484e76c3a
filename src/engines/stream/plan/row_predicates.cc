#include "engines/stream/plan/row_predicates.h"

#include "data/expr/function.h"

namespace freshet::stream {
namespace {

using expr::ExprPtr;

struct Span {
  ExprPtr begin, end;
};

Result<Span> SpanOf(const ExprPtr& from, ExprPtr to) {
  bool moment = from->type.IsTimestamp() || from->type.kind() == data::Kind::kDate || from->type.kind() == data::Kind::kTime;
  if (!moment) return Fault::Invalid("OVERLAPS takes spans of time, (from, to) or (from, interval), not (", from->type.WithNullable(true), ", ", to->type.WithNullable(true), ")");
  if (to->type.IsInterval()) {
    ASSIGN_OR_RETURN(to, expr::MakeCall("+", {from, to}));
  }
  ASSIGN_OR_RETURN(auto in_order, expr::MakeCall("<=", {from, to}));
  ASSIGN_OR_RETURN(auto begin, expr::MakeCase({in_order, from, to}));
  ASSIGN_OR_RETURN(auto end, expr::MakeCase({in_order, to, from}));
  return Span{begin, end};
}

}  // namespace

bool IsWrittenRow(const expr::Expr& value) { return value.op == expr::Op::kCall && value.function->name == "ROW"; }

Result<ExprPtr> EqualParts(const ExprPtr& left, const ExprPtr& right) {
  if (left->args.size() != right->args.size()) return Fault::Invalid("a row of ", left->args.size(), " parts does not compare with one of ", right->args.size());
  ExprPtr all;
  for (size_t i = 0; i < left->args.size(); ++i) {
    bool rows = IsWrittenRow(*left->args[i]) && IsWrittenRow(*right->args[i]);
    ASSIGN_OR_RETURN(auto equal, rows ? EqualParts(left->args[i], right->args[i]) : expr::MakeCall("=", {left->args[i], right->args[i]}));
    all = expr::MakeAnd(all, equal);
  }
  return all;
}

Result<ExprPtr> RowIn(const std::vector<ExprPtr>& args) {
  ExprPtr any;
  for (size_t i = 1; i < args.size(); ++i) {
    if (!IsWrittenRow(*args[i])) return Fault::Unsupported("(…) IN takes rows that are written out, (a, b), not ", args[i]->type.WithNullable(true));
    ASSIGN_OR_RETURN(auto equal, EqualParts(args[0], args[i]));
    if (any) {
      ASSIGN_OR_RETURN(any, expr::MakeCall("OR", {any, equal}));
    } else {
      any = equal;
    }
  }
  return any;
}

Result<ExprPtr> Overlaps(const std::vector<ExprPtr>& args) {
  ASSIGN_OR_RETURN(Span left, SpanOf(args[0], args[1]));
  ASSIGN_OR_RETURN(Span right, SpanOf(args[2], args[3]));
  ASSIGN_OR_RETURN(auto left_first, expr::MakeCall(">=", {left.end, right.begin}));
  ASSIGN_OR_RETURN(auto right_first, expr::MakeCall(">=", {right.end, left.begin}));
  return expr::MakeAnd(left_first, right_first);
}

}  // namespace freshet::stream
