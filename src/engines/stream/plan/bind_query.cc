#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include "base/capitals.h"
#include "data/expr/types.h"
#include "data/known_words.h"
#include "data/quantity_text.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/joins.h"
#include "engines/stream/plan/rewrites.h"
#include "wire/flink_sql/lexer.h"

// Queries.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

constexpr int kQueriesMax = 10'000;
constexpr std::string_view kWatermarkColumn = "watermark$";

// Whether an expression asks for the watermark.
bool Asks(const sql::Expr& ast) {
  if (ast.kind == sql::ExprKind::kCall && ast.function == "CURRENT_WATERMARK") return true;
  auto asks = [](const sql::ExprPtr& arg) { return arg && Asks(*arg); };
  return asks(ast.otherwise) || std::any_of(ast.args.begin(), ast.args.end(), asks);
}

std::string ItemName(const sql::SelectItem& item, size_t index) {
  if (!item.alias.empty()) return item.alias;
  if (item.expr->kind == sql::ExprKind::kName) return item.expr->name.back();
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

// `ast` with the SELECT list's expressions in place of the names that it gives them. What holds no such name, and every call with OVER, stays the node that it is.
sql::ExprPtr WithItems(const sql::ExprPtr& ast, const std::map<std::string, sql::ExprPtr>& items) {
  if (!ast || ast->over) return ast;
  if (ast->kind == sql::ExprKind::kName) {
    auto item = ast->name.size() == 1 ? items.find(ast->name[0]) : items.end();
    return item == items.end() ? ast : item->second;
  }
  sql::Expr copy = *ast;
  for (auto& arg : copy.args) arg = WithItems(arg, items);
  copy.otherwise = WithItems(copy.otherwise, items);
  bool same = copy.args == ast->args && copy.otherwise == ast->otherwise;
  return same ? ast : std::make_shared<sql::Expr>(std::move(copy));
}

// QUALIFY speaks of the SELECT list by its names, which stand before those of FROM.
sql::ExprPtr QualifyOf(const sql::Query& query) {
  std::map<std::string, sql::ExprPtr> items;
  for (const auto& item : query.items) {
    bool plain = item.alias.empty() && item.expr->kind == sql::ExprKind::kName;
    if (plain || !item.alias.empty()) items.emplace(plain ? item.expr->name.back() : item.alias, item.expr);
  }
  return WithItems(query.qualify, items);
}

bool SameTypes(const std::vector<data::Type>& a, const std::vector<PlanColumn>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!a[i].SameExceptNull(b[i].type)) return false;
  }
  return true;
}

// How many questions may be out at a time says nothing about the rows: checked, and left to who answers.
constexpr int kLookupRetriesMax = 1000;
constexpr int64_t kLookupWaitMsMax = 30'000;
constexpr std::string_view kLookupWords[] = {"table", "async", "output-mode", "capacity", "timeout", "retry-predicate", "retry-strategy", "fixed-delay", "max-attempts"};

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

Status Binder::TakeHints(const sql::Query& query) {
  ttl_hints_.clear();
  ttl_used_.clear();
  lookup_hints_.clear();
  for (const auto& hint : query.hints) {
    std::string upper = InCapitals(hint.name);
    if (upper == "LOOKUP") {
      RETURN_NOT_OK(TakeLookupHint(hint, query.position));
      continue;
    }
    static constexpr std::string_view kOfBatches[] = {"BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP"};  // how a batch join moves its rows: nothing of the answer
    if (std::find(std::begin(kOfBatches), std::end(kOfBatches), upper) != std::end(kOfBatches)) continue;
    if (upper != "STATE_TTL") return Fault::Unsupported(sql::At(query.position), "hint ", hint.name, " behind SELECT is not supported; known are STATE_TTL and LOOKUP, remove others");
    for (const auto& [name, text] : hint.options) {
      auto ttl = data::ParseDuration(text);
      if (!ttl.ok()) return Fault::Invalid(sql::At(query.position), "STATE_TTL('", name, "'): ", ttl.fault().message());
      ttl_hints_[name] = ttl->ns / 1'000'000;
    }
  }
  return {};
}

