#include <algorithm>

#include "base/capitals.h"
#include "data/known_words.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/clock.h"
#include "wire/flink_sql/lexer.h"

// FROM: tables, views, WITH queries, window table functions.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

constexpr int64_t kMaxWindowsPerRow = 100000;

Scope OneTable(NodePtr node, std::string alias) {
  Scope scope;
  scope.entries.push_back({std::move(alias), 0, static_cast<int>(node->columns.size())});
  scope.node = std::move(node);
  return scope;
}

Result<NodePtr> Renamed(NodePtr node, const std::vector<std::string>& names, std::string_view what) {
  if (names.empty()) return node;
  if (names.size() != node->columns.size()) return Fault::Invalid(what, " names ", names.size(), " columns, the query has ", node->columns.size());
  std::vector<ExprPtr> exprs;
  std::vector<PlanColumn> columns = node->columns;
  for (size_t i = 0; i < names.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), columns[i].type, columns[i].name));
    columns[i].name = names[i];
  }
  return NodePtr(MakeNode(ProjectSpec{std::move(exprs)}, {std::move(node)}, std::move(columns)));
}

}  // namespace

Result<Scope> Binder::BindRelation(const sql::Relation& relation) {
  NodePtr node;
  std::string alias = relation.alias;
  if (relation.as_of) return Fault::Unsupported(sql::At(relation.position), "FOR SYSTEM_TIME AS OF stands only behind JOIN, of a time column of the left side");
  switch (relation.kind) {
    case sql::RelationKind::kTable: {
      ASSIGN_OR_RETURN(node, BindNamed(relation.name, relation.position, relation.hints));
      if (alias.empty()) alias = relation.name.back();
      break;
    }
    case sql::RelationKind::kSubquery: {
      ASSIGN_OR_RETURN(node, BindQuery(*relation.query));
      break;
    }
    case sql::RelationKind::kTableFunction: {
      const std::string& function = relation.call->function;
      bool of_changes = function == "TO_CHANGELOG" || function == "FROM_CHANGELOG";
      ASSIGN_OR_RETURN(node, function == "ML_PREDICT" ? BindPredict(*relation.call) : of_changes ? BindChangelog(*relation.call) : BindWindowFunction(*relation.call));
      break;
    }
    case sql::RelationKind::kUnnest: {  // one row of nothing, unnested
      sql::Relation cross;
      cross.kind = sql::RelationKind::kJoin;
      cross.join = sql::JoinKind::kCross;
      cross.right = std::make_shared<sql::Relation>(relation);
      Scope nothing;
      nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
      return BindUnnest(cross, nothing);
    }
    case sql::RelationKind::kJoin: return BindJoin(relation);
  }
  if (relation.match) {
    std::string of = relation.kind == sql::RelationKind::kTable ? relation.name.back() : "";
    ASSIGN_OR_RETURN(node, BindMatch(*relation.match, OneTable(node, of)));
    if (relation.alias.empty()) alias = "";
  }
  ASSIGN_OR_RETURN(node, Renamed(node, relation.column_aliases, alias));
  return OneTable(node, alias);
}

