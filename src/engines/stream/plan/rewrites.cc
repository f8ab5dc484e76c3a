#include "engines/stream/plan/rewrites.h"

#include <algorithm>

#include "engines/stream/plan/conditions.h"
#include "engines/stream/plan/joins.h"

namespace freshet::stream {
namespace {

using expr::ExprPtr;

// THE LIST. To add a pass: a function, a line here, a case in tests/sql that shows it.
constexpr Rewrite kRewrites[] = {
    {"put calls of Python beside", PutCallsBeside},
    {"fold constants", FoldConstants},
    {"fold aggregates of nothing", FoldEmptyGroups},
    {"merge projections", MergeProjects},
    {"push filters down", PushFilters},
    {"merge projections", MergeProjects},
    {"aggregate windows by slices", UseSlices},
    {"keep rows of sessions that nothing aggregates", KeepSessionRows},
    {"plan Top-N and deduplication", PlanRanks},
    {"plan joins", PlanJoins},
    {"merge projections", MergeProjects},
    {"read only needed columns", PruneColumns},
    {"drop projections that change nothing", DropIdentities},
};

// Rebuilds the tree bottom-up through `change`.
template <typename F>
Result<NodePtr> Bottomup(const NodePtr& node, F& change) {
  std::vector<NodePtr> inputs;
  bool same = true;
  for (const auto& input : node->inputs) {
    ASSIGN_OR_RETURN(auto changed, Bottomup(input, change));
    same &= changed == input;
    inputs.push_back(std::move(changed));
  }
  NodePtr current = same ? node : NodePtr(MakeNode(node->spec, std::move(inputs), node->columns));
  return change(current);
}

template <typename S>
const S* As(const NodePtr& node) { return std::get_if<S>(&node->spec); }

bool AllDeterministic(const std::vector<ExprPtr>& exprs) {
  return std::all_of(exprs.begin(), exprs.end(), [](const ExprPtr& e) { return expr::IsDeterministic(*e); });
}

// Cheap enough to compute twice: columns, fields, constants.
bool IsTrivial(const expr::Expr& e) {
  if (e.op == expr::Op::kInput || e.op == expr::Op::kLiteral) return true;
  return e.op == expr::Op::kField && IsTrivial(*e.args[0]);
}

void CountUses(const expr::Expr& e, std::vector<int>& uses) {
  if (e.op == expr::Op::kInput) ++uses[static_cast<size_t>(e.index)];
  for (const auto& arg : e.args) CountUses(*arg, uses);
}

}  // namespace

std::span<const Rewrite> Rewrites() { return kRewrites; }

Result<NodePtr> Optimize(const NodePtr& root, const expr::Session& session) {
  NodePtr plan = root;
  for (const auto& rewrite : kRewrites) {
    ASSIGN_OR_RETURN(plan, rewrite.run(plan, session));
  }
  return InferChangelog(plan);
}

Result<NodePtr> FoldConstants(const NodePtr& root, const expr::Session& session) {
  auto change = [&session](const NodePtr& node) -> Result<NodePtr> {
    if (const auto* filter = As<FilterSpec>(node)) {
      ASSIGN_OR_RETURN(auto condition, expr::Fold(filter->condition, session));
      return NodePtr(MakeNode(FilterSpec{condition}, node->inputs, node->columns));
    }
    if (const auto* project = As<ProjectSpec>(node)) {
      ProjectSpec folded;
      for (const auto& e : project->exprs) {
        ASSIGN_OR_RETURN(auto f, expr::Fold(e, session));
        folded.exprs.push_back(std::move(f));
      }
      return NodePtr(MakeNode(std::move(folded), node->inputs, node->columns));
    }
    if (const auto* watermark = As<WatermarkSpec>(node)) {
      ASSIGN_OR_RETURN(auto e, expr::Fold(watermark->expr, session));
      return NodePtr(MakeNode(WatermarkSpec{watermark->rowtime, e, watermark->processing}, node->inputs, node->columns));
    }
    if (const auto* join = As<JoinSpec>(node); join != nullptr && join->condition) {
      JoinSpec folded = *join;
      ASSIGN_OR_RETURN(folded.condition, expr::Fold(join->condition, session));
      return NodePtr(MakeNode(std::move(folded), node->inputs, node->columns));
    }
    return node;
  };
  return Bottomup(root, change);
}

namespace {

// A condition that holds for no row, whatever the rows are.
bool NeverHolds(const NodePtr& node) {
  if (As<ProjectSpec>(node) != nullptr) return NeverHolds(node->inputs[0]);
  const auto* filter = As<FilterSpec>(node);
  if (filter == nullptr) return false;
  std::vector<ExprPtr> parts = Conjuncts(filter->condition);
  auto never = [](const ExprPtr& part) { return part->op == expr::Op::kLiteral && (part->value.is_null() || part->value.integer() == 0); };
  return std::any_of(parts.begin(), parts.end(), never) || NeverHolds(node->inputs[0]);
}

}  // namespace

// An aggregate without keys over what is known to be nothing is one row, as Flink folds it; over a stream that happens to be empty it is none.
Result<NodePtr> FoldEmptyGroups(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* aggregate = As<AggregateSpec>(node);
    bool empty = aggregate != nullptr && aggregate->keys.empty() && NeverHolds(node->inputs[0]);
    if (!empty) return node;
    data::BatchBuilder row(TypesOf(node->columns), 1);
    for (size_t c = 0; c < aggregate->calls.size(); ++c) {
      if (aggregate->calls[c].function == "COUNT") row.column(static_cast<int>(c)).Append(int64_t{0});
      else row.column(static_cast<int>(c)).AppendNull();
    }
    row.EndRow();
    return NodePtr(MakeNode(ValuesSpec{row.Build()}, {}, node->columns));
  };
  return Bottomup(root, change);
}

