#include <algorithm>
#include <utility>

#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/conditions.h"
#include "engines/stream/plan/joins.h"
#include "wire/flink_sql/lexer.h"

// Queries inside of queries, all of them joins. IN and EXISTS between the ANDs of a WHERE are semi and anti joins. Anywhere else a query is a
// value: a left join brings it behind the row. What its WHERE says of the query around it becomes the join's condition.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

bool IsCall(const sql::Expr& ast, std::string_view function) { return ast.kind == sql::ExprKind::kCall && ast.function == function; }

// The parts of a condition that AND holds together.
void SplitAnd(const sql::ExprPtr& ast, std::vector<sql::ExprPtr>& out) {
  if (!IsCall(*ast, "AND")) return out.push_back(ast);
  for (const auto& arg : ast->args) SplitAnd(arg, out);
}

sql::ExprPtr JoinAnd(const std::vector<sql::ExprPtr>& parts) {
  sql::ExprPtr all;
  for (const auto& part : parts) {
    if (!all) {
      all = part;
      continue;
    }
    auto both = std::make_shared<sql::Expr>();
    both->kind = sql::ExprKind::kCall;
    both->function = "AND";
    both->position = part->position;
    both->args = {all, part};
    all = both;
  }
  return all;
}

bool IsMembership(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kExists || (ast.kind == sql::ExprKind::kIn && ast.query); }

const sql::Expr* Negated(const sql::Expr& ast) { return IsCall(ast, "NOT") && ast.args.size() == 1 ? ast.args[0].get() : nullptr; }

bool HoldsQuery(const sql::Expr& ast) {
  if (ast.query) return true;
  auto holds = [](const sql::ExprPtr& arg) { return arg && HoldsQuery(*arg); };
  return holds(ast.otherwise) || std::any_of(ast.args.begin(), ast.args.end(), holds);
}

bool Counts(const sql::Expr& ast) {
  if (IsCall(ast, "COUNT") && !ast.over) return true;
  return std::any_of(ast.args.begin(), ast.args.end(), [](const auto& arg) { return arg && Counts(*arg); });
}

// Whether this is NULL where its query has no rows: the aggregates are, COUNT and those that make JSON are not, and arithmetic hands NULL on.
bool IsNullOfNothing(const sql::Expr& ast) {
  static constexpr std::string_view kHandsOn[] = {"+", "-", "*", "/", "%", "NEGATE"};
  bool hands_on = ast.kind == sql::ExprKind::kCast || (ast.kind == sql::ExprKind::kCall && std::find(std::begin(kHandsOn), std::end(kHandsOn), ast.function) != std::end(kHandsOn));
  if (hands_on) return std::any_of(ast.args.begin(), ast.args.end(), [](const auto& arg) { return arg && IsNullOfNothing(*arg); });
  return ast.kind == sql::ExprKind::kCall && IsAggregateFunction(ast.function) && !ast.over && ast.function != "COUNT" && !ast.function.starts_with("JSON_");
}

ExprPtr ColumnAt(const Node& node, int i) { return expr::Input(i, node.columns[static_cast<size_t>(i)].type, node.columns[static_cast<size_t>(i)].name); }

// EXISTS asks for rows, whatever they hold.
sql::Query Presence(const sql::Query& query) {
  auto yes = std::make_shared<sql::Expr>();
  yes->kind = sql::ExprKind::kBoolean;
  yes->text = "TRUE";
  yes->position = query.position;
  sql::Query presence = query;
  if (query.kind != sql::QueryKind::kSelect) {
    presence = sql::Query();
    presence.position = query.position;
    presence.from = std::make_shared<sql::Relation>();
    presence.from->kind = sql::RelationKind::kSubquery;
    presence.from->position = query.position;
    presence.from->query = std::make_shared<sql::Query>(query);
  }
  bool some = presence.limit && presence.limit->kind == sql::ExprKind::kNumber && presence.limit->text != "0" && !presence.offset;
  if (some) presence.limit = nullptr;
  if (!presence.limit) presence.order_by.clear();
  presence.distinct = false;
  presence.items = {{yes, "present$"}};
  return presence;
}

}  // namespace