Result<NodePtr> Binder::BindNamed(const sql::Name& name, sql::Position position, const std::vector<sql::Hint>& hints) {
  if (auto with = with_.find(name[0]); name.size() == 1 && with != with_.end()) {
    const auto* entry = with->second;
    auto saved = with_;
    with_.erase(name[0]);  // a WITH query does not see itself
    auto node = BindQuery(*entry->query);
    with_ = std::move(saved);
    if (!node.ok()) return node.fault();
    return Renamed(*node, entry->columns, name[0]);
  }
  auto resolved = Resolve(name);
  if (!resolved.ok()) return Fault(resolved.fault().code(), resolved.fault().blame(), resolved.fault().retry(), sql::At(position) + resolved.fault().message());
  const TableId& id = *resolved;
  std::string simple = StrCat(id);
  if (const auto* view = catalog_.FindView(id)) {
    if (!hints.empty()) return Fault::Unsupported(sql::At(position), "hint ", hints[0].name, " on a view; put it on the table");
    auto saved = std::move(with_);
    auto saved_in = std::exchange(in_, catalog_.DeclaredIn(id));
    with_.clear();
    auto node = BindQuery(*view->query);
    with_ = std::move(saved);
    in_ = std::move(saved_in);
    if (!node.ok()) return Fault(node.fault().code(), node.fault().blame(), node.fault().retry(), StrCat("view ", simple, ": ", node.fault().message()));
    return Renamed(*node, view->columns, simple);
  }
  auto table = catalog_.FindTable(id);
  if (!table) {
    std::vector<std::string> names = catalog_.Names("TABLES");
    for (const auto& [with, query] : with_) names.push_back(with);
    std::vector<std::string_view> known(names.begin(), names.end());
    return Fault::NotFound(sql::At(position), "no table or view '", simple, "'", data::InsteadOf(simple, known));
  }
  if (hints.empty()) return BindTable(table);
  ASSIGN_OR_RETURN(auto hinted, WithHints(table, hints, position));
  return BindTable(hinted);
}

// OPTIONS('k' = 'v') says other options for one use of a table.
Result<std::shared_ptr<const Table>> Binder::WithHints(const std::shared_ptr<const Table>& table, const std::vector<sql::Hint>& hints, sql::Position position) {
  auto hinted = std::make_shared<Table>(*table);
  for (const auto& hint : hints) {
    if (InCapitals(hint.name) != "OPTIONS") return Fault::Unsupported(sql::At(position), "hint ", hint.name, " is not supported; known is OPTIONS");
    for (const auto& [key, value] : hint.options) hinted->options[key] = hinted->hinted[key] = value;
  }
  return std::shared_ptr<const Table>(std::move(hinted));
}

// Source, then computed columns, then watermarks: in the order of the declaration.
Result<NodePtr> Binder::BindTable(const std::shared_ptr<const Table>& table) {
  SourceSpec source{table, {}};
  std::vector<PlanColumn> read;
  for (const auto& column : table->columns) {
    if (column.kind == sql::ColumnKind::kComputed) continue;
    read.push_back({column.name, column.type});
    source.metadata_keys.push_back(column.kind == sql::ColumnKind::kMetadata ? column.metadata_key : "");
  }
  NodePtr node = MakeNode(std::move(source), {}, read);
  bool computed = std::any_of(table->columns.begin(), table->columns.end(), [](const auto& c) { return c.kind == sql::ColumnKind::kComputed; });
  if (computed) {
    Scope scope = OneTable(node, table->name);
    std::vector<ExprPtr> exprs;
    std::vector<std::string> names;
    for (const auto& column : table->columns) {
      names.push_back(column.name);
      if (column.kind != sql::ColumnKind::kComputed) {
        auto at = std::find_if(read.begin(), read.end(), [&](const auto& c) { return c.name == column.name; });
        exprs.push_back(expr::Input(static_cast<int>(at - read.begin()), at->type, at->name));
        continue;
      }
      ASSIGN_OR_RETURN(auto value, BindExpr(*column.computed, scope));
      exprs.push_back(std::move(value));
    }
    node = Project(node, std::move(exprs), std::move(names));
  }
  if (!table->watermark) return node;
  Scope scope = OneTable(node, table->name);
  std::string name = sql::NameText(table->watermark->column);
  auto at = std::find_if(node->columns.begin(), node->columns.end(), [&](const auto& c) { return c.name == name; });
  if (at == node->columns.end()) return Fault::NotFound(sql::At(table->watermark->position), "WATERMARK names column '", name, "', which table ", table->name, " does not have");
  bool fine = at->type.IsTimestamp() && at->type.precision() <= 3;
  if (!fine) return Fault::Invalid(sql::At(table->watermark->position), "WATERMARK column ", name, " is ", at->type, "; it must be TIMESTAMP(3) or TIMESTAMP_LTZ(3)");
  ASSIGN_OR_RETURN(auto value, BindExpr(*table->watermark->expr, scope));
  bool same_kind = value->type.IsTimestamp() && value->type.precision() <= 3;
  if (!same_kind) return Fault::Invalid(sql::At(table->watermark->position), "the WATERMARK expression is ", value->type, "; it must be TIMESTAMP(3) or TIMESTAMP_LTZ(3)");
  auto rowtime = static_cast<size_t>(at - node->columns.begin());
  std::vector<PlanColumn> columns = node->columns;
  columns[rowtime].time = TimeRole::kRowtime;
  return NodePtr(MakeNode(WatermarkSpec{static_cast<int>(rowtime), value}, {node}, std::move(columns)));
}