// Project over Project becomes one, unless that would compute something twice.
Result<NodePtr> MergeProjects(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* upper = As<ProjectSpec>(node);
    if (upper == nullptr) return node;
    const NodePtr& input = node->inputs[0];
    const auto* lower = As<ProjectSpec>(input);
    if (lower == nullptr || !AllDeterministic(lower->exprs)) return node;
    std::vector<int> uses(lower->exprs.size(), 0);
    for (const auto& e : upper->exprs) CountUses(*e, uses);
    for (size_t i = 0; i < uses.size(); ++i) {
      if (uses[i] > 1 && !IsTrivial(*lower->exprs[i])) return node;
    }
    ProjectSpec merged;
    for (const auto& e : upper->exprs) merged.exprs.push_back(expr::Substitute(e, lower->exprs));
    return NodePtr(MakeNode(std::move(merged), input->inputs, node->columns));
  };
  return Bottomup(root, change);
}

// A projection of all columns in their order is nothing; names no longer matter once a plan is bound.
Result<NodePtr> DropIdentities(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* project = As<ProjectSpec>(node);
    if (project == nullptr || project->exprs.size() != node->inputs[0]->columns.size()) return node;
    for (size_t i = 0; i < project->exprs.size(); ++i) {
      bool same = project->exprs[i]->op == expr::Op::kInput && project->exprs[i]->index == static_cast<int>(i);
      if (!same) return node;
    }
    return node->inputs[0];
  };
  return Bottomup(root, change);
}

