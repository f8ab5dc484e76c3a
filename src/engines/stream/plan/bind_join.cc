#include <algorithm>

#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/joins.h"
#include "wire/flink_sql/lexer.h"

// JOIN, and the conditions of WHERE that are joins: IN and EXISTS over queries.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

JoinKind KindOf(sql::JoinKind kind) {
  switch (kind) {
    case sql::JoinKind::kLeft: return JoinKind::kLeft;
    case sql::JoinKind::kRight: return JoinKind::kRight;
    case sql::JoinKind::kFull: return JoinKind::kFull;
    default: return JoinKind::kInner;
  }
}

// Columns of two relations side by side, to bind conditions over; the node is only there for its columns.
Scope SideBySide(const Scope& left, const Scope& right) {
  Scope both = left;
  auto width = static_cast<int>(left.node->columns.size());
  for (auto entry : right.entries) {
    entry.begin += width;
    entry.end += width;
    both.entries.push_back(std::move(entry));
  }
  std::vector<PlanColumn> columns = left.node->columns;
  columns.insert(columns.end(), right.node->columns.begin(), right.node->columns.end());
  both.node = MakeNode(JoinSpec{}, {left.node, right.node}, std::move(columns));
  return both;
}

// The parts of a condition that AND holds together.
void SplitAnd(const sql::Expr& ast, std::vector<const sql::Expr*>& out) {
  bool both = ast.kind == sql::ExprKind::kCall && ast.function == "AND";
  if (!both) return out.push_back(&ast);
  for (const auto& arg : ast.args) SplitAnd(*arg, out);
}

bool IsMembership(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kExists || (ast.kind == sql::ExprKind::kIn && ast.query); }

const sql::Expr* Negated(const sql::Expr& ast) {
  bool negated = ast.kind == sql::ExprKind::kCall && ast.function == "NOT" && ast.args.size() == 1;
  return negated ? ast.args[0].get() : nullptr;
}

// A versioned table is one of its PRIMARY KEY: ON must equate the whole of it.
Status CheckWholeKey(const Node& right, const JoinTraits& traits, sql::Position position) {
  const Node* below = &right;
  while (std::holds_alternative<WatermarkSpec>(below->spec) || std::holds_alternative<ProjectSpec>(below->spec)) below = below->inputs[0].get();
  const auto* source = std::get_if<SourceSpec>(&below->spec);
  if (source == nullptr) return {};  // a view: its key is what it is deduplicated by
  const auto& key = source->table->primary_key;
  if (key.empty()) return Fault::Invalid(sql::At(position), "table ", source->table->name, " has no versions without a PRIMARY KEY; declare it NOT ENFORCED");
  for (const auto& column : key) {
    bool equated = std::any_of(traits.equalities.begin(), traits.equalities.end(), [&](const auto& e) { return e.right->op == expr::Op::kInput && right.columns[static_cast<size_t>(e.right->index)].name == column; });
    if (!equated) return Fault::Invalid(sql::At(position), "ON must equate the whole PRIMARY KEY of table ", source->table->name, "; '", column, "' is missing");
  }
  return {};
}

}  // namespace

Result<ExprPtr> Binder::BindCondition(const sql::Expr& ast, const Scope& scope, std::string_view what) {
  ASSIGN_OR_RETURN(auto condition, BindExpr(ast, scope));
  if (condition->type.kind() != data::Kind::kBoolean) return Fault::Invalid(sql::At(ast.position), what, " takes a BOOLEAN, not ", condition->type);
  return condition;
}

