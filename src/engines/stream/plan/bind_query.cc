#include <algorithm>

#include "data/expr/types.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/joins.h"
#include "wire/flink_sql/lexer.h"

// Queries and INSERT.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

constexpr int kQueriesMax = 10'000;

std::string ItemName(const sql::SelectItem& item, size_t index) {
  if (!item.alias.empty()) return item.alias;
  if (item.expr->kind == sql::ExprKind::kName) return item.expr->name.back();
  if (item.expr->kind == sql::ExprKind::kField) return item.expr->text;
  return StrCat("EXPR$", index);
}

// "a, a" comes out as a, a0, as Flink names it.
void MakeUnique(std::vector<std::string>& names) {
  std::map<std::string, int> seen;
  for (auto& name : names) {
    if (!seen.contains(name)) {
      seen[name] = 0;
      continue;
    }
    std::string base = name;
    do {
      name = StrCat(base, seen[base]++);
    } while (seen.contains(name));
    seen[name] = 0;
  }
}

bool IsGroupWindow(const sql::Expr& ast) {
  return ast.kind == sql::ExprKind::kCall && !ast.over && (ast.function == "TUMBLE" || ast.function == "HOP" || ast.function == "SESSION");
}

bool SameTypes(const std::vector<data::Type>& a, const std::vector<PlanColumn>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!a[i].SameExceptNull(b[i].type)) return false;
  }
  return true;
}

}  // namespace

NodePtr Binder::Project(NodePtr input, std::vector<ExprPtr> exprs, std::vector<std::string> names) {
  std::vector<PlanColumn> columns;
  for (size_t i = 0; i < exprs.size(); ++i) {
    PlanColumn column{names[i], exprs[i]->type};
    if (exprs[i]->op == expr::Op::kInput) {
      column = input->columns[static_cast<size_t>(exprs[i]->index)];
      column.name = names[i];
    } else if (expr::Describe(*exprs[i]) == "(PROCTIME)") {
      column.time = TimeRole::kProctime;
    }
    columns.push_back(std::move(column));
  }
  return MakeNode(ProjectSpec{std::move(exprs)}, {std::move(input)}, std::move(columns));
}

Result<NodePtr> Binder::BindQuery(const sql::Query& query) {
  if (depth_ > 200) return Fault::TooLarge(sql::At(query.position), "queries and views are nested deeper than 200 levels");
  if (++queries_ > kQueriesMax) return Fault::TooLarge(sql::At(query.position), "with its views this is more than ", kQueriesMax, " queries, a view counted wherever it is used; keep what several queries share in a table");
  ++depth_;
  auto saved_with = with_;
  auto* saved_aggregation = aggregation_;
  aggregation_ = nullptr;
  for (const auto& with : query.with) with_[with.name] = &with;
  auto bound = [&]() -> Result<NodePtr> {
    switch (query.kind) {
      case sql::QueryKind::kSelect: return BindOrderedSelect(query);
      case sql::QueryKind::kValues: return BindValues(query);
      case sql::QueryKind::kSet: return BindSet(query);
    }
    CHECK(false);
  }();
  if (bound.ok() && query.kind != sql::QueryKind::kSelect) bound = BindOrderAndLimit(query, *bound);
  aggregation_ = saved_aggregation;
  with_ = std::move(saved_with);
  --depth_;
  return bound;
}

