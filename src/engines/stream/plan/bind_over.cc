#include <algorithm>

#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// OVER: the calls of one SELECT become columns behind those of its FROM, and the select list is bound over both.
// ORDER BY and LIMIT are the same thing without a partition.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

void CollectOver(const sql::Expr& ast, std::vector<const sql::Expr*>& out) {
  if (ast.kind == sql::ExprKind::kCall && ast.over) return out.push_back(&ast);
  for (const auto& arg : ast.args) {
    if (arg) CollectOver(*arg, out);
  }
  if (ast.otherwise) CollectOver(*ast.otherwise, out);
}

// A column of the projection that stands below the OVER, made when it is new.
int ColumnOf(const ExprPtr& e, std::vector<ExprPtr>& exprs, std::vector<std::string>& names) {
  std::string text = expr::Describe(*e);
  for (size_t i = 0; i < exprs.size(); ++i) {
    if (expr::Describe(*exprs[i]) == text) return static_cast<int>(i);
  }
  names.push_back(e->op == expr::Op::kInput ? e->name : StrCat("over$", exprs.size()));
  exprs.push_back(e);
  return static_cast<int>(exprs.size()) - 1;
}

}  // namespace

std::vector<const sql::Expr*> Binder::OverCalls(const sql::Query& query) {
  std::vector<const sql::Expr*> calls;
  for (const auto& item : query.items) CollectOver(*item.expr, calls);
  if (query.qualify) CollectOver(*query.qualify, calls);  // by name it holds those of the list alone
  return calls;
}

Result<sql::WindowSpec> Binder::WindowOf(const sql::Expr& call, const sql::Query& query) {
  sql::WindowSpec window = *call.over;
  if (window.base.empty()) return window;
  for (const auto& [name, named] : query.windows) {
    if (name != window.base) continue;
    sql::WindowSpec merged = named;
    if (!window.partition_by.empty()) merged.partition_by = window.partition_by;
    if (!window.order_by.empty()) merged.order_by = window.order_by;
    if (window.frame) merged.frame = window.frame;
    return merged;
  }
  return Fault::NotFound(sql::At(call.position), "no window '", window.base, "'; name it in the WINDOW clause");
}

Status Binder::BindFrame(const sql::Expr& call, const sql::WindowSpec& window, OverSpec& spec) {
  if (!window.frame) return {};
  const sql::Frame& frame = *window.frame;
  spec.rows = frame.rows;
  bool to_here = frame.to == sql::FrameBound::kCurrentRow;
  bool from_before = frame.from == sql::FrameBound::kUnboundedPreceding || frame.from == sql::FrameBound::kPreceding || frame.from == sql::FrameBound::kCurrentRow;
  if (!to_here || !from_before) return Fault::Unsupported(sql::At(call.position), "OVER frames end at CURRENT ROW and begin before it; nothing FOLLOWING is known to a stream");
  spec.bounded = frame.from != sql::FrameBound::kUnboundedPreceding;
  if (frame.from != sql::FrameBound::kPreceding) return {};
  if (!frame.rows) {
    ASSIGN_OR_RETURN(spec.preceding, ConstantMillis(*frame.from_value, "RANGE … PRECEDING"));
    return {};
  }
  ASSIGN_OR_RETURN(spec.preceding, ConstantCount(*frame.from_value, "ROWS … PRECEDING"));
  return {};
}

Result<int64_t> Binder::ConstantCount(const sql::Expr& ast, std::string_view what) {
  Scope nothing;
  nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  ASSIGN_OR_RETURN(auto value, BindExpr(ast, nothing));
  ASSIGN_OR_RETURN(value, expr::Fold(value, session_));
  bool fine = value->op == expr::Op::kLiteral && value->type.IsInteger() && !value->value.is_null() && value->value.integer() >= 0;
  if (!fine) return Fault::Invalid(sql::At(ast.position), what, " must be a constant whole number of zero or more");
  constexpr int64_t kAll = int64_t{1} << 40;  // more rows than are ever counted so; sums of it stay numbers
  return std::min(value->value.integer(), kAll);
}

