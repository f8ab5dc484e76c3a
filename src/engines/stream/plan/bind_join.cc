#include <algorithm>

#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/joins.h"
#include "wire/flink_sql/lexer.h"

// JOIN: with ON, USING, NATURAL, and FOR SYSTEM_TIME AS OF.

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

// Names that a bare name may mean on both sides, in the left one's order.
std::vector<std::string> CommonNames(const Scope& left, const Scope& right) {
  std::vector<std::string> names;
  auto has = [](const Scope& scope, const std::string& name) {
    for (size_t i = 0; i < scope.node->columns.size(); ++i) {
      if (scope.node->columns[i].name == name && !scope.merged.contains(static_cast<int>(i))) return true;
    }
    return false;
  };
  for (const auto& column : left.node->columns) {
    bool again = std::find(names.begin(), names.end(), column.name) != names.end();
    if (!again && has(left, column.name) && has(right, column.name)) names.push_back(column.name);
  }
  return names;
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

// Columns of two relations side by side, to bind conditions over; the node is only there for its columns.
// One row of nothing, from which values are computed.
bool Binder::ComputesOnly(const sql::Query& query) {
  bool plain = query.kind == sql::QueryKind::kSelect && !query.from && !query.where && !query.grouped && !query.having && !query.qualify && !query.distinct && !query.limit && !query.offset && query.order_by.empty();
  return plain && std::none_of(query.items.begin(), query.items.end(), [](const auto& item) { return item.expr->kind == sql::ExprKind::kStar || HasAggregate(*item.expr); });
}

Scope Binder::SideBySide(const Scope& left, const Scope& right) {
  Scope both = left;
  auto width = static_cast<int>(left.node->columns.size());
  for (auto entry : right.entries) {
    entry.begin += width;
    entry.end += width;
    both.entries.push_back(std::move(entry));
  }
  for (int c : right.first) both.first.push_back(width + c);
  for (int c : right.merged) both.merged.insert(width + c);
  std::vector<PlanColumn> columns = left.node->columns;
  columns.insert(columns.end(), right.node->columns.begin(), right.node->columns.end());
  both.node = MakeNode(JoinSpec{}, {left.node, right.node}, std::move(columns));
  return both;
}

Result<Scope> Binder::BindJoin(const sql::Relation& relation) {
  ASSIGN_OR_RETURN(Scope left, BindRelation(*relation.left));
  if (relation.right->kind == sql::RelationKind::kUnnest) return BindUnnest(relation, left);
  if (relation.right->as_of) return BindAsOf(relation, left);
  if (relation.right->lateral && relation.right->kind == sql::RelationKind::kSubquery) return ComputesOnly(*relation.right->query) ? BindComputed(relation, left) : BindLateral(relation, left);
  ASSIGN_OR_RETURN(Scope right, BindRelation(*relation.right));
  if (relation.natural || !relation.using_columns.empty()) return BindUsing(relation, left, right);
  Scope both = SideBySide(left, right);
  ExprPtr condition;
  if (relation.condition) {
    ASSIGN_OR_RETURN(condition, BindCondition(*relation.condition, both, "ON"));
  }
  both.node = WithTtls(MakeJoin(KindOf(relation.join), left.node, right.node, condition), TtlOf(left.entries), TtlOf(right.entries));
  return both;
}

// LATERAL (SELECT a.x + 1 AS y): of nothing but the row in front of it, beside which its values stand.
Result<Scope> Binder::BindComputed(const sql::Relation& relation, const Scope& left) {
  const sql::Relation& lateral = *relation.right;
  bool fine = relation.join == sql::JoinKind::kInner || relation.join == sql::JoinKind::kCross || relation.join == sql::JoinKind::kLeft;
  if (!fine || relation.natural || !relation.using_columns.empty()) return Fault::Unsupported(sql::At(lateral.position), "LATERAL stands behind a comma, CROSS JOIN, JOIN … ON or LEFT JOIN … ON");
  ASSIGN_OR_RETURN(NodePtr items, ProjectItems(*lateral.query, left));
  const auto& computed = std::get<ProjectSpec>(items->spec).exprs;
  const auto& aliases = lateral.column_aliases;
  if (!aliases.empty() && aliases.size() != computed.size()) return Fault::Invalid(sql::At(lateral.position), lateral.alias, " names ", aliases.size(), " columns, the query has ", computed.size());
  auto width = static_cast<int>(left.node->columns.size());
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (int c = 0; c < width; ++c) {
    exprs.push_back(expr::Input(c, left.column(c).type, left.column(c).name));
    names.push_back(left.column(c).name);
  }
  for (size_t i = 0; i < computed.size(); ++i) {
    exprs.push_back(computed[i]);
    names.push_back(aliases.empty() ? items->columns[i].name : aliases[i]);
  }
  Scope both = left;
  both.entries.push_back({lateral.alias, width, width + static_cast<int>(computed.size())});
  both.node = Project(left.node, std::move(exprs), std::move(names));
  bool always = !relation.condition || (relation.condition->kind == sql::ExprKind::kBoolean && relation.condition->text == "TRUE");
  if (always) return both;
  if (relation.join == sql::JoinKind::kLeft) return Fault::Unsupported(sql::At(lateral.position), "LEFT JOIN LATERAL of a query without FROM takes ON TRUE; put the condition into a CASE");
  ASSIGN_OR_RETURN(auto condition, BindCondition(*relation.condition, both, "ON"));
  both.node = MakeNode(FilterSpec{condition}, {both.node}, both.node->columns);
  return both;
}

// JOIN … USING (k): one k comes out, of the side that has a row; NATURAL uses all names that both sides have.
Result<Scope> Binder::BindUsing(const sql::Relation& relation, const Scope& left, const Scope& right) {
  std::vector<std::string> names = relation.using_columns;
  if (relation.natural) names = CommonNames(left, right);
  Scope both = SideBySide(left, right);
  JoinKind kind = KindOf(relation.join);
  auto width = static_cast<int>(left.node->columns.size());
  std::vector<std::pair<int, int>> pairs;
  ExprPtr condition;
  for (const auto& name : names) {
    auto column = [&](const Scope& side) { return BindColumn(side, {name}); };
    auto l = column(left), r = column(right);
    if (!l.ok()) return Placed(l.fault(), relation.position);
    if (!r.ok()) return Placed(r.fault(), relation.position);
    pairs.emplace_back((*l)->index, width + (*r)->index);
    ASSIGN_OR_RETURN(auto equal, expr::MakeCall("=", {*l, expr::Input(pairs.back().second, (*r)->type, name)}));
    condition = expr::MakeAnd(condition, equal);
  }
  both.node = WithTtls(MakeJoin(kind, left.node, right.node, condition), TtlOf(left.entries), TtlOf(right.entries));
  std::vector<int> first;
  std::vector<ExprPtr> exprs;
  std::vector<std::string> all_names;
  for (size_t i = 0; i < both.node->columns.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), both.node->columns[i].type, both.node->columns[i].name));
    all_names.push_back(both.node->columns[i].name);
  }
  for (size_t i = 0; i < pairs.size(); ++i) {
    auto [l, r] = pairs[i];
    if (kind != JoinKind::kRight) both.merged.insert(r);
    if (kind == JoinKind::kRight || kind == JoinKind::kFull) both.merged.insert(l);
    first.push_back(kind == JoinKind::kRight ? r : l);
    if (kind != JoinKind::kFull) continue;
    first.back() = static_cast<int>(exprs.size());
    ASSIGN_OR_RETURN(auto either, expr::MakeCall("COALESCE", {exprs[static_cast<size_t>(l)], exprs[static_cast<size_t>(r)]}));
    exprs.push_back(std::move(either));
    all_names.push_back(names[i]);
  }
  for (int c : both.first) {
    bool again = both.merged.contains(c) || std::find(first.begin(), first.end(), c) != first.end();
    if (!again) first.push_back(c);
  }
  both.first = std::move(first);
  if (exprs.size() > both.node->columns.size()) both.node = Project(both.node, std::move(exprs), std::move(all_names));
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
  auto hint = expiry == JoinSpec::Expiry::kLookup ? lookup_hints_.extract(right.entries[0].alias) : decltype(lookup_hints_)::node_type();
  if (!hint.empty()) both.node = WithHint(both.node, hint.mapped());
  return both;
}

}  // namespace freshet::stream
