#include "engines/stream/plan/joins.h"

#include <algorithm>

#include "data/expr/function.h"
#include "engines/stream/plan/clock.h"
#include "engines/stream/plan/conditions.h"
#include "engines/stream/plan/rewrites.h"

// How joins are planned: what a condition says, which columns keep their roles, keys.

namespace freshet::stream {
namespace {

using expr::ExprPtr;

// A rowtime, or a processing time, plus or minus a constant.
struct Moment {
  int column;
  int64_t offset_ms;
};

std::optional<Moment> MomentOf(const expr::Expr& e, const std::vector<const PlanColumn*>& columns) {
  if (e.op == expr::Op::kInput) {
    TimeRole time = columns[static_cast<size_t>(e.index)]->time;
    return time != TimeRole::kNone ? std::optional(Moment{e.index, 0}) : std::nullopt;
  }
  if (e.op == expr::Op::kCast && e.type.kind() == e.args[0]->type.kind()) return MomentOf(*e.args[0], columns);
  bool sum = e.op == expr::Op::kCall && (e.function->name == "+" || e.function->name == "-") && e.args.size() == 2;
  if (!sum) return std::nullopt;
  const expr::Expr& by = *e.args[1];
  if (by.op != expr::Op::kLiteral || by.type.kind() != data::Kind::kIntervalMillis || by.value.is_null()) return std::nullopt;
  auto moment = MomentOf(*e.args[0], columns);
  if (moment) moment->offset_ms += e.function->name == "+" ? by.value.integer() : -by.value.integer();
  return moment;
}

// Bounds on left time − right time that one comparison sets.
struct Bounds {
  int left = -1;
  int right = -1;
  std::optional<int64_t> lower;
  std::optional<int64_t> upper;
};

std::optional<Bounds> BoundsOf(const expr::Expr& e, const std::vector<const PlanColumn*>& columns, int width) {
  if (e.op != expr::Op::kCall || e.args.size() != 2) return std::nullopt;
  std::string_view op = e.function->name;
  bool known = op == "<" || op == "<=" || op == ">" || op == ">=" || op == "=";
  if (!known) return std::nullopt;
  auto a = MomentOf(*e.args[0], columns), b = MomentOf(*e.args[1], columns);
  if (!a || !b || (a->column < width) == (b->column < width)) return std::nullopt;
  bool one_time = columns[static_cast<size_t>(a->column)]->time == columns[static_cast<size_t>(b->column)]->time;
  if (!one_time) return std::nullopt;
  bool less = op[0] == '<', strict = op.size() == 1 && op != "=";
  if (a->column >= width) {
    std::swap(a, b);
    less = !less;
  }
  int64_t difference = b->offset_ms - a->offset_ms;  // left − right compared with this
  Bounds out{a->column, b->column - width, std::nullopt, std::nullopt};
  if (op == "=" || less) out.upper = difference - (strict ? 1 : 0);
  if (op == "=" || !less) out.lower = difference + (strict ? 1 : 0);
  return out;
}

bool HasRole(const Node& node, const ExprPtr& e, WindowRole role) {
  return e->op == expr::Op::kInput && node.columns[static_cast<size_t>(e->index)].window_role == role;
}

void FindWindow(const Node& left, const Node& right, JoinTraits& traits) {
  bool starts = false;
  const JoinTraits::Equality* ends = nullptr;
  for (const auto& equality : traits.equalities) {
    starts |= HasRole(left, equality.left, WindowRole::kStart) && HasRole(right, equality.right, WindowRole::kStart);
    if (HasRole(left, equality.left, WindowRole::kEnd) && HasRole(right, equality.right, WindowRole::kEnd)) ends = &equality;
  }
  if (!starts || ends == nullptr) return;
  traits.expiry = JoinSpec::Expiry::kWindow;
  traits.left_time = ends->left->index;
  traits.right_time = ends->right->index;
  traits.local_zone = left.columns[static_cast<size_t>(traits.left_time)].window_local;
}

void FindInterval(const std::vector<Bounds>& all, JoinTraits& traits) {
  for (const auto& first : all) {
    std::optional<int64_t> lower, upper;
    for (const auto& bounds : all) {
      if (bounds.left != first.left || bounds.right != first.right) continue;
      if (bounds.lower) lower = lower ? std::max(*lower, *bounds.lower) : *bounds.lower;
      if (bounds.upper) upper = upper ? std::min(*upper, *bounds.upper) : *bounds.upper;
    }
    if (!lower || !upper) continue;
    traits.expiry = JoinSpec::Expiry::kInterval;
    traits.left_time = first.left;
    traits.right_time = first.right;
    traits.lower_ms = *lower;
    traits.upper_ms = std::max(*lower, *upper);
    return;
  }
}

std::vector<const PlanColumn*> ColumnsOf(const Node& left, const Node& right) {
  std::vector<const PlanColumn*> columns;
  for (const auto& column : left.columns) columns.push_back(&column);
  for (const auto& column : right.columns) columns.push_back(&column);
  return columns;
}

}  // namespace

JoinTraits AnalyzeJoin(const Node& left, const Node& right, const ExprPtr& condition) {
  auto width = static_cast<int>(left.columns.size()), all_width = width + static_cast<int>(right.columns.size());
  auto columns = ColumnsOf(left, right);
  JoinTraits traits;
  std::vector<Bounds> bounds;
  for (const auto& e : Conjuncts(condition)) {
    if (auto found = BoundsOf(*e, columns, width)) bounds.push_back(*found);
    bool equality = e->op == expr::Op::kCall && (e->function->name == "=" || e->function->name == "IS NOT DISTINCT FROM");
    bool null_equal = equality && e->function->name != "=";
    auto side = [&](size_t i, int begin, int end) { return LooksOnlyAt(*e->args[i], begin, end) && !expr::IsConstant(*e->args[i]); };
    bool nested = equality && (e->args[0]->type.IsNested() || !e->args[0]->type.SameExceptNull(e->args[1]->type));
    bool strings = equality && e->args[0]->type.IsString() && e->args[1]->type.IsString();
    bool usable = equality && (!nested || strings);
    if (usable && side(0, 0, width) && side(1, width, all_width)) {
      traits.equalities.push_back({e->args[0], Shifted(e->args[1], -width), null_equal});
    } else if (usable && side(1, 0, width) && side(0, width, all_width)) {
      traits.equalities.push_back({e->args[1], Shifted(e->args[0], -width), null_equal});
    } else {
      traits.rest.push_back(e);
    }
  }
  FindWindow(left, right, traits);
  if (traits.expiry == JoinSpec::Expiry::kNever) FindInterval(bounds, traits);
  traits.processing = traits.expiry == JoinSpec::Expiry::kInterval && left.columns[static_cast<size_t>(traits.left_time)].time == TimeRole::kProctime;
  return traits;
}

NodePtr MakeJoin(JoinKind kind, NodePtr left, NodePtr right, ExprPtr condition) {
  JoinTraits traits = AnalyzeJoin(*left, *right, condition);
  bool expires = traits.expiry != JoinSpec::Expiry::kNever && !traits.processing;
  bool pads_left = kind == JoinKind::kRight || kind == JoinKind::kFull, pads_right = kind == JoinKind::kLeft || kind == JoinKind::kFull;
  std::vector<PlanColumn> columns;
  auto take = [&](const Node& side, bool padded) {
    for (PlanColumn column : side.columns) {
      if (padded) column.type = column.type.WithNullable(true);
      if (padded || !expires) {
        column.time = column.time == TimeRole::kProctime ? column.time : TimeRole::kNone;
        column.window_role = WindowRole::kNone;
        column.window_id = 0;
      }
      columns.push_back(std::move(column));
    }
  };
  take(*left, pads_left);
  if (kind != JoinKind::kSemi && kind != JoinKind::kAnti) take(*right, pads_right);
  JoinSpec spec;
  spec.kind = kind;
  spec.condition = std::move(condition);
  return MakeNode(std::move(spec), {std::move(left), std::move(right)}, std::move(columns));
}

NodePtr WithTtls(const NodePtr& join, int64_t left_ms, int64_t right_ms) {
  if (left_ms == kTtlUnsaid && right_ms == kTtlUnsaid) return join;
  JoinSpec spec = std::get<JoinSpec>(join->spec);
  spec.left_ttl_ms = left_ms;
  spec.right_ttl_ms = right_ms;
  return MakeNode(std::move(spec), join->inputs, join->columns);
}

NodePtr WithHint(const NodePtr& lookup, const LookupHint& hint) {
  JoinSpec spec = std::get<JoinSpec>(lookup->spec);
  spec.lookup = hint;
  return MakeNode(std::move(spec), lookup->inputs, lookup->columns);
}

NodePtr MakeAsOfJoin(JoinKind kind, NodePtr left, NodePtr right, ExprPtr condition, JoinSpec::Expiry expiry, int left_time, int right_time) {
  std::vector<PlanColumn> columns = left->columns;
  for (PlanColumn column : right->columns) {
    if (kind == JoinKind::kLeft) column.type = column.type.WithNullable(true);
    column.time = TimeRole::kNone;
    column.window_role = WindowRole::kNone;
    columns.push_back(std::move(column));
  }
  JoinSpec spec;
  spec.kind = kind;
  spec.condition = std::move(condition);
  spec.expiry = expiry;
  spec.left_time = left_time;
  spec.right_time = right_time;
  return MakeNode(std::move(spec), {std::move(left), std::move(right)}, std::move(columns));
}

namespace {

bool IsAsOf(const JoinSpec& spec) { return spec.expiry == JoinSpec::Expiry::kVersion || spec.expiry == JoinSpec::Expiry::kLookup; }

}  // namespace

NodePtr PushIntoJoin(const NodePtr& join, NodePtr (*sink)(const ExprPtr& condition, const NodePtr& input)) {
  JoinSpec spec = std::get<JoinSpec>(join->spec);
  NodePtr left = join->inputs[0], right = join->inputs[1];
  auto width = static_cast<int>(left->columns.size()), all_width = width + static_cast<int>(right->columns.size());
  // An outer side keeps its rows whatever ON says of them.
  bool left_too = spec.kind == JoinKind::kInner || spec.kind == JoinKind::kSemi || spec.kind == JoinKind::kRight;
  bool right_too = spec.kind != JoinKind::kRight && spec.kind != JoinKind::kFull && !IsAsOf(spec);
  std::vector<ExprPtr> kept, to_left, to_right;
  for (const auto& e : Conjuncts(spec.condition)) {
    bool movable = expr::IsDeterministic(*e) && !expr::IsConstant(*e);
    if (movable && left_too && LooksOnlyAt(*e, 0, width)) to_left.push_back(e);
    else if (movable && right_too && LooksOnlyAt(*e, width, all_width)) to_right.push_back(Shifted(e, -width));
    else kept.push_back(e);
  }
  if (to_left.empty() && to_right.empty()) return join;
  if (!to_left.empty()) left = sink(AllOf(to_left), left);
  if (!to_right.empty()) right = sink(AllOf(to_right), right);
  spec.condition = AllOf(kept);
  return MakeNode(std::move(spec), {left, right}, join->columns);
}

namespace {

// One input with columns behind its own for keys that must be computed; answers with the keys' columns.
NodePtr WithKeys(const NodePtr& input, const std::vector<ExprPtr>& keys, std::vector<int>* places) {
  ProjectSpec project;
  std::vector<PlanColumn> columns = input->columns;
  for (size_t i = 0; i < columns.size(); ++i) project.exprs.push_back(expr::Input(static_cast<int>(i), columns[i].type, columns[i].name));
  for (const auto& key : keys) {
    if (key->op == expr::Op::kInput) {
      places->push_back(key->index);
      continue;
    }
    places->push_back(static_cast<int>(columns.size()));
    columns.push_back({StrCat("key$", columns.size()), key->type});
    project.exprs.push_back(key);
  }
  if (columns.size() == input->columns.size()) return input;
  return MakeNode(std::move(project), {input}, std::move(columns));
}

// A temporal join keeps versions by their time itself. A deduplication below it that keeps each key's last row would only hold back what comes out
// of order, so that the result hung on how partitions interleave: all its rows are versions.
NodePtr AllVersions(const NodePtr& node, int time_column) {
  if (const auto* project = std::get_if<ProjectSpec>(&node->spec)) {
    const ExprPtr& time = project->exprs[static_cast<size_t>(time_column)];
    if (time->op != expr::Op::kInput) return node;
    return MakeNode(*project, {AllVersions(node->inputs[0], time->index)}, node->columns);
  }
  const auto* rank = std::get_if<RankSpec>(&node->spec);
  bool keeps_last = rank != nullptr && rank->kind == RankKind::kKeepLast && rank->time_column == time_column;
  if (!keeps_last) return node;
  ProjectSpec rows;
  const auto& columns = node->inputs[0]->columns;
  for (size_t i = 0; i < columns.size(); ++i) rows.exprs.push_back(expr::Input(static_cast<int>(i), columns[i].type, columns[i].name));
  if (rank->with_rank) rows.exprs.push_back(expr::Literal(node->columns.back().type, int64_t{1}));
  return MakeNode(std::move(rows), node->inputs, node->columns);
}

// To whoever stands above a clock processing time is a time like any other.
NodePtr AsRowtime(const NodePtr& input, int time_column) {
  NodePtr told = WithClock(input, time_column);
  std::vector<PlanColumn> columns = told->columns;
  for (auto& column : columns) column.time = TimeRole::kNone;
  columns[static_cast<size_t>(time_column)].time = TimeRole::kRowtime;
  return MakeNode(told->spec, told->inputs, std::move(columns));
}

NodePtr PlanJoin(const NodePtr& join) {
  JoinSpec spec = std::get<JoinSpec>(join->spec);
  if (!spec.left_keys.empty() || (spec.expiry != JoinSpec::Expiry::kNever && !IsAsOf(spec))) return join;
  const NodePtr& old_left = join->inputs[0];
  const NodePtr old_right = spec.expiry == JoinSpec::Expiry::kVersion ? AllVersions(join->inputs[1], spec.right_time) : join->inputs[1];
  JoinTraits traits = AnalyzeJoin(*old_left, *old_right, spec.condition);
  if (traits.processing && !IsAsOf(spec)) return PlanJoin(MakeNode(std::move(spec), {AsRowtime(old_left, traits.left_time), AsRowtime(old_right, traits.right_time)}, join->columns));
  std::vector<ExprPtr> left_keys, right_keys;
  auto old_width = static_cast<int>(old_left->columns.size());
  for (const auto& equality : traits.equalities) {
    bool usable = spec.expiry != JoinSpec::Expiry::kLookup || (equality.right->op == expr::Op::kInput && !equality.null_equal);
    if (!usable) {  // a table is asked by its own columns
      auto same = expr::MakeCall(equality.null_equal ? "IS NOT DISTINCT FROM" : "=", {equality.left, Shifted(equality.right, old_width)});
      CHECK(same.ok());
      traits.rest.push_back(*same);
      continue;
    }
    left_keys.push_back(equality.left);
    right_keys.push_back(equality.right);
    spec.null_equal.push_back(equality.null_equal);
  }
  NodePtr left = WithKeys(old_left, left_keys, &spec.left_keys), right = WithKeys(old_right, right_keys, &spec.right_keys);
  auto width = static_cast<int>(old_left->columns.size()), added = static_cast<int>(left->columns.size()) - width;
  std::vector<ExprPtr> moved;  // left columns stay, right ones move behind the added keys
  for (int i = 0; i < width; ++i) moved.push_back(expr::Input(i, old_left->columns[static_cast<size_t>(i)].type, ""));
  for (int i = 0; i < static_cast<int>(old_right->columns.size()); ++i) moved.push_back(expr::Input(width + added + i, old_right->columns[static_cast<size_t>(i)].type, ""));
  ExprPtr rest = AllOf(traits.rest);
  spec.condition = rest ? expr::Substitute(rest, moved) : nullptr;
  if (!IsAsOf(spec)) {
    spec.expiry = traits.expiry;
    spec.left_time = traits.left_time;
    spec.right_time = traits.right_time;
  }
  spec.lower_ms = traits.lower_ms;
  spec.upper_ms = traits.upper_ms;
  spec.local_zone = traits.local_zone;
  bool one_sided = spec.kind == JoinKind::kSemi || spec.kind == JoinKind::kAnti;
  std::vector<PlanColumn> columns(join->columns.begin(), join->columns.begin() + width);
  columns.insert(columns.end(), left->columns.begin() + width, left->columns.end());
  if (!one_sided) {
    columns.insert(columns.end(), join->columns.begin() + width, join->columns.end());
    columns.insert(columns.end(), right->columns.begin() + static_cast<ptrdiff_t>(old_right->columns.size()), right->columns.end());
  }
  bool pads_left = spec.kind == JoinKind::kRight || spec.kind == JoinKind::kFull, pads_right = spec.kind == JoinKind::kLeft || spec.kind == JoinKind::kFull;
  for (size_t i = 0; i < columns.size(); ++i) {
    bool is_left = i < left->columns.size();
    if (is_left ? pads_left : pads_right) columns[i].type = columns[i].type.WithNullable(true);
  }
  bool same = columns.size() == join->columns.size();
  NodePtr planned = MakeNode(std::move(spec), {left, right}, columns);
  if (same) return planned;
  ProjectSpec project;
  for (size_t i = 0; i < join->columns.size(); ++i) {
    int from = static_cast<int>(i) < width ? static_cast<int>(i) : static_cast<int>(i) + added;
    project.exprs.push_back(expr::Input(from, columns[static_cast<size_t>(from)].type, columns[static_cast<size_t>(from)].name));
  }
  return MakeNode(std::move(project), {planned}, join->columns);
}

}  // namespace

Result<NodePtr> PlanJoins(const NodePtr& root, const expr::Session& session) {
  std::vector<NodePtr> inputs;
  for (const auto& input : root->inputs) {
    ASSIGN_OR_RETURN(auto planned, PlanJoins(input, session));
    inputs.push_back(std::move(planned));
  }
  NodePtr node = inputs == root->inputs ? root : NodePtr(MakeNode(root->spec, std::move(inputs), root->columns));
  return std::holds_alternative<JoinSpec>(node->spec) ? PlanJoin(node) : node;
}

}  // namespace freshet::stream