// A retry is said whole: on what, how, how long after, and how often at most, the first question not counted.
Status Binder::TakeLookupHint(const sql::Hint& hint, sql::Position position) {
  std::map<std::string, std::string> said;
  for (const auto& [key, value] : hint.options) {
    bool known = std::find(std::begin(kLookupWords), std::end(kLookupWords), key) != std::end(kLookupWords);
    if (!known) return Fault::Invalid(sql::At(position), "hint LOOKUP has no '", key, "'", data::InsteadOf(key, kLookupWords));
    said[key] = value;
  }
  auto bad = [&](const std::string& key, std::string_view takes) { return Fault::Invalid(sql::At(position), "hint LOOKUP: '", key, "' is '", said[key], "'; it takes ", takes); };
  auto is_word = [&](const std::string& key, std::initializer_list<std::string_view> words) { return !said.contains(key) || std::find(words.begin(), words.end(), said[key]) != words.end(); };
  auto number = [&](const std::string& key) {
    int value = 0;
    auto [end, error] = std::from_chars(said[key].data(), said[key].data() + said[key].size(), value);
    return error == std::errc() && end == said[key].data() + said[key].size() ? value : 0;
  };
  if (!said.contains("table")) return Fault::Invalid(sql::At(position), "hint LOOKUP needs 'table', the name or alias of the table that is looked up");
  if (!is_word("async", {"true", "false"})) return bad("async", "true or false");
  if (!is_word("output-mode", {"ordered", "allow_unordered"})) return bad("output-mode", "ordered or allow_unordered");
  if (said.contains("capacity") && number("capacity") < 1) return bad("capacity", "a number from 1 on");
  LookupHint taken;
  if (said.contains("timeout")) {
    auto timeout = data::ParseDuration(said["timeout"]);
    if (!timeout.ok() || timeout->ms() < 1) return bad("timeout", "a duration such as 180 s");
    taken.timeout_ms = timeout->ms();
  }
  if (!is_word("retry-predicate", {"lookup_miss"})) return bad("retry-predicate", "lookup_miss");
  if (!is_word("retry-strategy", {"fixed_delay"})) return bad("retry-strategy", "fixed_delay");
  constexpr std::string_view kOfRetries[] = {"retry-predicate", "retry-strategy", "fixed-delay", "max-attempts"};
  auto of_retries = std::count_if(std::begin(kOfRetries), std::end(kOfRetries), [&](std::string_view key) { return said.contains(std::string(key)); });
  if (of_retries == 0) {
    lookup_hints_[said["table"]] = taken;
    return {};
  }
  if (of_retries < 4) return Fault::Invalid(sql::At(position), "hint LOOKUP: 'retry-predicate', 'retry-strategy', 'fixed-delay' and 'max-attempts' go together; one of them is missing");
  auto delay = data::ParseDuration(said["fixed-delay"]);
  if (!delay.ok()) return bad("fixed-delay", "a duration such as 10 s");
  if (number("max-attempts") < 1) return bad("max-attempts", "a number from 1 on");
  bool bounded = number("max-attempts") <= kLookupRetriesMax && delay->ms() * number("max-attempts") <= kLookupWaitMsMax;
  if (!bounded) return Fault::Unsupported(sql::At(position), "hint LOOKUP: ", number("max-attempts"), " times ", said["fixed-delay"], ": all rows behind it wait meanwhile, so it is refused beyond ", kLookupRetriesMax, " times and ", kLookupWaitMsMax / 1000, " s together");
  taken.retries = number("max-attempts");
  taken.delay_ms = delay->ms();
  lookup_hints_[said["table"]] = taken;
  return {};
}

int64_t Binder::TtlOf(const std::vector<Scope::Entry>& entries) {
  if (entries.size() != 1) return kTtlUnsaid;
  auto found = ttl_hints_.find(entries[0].alias);
  if (found == ttl_hints_.end()) return kTtlUnsaid;
  ttl_used_.insert(found->first);
  return found->second;
}

Result<NodePtr> Binder::BindSelect(const sql::Query& query) {
  auto saved_hints = std::move(ttl_hints_);
  auto saved_used = std::move(ttl_used_);
  auto saved_lookups = std::move(lookup_hints_);
  Status hinted = TakeHints(query);
  auto bound = hinted.ok() ? BindRows(query) : Result<NodePtr>(hinted.fault());
  for (const auto& [name, ttl] : ttl_hints_) {
    bool lost = bound.ok() && !ttl_used_.contains(name);
    if (lost) bound = Fault::Invalid(sql::At(query.position), "STATE_TTL('", name, "') names no input of this SELECT's joins or GROUP BY");
  }
  bool hints_at_nothing = bound.ok() && !lookup_hints_.empty();
  if (hints_at_nothing) bound = Fault::Invalid(sql::At(query.position), "hint LOOKUP: '", lookup_hints_.begin()->first, "' names no table that this SELECT looks up");
  ttl_hints_ = std::move(saved_hints);
  ttl_used_ = std::move(saved_used);
  lookup_hints_ = std::move(saved_lookups);
  return bound;
}