Result<Scope> Binder::BindJoin(const sql::Relation& relation) {
  if (relation.natural) return Fault::Unsupported(sql::At(relation.position), "NATURAL JOIN is not supported; write JOIN … ON with the columns named");
  if (!relation.using_columns.empty()) return Fault::Unsupported(sql::At(relation.position), "JOIN … USING is not supported yet; write ON a.", relation.using_columns[0], " = b.", relation.using_columns[0]);
  ASSIGN_OR_RETURN(Scope left, BindRelation(*relation.left));
  if (relation.right->kind == sql::RelationKind::kUnnest) return BindUnnest(relation, left);
  if (relation.right->as_of) return BindAsOf(relation, left);
  ASSIGN_OR_RETURN(Scope right, BindRelation(*relation.right));
  Scope both = SideBySide(left, right);
  ExprPtr condition;
  if (relation.condition) {
    ASSIGN_OR_RETURN(condition, BindCondition(*relation.condition, both, "ON"));
  }
  both.node = MakeJoin(KindOf(relation.join), left.node, right.node, condition);
  return both;
}

// A time column that is rowtime asks for the version of then, one that is PROCTIME() for what the table says now.
Result<Scope> Binder::BindAsOf(const sql::Relation& relation, const Scope& left) {
  const sql::Relation& table = *relation.right;
  ASSIGN_OR_RETURN(auto moment, BindExpr(*table.as_of, left));
  TimeRole role = moment->op == expr::Op::kInput ? left.column(moment->index).time : TimeRole::kNone;
  if (role == TimeRole::kNone) return Fault::Unsupported(sql::At(table.position), "FOR SYSTEM_TIME AS OF takes a time attribute of the left side: its rowtime, or a column AS PROCTIME()");
  JoinKind kind = KindOf(relation.join);
  bool fine = (kind == JoinKind::kInner || kind == JoinKind::kLeft) && relation.condition;
  if (!fine) return Fault::Unsupported(sql::At(table.position), "FOR SYSTEM_TIME AS OF stands behind JOIN or LEFT JOIN with an ON condition");
  sql::Relation plain = table;
  plain.as_of = nullptr;
  ASSIGN_OR_RETURN(Scope right, BindRelation(plain));
  auto expiry = role == TimeRole::kRowtime ? JoinSpec::Expiry::kVersion : JoinSpec::Expiry::kLookup;
  int left_time = -1, right_time = -1;
  if (expiry == JoinSpec::Expiry::kLookup) {
    while (std::holds_alternative<WatermarkSpec>(right.node->spec)) right.node = right.node->inputs[0];
    bool source = std::holds_alternative<SourceSpec>(right.node->spec);
    if (!source) return Fault::Unsupported(sql::At(table.position), "a lookup join asks a table with physical columns; for a view or computed columns join as of the rowtime");
  } else {
    left_time = moment->index;
    for (size_t i = 0; i < right.node->columns.size(); ++i) {
      if (right.node->columns[i].time == TimeRole::kRowtime) right_time = static_cast<int>(i);
    }
    if (right_time < 0) return Fault::Invalid(sql::At(table.position), "the table behind FOR SYSTEM_TIME AS OF has no versions; declare WATERMARK and PRIMARY KEY, or deduplicate it by ROW_NUMBER() … ORDER BY rowtime DESC in a view");
  }
  Scope both = SideBySide(left, right);
  ASSIGN_OR_RETURN(auto condition, BindCondition(*relation.condition, both, "ON"));
  JoinTraits traits = AnalyzeJoin(*left.node, *right.node, condition);
  if (traits.equalities.empty()) return Fault::Invalid(sql::At(table.position), "FOR SYSTEM_TIME AS OF needs an equality with the table's key in ON");
  if (expiry == JoinSpec::Expiry::kVersion) RETURN_NOT_OK(CheckWholeKey(*right.node, traits, table.position));
  both.node = MakeAsOfJoin(kind, left.node, right.node, condition, expiry, left_time, right_time);
  return both;
}

