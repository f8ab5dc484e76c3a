#include <algorithm>
#include <set>

#include "data/expr/types.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// Grouped queries: keys and arguments become a projection, calls an aggregate over it, and the select list is
// bound over its output.

namespace freshet::stream {

using expr::ExprPtr;

bool Binder::IsAggregate(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kCall && !ast.over && IsAggregateFunction(ast.function); }

// TUMBLE_START(…) and its sisters stand for keys, so they too are known only over groups.
static bool IsWindowPart(const sql::Expr& ast) {
  if (ast.kind != sql::ExprKind::kCall) return false;
  return ast.function.starts_with("TUMBLE_") || ast.function.starts_with("HOP_") || ast.function.starts_with("SESSION_");
}

static bool IsGroupingCall(const sql::Expr& ast) {
  return ast.kind == sql::ExprKind::kCall && (ast.function == "GROUPING" || ast.function == "GROUPING_ID");
}

bool Binder::HasAggregate(const sql::Expr& ast) {
  if (IsAggregate(ast) || IsWindowPart(ast) || IsGroupingCall(ast)) return true;
  auto any = [](const sql::ExprPtr& arg) { return arg && HasAggregate(*arg); };
  if (ast.over && std::any_of(ast.over->partition_by.begin(), ast.over->partition_by.end(), any)) return true;
  if (ast.over && std::any_of(ast.over->order_by.begin(), ast.over->order_by.end(), [&](const auto& key) { return any(key.expr); })) return true;
  return any(ast.otherwise) || std::any_of(ast.args.begin(), ast.args.end(), any);
}

// What is only known above the groups: OVER calls and queries as values.
static bool StandsAbove(const sql::Expr& ast) {
  if (ast.over || ast.query) return true;
  auto any = [](const sql::ExprPtr& arg) { return arg && StandsAbove(*arg); };
  return any(ast.otherwise) || std::any_of(ast.args.begin(), ast.args.end(), any);
}

// Over groups: an aggregate call, a key (or an expression equal to one), or nothing, and then its parts are
// looked at one by one.
Result<std::optional<ExprPtr>> Binder::BindGrouped(const sql::Expr& ast) {
  if (IsAggregate(ast)) {
    ASSIGN_OR_RETURN(auto call, BindAggregateCall(ast));
    return std::optional(call);
  }
  if (IsWindowPart(ast)) {
    auto key = aggregation_->window_keys.find(ast.function.substr(ast.function.find('_')));
    if (key == aggregation_->window_keys.end()) return Fault::Invalid(ast.function, " needs GROUP BY with its window: TUMBLE(…), HOP(…) or SESSION(…)");
    auto k = static_cast<size_t>(key->second);
    return std::optional(expr::Input(key->second, aggregation_->keys[k]->type, aggregation_->key_texts[k]));
  }
  if (IsGroupingCall(ast)) {
    ASSIGN_OR_RETURN(auto bits, BindGroupingCall(ast));
    return std::optional(bits);
  }
  if (HasAggregate(ast) || StandsAbove(ast)) return std::optional<ExprPtr>();
  Aggregation* aggregation = aggregation_;
  aggregation_ = nullptr;
  auto plain = BindExpr(ast, aggregation->input);
  aggregation_ = aggregation;
  if (!plain.ok()) return plain.fault();
  std::string text = expr::Describe(**plain);
  for (size_t k = 0; k < aggregation->key_texts.size(); ++k) {
    if (aggregation->key_texts[k] != text) continue;
    return std::optional(expr::Input(static_cast<int>(k), (*plain)->type.WithNullable((*plain)->type.nullable() || aggregation->several_sets), text));
  }
  std::vector<bool> inputs;
  expr::CollectInputs(**plain, &inputs);
  if (inputs.empty()) return std::optional(*plain);  // a constant
  bool leaf = ast.kind == sql::ExprKind::kName;
  if (leaf) return Fault::Invalid("column '", sql::NameText(ast.name), "' is neither grouped by nor inside an aggregate; add it to GROUP BY");
  return std::optional<ExprPtr>();
}

Result<int> Binder::AddArgument(const ExprPtr& arg) {
  std::string text = expr::Describe(*arg);
  auto& texts = aggregation_->argument_texts;
  // With several grouping sets a key is NULL outside its set; what is aggregated is not.
  auto first = texts.begin() + (aggregation_->several_sets ? static_cast<ptrdiff_t>(aggregation_->keys.size()) : 0);
  auto found = std::find(first, texts.end(), text);
  if (found != texts.end()) return static_cast<int>(found - texts.begin());
  texts.push_back(std::move(text));
  aggregation_->arguments.push_back(arg);
  return static_cast<int>(texts.size()) - 1;
}

Result<ExprPtr> Binder::BindAggregateCall(const sql::Expr& ast) {
  AggregateCall call;
  call.function = ast.function;
  call.distinct = ast.distinct;
  Aggregation* aggregation = aggregation_;
  std::vector<ExprPtr> args;
  for (const auto& arg : ast.args) {
    if (arg->kind == sql::ExprKind::kStar) {
      if (call.function != "COUNT" || ast.args.size() != 1) return Fault::Invalid(call.function, "(*) has no meaning; only COUNT takes *");
      continue;
    }
    aggregation_ = nullptr;  // arguments are bound over the input rows
    auto bound = BindExpr(*arg, aggregation->input);
    aggregation_ = aggregation;
    if (!bound.ok()) return bound.fault();
    args.push_back(*bound);
  }
  ASSIGN_OR_RETURN(auto bound, BindAggregate(call.function, std::move(args), ast.text));
  for (const auto& arg : bound.args) {
    ASSIGN_OR_RETURN(int column, AddArgument(arg));
    call.args.push_back(column);
  }
  call.type = bound.type;
  call.option = bound.option;
  bool grouped = !aggregation->keys.empty();
  if (!grouped && call.function != "COUNT") call.type = call.type.WithNullable(true);
  if (ast.filter) {
    aggregation_ = nullptr;
    auto condition = BindExpr(*ast.filter, aggregation->input);
    aggregation_ = aggregation;
    if (!condition.ok()) return condition.fault();
    if ((*condition)->type.kind() != data::Kind::kBoolean) return Fault::Invalid("FILTER takes a BOOLEAN, not ", (*condition)->type);
    ASSIGN_OR_RETURN(call.filter, AddArgument(*condition));
    if (call.function != "COUNT") call.type = call.type.WithNullable(true);
  }
  std::string text = StrCat(call.function, call.distinct ? " DISTINCT" : "", " filter ", call.filter);
  for (int arg : call.args) text += StrCat(" ", arg);
  if (!call.option.empty()) text += " by " + call.option;
  auto found = std::find(aggregation->call_texts.begin(), aggregation->call_texts.end(), text);
  size_t index = static_cast<size_t>(found - aggregation->call_texts.begin());
  if (found == aggregation->call_texts.end()) {
    if (aggregation->finished) return Fault::Unsupported("aggregate ", ast.function, " stands where its groups do not know of it; select it in a subquery and compare with its column");
    aggregation->call_texts.push_back(text);
    aggregation->calls.push_back(call);
  }
  return expr::Input(static_cast<int>(aggregation->keys.size() + index), aggregation->calls[index].type, text);
}

// Projection of keys and arguments, then the aggregate: over windows when both bounds of one are keys.
Result<NodePtr> Binder::FinishAggregation(const Aggregation& aggregation) {
  std::vector<std::string> names;
  for (size_t i = 0; i < aggregation.arguments.size(); ++i) {
    bool key = i < aggregation.keys.size();
    const ExprPtr& e = aggregation.arguments[i];
    names.push_back(e->op == expr::Op::kInput ? e->name : StrCat(key ? "key$" : "arg$", i));
  }
  bool several = aggregation.several_sets;
  NodePtr input = several ? ExpandSets(aggregation, names) : Project(aggregation.input.node, aggregation.arguments, names);
  std::vector<PlanColumn> columns;
  std::vector<int> keys;
  int start = -1, end = -1;
  for (size_t k = 0; k < aggregation.keys.size(); ++k) {
    keys.push_back(static_cast<int>(k));
    columns.push_back(input->columns[k]);
    if (columns.back().window_role == WindowRole::kStart) start = static_cast<int>(k);
    if (columns.back().window_role == WindowRole::kEnd) end = static_cast<int>(k);
  }
  auto set_key = static_cast<int>(aggregation.keys.size());
  if (several) {
    keys.push_back(static_cast<int>(input->columns.size()) - 1);
    columns.push_back(input->columns.back());
  }
  for (size_t i = 0; i < aggregation.calls.size(); ++i) columns.push_back({StrCat("agg$", i), aggregation.calls[i].type});
  // The set's number goes behind the calls, for GROUPING.
  auto finished = [&](NodePtr node) -> NodePtr {
    if (!several) return node;
    std::vector<ExprPtr> exprs;
    std::vector<std::string> names_behind;
    auto take = [&](int c) {
      exprs.push_back(expr::Input(c, node->columns[static_cast<size_t>(c)].type, node->columns[static_cast<size_t>(c)].name));
      names_behind.push_back(node->columns[static_cast<size_t>(c)].name);
    };
    for (int c = 0; c < static_cast<int>(node->columns.size()); ++c) {
      if (c != set_key) take(c);
    }
    take(set_key);
    return Project(node, std::move(exprs), std::move(names_behind));
  };
  bool windowed = start >= 0 && end >= 0 && columns[static_cast<size_t>(start)].window_id == columns[static_cast<size_t>(end)].window_id;
  if (!windowed) {
    for (auto& column : columns) {  // an updating aggregate's output has no time attributes
      column.time = TimeRole::kNone;
      column.window_role = WindowRole::kNone;
    }
    return finished(MakeNode(AggregateSpec{keys, aggregation.calls, TtlOf(aggregation.input.entries)}, {input}, std::move(columns)));
  }
  const auto& window = windows_[columns[static_cast<size_t>(start)].window_id];
  WindowAggregateSpec spec{keys, start, end, window.local_zone, aggregation.calls, window.relation};
  return finished(MakeNode(std::move(spec), {input}, std::move(columns)));
}

// GROUPING(a, b): a bit for each key, the last one lowest, set where the row is of a set without that key.
Result<ExprPtr> Binder::BindGroupingCall(const sql::Expr& ast) {
  const Aggregation& groups = *aggregation_;
  std::vector<std::string> texts;
  for (const auto& arg : ast.args) {
    Aggregation* saved = aggregation_;
    aggregation_ = nullptr;
    auto key = BindExpr(*arg, groups.input);
    aggregation_ = saved;
    if (!key.ok()) return key.fault();
    texts.push_back(expr::Describe(**key));
    bool known = std::find(groups.key_texts.begin(), groups.key_texts.end(), texts.back()) != groups.key_texts.end();
    if (!known) return Fault::Invalid(sql::At(arg->position), ast.function, " takes what the query is grouped by");
  }
  if (texts.empty()) return Fault::Invalid(ast.function, " takes one or more keys of GROUP BY");
  data::Type type = data::Type::BigInt().NotNull();
  if (!groups.several_sets) return expr::Literal(type, int64_t{0});
  ExprPtr set = expr::Input(static_cast<int>(groups.keys.size() + groups.calls.size()), data::Type::Int().NotNull(), "set$");
  std::vector<ExprPtr> cases;
  for (size_t s = 0; s < groups.sets.size(); ++s) {
    int64_t bits = 0;
    for (const auto& text : texts) {
      bool grouped = std::find(groups.sets[s].begin(), groups.sets[s].end(), text) != groups.sets[s].end();
      bits = bits * 2 + (grouped ? 0 : 1);
    }
    ASSIGN_OR_RETURN(auto same, expr::MakeCall("=", {set, expr::Literal(data::Type::Int().NotNull(), static_cast<int64_t>(s))}));
    if (s + 1 < groups.sets.size()) cases.push_back(std::move(same));
    cases.push_back(expr::Literal(type, bits));
  }
  return expr::MakeCase(std::move(cases));
}

// The calls anywhere in an expression, before it is bound itself.
Status Binder::CollectAggregates(const sql::Expr& ast) {
  if (IsAggregate(ast)) {
    Aggregation* groups = aggregation_;
    aggregation_ = nullptr;
    for (const auto& arg : ast.args) RETURN_NOT_OK(AttachSubqueries(*arg, groups->input));
    if (ast.filter) RETURN_NOT_OK(AttachSubqueries(*ast.filter, groups->input, true));
    aggregation_ = groups;
    auto call = BindAggregateCall(ast);
    return call.ok() ? Status() : Status(Placed(call.fault(), ast.position));
  }
  for (const auto& arg : ast.args) {
    if (arg) RETURN_NOT_OK(CollectAggregates(*arg));
  }
  if (ast.otherwise) RETURN_NOT_OK(CollectAggregates(*ast.otherwise));
  if (!ast.over) return {};
  for (const auto& by : ast.over->partition_by) RETURN_NOT_OK(CollectAggregates(*by));
  for (const auto& by : ast.over->order_by) RETURN_NOT_OK(CollectAggregates(*by.expr));
  return {};
}

static bool IsGroupWindow(const sql::Expr& ast) {
  return ast.kind == sql::ExprKind::kCall && !ast.over && (ast.function == "TUMBLE" || ast.function == "HOP" || ast.function == "SESSION");
}

// One of the sets that have the same keys, however they are written.
Result<std::vector<std::vector<const sql::Expr*>>> Binder::OneOfEach(std::vector<std::vector<const sql::Expr*>> sets, const Scope& scope) {
  std::vector<std::vector<const sql::Expr*>> kept;
  std::set<std::set<std::string>> known;
  for (auto& set : sets) {
    std::set<std::string> keys;
    for (const auto* ast : set) {
      if (IsGroupWindow(*ast)) return sets;  // which stands beside no other set
      ASSIGN_OR_RETURN(auto key, BindExpr(*ast, scope));
      keys.insert(expr::Describe(*key));
    }
    if (known.insert(std::move(keys)).second) kept.push_back(std::move(set));
  }
  return kept;
}

Status Binder::BindGroups(const sql::Query& query, Scope& scope, Aggregation& aggregation) {
  ASSIGN_OR_RETURN(auto sets, GroupingSets(query));
  if (query.group_distinct && sets.size() > 1) {
    ASSIGN_OR_RETURN(sets, OneOfEach(std::move(sets), scope));
  }
  aggregation.several_sets = sets.size() > 1;
  for (const auto& set : sets) {
    for (const auto* ast : set) {
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
  aggregation.input = scope;
  aggregation_ = &aggregation;
  for (const auto& item : query.items) {
    if (item.expr->kind == sql::ExprKind::kStar) return Fault::Invalid(sql::At(item.expr->position), "'*' cannot stand in a grouped SELECT; name the columns");
    RETURN_NOT_OK(CollectAggregates(*item.expr));
  }
  if (query.having) RETURN_NOT_OK(CollectAggregates(*query.having));
  if (query.qualify) RETURN_NOT_OK(CollectAggregates(*query.qualify));
  for (const auto& [name, window] : query.windows) {
    for (const auto& by : window.partition_by) RETURN_NOT_OK(CollectAggregates(*by));
    for (const auto& by : window.order_by) RETURN_NOT_OK(CollectAggregates(*by.expr));
  }
  ASSIGN_OR_RETURN(NodePtr groups, FinishAggregation(aggregation));
  aggregation.finished = true;
  scope = Scope();
  scope.node = std::move(groups);
  scope.entries = {{aggregation.input.entries.empty() ? "" : aggregation.input.entries[0].alias, 0, 0}};
  return {};
}

}  // namespace freshet::stream