Status Binder::CheckExists(const sql::Query& query) {
  bool one_row = query.kind == sql::QueryKind::kSelect && !query.grouped && !query.having && std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  if (one_row) return Fault::Unsupported(sql::At(query.position), "EXISTS of an aggregate without GROUP BY is always TRUE; leave it out, or put its condition into HAVING");
  return {};
}

Result<NodePtr> Binder::BindWhere(const sql::ExprPtr& ast, Scope scope, std::string_view what) {
  std::vector<sql::ExprPtr> parts;
  SplitAnd(ast, parts);
  std::vector<sql::ExprPtr> members, with_queries;
  ExprPtr condition;
  for (const auto& part : parts) {
    const sql::Expr* inside = Negated(*part);
    bool member = IsMembership(*part) || (inside != nullptr && IsMembership(*inside));
    if (member || HoldsQuery(*part)) {
      (member ? members : with_queries).push_back(part);
      continue;
    }
    ASSIGN_OR_RETURN(auto bound, BindCondition(*part, scope, what));
    condition = expr::MakeAnd(condition, bound);
  }
  const auto* join = std::get_if<JoinSpec>(&scope.node->spec);
  bool inner = join != nullptr && join->kind == JoinKind::kInner && join->expiry == JoinSpec::Expiry::kNever;
  if (condition && inner) {  // FROM a, b WHERE …: the condition says what kind of join it is
    scope.node = WithTtls(MakeJoin(JoinKind::kInner, scope.node->inputs[0], scope.node->inputs[1], expr::MakeAnd(join->condition, condition)), join->left_ttl_ms, join->right_ttl_ms);
  } else if (condition) {
    scope.node = MakeNode(FilterSpec{condition}, {scope.node}, scope.node->columns);
  }
  for (const auto& member : members) {
    const sql::Expr* inside = Negated(*member);
    ASSIGN_OR_RETURN(scope.node, BindMembership(inside != nullptr ? *inside : *member, inside != nullptr, scope));
  }
  for (const auto& part : with_queries) {
    RETURN_NOT_OK(AttachSubqueries(*part, scope, true));
    ASSIGN_OR_RETURN(auto bound, BindCondition(*part, scope, what));
    scope.node = MakeNode(FilterSpec{bound}, {scope.node}, scope.node->columns);
  }
  return scope.node;
}

// The query of an IN or EXISTS, its rows beside those of the query around it. What its WHERE says of both becomes
// `condition`; `items`: how many of its columns are its own, when it is known.
Result<Scope> Binder::BindCorrelated(const sql::Query& query, const Scope& outer, ExprPtr* condition, int* items) {
  bool plain = aggregation_ == nullptr && query.kind == sql::QueryKind::kSelect && query.from && !query.grouped && !query.having && !query.qualify && query.with.empty() && !query.limit && !query.offset &&
               OverCalls(query).empty() && !(query.where && HoldsQuery(*query.where)) &&
               std::none_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr) || HoldsQuery(*item.expr); });
  if (!plain) {
    ASSIGN_OR_RETURN(Correlated alone, Decorrelate(query, outer));
    ASSIGN_OR_RETURN(*condition, KeysEqual(alone, static_cast<int>(outer.node->columns.size())));
    *items = alone.items;
    Scope rows;
    rows.entries.push_back({"", 0, alone.items});
    rows.node = alone.rows;
    return SideBySide(outer, rows);
  }
  ASSIGN_OR_RETURN(Scope inside, BindRelation(*query.from));
  Scope both = SideBySide(outer, inside);
  both.inner = static_cast<int>(outer.node->columns.size());
  *items = static_cast<int>(inside.node->columns.size());
  if (query.where) {
    ASSIGN_OR_RETURN(*condition, BindCondition(*query.where, both, "WHERE"));
  }
  return both;
}

