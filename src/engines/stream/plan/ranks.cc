#include <algorithm>

#include "data/expr/function.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/conditions.h"
#include "engines/stream/plan/rewrites.h"

// ROW_NUMBER under a bound is a Top-N; over a time attribute, and only the first, it is a deduplication. What is
// left of OVER are aggregates.

namespace freshet::stream {
namespace {

using expr::ExprPtr;

struct Range {
  int64_t from = 1;
  int64_t to = INT64_MAX;
};

bool IsColumn(const expr::Expr& e, int column) {
  if (e.op == expr::Op::kCast) return IsColumn(*e.args[0], column);
  return e.op == expr::Op::kInput && e.index == column;
}

std::string_view Mirrored(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  return op == ">=" ? "<=" : op;
}

// Narrows the range by a comparison of the row number with a constant; false when it is something else.
bool Narrow(const expr::Expr& e, int column, Range& range) {
  if (e.op != expr::Op::kCall || e.args.size() != 2) return false;
  std::string_view op = e.function->name;
  const expr::Expr *number = e.args[0].get(), *bound = e.args[1].get();
  if (!IsColumn(*number, column)) {
    std::swap(number, bound);
    op = Mirrored(op);
  }
  bool usable = IsColumn(*number, column) && bound->op == expr::Op::kLiteral && bound->type.IsInteger() && !bound->value.is_null();
  if (!usable) return false;
  int64_t n = bound->value.integer();
  if (op == "<=" || op == "=") range.to = std::min(range.to, n);
  if (op == "<") range.to = std::min(range.to, n - 1);
  if (op == ">=" || op == "=") range.from = std::max(range.from, n);
  if (op == ">") range.from = std::max(range.from, n + 1);
  return op == "<=" || op == "<" || op == "=" || op == ">=" || op == ">";
}

// The end of the window whose both bounds are partition columns, or -1.
int WindowEndOf(const Node& input, const std::vector<int>& partition) {
  for (int end : partition) {
    const PlanColumn& e = input.columns[static_cast<size_t>(end)];
    if (e.window_role != WindowRole::kEnd) continue;
    for (int start : partition) {
      const PlanColumn& s = input.columns[static_cast<size_t>(start)];
      if (s.window_role == WindowRole::kStart && s.window_id == e.window_id) return end;
    }
  }
  return -1;
}

RankSpec RankOf(const OverSpec& over, const Node& input, const Range& range) {
  RankSpec rank;
  rank.partition = over.partition;
  rank.order = over.order;
  rank.from = range.from;
  rank.to = range.to;
  rank.relation = over.relation;
  TimeRole time = over.order.size() == 1 ? input.columns[static_cast<size_t>(over.order[0].column)].time : TimeRole::kNone;
  bool first = range.from == 1 && range.to == 1, descending = !over.order.empty() && over.order[0].descending;
  rank.end_column = WindowEndOf(input, over.partition);
  if (rank.end_column >= 0) {
    rank.kind = RankKind::kWindow;
    rank.local_zone = input.columns[static_cast<size_t>(rank.end_column)].window_local;
    rank.later_wins = first && time != TimeRole::kNone && descending;
  } else if (first && time != TimeRole::kNone) {
    rank.kind = descending ? RankKind::kKeepLast : RankKind::kKeepFirst;
    rank.time_column = time == TimeRole::kRowtime ? over.order[0].column : -1;
  }
  return rank;
}

Result<NodePtr> PlanRank(const NodePtr& node, const FilterSpec& filter) {
  const NodePtr& over_node = node->inputs[0];
  const auto& over = std::get<OverSpec>(over_node->spec);
  bool numbers = over.calls.size() == 1 && over.calls[0].function == "ROW_NUMBER";
  if (!numbers) return node;
  auto number = static_cast<int>(over_node->inputs[0]->columns.size());
  Range range;
  std::vector<ExprPtr> rest;
  for (const auto& e : Conjuncts(filter.condition)) {
    if (!Narrow(*e, number, range)) rest.push_back(e);
  }
  if (range.to == INT64_MAX) return node;
  if (range.to < range.from) return NodePtr(MakeNode(ValuesSpec{data::BatchBuilder(TypesOf(node->columns)).Build()}, {}, node->columns));
  RankSpec rank = RankOf(over, *over_node->inputs[0], range);
  std::vector<PlanColumn> columns = over_node->columns;
  if (rank.kind == RankKind::kTopN) {
    for (auto& column : columns) column.time = TimeRole::kNone;
  }
  NodePtr ranked = MakeNode(std::move(rank), over_node->inputs, std::move(columns));
  return rest.empty() ? ranked : NodePtr(MakeNode(FilterSpec{AllOf(rest)}, {ranked}, node->columns));
}

// What is not a rank: in the order of a rowtime each row is told once, in the order of arrival at once, else what was told is corrected.
Result<OverSpec> PlanOver(const Node& node, const OverSpec& over) {
  OverSpec planned = over;
  bool one = over.order.size() == 1 && !over.order[0].descending;
  TimeRole time = one ? node.inputs[0]->columns[static_cast<size_t>(over.order[0].column)].time : TimeRole::kNone;
  bool looks_ahead = std::any_of(over.calls.begin(), over.calls.end(), [](const auto& call) { return NeedsAllRows(call.function); });
  if (looks_ahead) planned.kind = OverKind::kUpdating;
  else if (over.calls.empty() || time == TimeRole::kRowtime) planned.kind = OverKind::kTime;
  else planned.kind = time == TimeRole::kProctime ? OverKind::kArrival : OverKind::kUpdating;
  bool by_distance = planned.kind == OverKind::kUpdating && over.bounded && !over.rows;
  if (by_distance && time == TimeRole::kNone) return Fault::Unsupported(over.place, "RANGE … PRECEDING is supported in the order of one time attribute ascending; use ROWS, or order by the rowtime");
  return planned;
}

}  // namespace

Result<NodePtr> PlanRanks(const NodePtr& root, const expr::Session& session) {
  const auto* filter = std::get_if<FilterSpec>(&root->spec);
  bool over_below = filter != nullptr && std::holds_alternative<OverSpec>(root->inputs[0]->spec);
  if (over_below) {
    ASSIGN_OR_RETURN(NodePtr ranked, PlanRank(root, *filter));
    if (ranked != root) return PlanRanks(ranked, session);
  }
  std::vector<NodePtr> inputs;
  for (const auto& input : root->inputs) {
    ASSIGN_OR_RETURN(auto planned, PlanRanks(input, session));
    inputs.push_back(std::move(planned));
  }
  if (const auto* over = std::get_if<OverSpec>(&root->spec)) {
    ASSIGN_OR_RETURN(OverSpec planned, PlanOver(*root, *over));
    return NodePtr(MakeNode(std::move(planned), std::move(inputs), root->columns));
  }
  return inputs == root->inputs ? root : NodePtr(MakeNode(root->spec, std::move(inputs), root->columns));
}

}  // namespace freshet::stream