Result<std::vector<SortColumn>> Binder::BindOrder(const std::vector<sql::SortKey>& keys, const Scope& scope, std::vector<ExprPtr>& exprs, std::vector<std::string>& names) {
  std::vector<SortColumn> order;
  for (const auto& key : keys) {
    ASSIGN_OR_RETURN(auto by, BindExpr(*key.expr, scope));
    bool ordered = !by->type.IsNested() && !by->type.IsOpaque();
    if (!ordered) return Fault::Unsupported(sql::At(key.expr->position), "ORDER BY ", by->type, " is not supported; order by its parts");
    order.push_back({ColumnOf(by, exprs, names), key.descending, key.nulls_first.value_or(!key.descending)});
  }
  return order;
}

// Puts the calls behind the columns of the scope; afterwards over_columns_ knows where each is.
Status Binder::BindOver(const sql::Query& query, const std::vector<const sql::Expr*>& calls, Scope& scope) {
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (size_t i = 0; i < scope.node->columns.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), scope.node->columns[i].type, scope.node->columns[i].name));
    names.push_back(scope.node->columns[i].name);
  }
  OverSpec spec;
  std::string first;
  std::vector<std::string> call_texts;
  std::map<const sql::Expr*, size_t> places;
  for (const auto* ast : calls) {
    ASSIGN_OR_RETURN(sql::WindowSpec window, WindowOf(*ast, query));
    OverSpec own;
    for (const auto& by : window.partition_by) {
      ASSIGN_OR_RETURN(auto key, BindExpr(*by, scope));
      own.partition.push_back(ColumnOf(key, exprs, names));
    }
    ASSIGN_OR_RETURN(own.order, BindOrder(window.order_by, scope, exprs, names));
    if (own.order.empty() && (IsPlaceFunction(ast->function) || window.frame)) return Fault::Invalid(sql::At(ast->position), ast->function, "(…) OVER needs an ORDER BY here");
    RETURN_NOT_OK(BindFrame(*ast, window, own));
    std::string text = OverWindowText(own);
    if (first.empty()) {
      first = text;
      spec = own;
      spec.place = sql::At(ast->position);
      spec.relation = scope.entries.empty() || scope.entries[0].alias.empty() ? "over" : scope.entries[0].alias;
    }
    if (text != first) return Fault::Unsupported(sql::At(ast->position), "all OVER calls of one SELECT must share one window; put the other into a SELECT of its own");
    ASSIGN_OR_RETURN(AggregateCall call, BindOverCall(*ast, scope, exprs, names));
    std::string call_text = StrCat(call.function, call.distinct ? " DISTINCT " : " ", call.filter, " ", call.lag, " ", call.option);
    for (int arg : call.args) call_text += StrCat(" $", arg);
    auto known = std::find(call_texts.begin(), call_texts.end(), call_text);
    places[ast] = static_cast<size_t>(known - call_texts.begin());
    if (known != call_texts.end()) continue;
    call_texts.push_back(call_text);
    if (call.function == "LAG") spec.lag_most = std::max(spec.lag_most, call.lag);
    spec.calls.push_back(std::move(call));
  }
  spec.time_column = spec.order.empty() ? -1 : spec.order[0].column;
  auto counts = [](const AggregateCall& call) { return call.function == "LAG" || call.function == "ROW_NUMBER"; };
  bool some_count = std::any_of(spec.calls.begin(), spec.calls.end(), counts);
  bool all_place = std::all_of(spec.calls.begin(), spec.calls.end(), [](const auto& call) { return IsPlaceFunction(call.function); });
  if (some_count && !all_place && !spec.rows) return Fault::Unsupported(spec.place, "LAG and ROW_NUMBER beside aggregates need a ROWS frame; put them into a SELECT of their own");
  spec.rows |= all_place;  // rows of one time are told apart by their arrival
  bool some_place = std::any_of(spec.calls.begin(), spec.calls.end(), [](const auto& call) { return IsPlaceFunction(call.function); });
  if (some_place && spec.bounded) return Fault::Unsupported(spec.place, "LAG, ROW_NUMBER, RANK and their like take no frame; leave ROWS or RANGE out");
  NodePtr below = Project(scope.node, std::move(exprs), std::move(names));
  auto width = static_cast<int>(below->columns.size());
  for (const auto& [ast, place] : places) over_columns_[ast] = width + static_cast<int>(place);
  std::vector<PlanColumn> columns = below->columns;
  TimeRole time = spec.order.size() == 1 && !spec.order[0].descending ? columns[static_cast<size_t>(spec.time_column)].time : TimeRole::kNone;
  bool corrected = time == TimeRole::kNone && std::any_of(spec.calls.begin(), spec.calls.end(), [](const auto& call) { return call.function != "ROW_NUMBER"; });
  for (auto& column : columns) {
    if (corrected && column.time == TimeRole::kRowtime) column.time = TimeRole::kNone;
  }
  for (size_t i = 0; i < spec.calls.size(); ++i) columns.push_back({StrCat("over$", width + static_cast<int>(i)), spec.calls[i].type});
  scope.node = MakeNode(std::move(spec), {below}, std::move(columns));
  return {};
}