// x IN (SELECT y …) and EXISTS (SELECT …) keep the rows that have a partner, their negations those that have none.
Result<NodePtr> Binder::BindMembership(const sql::Expr& ast, bool negated, Scope scope) {
  negated ^= ast.negated;
  ExprPtr condition;
  int width = static_cast<int>(scope.node->columns.size()), items = 0;
  bool exists = ast.kind == sql::ExprKind::kExists;
  if (exists) RETURN_NOT_OK(CheckExists(*ast.query));
  sql::Query query = exists ? Presence(*ast.query) : *ast.query;
  ASSIGN_OR_RETURN(Scope both, BindCorrelated(query, scope, &condition, &items));
  if (ast.kind == sql::ExprKind::kIn) {
    bool row = ast.args[0]->kind == sql::ExprKind::kRow;
    std::vector<sql::ExprPtr> wanted = row ? ast.args[0]->args : std::vector<sql::ExprPtr>{ast.args[0]};
    bool from_items = both.inner > 0 && std::none_of(query.items.begin(), query.items.end(), [](const auto& item) { return item.expr->kind == sql::ExprKind::kStar; });
    size_t given = from_items ? query.items.size() : static_cast<size_t>(items);
    if (given != wanted.size()) return Fault::Invalid(sql::At(ast.position), "IN takes a query of ", wanted.size() == 1 ? "one column" : StrCat(wanted.size(), " columns"), ", got ", given);
    ExprPtr equal;
    for (size_t i = 0; i < wanted.size(); ++i) {
      ASSIGN_OR_RETURN(auto left, BindExpr(*wanted[i], scope));
      ExprPtr right = ColumnAt(*both.node, width + static_cast<int>(i));
      if (from_items) {
        ASSIGN_OR_RETURN(right, BindExpr(*query.items[i].expr, both));
      }
      ASSIGN_OR_RETURN(auto same, expr::MakeCall("=", {left, right}));
      equal = expr::MakeAnd(equal, same);
    }
    if (negated && equal->type.nullable()) {  // NOT IN: a NULL on either side leaves it unknown
      ASSIGN_OR_RETURN(equal, expr::MakeCall("IS NOT FALSE", {equal}));
    }
    condition = expr::MakeAnd(equal, condition);
  }
  return MakeJoin(negated ? JoinKind::kAnti : JoinKind::kSemi, scope.node, both.node->inputs[1], condition);
}

// Whether all names of an expression are found there. Queries in it see no further than their own surroundings.
bool Binder::ResolvesIn(const sql::Expr& ast, const Scope& scope) {
  if (HoldsQuery(ast)) return true;
  auto bound = BindExpr(ast, scope);
  return bound.ok() || bound.fault().code() != Code::kNotFound;
}

// Takes the conjuncts of WHERE that look at the query around it out: equalities, of which one side is its own.
Status Binder::SplitCorrelation(sql::Query& query, const Scope& outer, Correlated& out, std::vector<sql::ExprPtr>& keys) {
  auto* groups = std::exchange(aggregation_, nullptr);
  auto saved_with = with_;
  for (const auto& with : query.with) with_[with.name] = &with;
  auto inside = BindRelation(*query.from);
  with_ = std::move(saved_with);
  std::vector<sql::ExprPtr> parts, kept;
  SplitAnd(query.where, parts);
  Status status = inside.status();
  for (const auto& part : parts) {
    if (!status.ok() || ResolvesIn(*part, *inside)) {
      kept.push_back(part);
      continue;
    }
    size_t own = IsCall(*part, "=") && ResolvesIn(*part->args[0], *inside) ? 0 : 1;
    bool equality = IsCall(*part, "=") && ResolvesIn(*part->args[own], *inside);
    if (!equality) {
      Scope both = SideBySide(outer, *inside);
      both.inner = static_cast<int>(outer.node->columns.size());
      auto bound = BindExpr(*part, both);
      status = bound.ok() ? Status(Fault::Unsupported(sql::At(part->position), "a query that looks at the query around it must do so by equalities in its WHERE, own = outer; write a join instead")) : bound.status();
      continue;
    }
    aggregation_ = groups;
    auto bound = BindExpr(*part->args[1 - own], outer);
    aggregation_ = nullptr;
    status = bound.status();
    if (!bound.ok()) continue;
    out.outer.push_back(*bound);
    keys.push_back(part->args[own]);
  }
  aggregation_ = groups;
  query.where = JoinAnd(kept);
  return status;
}