void Binder::AddWatermarkColumn(const sql::Query& query, Scope& scope) {
  bool wanted = (query.where && Asks(*query.where)) || std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return Asks(*item.expr); });
  const auto& columns = scope.node->columns;
  auto rowtime = std::find_if(columns.begin(), columns.end(), [](const auto& column) { return column.time == TimeRole::kRowtime; });
  if (!wanted || rowtime == columns.end()) return;
  std::vector<PlanColumn> wider = columns;
  bool local = rowtime->type.kind() == data::Kind::kTimestampLtz;
  wider.push_back({std::string(kWatermarkColumn), local ? data::Type::TimestampLtz(3) : data::Type::Timestamp(3)});
  scope.node = MakeNode(CurrentWatermarkSpec{}, {scope.node}, std::move(wider));
}

Result<ExprPtr> Binder::BindCurrentWatermark(const sql::Expr& ast, const Scope& scope) {
  if (ast.args.size() != 1) return Fault::Invalid("CURRENT_WATERMARK takes a rowtime column");
  ASSIGN_OR_RETURN(auto time, BindExpr(*ast.args[0], scope));
  bool rowtime = time->op == expr::Op::kInput && scope.column(time->index).time == TimeRole::kRowtime;
  if (!rowtime) return Fault::Invalid("CURRENT_WATERMARK takes a rowtime column; declare WATERMARK FOR it in CREATE TABLE");
  auto column = BindColumn(scope, {std::string(kWatermarkColumn)});
  if (!column.ok()) return Fault::Unsupported("CURRENT_WATERMARK stands only in SELECT and WHERE of the query that reads the table");
  return column;
}

// FROM, WHERE, GROUP BY, HAVING, OVER, QUALIFY, SELECT: each is bound over what the one before it has made.
Result<NodePtr> Binder::BindRows(const sql::Query& query) {
  Scope scope;
  if (query.from) {
    ASSIGN_OR_RETURN(scope, BindRelation(*query.from));
  } else {
    scope.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  }
  AddWatermarkColumn(query, scope);
  if (query.where) {
    ASSIGN_OR_RETURN(scope.node, BindWhere(query.where, scope));
  }
  bool grouped = query.grouped || query.having || std::any_of(query.items.begin(), query.items.end(), [](const auto& item) { return HasAggregate(*item.expr); });
  Aggregation aggregation;
  if (grouped) RETURN_NOT_OK(BindGroups(query, scope, aggregation));
  auto bound = BindOverGroups(query, scope);
  aggregation_ = nullptr;
  if (!bound.ok() || !query.distinct) return bound;
  return Distinct(*bound);
}

Result<NodePtr> Binder::BindOverGroups(const sql::Query& query, Scope& scope) {
  if (query.having) {
    ASSIGN_OR_RETURN(scope.node, BindWhere(query.having, scope, "HAVING"));
  }
  for (const auto& item : query.items) RETURN_NOT_OK(AttachSubqueries(*item.expr, scope));
  std::vector<const sql::Expr*> calls = OverCalls(query);
  if (!calls.empty()) RETURN_NOT_OK(BindOver(query, calls, scope));
  if (query.qualify) {
    if (calls.empty()) return Fault::Invalid(sql::At(query.qualify->position), "QUALIFY needs a call with OVER in it or in the SELECT list; without one it is a WHERE");
    ASSIGN_OR_RETURN(auto condition, BindCondition(*QualifyOf(query), scope, "QUALIFY"));
    scope.node = MakeNode(FilterSpec{condition}, {scope.node}, scope.node->columns);
  }
  return ProjectItems(query, scope);
}

// r.* of a ROW: each of its fields.
Status Binder::SpreadRow(const sql::Expr& star, const Scope& scope, std::vector<ExprPtr>& exprs, std::vector<std::string>& names) {
  auto row = BindColumn(scope, star.name);
  if (!row.ok()) return Fault::NotFound(sql::At(star.position), "no table and no column '", sql::NameText(star.name), "' for '*'");
  const data::Type& type = (*row)->type;
  if (type.kind() != data::Kind::kRow) return Fault::Invalid(sql::At(star.position), "'", sql::NameText(star.name), ".*' needs a table or a ROW, not ", type.WithNullable(true));
  for (const auto& field : type.fields()) {
    ASSIGN_OR_RETURN(auto value, expr::MakeField(*row, field.name));
    exprs.push_back(std::move(value));
    names.push_back(field.name);
  }
  return {};
}