Result<AggregateCall> Binder::BindOverCall(const sql::Expr& ast, const Scope& scope, std::vector<ExprPtr>& exprs, std::vector<std::string>& names) {
  AggregateCall call;
  call.function = ast.function;
  call.distinct = ast.distinct;
  if (call.function == "ROW_NUMBER" || call.function == "RANK" || call.function == "DENSE_RANK" || call.function == "CUME_DIST" || call.function == "PERCENT_RANK") {
    if (!ast.args.empty()) return Fault::Invalid(sql::At(ast.position), call.function, " takes no argument");
    bool share = call.function == "CUME_DIST" || call.function == "PERCENT_RANK";
    call.type = (share ? data::Type::Double() : data::Type::BigInt()).NotNull();
    return call;
  }
  if (call.function == "NTILE") {
    if (ast.args.size() != 1) return Fault::Invalid(sql::At(ast.position), "NTILE takes the number of its parts");
    ASSIGN_OR_RETURN(call.lag, ConstantCount(*ast.args[0], "NTILE's number"));
    if (call.lag == 0) return Fault::Invalid(sql::At(ast.position), "NTILE makes one part or more");
    call.type = data::Type::BigInt().NotNull();
    return call;
  }
  std::vector<data::Type> types;
  std::vector<ExprPtr> values;
  bool lag = call.function == "LAG" || call.function == "LEAD";
  for (size_t i = 0; i < ast.args.size(); ++i) {
    if (ast.args[i]->kind == sql::ExprKind::kStar) continue;
    if (lag && i == 1) {
      ASSIGN_OR_RETURN(call.lag, ConstantCount(*ast.args[i], call.function + "'s offset"));
      continue;
    }
    ASSIGN_OR_RETURN(auto arg, BindExpr(*ast.args[i], scope));
    if (lag && i == 2) {
      ASSIGN_OR_RETURN(arg, expr::MakeCast(arg, types[0].WithNullable(arg->type.nullable())));
    }
    types.push_back(arg->type);
    values.push_back(arg);
  }
  if (lag) {
    for (const auto& value : values) call.args.push_back(ColumnOf(value, exprs, names));
    if (types.empty()) return Fault::Invalid(sql::At(ast.position), call.function, " takes a value, an offset and a default");
    if (ast.args.size() < 2) call.lag = 1;
    call.type = types[0].WithNullable(types.size() < 2 || types[1].nullable() || types[0].nullable());
    return call;
  }
  if (!IsAggregateFunction(call.function)) return Fault::Unsupported(sql::At(ast.position), "function ", call.function, " cannot stand before OVER; known are the aggregates, ROW_NUMBER, RANK, DENSE_RANK, NTILE, CUME_DIST, PERCENT_RANK, LAG and LEAD");
  auto bound = BindAggregate(call.function, std::move(values), ast.text);
  if (!bound.ok()) return Placed(bound.fault(), ast.position);
  call.type = bound->type;
  call.option = bound->option;
  for (const auto& arg : bound->args) call.args.push_back(ColumnOf(arg, exprs, names));
  if (ast.filter) {
    ASSIGN_OR_RETURN(auto condition, BindCondition(*ast.filter, scope, "FILTER"));
    call.filter = ColumnOf(condition, exprs, names);
    if (call.function != "COUNT") call.type = call.type.WithNullable(true);
  }
  return call;
}