Result<Binder::Correlated> Binder::Decorrelate(const sql::Query& query, const Scope& outer) {
  Correlated out;
  sql::Query own = query;
  std::vector<sql::ExprPtr> keys;
  bool select = query.kind == sql::QueryKind::kSelect && query.from && query.where;
  if (select) RETURN_NOT_OK(SplitCorrelation(own, outer, out, keys));
  if (keys.empty()) {
    ASSIGN_OR_RETURN(out.rows, BindQuery(query));
    out.items = static_cast<int>(out.rows->columns.size());
    return out;
  }
  if (!OverCalls(query).empty()) return Fault::Unsupported(sql::At(query.position), "OVER inside a query that looks at the query around it is not supported; partition by what it is compared with, and join it");
  bool grouped = query.grouped || query.having || std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  for (size_t i = 0; i < keys.size(); ++i) {
    own.items.push_back({keys[i], StrCat("outer$", i)});
    if (grouped) own.group_by.push_back({sql::GroupingKind::kPlain, {{keys[i]}}});
  }
  own.grouped |= grouped;
  bool limited = query.limit || query.offset;
  for (size_t i = 0; i < query.order_by.size() && limited; ++i) own.items.push_back({query.order_by[i].expr, StrCat("order$", i)});
  own.order_by.clear();
  own.limit = own.offset = nullptr;
  ASSIGN_OR_RETURN(out.rows, BindQuery(own));
  auto all = static_cast<int>(out.rows->columns.size()), behind = limited ? static_cast<int>(query.order_by.size()) : 0;
  out.items = all - behind - static_cast<int>(keys.size());
  if (!limited) return out;
  RankSpec rank;
  rank.with_rank = false;
  if (!query.limit) return Fault::Unsupported(sql::At(query.position), "OFFSET without LIMIT is not supported for a stream; add LIMIT");
  if (query.offset) {
    ASSIGN_OR_RETURN(rank.from, ConstantCount(*query.offset, "OFFSET"));
    ++rank.from;
  }
  ASSIGN_OR_RETURN(int64_t limit, ConstantCount(*query.limit, "LIMIT"));
  if (limit == 0) return Fault::Unsupported(sql::At(query.position), "LIMIT 0 inside a query that looks at the query around it");
  rank.to = rank.from + limit - 1;
  for (int c = out.items; c < all - behind; ++c) rank.partition.push_back(c);
  for (int i = 0; i < behind; ++i) {
    const auto& key = query.order_by[static_cast<size_t>(i)];
    rank.order.push_back({all - behind + i, key.descending, key.nulls_first.value_or(!key.descending)});
  }
  std::vector<PlanColumn> columns = out.rows->columns;
  for (auto& column : columns) column.time = TimeRole::kNone;
  out.rows = MakeNode(std::move(rank), {out.rows}, std::move(columns));
  return out;
}

// Its columns stand behind `width` others.
Result<ExprPtr> Binder::KeysEqual(const Correlated& query, int width) {
  ExprPtr all;
  for (size_t i = 0; i < query.outer.size(); ++i) {
    const PlanColumn& key = query.rows->columns[static_cast<size_t>(query.items) + i];
    ASSIGN_OR_RETURN(auto equal, expr::MakeCall("=", {query.outer[i], expr::Input(width + query.items + static_cast<int>(i), key.type, key.name)}));
    all = expr::MakeAnd(all, equal);
  }
  return all;
}

Status Binder::AttachSubqueries(const sql::Expr& ast, Scope& scope, bool decides) {
  if (ast.kind == sql::ExprKind::kScalarQuery) return AttachScalar(ast, scope);
  if (ast.kind == sql::ExprKind::kExists) return AttachExists(ast, scope);
  bool passes_on = decides && (IsCall(ast, "AND") || IsCall(ast, "OR"));
  for (const auto& arg : ast.args) {
    if (arg) RETURN_NOT_OK(AttachSubqueries(*arg, scope, passes_on));
  }
  if (ast.otherwise) RETURN_NOT_OK(AttachSubqueries(*ast.otherwise, scope));
  if (ast.kind == sql::ExprKind::kQuantified) return AttachQuantified(ast, scope);
  return ast.kind == sql::ExprKind::kIn && ast.query ? AttachIn(ast, scope, decides) : Status();
}