Result<NodePtr> Binder::BindSelect(const sql::Query& query) {
  Scope scope;
  if (query.from) {
    ASSIGN_OR_RETURN(scope, BindRelation(*query.from));
  } else {
    scope.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  }
  if (query.where) {
    ASSIGN_OR_RETURN(scope.node, BindWhere(*query.where, scope));
  }
  bool grouped = query.grouped || query.having || std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  if (query.qualify && grouped) return Fault::Unsupported(sql::At(query.position), "QUALIFY beside GROUP BY is not supported; put the GROUP BY into a subquery");
  if (!grouped) {
    std::vector<const sql::Expr*> calls = OverCalls(query);
    if (!calls.empty()) RETURN_NOT_OK(BindOver(query, calls, scope));
    if (query.qualify) {
      ASSIGN_OR_RETURN(auto condition, BindCondition(*query.qualify, scope, "QUALIFY"));
      scope.node = MakeNode(FilterSpec{condition}, {scope.node}, scope.node->columns);
    }
    ASSIGN_OR_RETURN(auto node, ProjectItems(query, scope, scope));
    return query.distinct ? Distinct(node) : Result<NodePtr>(node);
  }
  Aggregation aggregation;
  aggregation.input = &scope;
  ASSIGN_OR_RETURN(auto sets, GroupingSets(query));
  std::vector<const sql::Expr*> key_asts;
  for (const auto& set : sets) key_asts.insert(key_asts.end(), set.begin(), set.end());
  aggregation.several_sets = sets.size() > 1;
  {
    for (const auto* ast : key_asts) {
      if (IsGroupWindow(*ast)) {
        if (aggregation.several_sets) return Fault::Unsupported(sql::At(ast->position), "GROUPING SETS over ", ast->function, "(…) are not supported; use TABLE(TUMBLE(…)) and group by window_start, window_end in each set");
        RETURN_NOT_OK(BindGroupWindow(*ast, scope, aggregation));
        continue;
      }
      ASSIGN_OR_RETURN(auto key, BindExpr(*ast, scope));
      std::string text = expr::Describe(*key);
      bool again = std::find(aggregation.key_texts.begin(), aggregation.key_texts.end(), text) != aggregation.key_texts.end();
      if (again) continue;
      aggregation.keys.push_back(key);
      aggregation.key_texts.push_back(text);
    }
  }
  for (const auto& set : sets) {
    aggregation.sets.emplace_back();
    for (const auto* ast : set) {
      if (IsGroupWindow(*ast)) continue;
      ASSIGN_OR_RETURN(auto key, BindExpr(*ast, scope));
      aggregation.sets.back().push_back(expr::Describe(*key));
    }
  }
  aggregation.arguments = aggregation.keys;
  aggregation.argument_texts = aggregation.key_texts;
  aggregation_ = &aggregation;
  // Bound once to collect the calls; types of keys and calls do not depend on how many there are.
  Scope over_groups = scope;
  std::vector<ExprPtr> items;
  std::vector<std::string> names;
  Status status = [&]() -> Status {
    for (size_t i = 0; i < query.items.size(); ++i) {
      if (query.items[i].expr->kind == sql::ExprKind::kStar) return Fault::Invalid(sql::At(query.items[i].expr->position), "'*' cannot stand in a grouped SELECT; name the columns");
      ASSIGN_OR_RETURN(auto item, BindExpr(*query.items[i].expr, over_groups));
      items.push_back(std::move(item));
      names.push_back(ItemName(query.items[i], i));
    }
    return {};
  }();
  ExprPtr having;
  if (status.ok() && query.having) {
    auto bound = BindExpr(*query.having, over_groups);
    status = bound.status();
    if (bound.ok()) having = *bound;
  }
  aggregation_ = nullptr;
  RETURN_NOT_OK(status);
  ASSIGN_OR_RETURN(NodePtr node, FinishAggregation(aggregation));
  if (having) node = MakeNode(FilterSpec{having}, {node}, node->columns);
  MakeUnique(names);
  node = Project(node, std::move(items), std::move(names));
  return query.distinct ? Distinct(node) : Result<NodePtr>(node);
}

Result<NodePtr> Binder::ProjectItems(const sql::Query& query, const Scope& scope, const Scope& star_scope) {
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (size_t i = 0; i < query.items.size(); ++i) {
    const auto& item = query.items[i];
    if (item.expr->kind != sql::ExprKind::kStar) {
      ASSIGN_OR_RETURN(auto bound, BindExpr(*item.expr, scope));
      if (bound->type.kind() == data::Kind::kNull) return Fault::Invalid(sql::At(item.expr->position), "illegal use of NULL: its type is not known; write CAST(NULL AS INT)");
      exprs.push_back(std::move(bound));
      names.push_back(ItemName(item, i));
      continue;
    }
    bool any = false;
    for (const auto& entry : star_scope.entries) {
      if (!item.expr->name.empty() && entry.alias != item.expr->name.back()) continue;
      any = true;
      for (int c = entry.begin; c < entry.end; ++c) {
        exprs.push_back(expr::Input(c, scope.column(c).type, scope.column(c).name));
        names.push_back(scope.column(c).name);
      }
    }
    if (!any) return Fault::NotFound(sql::At(item.expr->position), "no table '", sql::NameText(item.expr->name), "' for '*'");
  }
  MakeUnique(names);
  return Project(scope.node, std::move(exprs), std::move(names));
}

Result<NodePtr> Binder::Distinct(NodePtr input) {
  std::vector<int> keys;
  for (size_t i = 0; i < input->columns.size(); ++i) keys.push_back(static_cast<int>(i));
  std::vector<PlanColumn> columns = input->columns;
  int start = -1, end = -1;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].window_role == WindowRole::kStart) start = static_cast<int>(i);
    if (columns[i].window_role == WindowRole::kEnd) end = static_cast<int>(i);
  }
  if (start >= 0 && end >= 0 && columns[static_cast<size_t>(start)].window_id == columns[static_cast<size_t>(end)].window_id) {
    const auto& window = windows_[columns[static_cast<size_t>(start)].window_id];
    return NodePtr(MakeNode(WindowAggregateSpec{keys, start, end, window.local_zone, {}, window.relation}, {input}, columns));
  }
  for (auto& column : columns) column.time = TimeRole::kNone;
  return NodePtr(MakeNode(AggregateSpec{keys, {}}, {input}, columns));
}