Result<NodePtr> Binder::BindWhere(const sql::Expr& ast, Scope scope) {
  std::vector<const sql::Expr*> parts, members;
  SplitAnd(ast, parts);
  ExprPtr condition;
  for (const auto* part : parts) {
    const sql::Expr* inside = Negated(*part);
    if (IsMembership(*part) || (inside != nullptr && IsMembership(*inside))) {
      members.push_back(part);
      continue;
    }
    ASSIGN_OR_RETURN(auto bound, BindCondition(*part, scope, "WHERE"));
    condition = expr::MakeAnd(condition, bound);
  }
  const auto* join = std::get_if<JoinSpec>(&scope.node->spec);
  bool inner = join != nullptr && join->kind == JoinKind::kInner && join->expiry == JoinSpec::Expiry::kNever;
  if (condition && inner) {  // FROM a, b WHERE …: the condition says what kind of join it is
    scope.node = MakeJoin(JoinKind::kInner, scope.node->inputs[0], scope.node->inputs[1], expr::MakeAnd(join->condition, condition));
  } else if (condition) {
    scope.node = MakeNode(FilterSpec{condition}, {scope.node}, scope.node->columns);
  }
  for (const auto* member : members) {
    const sql::Expr* inside = Negated(*member);
    ASSIGN_OR_RETURN(scope.node, BindMembership(inside != nullptr ? *inside : *member, inside != nullptr, scope));
  }
  return scope.node;
}

// The query of an IN or EXISTS, its rows beside those of the query around it. What its WHERE says of both becomes
// `condition`.
Result<Scope> Binder::BindCorrelated(const sql::Query& query, const Scope& outer, ExprPtr* condition) {
  bool plain = query.kind == sql::QueryKind::kSelect && query.from && !query.grouped && !query.having && !query.qualify && query.with.empty() && !query.limit && !query.offset &&
               std::none_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  if (!plain) {
    ASSIGN_OR_RETURN(NodePtr node, BindQuery(query));
    Scope alone;
    alone.entries.push_back({"", 0, static_cast<int>(node->columns.size())});
    alone.node = node;
    return SideBySide(outer, alone);
  }
  ASSIGN_OR_RETURN(Scope inside, BindRelation(*query.from));
  Scope both = SideBySide(outer, inside);
  both.inner = static_cast<int>(outer.node->columns.size());
  if (query.where) {
    ASSIGN_OR_RETURN(*condition, BindCondition(*query.where, both, "WHERE"));
  }
  return both;
}

// x IN (SELECT y …) and EXISTS (SELECT …) keep the rows that have a partner, their negations those that have none.
Result<NodePtr> Binder::BindMembership(const sql::Expr& ast, bool negated, Scope scope) {
  negated ^= ast.negated;
  ExprPtr condition;
  ASSIGN_OR_RETURN(Scope both, BindCorrelated(*ast.query, scope, &condition));
  if (ast.kind == sql::ExprKind::kIn) {
    ASSIGN_OR_RETURN(auto wanted, BindExpr(*ast.args[0], scope));
    ExprPtr value;
    bool from_items = both.inner > 0 && ast.query->items.size() == 1 && ast.query->items[0].expr->kind != sql::ExprKind::kStar;
    if (from_items) {
      ASSIGN_OR_RETURN(value, BindExpr(*ast.query->items[0].expr, both));
    } else {
      size_t width = scope.node->columns.size();
      if (both.node->columns.size() != width + 1) return Fault::Invalid(sql::At(ast.position), "IN takes a query of one column, got ", both.node->columns.size() - width);
      value = expr::Input(static_cast<int>(width), both.column(static_cast<int>(width)).type, both.column(static_cast<int>(width)).name);
    }
    ASSIGN_OR_RETURN(auto equal, expr::MakeCall("=", {wanted, value}));
    if (negated && equal->type.nullable()) {  // NOT IN: a NULL on either side leaves it unknown
      ASSIGN_OR_RETURN(auto unknown, expr::MakeCall("IS NOT FALSE", {equal}));
      equal = unknown;
    }
    condition = expr::MakeAnd(equal, condition);
  }
  return MakeJoin(negated ? JoinKind::kAnti : JoinKind::kSemi, scope.node, both.node->inputs[1], condition);
}

}  // namespace freshet::stream