// Joins a query's rows behind the scope's columns, under names that no one can say; answers with the place of the first.
Result<int> Binder::JoinBehind(Correlated query, Scope& scope, ExprPtr condition) {
  auto width = static_cast<int>(scope.node->columns.size());
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (int c = 0; c < static_cast<int>(query.rows->columns.size()); ++c) {
    exprs.push_back(ColumnAt(*query.rows, c));
    names.push_back(StrCat("query$", width + c));
  }
  ASSIGN_OR_RETURN(auto keys, KeysEqual(query, width));
  NodePtr rows = Project(query.rows, std::move(exprs), std::move(names));
  scope.node = MakeJoin(JoinKind::kLeft, scope.node, rows, expr::MakeAnd(keys, condition));
  return width;
}

Status Binder::AttachScalar(const sql::Expr& ast, Scope& scope) {
  const sql::Query& query = *ast.query;
  ASSIGN_OR_RETURN(Correlated found, Decorrelate(query, scope));
  if (found.items != 1) return Fault::Invalid(sql::At(ast.position), "a query as a value has one column, got ", found.items);
  bool whole = query.kind == sql::QueryKind::kSelect && !query.grouped && (query.having || HasAggregate(*query.items[0].expr));
  if (!whole) {
    RankSpec only;
    only.with_rank = false;
    only.only_one = sql::At(ast.position);
    for (int c = 1; c < static_cast<int>(found.rows->columns.size()); ++c) only.partition.push_back(c);
    found.rows = MakeNode(std::move(only), {found.rows}, found.rows->columns);
  }
  bool of_nothing = whole && !found.outer.empty() && !IsNullOfNothing(*query.items[0].expr), counts = of_nothing && IsCall(*query.items[0].expr, "COUNT") && !query.having;
  if (of_nothing && !counts) {
    return Fault::Unsupported(sql::At(ast.position), "a query as a value that looks at the query around it gives one aggregate, a COUNT without HAVING; compute with it outside of the query");
  }
  ASSIGN_OR_RETURN(int place, JoinBehind(found, scope, nullptr));
  ExprPtr value = ColumnAt(*scope.node, place);
  if (counts) {
    ASSIGN_OR_RETURN(value, expr::MakeCall("COALESCE", {value, expr::Literal(data::Type::BigInt().NotNull(), int64_t{0})}));
  }
  subquery_values_[&ast] = std::move(value);
  return {};
}

// TRUE where the query, whose first column is never NULL, has a row.
Result<ExprPtr> Binder::Mark(const Correlated& query, Scope& scope) {
  Correlated marks = query;
  ASSIGN_OR_RETURN(marks.rows, Distinct(query.rows));
  ASSIGN_OR_RETURN(int place, JoinBehind(marks, scope, nullptr));
  return expr::MakeCall("IS NOT NULL", {ColumnAt(*scope.node, place)});
}

Status Binder::AttachExists(const sql::Expr& ast, Scope& scope) {
  RETURN_NOT_OK(CheckExists(*ast.query));
  ASSIGN_OR_RETURN(Correlated found, Decorrelate(Presence(*ast.query), scope));
  ASSIGN_OR_RETURN(subquery_values_[&ast], Mark(found, scope));
  return {};
}