Result<NodePtr> Binder::BindValues(const sql::Query& query) {
  Scope nothing;
  nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  size_t width = query.rows[0].size();
  std::vector<std::vector<ExprPtr>> rows;
  std::vector<data::Type> types;
  for (const auto& row : query.rows) {
    if (row.size() != width) return Fault::Invalid(sql::At(query.position), "VALUES has rows of ", width, " and of ", row.size(), " columns");
    rows.emplace_back();
    for (size_t c = 0; c < width; ++c) {
      ASSIGN_OR_RETURN(auto bound, BindExpr(*row[c], nothing));
      if (bound->type.kind() == data::Kind::kNull) return Fault::Invalid(sql::At(row[c]->position), "illegal use of NULL: its type is not known; write CAST(NULL AS INT)");
      if (rows.size() == 1) types.push_back(bound->type);
      auto common = expr::CommonType(types[c], bound->type);
      if (!common) return Fault::Invalid(sql::At(row[c]->position), "VALUES column ", c + 1, " mixes ", types[c], " and ", bound->type);
      types[c] = *common;
      rows.back().push_back(std::move(bound));
    }
  }
  data::BatchBuilder builder(types, static_cast<int>(rows.size()));
  for (const auto& row : rows) {
    std::vector<data::Value> values;
    for (size_t c = 0; c < width; ++c) {
      ASSIGN_OR_RETURN(auto cast, expr::MakeCast(row[c], types[c].WithNullable(row[c]->type.nullable())));
      auto folded = expr::Fold(cast, session_);
      if (!folded.ok()) return Placed(folded.fault(), query.position);
      data::Batch one(1, {});
      ASSIGN_OR_RETURN(auto column, expr::Evaluate(**folded, one, one.selection(), session_));
      values.push_back(data::ValueAt(*column, 0));
    }
    if (builder.full()) return Fault::TooLarge(sql::At(query.position), "VALUES has more than ", data::kMaxBatchRows, " rows");
    builder.AppendRow(values);
  }
  std::vector<PlanColumn> columns;
  for (size_t c = 0; c < width; ++c) columns.push_back({StrCat("EXPR$", c), types[c]});
  return NodePtr(MakeNode(ValuesSpec{builder.Build()}, {}, std::move(columns)));
}

Result<NodePtr> Binder::BindSet(const sql::Query& query) {
  bool unites = query.set_operator == sql::SetOperator::kUnion, intersects = query.set_operator == sql::SetOperator::kIntersect;
  std::string_view what = unites ? "UNION" : intersects ? "INTERSECT" : "EXCEPT";
  if (!unites && query.all) return Fault::Unsupported(sql::At(query.position), what, " ALL is not supported yet; leave ALL out, or count rows by GROUP BY");
  ASSIGN_OR_RETURN(auto left, BindQuery(*query.left));
  ASSIGN_OR_RETURN(auto right, BindQuery(*query.right));
  if (left->columns.size() != right->columns.size()) {
    return Fault::Invalid(sql::At(query.position), what, " needs the same number of columns, got ", left->columns.size(), " and ", right->columns.size());
  }
  std::vector<data::Type> types;
  std::vector<PlanColumn> columns = left->columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    auto common = expr::CommonType(columns[i].type, right->columns[i].type);
    if (!common) return Fault::Invalid(sql::At(query.position), what, " column ", i + 1, " mixes ", columns[i].type, " and ", right->columns[i].type, "; put a CAST around one");
    types.push_back(*common);
    columns[i].type = *common;
    if (right->columns[i].time != columns[i].time) columns[i].time = TimeRole::kNone;
    columns[i].window_role = WindowRole::kNone;
  }
  ASSIGN_OR_RETURN(left, CastTo(left, types, what));
  ASSIGN_OR_RETURN(right, CastTo(right, types, what));
  if (!unites) return MemberOfRight(left, right, intersects);
  NodePtr both = MakeNode(UnionSpec{}, {left, right}, columns);
  return query.all ? Result<NodePtr>(both) : Distinct(both);
}

// INTERSECT keeps the distinct rows of the left that the right has too, EXCEPT the others; NULL is like NULL.
Result<NodePtr> Binder::MemberOfRight(NodePtr left, NodePtr right, bool kept) {
  ASSIGN_OR_RETURN(left, Distinct(left));
  auto width = static_cast<int>(left->columns.size());
  ExprPtr condition;
  for (int i = 0; i < width; ++i) {
    const PlanColumn &l = left->columns[static_cast<size_t>(i)], &r = right->columns[static_cast<size_t>(i)];
    ASSIGN_OR_RETURN(auto same, expr::MakeCall("IS NOT DISTINCT FROM", {expr::Input(i, l.type, l.name), expr::Input(width + i, r.type, r.name)}));
    condition = expr::MakeAnd(condition, same);
  }
  return MakeJoin(kept ? JoinKind::kSemi : JoinKind::kAnti, left, right, condition);
}