// ORDER BY may name what the SELECT list leaves out: such keys ride along behind it and are cut off again.
Result<NodePtr> Binder::BindOrderedSelect(const sql::Query& query) {
  bool grouped = query.grouped || query.having || std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  bool star = std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return item.expr->kind == sql::ExprKind::kStar; });
  sql::Query wider = query;
  for (size_t i = 0; i < wider.order_by.size() && !query.distinct; ++i) {
    auto& key = wider.order_by[i].expr;
    bool in_star = star && key->kind == sql::ExprKind::kName && key->name.size() == 1;
    bool named = in_star || (key->kind == sql::ExprKind::kName && key->name.size() == 1 && std::any_of(query.items.begin(), query.items.end(), [&](const auto& item) {
                   return item.alias == key->name[0] || (item.alias.empty() && item.expr->kind == sql::ExprKind::kName && item.expr->name.back() == key->name[0]);
                 }));
    bool of_output = grouped && key->kind != sql::ExprKind::kName && !HasAggregate(*key);
    if (named || of_output) continue;
    std::string name = StrCat("order$", i);
    wider.items.push_back({key, name});
    auto column = std::make_shared<sql::Expr>();
    column->kind = sql::ExprKind::kName;
    column->position = key->position;
    column->name = {name};
    key = std::move(column);
  }
  ASSIGN_OR_RETURN(NodePtr node, BindSelect(wider));
  ASSIGN_OR_RETURN(NodePtr ordered, BindOrderAndLimit(wider, node));
  if (wider.items.size() == query.items.size()) return ordered;
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  size_t added = wider.items.size() - query.items.size();
  for (size_t i = 0; i + added < ordered->columns.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), ordered->columns[i].type, ordered->columns[i].name));
    names.push_back(ordered->columns[i].name);
  }
  return Project(ordered, std::move(exprs), std::move(names));
}

// ORDER BY x LIMIT n keeps the first n rows up to date; ORDER BY rowtime puts the stream in order.
Result<NodePtr> Binder::BindOrderAndLimit(const sql::Query& query, NodePtr node) {
  if (query.order_by.empty() && !query.limit && !query.offset) return node;
  Scope scope;
  scope.entries.push_back({"", 0, static_cast<int>(node->columns.size())});
  scope.node = node;
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (size_t i = 0; i < node->columns.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), node->columns[i].type, node->columns[i].name));
    names.push_back(node->columns[i].name);
  }
  ASSIGN_OR_RETURN(auto order, BindOrder(query.order_by, scope, exprs, names));
  int64_t limit = -1, offset = 0;
  if (query.offset) {
    ASSIGN_OR_RETURN(offset, ConstantCount(*query.offset, "OFFSET"));
  }
  if (query.limit) {
    ASSIGN_OR_RETURN(limit, ConstantCount(*query.limit, "LIMIT"));
  }
  NodePtr below = exprs.size() == node->columns.size() ? node : Project(node, exprs, names);
  std::vector<PlanColumn> columns = below->columns;
  NodePtr ordered;
  if (limit >= 0) {
    if (limit == 0) return NodePtr(MakeNode(FilterSpec{expr::Literal(data::Type::Boolean().NotNull(), false)}, {node}, node->columns));
    for (auto& column : columns) column.time = TimeRole::kNone;
    RankSpec rank;
    rank.order = order;
    rank.from = offset + 1;
    rank.to = offset + limit;
    rank.with_rank = false;
    ordered = MakeNode(std::move(rank), {below}, columns);
  } else {
    bool by_time = !order.empty() && !order[0].descending && columns[static_cast<size_t>(order[0].column)].time == TimeRole::kRowtime && offset == 0;
    if (!by_time) return Fault::Unsupported(sql::At(query.position), "sort on a non-time-attribute field is not supported for a stream; add LIMIT, or order by the rowtime column ascending (results of `run` are sorted)");
    OverSpec over;
    over.order = order;
    over.time_column = order[0].column;
    over.relation = "sort";
    ordered = MakeNode(std::move(over), {below}, columns);
  }
  if (below == node) return ordered;
  exprs.resize(node->columns.size());
  names.resize(node->columns.size());
  return Project(ordered, std::move(exprs), std::move(names));
}

}  // namespace freshet::stream