namespace {

NodePtr SinkIntoJoin(const ExprPtr& condition, const NodePtr& node, const JoinSpec& join);
NodePtr SinkIntoSessions(const ExprPtr& condition, const NodePtr& node, const WindowSpec& window);

// Moves one filter as far down as it goes.
NodePtr Sink(const ExprPtr& condition, const NodePtr& input) {
  if (const auto* project = As<ProjectSpec>(input); project != nullptr && AllDeterministic(project->exprs)) {
    std::vector<int> uses(project->exprs.size(), 0);
    CountUses(*condition, uses);
    bool cheap = true;
    for (size_t i = 0; i < uses.size(); ++i) cheap &= uses[i] == 0 || IsTrivial(*project->exprs[i]);
    if (cheap) return MakeNode(*project, {Sink(expr::Substitute(condition, project->exprs), input->inputs[0])}, input->columns);
  }
  if (const auto* window = As<WindowSpec>(input); window != nullptr && window->shape.kind == WindowKind::kSession && !window->by_all_keys) return SinkIntoSessions(condition, input, *window);
  if (const auto* window = As<WindowSpec>(input)) {
    std::vector<bool> used;
    expr::CollectInputs(*condition, &used);
    size_t width = input->inputs[0]->columns.size();
    bool below = std::none_of(used.begin() + static_cast<ptrdiff_t>(std::min(width, used.size())), used.end(), [](bool u) { return u; });
    if (below) return MakeNode(*window, {Sink(condition, input->inputs[0])}, input->columns);
  }
  if (As<PythonSpec>(input) != nullptr) {
    auto width = static_cast<int>(input->inputs[0]->columns.size());
    std::vector<ExprPtr> below, above;
    for (const auto& e : Conjuncts(condition)) (LooksOnlyAt(*e, 0, width) ? below : above).push_back(e);
    NodePtr called = below.empty() ? input : NodePtr(MakeNode(input->spec, {Sink(AllOf(below), input->inputs[0])}, input->columns));
    return above.empty() ? called : NodePtr(MakeNode(FilterSpec{AllOf(above)}, {called}, input->columns));
  }
  if (const auto* filter = As<FilterSpec>(input)) {
    return Sink(expr::MakeAnd(filter->condition, condition), input->inputs[0]);
  }
  if (As<UnionSpec>(input) != nullptr) {
    std::vector<NodePtr> inputs;
    for (const auto& side : input->inputs) inputs.push_back(Sink(condition, side));
    return MakeNode(UnionSpec{}, std::move(inputs), input->columns);
  }
  if (const auto* join = As<JoinSpec>(input)) return SinkIntoJoin(condition, input, *join);
  return MakeNode(FilterSpec{condition}, {input}, input->columns);
}

// Rows that a condition drops hold sessions together, so it stays above them, but for what asks of a whole partition.
NodePtr SinkIntoSessions(const ExprPtr& condition, const NodePtr& node, const WindowSpec& window) {
  auto asks_of_partitions = [&window](const expr::Expr& e) {
    std::vector<bool> used;
    expr::CollectInputs(e, &used);
    for (size_t c = 0; c < used.size(); ++c) {
      bool fine = !used[c] || std::find(window.partition.begin(), window.partition.end(), static_cast<int>(c)) != window.partition.end();
      if (!fine) return false;
    }
    return expr::IsDeterministic(e);
  };
  std::vector<ExprPtr> below, above;
  for (const auto& e : Conjuncts(condition)) (asks_of_partitions(*e) ? below : above).push_back(e);
  NodePtr sessions = below.empty() ? node : NodePtr(MakeNode(window, {Sink(AllOf(below), node->inputs[0])}, node->columns));
  return above.empty() ? sessions : NodePtr(MakeNode(FilterSpec{AllOf(above)}, {sessions}, node->columns));
}

// Above an inner join a filter is part of its condition; of an outer join only the side that is never NULL can take
// it.
NodePtr SinkIntoJoin(const ExprPtr& condition, const NodePtr& node, const JoinSpec& join) {
  if (join.kind == JoinKind::kInner) {
    JoinSpec narrowed = join;
    narrowed.condition = expr::MakeAnd(join.condition, condition);
    return PushIntoJoin(MakeNode(std::move(narrowed), node->inputs, node->columns), Sink);
  }
  auto width = static_cast<int>(node->inputs[0]->columns.size());
  bool left = join.kind == JoinKind::kLeft || join.kind == JoinKind::kSemi || join.kind == JoinKind::kAnti;
  std::vector<ExprPtr> below, above;
  for (const auto& e : Conjuncts(condition)) (left && expr::IsDeterministic(*e) && LooksOnlyAt(*e, 0, width) ? below : above).push_back(e);
  NodePtr out = node;
  if (!below.empty()) out = MakeNode(join, {Sink(AllOf(below), node->inputs[0]), node->inputs[1]}, node->columns);
  return above.empty() ? out : NodePtr(MakeNode(FilterSpec{AllOf(above)}, {out}, node->columns));
}

}  // namespace

// Below projections of plain columns, window functions but SESSION, unions and joins. Never below a watermark: rows that a filter
// drops still move it on.
Result<NodePtr> PushFilters(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* filter = As<FilterSpec>(node);
    if (filter != nullptr) return Sink(filter->condition, node->inputs[0]);
    return As<JoinSpec>(node) != nullptr ? PushIntoJoin(node, Sink) : node;
  };
  return Bottomup(root, change);
}

namespace {

// Sessions are of a key: what is grouped by must be what they are partitioned by.
Result<NodePtr> SessionsOf(const WindowSpec& window, const SliceAggregateSpec& slices, const NodePtr& rows, const NodePtr& aggregate) {
  const auto& exprs = std::get<ProjectSpec>(rows->spec).exprs;
  size_t matched = 0;
  SessionAggregateSpec spec{window.shape.size_ms, slices.time_column, slices.keys, {}, slices.calls, slices.outputs, slices.relation};
  for (int key : slices.keys) {
    const ExprPtr& e = exprs[static_cast<size_t>(key)];
    spec.key_types.push_back(e->type);
    bool partitions = e->op == expr::Op::kInput && std::find(window.partition.begin(), window.partition.end(), e->index) != window.partition.end();
    matched += partitions ? 1 : 0;
  }
  bool same = window.by_all_keys || (matched == window.partition.size() && matched == slices.keys.size());
  if (!same) return aggregate;  // over the rows of sessions of another key
  return NodePtr(MakeNode(std::move(spec), {rows}, aggregate->columns));
}

}  // namespace