Result<NodePtr> Binder::CastTo(NodePtr input, const std::vector<data::Type>& types, std::string_view what) {
  if (SameTypes(types, input->columns)) return input;
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (size_t i = 0; i < types.size(); ++i) {
    const PlanColumn& column = input->columns[i];
    ExprPtr value = expr::Input(static_cast<int>(i), column.type, column.name);
    if (!expr::ImplicitlyCastable(column.type, types[i])) return Fault::Invalid(what, ": column ", i + 1, " (", column.name, ") is ", column.type, ", wanted is ", types[i], "; put a CAST around it");
    ASSIGN_OR_RETURN(value, expr::MakeCast(value, types[i].WithNullable(column.type.nullable())));
    exprs.push_back(std::move(value));
    names.push_back(column.name);
  }
  return Project(input, std::move(exprs), std::move(names));
}

Result<NodePtr> Binder::BindInsert(const sql::Insert& insert) {
  ASSIGN_OR_RETURN(std::string name, Catalog::Simple(insert.table));
  auto table = catalog_.FindTable(name);
  if (!table) return Fault::NotFound(sql::At(insert.position), "no table '", name, "' to insert into; CREATE TABLE it first");
  if (!insert.partition.empty()) return Fault::Unsupported(sql::At(insert.position), "INSERT … PARTITION (…) is not supported yet; select the value as a column");
  if (!insert.hints.empty()) return Fault::Unsupported(sql::At(insert.position), "hints behind INSERT INTO are not supported yet");
  ASSIGN_OR_RETURN(NodePtr input, BindQuery(*insert.query));
  std::vector<const TableColumn*> targets = table->Insertable();
  std::vector<const TableColumn*> given = targets;
  if (!insert.columns.empty()) {
    given.clear();
    for (const auto& column : insert.columns) {
      auto found = std::find_if(targets.begin(), targets.end(), [&](const auto* t) { return t->name == column; });
      if (found == targets.end()) return Fault::NotFound(sql::At(insert.position), "table ", name, " has no writable column '", column, "'");
      given.push_back(*found);
    }
  }
  if (given.size() != input->columns.size()) {
    return Fault::Invalid(sql::At(insert.position), "INSERT INTO ", name, " takes ", given.size(), " columns, the query gives ", input->columns.size());
  }
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  std::vector<PlanColumn> columns;
  SinkSpec sink{table, name, {}};
  for (size_t t = 0; t < targets.size(); ++t) {
    auto found = std::find(given.begin(), given.end(), targets[t]);
    const data::Type& type = targets[t]->type;
    ExprPtr value = expr::Literal(type.WithNullable(true), data::Value());
    if (found != given.end()) {
      auto i = static_cast<int>(found - given.begin());
      const PlanColumn& from = input->columns[static_cast<size_t>(i)];
      value = expr::Input(i, from.type, from.name);
      if (!expr::ImplicitlyCastable(from.type, type)) {
        return Fault::Invalid(sql::At(insert.position), "column types of query result and sink ", name, " do not match: ", targets[t]->name, " is ", type, ", the query's column ", i + 1, " (", from.name,
                              ") is ", from.type, "; put a CAST around it");
      }
      // Texts go in as long as they are, as table.exec.sink.type-length-enforcer = IGNORE says.
      bool as_it_is = (from.type.IsString() && type.IsString()) || (from.type.IsBinary() && type.IsBinary());
      if (!as_it_is) {
        ASSIGN_OR_RETURN(value, expr::MakeCast(value, type.WithNullable(from.type.nullable())));
      }
    }
    exprs.push_back(std::move(value));
    names.push_back(targets[t]->name);
    columns.push_back({targets[t]->name, type});
    bool key = std::find(table->primary_key.begin(), table->primary_key.end(), targets[t]->name) != table->primary_key.end();
    if (key) sink.primary_key.push_back(static_cast<int>(t));
  }
  NodePtr project = Project(input, std::move(exprs), std::move(names));
  return NodePtr(MakeNode(std::move(sink), {project}, std::move(columns)));
}

Result<NodePtr> Binder::BindResult(const sql::Query& query, const std::string& name) {
  ASSIGN_OR_RETURN(NodePtr input, BindQuery(query));
  return NodePtr(MakeNode(SinkSpec{nullptr, name, {}}, {input}, input->columns));
}

}  // namespace freshet::stream