Result<int64_t> Binder::ConstantMillis(const sql::Expr& ast, std::string_view what) {
  Scope nothing;
  nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  ASSIGN_OR_RETURN(auto value, BindExpr(ast, nothing));
  ASSIGN_OR_RETURN(value, expr::Fold(value, session_));
  bool fine = value->op == expr::Op::kLiteral && value->type.kind() == data::Kind::kIntervalMillis && !value->value.is_null();
  if (!fine) return Fault::Invalid(sql::At(ast.position), what, " must be a constant interval of days to seconds, such as INTERVAL '10' MINUTE");
  return value->value.integer();
}

// TUMBLE(TABLE t, DESCRIPTOR(ts), size [, offset]) and its sisters, with positions or names.
Result<NodePtr> Binder::BindWindowFunction(const sql::Expr& call) {
  struct Function {
    std::string_view name;
    WindowKind kind;
    std::vector<std::string_view> parameters;
    size_t required;
  };
  static const Function kFunctions[] = {
      {"TUMBLE", WindowKind::kTumble, {"DATA", "TIMECOL", "SIZE", "OFFSET"}, 3},
      {"HOP", WindowKind::kHop, {"DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"}, 4},
      {"CUMULATE", WindowKind::kCumulate, {"DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"}, 4},
      {"SESSION", WindowKind::kSession, {"DATA", "TIMECOL", "GAP"}, 3},
  };
  const Function* function = nullptr;
  for (const auto& known : kFunctions) {
    if (known.name == call.function) function = &known;
  }
  if (function == nullptr) {
    return Fault::Unsupported(sql::At(call.position), "table function ", call.function, " is not supported; known are TUMBLE, HOP, CUMULATE, SESSION, ML_PREDICT, TO_CHANGELOG and FROM_CHANGELOG; of a function that gives an ARRAY write CROSS JOIN UNNEST(f(x)) AS t(a)");
  }
  std::map<std::string_view, const sql::Expr*> given;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const sql::Expr* arg = call.args[i].get();
    std::string_view name;
    if (arg->kind == sql::ExprKind::kNamedArg) {
      auto found = std::find(function->parameters.begin(), function->parameters.end(), arg->text);
      if (found == function->parameters.end()) return Fault::Invalid(sql::At(arg->position), call.function, " has no parameter ", arg->text);
      name = *found;
      arg = arg->args[0].get();
    } else {
      if (i >= function->parameters.size()) return Fault::Invalid(sql::At(call.position), call.function, " takes at most ", function->parameters.size(), " arguments");
      name = function->parameters[i];
    }
    given[name] = arg;
  }
  for (size_t i = 0; i < function->required; ++i) {
    if (!given.contains(function->parameters[i])) return Fault::Invalid(sql::At(call.position), call.function, " misses its argument ", function->parameters[i]);
  }
  const sql::Expr *table = given["DATA"], *descriptor = given["TIMECOL"];
  if (table->kind != sql::ExprKind::kTable) return Fault::Invalid(sql::At(table->position), call.function, " takes TABLE t first");
  if (descriptor->kind != sql::ExprKind::kDescriptor || descriptor->args.size() != 1) return Fault::Invalid(sql::At(descriptor->position), call.function, " takes DESCRIPTOR(time column) second");
  bool session = function->kind == WindowKind::kSession;
  if (!table->partition_by.empty() && !session) return Fault::Invalid(sql::At(table->position), call.function, " takes no PARTITION BY; only SESSION does");
  NodePtr input;
  if (table->query) {
    ASSIGN_OR_RETURN(input, BindQuery(*table->query));
  } else {
    ASSIGN_OR_RETURN(input, BindNamed(table->name, table->position, {}));
  }
  const std::string& column = descriptor->args[0]->name[0];
  auto at = std::find_if(input->columns.begin(), input->columns.end(), [&](const auto& c) { return c.name == column; });
  if (at == input->columns.end()) return Fault::NotFound(sql::At(descriptor->position), "no column '", column, "' for the window");
  auto time_column = static_cast<int>(at - input->columns.begin());
  if (at->time == TimeRole::kNone) return Fault::Invalid(sql::At(descriptor->position), "column '", column, "' is no time attribute (", at->type, "); declare WATERMARK FOR it in CREATE TABLE");
  WindowSpec spec;
  spec.shape.kind = function->kind;
  spec.time_column = time_column;
  for (const auto& by : table->partition_by) {
    Scope scope = OneTable(input, table->query ? "" : sql::NameText(table->name));
    ASSIGN_OR_RETURN(auto key, BindExpr(*by, scope));
    if (key->op != expr::Op::kInput) return Fault::Unsupported(sql::At(by->position), "PARTITION BY of SESSION takes columns; compute it in a subquery");
    spec.partition.push_back(key->index);
  }
  std::string_view size = session ? "GAP" : "SIZE";
  ASSIGN_OR_RETURN(spec.shape.size_ms, ConstantMillis(*given[size], size));
  spec.shape.slide_ms = spec.shape.size_ms;
  std::string_view slide = function->kind == WindowKind::kHop ? "SLIDE" : "STEP";
  if (function->kind != WindowKind::kTumble && !session) {
    ASSIGN_OR_RETURN(spec.shape.slide_ms, ConstantMillis(*given[slide], slide));
  }
  if (given.contains("OFFSET")) {
    ASSIGN_OR_RETURN(spec.shape.offset_ms, ConstantMillis(*given["OFFSET"], "OFFSET"));
  }
  const auto& shape = spec.shape;
  if (shape.size_ms <= 0 || shape.slide_ms <= 0) return Fault::Invalid(sql::At(call.position), call.function, " needs intervals greater than zero");
  if (shape.size_ms % shape.slide_ms != 0) return Fault::Invalid(sql::At(call.position), call.function, ": SIZE (", shape.size_ms, " ms) must be a whole multiple of ", slide, " (", shape.slide_ms, " ms)");
  if (shape.size_ms / shape.slide_ms > kMaxWindowsPerRow) return Fault::TooLarge(sql::At(call.position), call.function, " would put each row into more than ", kMaxWindowsPerRow, " windows");
  return WithWindow(input, std::move(spec), table->query ? "window" : sql::NameText(table->name));
}