// Unknown, not FALSE, is what a NULL on either side leaves; where only TRUE counts (`decides`) it is the same.
Status Binder::AttachIn(const sql::Expr& ast, Scope& scope, bool decides) {
  ASSIGN_OR_RETURN(auto wanted, BindExpr(*ast.args[0], scope));
  ASSIGN_OR_RETURN(Correlated found, Decorrelate(*ast.query, scope));
  if (found.items != 1) return Fault::Invalid(sql::At(ast.position), "IN takes a query of one column, got ", found.items);
  ExprPtr own = ColumnAt(*found.rows, 0);
  auto presence = [&](bool of_nulls) -> Result<ExprPtr> {
    Correlated present = found;
    if (of_nulls) {
      ASSIGN_OR_RETURN(auto null, expr::MakeCall("IS NULL", {own}));
      present.rows = MakeNode(FilterSpec{null}, {present.rows}, present.rows->columns);
    }
    std::vector<ExprPtr> exprs{expr::True()};
    std::vector<std::string> names{"present$"};
    for (int c = 1; c < static_cast<int>(found.rows->columns.size()); ++c) {
      exprs.push_back(ColumnAt(*found.rows, c));
      names.push_back(found.rows->columns[static_cast<size_t>(c)].name);
    }
    present.rows = Project(present.rows, std::move(exprs), std::move(names));
    return Mark(present, scope);
  };
  Correlated same = found;
  ASSIGN_OR_RETURN(same.rows, Distinct(found.rows));
  auto width = static_cast<int>(scope.node->columns.size());
  ASSIGN_OR_RETURN(auto equal, expr::MakeCall("=", {wanted, expr::Input(width, own->type, own->name)}));
  ASSIGN_OR_RETURN(int place, JoinBehind(same, scope, equal));
  ASSIGN_OR_RETURN(auto member, expr::MakeCall("IS NOT NULL", {ColumnAt(*scope.node, place)}));
  bool two_valued = (decides && !ast.negated) || (!wanted->type.nullable() && !own->type.nullable());
  if (!two_valued) {
    ASSIGN_OR_RETURN(auto nulls, presence(true));
    ASSIGN_OR_RETURN(auto rows, presence(false));
    ASSIGN_OR_RETURN(auto unasked, expr::MakeCall("IS NULL", {wanted}));
    ASSIGN_OR_RETURN(auto unknown, expr::MakeCall("OR", {nulls, expr::MakeAnd(unasked, rows)}));
    data::Type boolean = data::Type::Boolean();
    ASSIGN_OR_RETURN(member, expr::MakeCase({member, expr::Literal(boolean, true), unknown, expr::Literal(boolean, data::Value()), expr::Literal(boolean, false)}));
  }
  if (ast.negated) {
    ASSIGN_OR_RETURN(member, expr::MakeCall("NOT", {member}));
  }
  subquery_values_[&ast] = std::move(member);
  return {};
}

namespace {

sql::ExprPtr MakeAst(sql::ExprKind kind, std::string function, std::vector<sql::ExprPtr> args) {
  auto made = std::make_shared<sql::Expr>();
  made->kind = kind;
  made->function = std::move(function);
  made->args = std::move(args);
  return made;
}

// SELECT COUNT(*), COUNT(value), MAX(value) FROM (query) AS values (value)
sql::Query ExtremeOf(const sql::QueryPtr& query, std::string_view extreme) {
  auto value = MakeAst(sql::ExprKind::kName, "", {});
  value->name = {"value$"};
  sql::Query out;
  out.position = query->position;
  out.from = std::make_shared<sql::Relation>();
  out.from->kind = sql::RelationKind::kSubquery;
  out.from->query = query;
  out.from->alias = "values$";
  out.from->column_aliases = {"value$"};
  out.items = {{MakeAst(sql::ExprKind::kCall, "COUNT", {MakeAst(sql::ExprKind::kStar, "", {})}), "rows$"},
               {MakeAst(sql::ExprKind::kCall, "COUNT", {value}), "known$"},
               {MakeAst(sql::ExprKind::kCall, std::string(extreme), {value}), "extreme$"}};
  return out;
}

}  // namespace

// x > ALL (…) is TRUE of nothing, FALSE where the greatest is no less, unknown if one is NULL, else TRUE; ANY is FALSE of nothing, TRUE where the least is less.
Status Binder::AttachQuantified(const sql::Expr& ast, Scope& scope) {
  bool all = ast.negated, greater = ast.function[0] == '>';
  ASSIGN_OR_RETURN(auto wanted, BindExpr(*ast.args[0], scope));
  ASSIGN_OR_RETURN(Correlated found, Decorrelate(ExtremeOf(ast.query, all == greater ? "MAX" : "MIN"), scope));
  ASSIGN_OR_RETURN(int place, JoinBehind(found, scope, nullptr));
  ExprPtr rows = ColumnAt(*scope.node, place), known = ColumnAt(*scope.node, place + 1), extreme = ColumnAt(*scope.node, place + 2);
  data::Type boolean = data::Type::Boolean();
  ExprPtr zero = expr::Literal(data::Type::BigInt().NotNull(), int64_t{0});
  ASSIGN_OR_RETURN(rows, expr::MakeCall("COALESCE", {rows, zero}));
  ASSIGN_OR_RETURN(auto of_nothing, expr::MakeCall("=", {rows, zero}));
  ASSIGN_OR_RETURN(auto compares, expr::MakeCall(ast.function, {wanted, extreme}));
  ASSIGN_OR_RETURN(auto decided, all ? expr::MakeCall("NOT", {compares}) : Result<ExprPtr>(compares));
  ASSIGN_OR_RETURN(auto has_nulls, expr::MakeCall(">", {rows, known}));
  ASSIGN_OR_RETURN(subquery_values_[&ast], expr::MakeCase({of_nothing, expr::Literal(boolean, all), decided, expr::Literal(boolean, !all), has_nulls, expr::Literal(boolean, data::Value()), compares}));
  return {};
}

