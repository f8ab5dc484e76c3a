#include <algorithm>

#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/clock.h"
#include "wire/flink_sql/lexer.h"

// MATCH_RECOGNIZE: rows are put in the order of their time, then matched. Conditions and measures are formulas over references: A.price, FIRST(A.price),
// LAST(A.price, 1), AVG(A.price).

namespace freshet::stream {

using expr::ExprPtr;

namespace {

bool IsNavigation(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kCall && !ast.over && (ast.function == "FIRST" || ast.function == "LAST"); }

bool IsProctime(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kCall && ast.function == "MATCH_PROCTIME"; }
bool IsRowtime(const sql::Expr& ast) { return ast.kind == sql::ExprKind::kCall && ast.function == "MATCH_ROWTIME"; }

int PlaceOf(const std::vector<std::string>& names, const std::string& name) {
  auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

// Which variable an expression speaks of: -1 for none, -2 for several.
int VariableOf(const sql::Expr& ast, const std::vector<std::string>& variables) {
  int variable = ast.kind == sql::ExprKind::kName && ast.name.size() > 1 ? PlaceOf(variables, ast.name[0]) : -1;
  for (const auto& arg : ast.args) {
    int other = arg ? VariableOf(*arg, variables) : -1;
    if (other == -1) continue;
    if (variable != -1 && variable != other) return -2;
    variable = other;
  }
  return variable;
}

Status CheckPattern(const sql::MatchRecognize& match) {
  const auto& last = match.pattern.back();
  bool open = last.greedy && last.least != last.most && !(last.least == 0 && last.most == 1);
  if (open) return Fault::Unsupported(sql::At(last.position), "a PATTERN must not end in a greedy repetition, as nothing says where it ends; close it with a variable that negates ", last.variable);
  for (const auto& part : match.pattern) {
    bool reluctant = !part.greedy && part.least == 0 && part.most == 1;
    if (reluctant) return Fault::Unsupported(sql::At(part.position), "the reluctant ", part.variable, "?? is not supported; write ", part.variable, "?");
  }
  bool empty = std::all_of(match.pattern.begin(), match.pattern.end(), [](const auto& part) { return part.least == 0; });
  if (empty) return Fault::Unsupported(sql::At(match.position), "a PATTERN that matches no rows at all is not supported; let one variable come at least once");
  return {};
}

}  // namespace

// Inside DEFINE and MEASURES: what stands for rows becomes a reference, all else is bound as ever.
Result<std::optional<ExprPtr>> Binder::BindMatched(const sql::Expr& ast) {
  if (IsProctime(ast)) {
    if (!ast.args.empty()) return Fault::Invalid(sql::At(ast.position), "MATCH_PROCTIME takes no arguments");
    ASSIGN_OR_RETURN(auto now, expr::MakeCall("PROCTIME", {}));
    return std::optional(now);
  }
  bool aggregate = IsAggregate(ast), navigates = IsNavigation(ast), rowtime = IsRowtime(ast);
  if (!aggregate && !navigates && !rowtime && ast.kind != sql::ExprKind::kName) {
    bool foreign = ast.kind == sql::ExprKind::kCall && (ast.function == "PREV" || ast.function == "NEXT" || ast.function == "CLASSIFIER" || ast.function == "MATCH_NUMBER");
    if (foreign) return Fault::Unsupported(ast.function, " is not supported in MATCH_RECOGNIZE; use FIRST(v.column, n) or LAST(v.column, n)");
    return std::optional<ExprPtr>();
  }
  Matching* matching = matching_;
  MatchSpec::Reference reference;
  reference.variable = VariableOf(ast, matching->variables);
  if (reference.variable == -2) return Fault::Unsupported(ast.function, " speaks of one pattern variable at a time");
  const sql::Expr* inside = navigates || aggregate ? (ast.args.empty() ? nullptr : ast.args[0].get()) : &ast;
  if (navigates && (ast.args.empty() || ast.args.size() > 2)) return Fault::Invalid(ast.function, " takes a column of a variable and, if wanted, how many rows on");
  if (navigates && ast.args.size() == 2) {
    ASSIGN_OR_RETURN(reference.offset, ConstantCount(*ast.args[1], ast.function + "'s number of rows"));
  }
  reference.last = ast.function != "FIRST" || !navigates;
  matching_ = nullptr;
  auto bind = [&]() -> Status {
    bool processing = matching->rows.column(matching->time_column).time == TimeRole::kProctime;
    if (rowtime && processing) return Fault::Invalid(sql::At(ast.position), "MATCH_ROWTIME tells the rowtime of a pattern in its order; this one's is processing time: use MATCH_PROCTIME()");
    if (rowtime) {
      const PlanColumn& time = matching->rows.column(matching->time_column);
      reference.value = expr::Input(matching->time_column, time.type, time.name);
      return {};
    }
    bool every = aggregate && inside != nullptr && inside->kind == sql::ExprKind::kStar;
    if (every) {
      if (!inside->name.empty()) reference.variable = PlaceOf(matching->variables, inside->name.back());
      return {};
    }
    if (inside == nullptr) return {};
    ASSIGN_OR_RETURN(reference.value, BindExpr(*inside, matching->rows));
    return {};
  };
  Status status = bind();
  matching_ = matching;
  RETURN_NOT_OK(status);
  if (aggregate) {
    if (ast.distinct) return Fault::Unsupported("DISTINCT aggregates are not supported in MATCH_RECOGNIZE");
    if (ast.args.size() > 1) return Fault::Unsupported("aggregate ", ast.function, " of several arguments is not supported in MATCH_RECOGNIZE");
    reference.call.function = ast.function;
    std::vector<ExprPtr> args;
    if (reference.value) args.push_back(reference.value);
    ASSIGN_OR_RETURN(auto bound, BindAggregate(ast.function, std::move(args), ast.text));
    if (!bound.args.empty()) {
      reference.value = bound.args[0];
      reference.call.args = {0};
    }
    reference.call.option = bound.option;
    reference.call.type = ast.function == "COUNT" ? bound.type : bound.type.WithNullable(true);
    reference.type = reference.call.type;
  } else {
    reference.type = reference.value->type.WithNullable(true);
  }
  auto place = static_cast<int>(matching->references.size());
  ExprPtr value = expr::Input(place, reference.type, ast.kind == sql::ExprKind::kName ? ast.name.back() : ast.function);
  matching->references.push_back(std::move(reference));
  return std::optional(value);
}

Result<MatchSpec::Formula> Binder::BindFormula(const sql::Expr& ast, Matching& matching) {
  matching.references.clear();
  matching_ = &matching;
  Scope nothing;
  nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  auto value = BindExpr(ast, nothing);
  matching_ = nullptr;
  if (!value.ok()) return value.fault();
  return MatchSpec::Formula{std::move(matching.references), *value};
}

Result<NodePtr> Binder::BindMatch(const sql::MatchRecognize& match, const Scope& rows) {
  RETURN_NOT_OK(CheckPattern(match));
  NodePtr input = rows.node;
  MatchSpec spec;
  spec.place = sql::At(match.position);
  Matching matching;
  matching.rows = rows;
  for (const auto& part : match.pattern) {
    if (PlaceOf(matching.variables, part.variable) < 0) matching.variables.push_back(part.variable);
    else return Fault::Unsupported(sql::At(part.position), "pattern variable ", part.variable, " stands twice in the PATTERN; give the second a name of its own");
    spec.pattern.push_back({static_cast<int32_t>(spec.pattern.size()), part.least, part.most, part.greedy});
  }
  for (const auto& variable : matching.variables) matching.rows.entries.push_back({variable, 0, static_cast<int>(input->columns.size())});
  std::vector<PlanColumn> columns;
  for (const auto& by : match.partition_by) {
    ASSIGN_OR_RETURN(auto key, BindExpr(*by, rows));
    if (key->op != expr::Op::kInput) return Fault::Unsupported(sql::At(by->position), "PARTITION BY of MATCH_RECOGNIZE takes columns; compute it in a subquery");
    spec.partition.push_back(key->index);
    columns.push_back(rows.column(key->index));
    columns.back().time = TimeRole::kNone;
    columns.back().window_role = WindowRole::kNone;
  }
  OverSpec order;
  order.partition = spec.partition;
  for (const auto& key : match.order_by) {
    ASSIGN_OR_RETURN(auto by, BindExpr(*key.expr, rows));
    if (by->op != expr::Op::kInput) return Fault::Unsupported(sql::At(key.expr->position), "ORDER BY of MATCH_RECOGNIZE takes columns; compute it in a subquery");
    order.order.push_back({by->index, key.descending, key.nulls_first.value_or(!key.descending)});
  }
  bool by_time = !order.order.empty() && !order.order[0].descending && rows.column(order.order[0].column).time != TimeRole::kNone;
  if (!by_time) return Fault::Unsupported(sql::At(match.position), "MATCH_RECOGNIZE is supported with ORDER BY a time attribute ascending first: a rowtime column (declare WATERMARK FOR it), or one AS PROCTIME()");
  order.time_column = spec.time_column = matching.time_column = order.order[0].column;
  if (rows.column(spec.time_column).time == TimeRole::kProctime) input = WithClock(input, spec.time_column);
  order.relation = rows.entries.empty() || rows.entries[0].alias.empty() ? "match" : rows.entries[0].alias;
  spec.conditions.resize(matching.variables.size());
  for (const auto& [variable, condition] : match.define) {
    int place = PlaceOf(matching.variables, variable);
    if (place < 0) return Fault::Invalid(sql::At(condition->position), "DEFINE names ", variable, ", which the PATTERN does not have");
    auto& formula = spec.conditions[static_cast<size_t>(place)];
    if (formula.value) return Fault::Invalid(sql::At(condition->position), "pattern variable ", variable, " is defined twice");
    ASSIGN_OR_RETURN(formula, BindFormula(*condition, matching));
    if (formula.value->type.kind() != data::Kind::kBoolean) return Fault::Invalid(sql::At(condition->position), "DEFINE takes a BOOLEAN, not ", formula.value->type);
  }
  for (const auto& measure : match.measures) {
    ASSIGN_OR_RETURN(auto formula, BindFormula(*measure.expr, matching));
    PlanColumn column{measure.alias, formula.value->type};
    if (IsRowtime(*measure.expr)) column.time = TimeRole::kRowtime;
    if (IsProctime(*measure.expr)) column.time = TimeRole::kProctime;
    columns.push_back(std::move(column));
    spec.measures.push_back(std::move(formula));
  }
  if (match.within) {
    ASSIGN_OR_RETURN(spec.within_ms, ConstantMillis(*match.within, "WITHIN"));
    if (spec.within_ms <= 0) return Fault::Invalid(sql::At(match.within->position), "WITHIN takes an interval greater than zero");
  }
  using Skip = MatchSpec::Skip;
  spec.skip = match.skip == sql::SkipTo::kPastLastRow ? Skip::kPastLastRow : match.skip == sql::SkipTo::kNextRow ? Skip::kNextRow : match.skip == sql::SkipTo::kFirst ? Skip::kFirst : Skip::kLast;
  spec.skip_name = match.skip_variable;
  spec.skip_variable = PlaceOf(matching.variables, match.skip_variable);
  bool skips_to = spec.skip == Skip::kFirst || spec.skip == Skip::kLast;
  if (skips_to && spec.skip_variable < 0) return Fault::Invalid(sql::At(match.position), "AFTER MATCH SKIP TO ", match.skip_variable, ", which the PATTERN does not have");
  if (columns.empty()) return Fault::Invalid(sql::At(match.position), "MATCH_RECOGNIZE gives no column; add PARTITION BY or MEASURES");
  NodePtr ordered = MakeNode(std::move(order), {input}, input->columns);
  return NodePtr(MakeNode(std::move(spec), {ordered}, std::move(columns)));
}

}  // namespace freshet::stream