Result<NodePtr> Binder::ProjectItems(const sql::Query& query, const Scope& scope) {
  constexpr size_t kColumnsMax = 10'000;  // '*' over '*' doubles them
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  auto check_width = [&](const auto& last) -> Status {
    if (exprs.size() <= kColumnsMax) return {};
    return Fault::TooLarge(sql::At(last.expr->position), "a SELECT of more than ", kColumnsMax, " columns; name those that are needed");
  };
  for (size_t i = 0; i < query.items.size(); ++i) {
    const auto& item = query.items[i];
    if (item.expr->kind != sql::ExprKind::kStar) {
      ASSIGN_OR_RETURN(auto bound, BindExpr(*item.expr, scope));
      if (bound->type.kind() == data::Kind::kNull) return Fault::Invalid(sql::At(item.expr->position), "illegal use of NULL: its type is not known; write CAST(NULL AS INT)");
      exprs.push_back(std::move(bound));
      names.push_back(ItemName(item, names.size()));
      RETURN_NOT_OK(check_width(item));
      continue;
    }
    bool any = false, every = item.expr->name.empty();
    auto take = [&](int c) {
      exprs.push_back(expr::Input(c, scope.column(c).type, scope.column(c).name));
      names.push_back(scope.column(c).name);
    };
    for (int c : scope.first) {
      if (every) take(c);
    }
    for (const auto& entry : scope.entries) {
      if (!every && entry.alias != item.expr->name.back()) continue;
      any = true;
      for (int c = entry.begin; c < entry.end; ++c) {
        bool given = every && (scope.merged.contains(c) || std::find(scope.first.begin(), scope.first.end(), c) != scope.first.end());
        if (!given) take(c);
      }
    }
    if (!any && !every) RETURN_NOT_OK(SpreadRow(*item.expr, scope, exprs, names));
    RETURN_NOT_OK(check_width(item));
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
  if (!unites && query.all) return CountedRows(left, right, intersects);
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

// The same with ALL: of equal rows the smaller number of both sides, or the left's less the right's.
Result<NodePtr> Binder::CountedRows(NodePtr left, NodePtr right, bool intersects) {
  auto width = static_cast<int>(left->columns.size());
  auto marked = [&](const NodePtr& side, bool is_left) {
    std::vector<ExprPtr> exprs;
    std::vector<std::string> names;
    for (int i = 0; i < width; ++i) {
      exprs.push_back(expr::Input(i, side->columns[static_cast<size_t>(i)].type, side->columns[static_cast<size_t>(i)].name));
      names.push_back(left->columns[static_cast<size_t>(i)].name);
    }
    for (bool of_left : {true, false}) {
      exprs.push_back(expr::Literal(data::Type::Boolean().NotNull(), of_left == is_left));
      names.push_back(of_left ? "left$" : "right$");
    }
    return Project(side, std::move(exprs), std::move(names));
  };
  NodePtr both_sides[2] = {marked(left, true), marked(right, false)};
  std::vector<PlanColumn> columns = both_sides[0]->columns;
  for (size_t i = 0; i < columns.size(); ++i) columns[i].type = columns[i].type.WithNullable(columns[i].type.nullable() || both_sides[1]->columns[i].type.nullable());
  NodePtr rows = MakeNode(UnionSpec{}, {both_sides[0], both_sides[1]}, columns);
  AggregateSpec counts;
  columns.resize(static_cast<size_t>(width));
  for (int i = 0; i < width; ++i) {
    counts.keys.push_back(i);
    columns[static_cast<size_t>(i)].time = TimeRole::kNone;
  }
  for (int side = 0; side < 2; ++side) {
    AggregateCall count{"COUNT", {}, false, width + side};
    count.type = data::Type::BigInt().NotNull();
    columns.push_back({StrCat("count$", side), count.type});
    counts.calls.push_back(std::move(count));
  }
  NodePtr counted = MakeNode(std::move(counts), {rows}, columns);
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (int i = 0; i < width; ++i) {
    exprs.push_back(expr::Input(i, columns[static_cast<size_t>(i)].type, columns[static_cast<size_t>(i)].name));
    names.push_back(columns[static_cast<size_t>(i)].name);
  }
  ExprPtr l = expr::Input(width, columns[static_cast<size_t>(width)].type, ""), r = expr::Input(width + 1, columns[static_cast<size_t>(width) + 1].type, "");
  ASSIGN_OR_RETURN(auto times, intersects ? expr::MakeCall("LEAST", {l, r}) : expr::MakeCall("-", {l, r}));
  exprs.push_back(std::move(times));
  names.push_back("times$");
  NodePtr numbered = Project(counted, std::move(exprs), std::move(names));
  columns.resize(static_cast<size_t>(width));
  return NodePtr(MakeNode(ReplicateSpec{width}, {numbered}, std::move(columns)));
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

Result<NodePtr> Binder::BindResult(const sql::Query& query, const std::string& name) {
  ASSIGN_OR_RETURN(NodePtr input, BindQuery(query));
  return NodePtr(MakeNode(SinkSpec{nullptr, name, {}}, {input}, input->columns));
}

}  // namespace freshet::stream