// A window over processing time is one over the clock of the rows as they come by.
Result<NodePtr> Binder::WithWindow(NodePtr input, WindowSpec spec, const std::string& relation) {
  auto time_column = static_cast<size_t>(spec.time_column);
  if (input->columns[time_column].time == TimeRole::kProctime) input = WithClock(input, spec.time_column);
  spec.window_id = next_window_++;
  std::vector<PlanColumn> columns = input->columns;
  for (auto& c : columns) {
    c.window_role = WindowRole::kNone;
    c.window_id = 0;
    if (&c != &columns[time_column] && c.time == TimeRole::kRowtime) c.time = TimeRole::kNone;
  }
  bool local = columns[time_column].type.kind() == data::Kind::kTimestampLtz;
  windows_[spec.window_id] = {relation, local};
  spec.relation = relation;
  data::Type bound = data::Type::Timestamp(3).NotNull();
  data::Type time = (local ? data::Type::TimestampLtz(3) : data::Type::Timestamp(3)).NotNull();
  columns.push_back({"window_start", bound, TimeRole::kNone, WindowRole::kStart, spec.window_id, local});
  columns.push_back({"window_end", bound, TimeRole::kNone, WindowRole::kEnd, spec.window_id, local});
  columns.push_back({"window_time", time, TimeRole::kRowtime, WindowRole::kTime, spec.window_id});
  return NodePtr(MakeNode(spec, {input}, std::move(columns)));
}

}  // namespace freshet::stream