// a JOIN LATERAL (SELECT … WHERE own = a.outer): the query once for each row in front of it.
Result<Scope> Binder::BindLateral(const sql::Relation& relation, const Scope& left) {
  const sql::Relation& lateral = *relation.right;
  const sql::Query& query = *lateral.query;
  bool fine = relation.join == sql::JoinKind::kInner || relation.join == sql::JoinKind::kCross || relation.join == sql::JoinKind::kLeft;
  if (!fine || relation.natural || !relation.using_columns.empty()) return Fault::Unsupported(sql::At(lateral.position), "LATERAL stands behind a comma, CROSS JOIN, JOIN … ON or LEFT JOIN … ON");
  ASSIGN_OR_RETURN(Correlated found, Decorrelate(query, left));
  const auto& aliases = lateral.column_aliases;
  if (!aliases.empty() && static_cast<int>(aliases.size()) != found.items) return Fault::Invalid(sql::At(lateral.position), lateral.alias, " names ", aliases.size(), " columns, the query has ", found.items);
  bool aggregates = std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  bool whole = query.kind == sql::QueryKind::kSelect && !query.grouped && aggregates && !found.outer.empty();  // one row even of nothing
  bool always = !relation.condition || (relation.condition->kind == sql::ExprKind::kBoolean && relation.condition->text == "TRUE");
  bool of_nothing = whole && !query.having && always;
  for (const auto& item : query.items) {
    bool fits = !whole || query.having || IsNullOfNothing(*item.expr) || (always && IsCall(*item.expr, "COUNT"));
    if (!fits) return Fault::Unsupported(sql::At(lateral.position), "an aggregate in LATERAL without GROUP BY must stand alone, and COUNT be joined ON TRUE; compute and compare with it outside");
  }
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (int c = 0; c < static_cast<int>(found.rows->columns.size()); ++c) {
    exprs.push_back(ColumnAt(*found.rows, c));
    bool own = c < found.items;
    names.push_back(!own ? StrCat("outer$", left.node->columns.size() + static_cast<size_t>(c)) : aliases.empty() ? found.rows->columns[static_cast<size_t>(c)].name : aliases[static_cast<size_t>(c)]);
  }
  Scope rows;
  rows.entries.push_back({lateral.alias, 0, found.items});
  rows.node = Project(found.rows, std::move(exprs), std::move(names));
  Scope both = SideBySide(left, rows);
  ASSIGN_OR_RETURN(auto condition, KeysEqual(found, static_cast<int>(left.node->columns.size())));
  if (relation.condition) {
    ASSIGN_OR_RETURN(auto on, BindCondition(*relation.condition, both, "ON"));
    condition = expr::MakeAnd(condition, on);
  }
  bool pads = relation.join == sql::JoinKind::kLeft || of_nothing;
  both.node = MakeJoin(pads ? JoinKind::kLeft : JoinKind::kInner, left.node, rows.node, condition);
  if (!of_nothing) return both;
  exprs.clear();
  names.clear();
  auto width = static_cast<int>(left.node->columns.size());
  for (int c = 0; c < static_cast<int>(both.node->columns.size()); ++c) {
    ExprPtr value = ColumnAt(*both.node, c);
    bool count = c >= width && c < width + found.items && IsCall(*query.items[static_cast<size_t>(c - width)].expr, "COUNT");
    if (count) {  // of nothing it is zero
      ASSIGN_OR_RETURN(value, expr::MakeCall("COALESCE", {value, expr::Literal(data::Type::BigInt().NotNull(), int64_t{0})}));
    }
    exprs.push_back(std::move(value));
    names.push_back(both.node->columns[static_cast<size_t>(c)].name);
  }
  both.node = Project(both.node, std::move(exprs), std::move(names));
  return both;
}

}  // namespace freshet::stream
