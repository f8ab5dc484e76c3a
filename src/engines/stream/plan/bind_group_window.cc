#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// The older way to group by windows, and UNNEST.

namespace freshet::stream {

using expr::ExprPtr;

Status Binder::BindGroupWindow(const sql::Expr& call, Scope& scope, Aggregation& aggregation) {
  if (!aggregation.window_keys.empty()) return Fault::Unsupported(sql::At(call.position), "GROUP BY takes one window; group by windows of windows in a subquery");
  bool hop = call.function == "HOP";
  if (call.args.size() != (hop ? 3u : 2u)) return Fault::Invalid(sql::At(call.position), call.function, hop ? " takes a time, a slide and a size" : " takes a time and an interval");
  Aggregation* saved = aggregation_;
  aggregation_ = nullptr;
  auto time = BindExpr(*call.args[0], scope);
  aggregation_ = saved;
  if (!time.ok()) return time.fault();
  bool attribute = (*time)->op == expr::Op::kInput && scope.column((*time)->index).time != TimeRole::kNone;
  if (!attribute) return Fault::Invalid(sql::At(call.position), call.function, " takes a time attribute; declare WATERMARK FOR it in CREATE TABLE");
  WindowSpec spec;
  spec.shape.kind = hop ? WindowKind::kHop : call.function == "TUMBLE" ? WindowKind::kTumble : WindowKind::kSession;
  spec.time_column = (*time)->index;
  spec.by_all_keys = true;
  ASSIGN_OR_RETURN(spec.shape.slide_ms, ConstantMillis(*call.args[1], "the window's interval"));
  spec.shape.size_ms = spec.shape.slide_ms;
  if (hop) {
    ASSIGN_OR_RETURN(spec.shape.size_ms, ConstantMillis(*call.args[2], "the window's size"));
  }
  bool whole = spec.shape.slide_ms > 0 && spec.shape.size_ms % spec.shape.slide_ms == 0 && spec.shape.size_ms / spec.shape.slide_ms <= 100000;
  if (!whole) return Fault::Invalid(sql::At(call.position), call.function, ": intervals must be greater than zero, and the size a whole multiple of the slide, at most 100,000 times");
  auto width = static_cast<int>(scope.node->columns.size());
  ASSIGN_OR_RETURN(scope.node, WithWindow(scope.node, std::move(spec), scope.entries.empty() ? "window" : scope.entries[0].alias));
  static constexpr std::pair<std::string_view, int> kParts[] = {{"_START", 0}, {"_END", 1}, {"_ROWTIME", 2}, {"_PROCTIME", 2}};
  auto first = static_cast<int>(aggregation.keys.size());
  for (int c = width; c < width + 3; ++c) {
    aggregation.keys.push_back(expr::Input(c, scope.column(c).type, scope.column(c).name));
    aggregation.key_texts.push_back(expr::Describe(*aggregation.keys.back()));
  }
  for (auto [name, part] : kParts) aggregation.window_keys[std::string(name)] = first + part;
  return {};
}

// a CROSS JOIN UNNEST(a.list) AS u (x): the list is one more column, each element of it one more row.
Result<Scope> Binder::BindUnnest(const sql::Relation& relation, const Scope& left) {
  const sql::Relation& unnest = *relation.right;
  bool left_join = relation.join == sql::JoinKind::kLeft;
  bool always = !relation.condition || (relation.condition->kind == sql::ExprKind::kBoolean && relation.condition->text == "TRUE");
  bool fine = (left_join || relation.join == sql::JoinKind::kCross || relation.join == sql::JoinKind::kInner) && always;
  if (!fine) return Fault::Unsupported(sql::At(unnest.position), "UNNEST stands behind CROSS JOIN, or LEFT JOIN … ON TRUE; put conditions into WHERE");
  if (unnest.call->args.size() != 1) return Fault::Unsupported(sql::At(unnest.position), "UNNEST takes one ARRAY, MAP or MULTISET");
  ASSIGN_OR_RETURN(auto list, BindExpr(*unnest.call->args[0], left));
  bool nested = list->type.IsNested() && list->type.kind() != data::Kind::kRow;
  if (!nested) return Fault::Invalid(sql::At(unnest.position), "UNNEST takes an ARRAY, MAP or MULTISET, not ", list->type);
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (size_t i = 0; i < left.node->columns.size(); ++i) {
    exprs.push_back(expr::Input(static_cast<int>(i), left.node->columns[i].type, left.node->columns[i].name));
    names.push_back(left.node->columns[i].name);
  }
  auto width = static_cast<int>(exprs.size());
  exprs.push_back(list);
  names.push_back("unnest$");
  NodePtr below = Project(left.node, std::move(exprs), std::move(names));
  std::vector<PlanColumn> columns = below->columns;
  size_t first = columns.size();
  auto add = [&](const std::string& name, const data::Type& type) { columns.push_back({name, left_join ? type.WithNullable(true) : type}); };
  auto add_element = [&](const std::string& name, const data::Type& type) {
    if (type.kind() != data::Kind::kRow) return add(name, type);
    for (const auto& field : type.fields()) add(field.name, field.type.WithNullable(field.type.nullable() || type.nullable()));
  };
  if (list->type.kind() == data::Kind::kArray) {
    add_element("EXPR$0", list->type.element());
  } else {
    add_element("EXPR$0", list->type.key());  // a MULTISET's element, as often as it is there
    if (list->type.kind() == data::Kind::kMap) add_element("EXPR$1", list->type.value());
  }
  if (unnest.with_ordinality) add("ORDINALITY", data::Type::Int().NotNull());
  const auto& aliases = unnest.column_aliases;
  if (!aliases.empty() && aliases.size() != columns.size() - first) return Fault::Invalid(sql::At(unnest.position), "UNNEST gives ", columns.size() - first, " columns, its alias names ", aliases.size());
  for (size_t i = 0; i < aliases.size(); ++i) columns[first + i].name = aliases[i];
  Scope both = left;
  both.entries.push_back({unnest.alias, static_cast<int>(first), static_cast<int>(columns.size())});
  both.node = MakeNode(UnnestSpec{width, left_join, unnest.with_ordinality}, {below}, std::move(columns));
  return both;
}

}  // namespace freshet::stream