// WindowAggregate ← Project ← Window, or ← Filter ← Window of sessions, where windows are only grouped by: the aggregate makes them from slices.
Result<NodePtr> UseSlices(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* aggregate = As<WindowAggregateSpec>(node);
    if (aggregate == nullptr) return node;
    const NodePtr& project_node = node->inputs[0];
    const auto* project = As<ProjectSpec>(project_node);
    if (project == nullptr) return node;
    const auto* filter = As<FilterSpec>(project_node->inputs[0]);
    const NodePtr& window_node = filter == nullptr ? project_node->inputs[0] : project_node->inputs[0]->inputs[0];
    const auto* window = As<WindowSpec>(window_node);
    if (window == nullptr) return node;
    bool session = window->shape.kind == WindowKind::kSession;
    auto width = static_cast<int>(window_node->inputs[0]->columns.size());
    if (filter != nullptr && !(session && LooksOnlyAt(*filter->condition, 0, width))) return node;
    SliceAggregateSpec slices{window->shape, 0, {}, {}, {}, aggregate->relation};
    ProjectSpec below;
    std::vector<PlanColumn> columns;
    std::vector<int> place(project->exprs.size(), -1);  // of a projected column in the new projection
    using Output = SliceAggregateSpec::Output;
    auto window_output = [&](const ExprPtr& e) -> std::optional<Output> {
      if (e->op != expr::Op::kInput || e->index < width) return std::nullopt;
      return e->index == width ? Output::kStart : e->index == width + 1 ? Output::kEnd : Output::kTime;
    };
    for (size_t i = 0; i < project->exprs.size(); ++i) {
      const ExprPtr& e = project->exprs[i];
      bool key = std::find(aggregate->keys.begin(), aggregate->keys.end(), static_cast<int>(i)) != aggregate->keys.end();
      if (key && window_output(e)) continue;
      std::vector<bool> used;
      expr::CollectInputs(*e, &used);
      for (size_t u = static_cast<size_t>(width); u < used.size(); ++u) {
        if (used[u]) return node;  // something computes with the window's bounds
      }
      place[i] = static_cast<int>(below.exprs.size());
      below.exprs.push_back(e);
      columns.push_back(project_node->columns[i]);
    }
    const PlanColumn& time = window_node->inputs[0]->columns[static_cast<size_t>(window->time_column)];
    slices.time_column = static_cast<int>(below.exprs.size());
    below.exprs.push_back(expr::Input(window->time_column, time.type, time.name));
    columns.push_back(time);
    for (int k : aggregate->keys) {
      const ExprPtr& e = project->exprs[static_cast<size_t>(k)];
      if (auto output = window_output(e)) {
        slices.outputs.emplace_back(*output, 0);
      } else {
        slices.outputs.emplace_back(Output::kKey, static_cast<int>(slices.keys.size()));
        slices.keys.push_back(place[static_cast<size_t>(k)]);
      }
    }
    for (size_t c = 0; c < aggregate->calls.size(); ++c) {
      AggregateCall call = aggregate->calls[c];
      for (int& arg : call.args) arg = place[static_cast<size_t>(arg)];
      if (call.filter >= 0) call.filter = place[static_cast<size_t>(call.filter)];
      bool reachable = std::none_of(call.args.begin(), call.args.end(), [](int a) { return a < 0; });
      if (!reachable) return node;  // an aggregate over a window bound
      slices.calls.push_back(std::move(call));
      slices.outputs.emplace_back(Output::kCall, static_cast<int>(c));
    }
    NodePtr input = window_node->inputs[0];
    if (filter != nullptr) input = Sink(filter->condition, input);  // sessions that are grouped are of what is grouped, as in Flink
    NodePtr rows = MakeNode(std::move(below), {input}, std::move(columns));
    if (session) return SessionsOf(*window, slices, rows, node);
    return NodePtr(MakeNode(std::move(slices), {rows}, node->columns));
  };
  return Bottomup(root, change);
}

// SESSION without an aggregate straight over it: rows wait for the end of their session.
Result<NodePtr> KeepSessionRows(const NodePtr& root, const expr::Session&) {
  auto change = [](const NodePtr& node) -> Result<NodePtr> {
    const auto* window = As<WindowSpec>(node);
    if (window == nullptr || window->shape.kind != WindowKind::kSession) return node;
    SessionAggregateSpec spec;
    spec.gap_ms = window->shape.size_ms;
    spec.time_column = window->time_column;
    spec.keys = window->partition;
    spec.relation = "window";
    spec.keeps_rows = true;
    return NodePtr(MakeNode(std::move(spec), node->inputs, node->columns));
  };
  return Bottomup(root, change);
}

}  // namespace freshet::stream
