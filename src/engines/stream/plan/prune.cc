#include <algorithm>
#include <set>

#include "engines/stream/plan/rewrites.h"

// Reads only needed columns, and of nested rows only needed fields: from the sink down, each node is asked for a
// set of its columns and answers with a node that has just those (in order) or more.

namespace freshet::stream {
namespace {

using expr::ExprPtr;

// Which parts of a column are used: all of it, or fields of a ROW.
struct Usage {
  bool whole = false;
  std::map<std::string, Usage> fields;
};
using Usages = std::map<int, Usage>;  // by column

void Add(Usage& to, const Usage& more) {
  to.whole = to.whole || more.whole;
  for (const auto& [name, usage] : more.fields) Add(to.fields[name], usage);
}

// So much of an expression is used: of a column, or a field in one, no more of that; anything else looks at all of its columns.
void Mark(const expr::Expr& e, const Usage& used, Usages& usages) {
  std::vector<const expr::Expr*> path;
  const expr::Expr* at = &e;
  while (at->op == expr::Op::kField) {
    path.push_back(at);
    at = at->args[0].get();
  }
  if (at->op == expr::Op::kInput) {
    Usage* usage = &usages[at->index];
    for (auto step = path.rbegin(); step != path.rend(); ++step) usage = &usage->fields[(*step)->name];
    return Add(*usage, used);
  }
  for (const auto& arg : e.args) Mark(*arg, Usage{.whole = true, .fields = {}}, usages);
}
void Mark(const expr::Expr& e, Usages& usages) { Mark(e, Usage{.whole = true, .fields = {}}, usages); }

data::Type Narrow(const data::Type& type, const Usage& usage) {
  if (usage.whole || type.kind() != data::Kind::kRow) return type;
  std::vector<data::NamedType> kept;
  for (const auto& field : type.fields()) {
    auto used = usage.fields.find(field.name);
    if (used != usage.fields.end()) kept.push_back({field.name, Narrow(field.type, used->second)});
  }
  return data::Type::Row(std::move(kept)).WithNullable(type.nullable());
}

// The same expression over columns that moved and rows that lost fields.
ExprPtr Rebuild(const ExprPtr& e, const std::map<int, ExprPtr>& columns) {
  if (e->op == expr::Op::kInput) return columns.at(e->index);
  if (e->op == expr::Op::kField) {
    auto field = expr::MakeField(Rebuild(e->args[0], columns), e->name);
    CHECK(field.ok());
    return *field;
  }
  if (e->args.empty()) return e;
  auto copy = std::make_shared<expr::Expr>(*e);
  for (auto& arg : copy->args) arg = Rebuild(arg, columns);
  return copy;
}

struct Pruned {
  NodePtr node;
  std::map<int, ExprPtr> columns;  // old column number → the column in the new node
};

Pruned Unchanged(const NodePtr& node) {
  Pruned out{node, {}};
  for (size_t i = 0; i < node->columns.size(); ++i) out.columns[static_cast<int>(i)] = expr::Input(static_cast<int>(i), node->columns[i].type, node->columns[i].name);
  return out;
}

Usages Everything(const Node& node) {
  Usages all;
  for (size_t i = 0; i < node.columns.size(); ++i) all[static_cast<int>(i)].whole = true;
  return all;
}

Pruned Prune(const NodePtr& node, const Usages& wanted);

// A node that needs all of its inputs' columns as they are.
Pruned KeepInputs(const NodePtr& node) {
  std::vector<NodePtr> inputs;
  for (const auto& input : node->inputs) {
    // Aggregates and unions stand over projections made for them, so everything in there is needed.
    inputs.push_back(Prune(input, Everything(*input)).node);
  }
  return Unchanged(MakeNode(node->spec, std::move(inputs), node->columns));
}

Pruned PruneSource(const NodePtr& node, Usages wanted) {
  SourceSpec spec = std::get<SourceSpec>(node->spec);
  for (size_t c = 0; c < node->columns.size(); ++c) {  // rows of an upsert source are told apart by their key
    const auto& key = spec.table->primary_key;
    bool kept = spec.table->connector() == "upsert-kafka" && std::find(key.begin(), key.end(), node->columns[c].name) != key.end();
    if (kept) wanted[static_cast<int>(c)].whole = true;
  }
  std::vector<std::string> keys;
  std::vector<PlanColumn> columns;
  Pruned out;
  for (const auto& [index, usage] : wanted) {
    PlanColumn column = node->columns[static_cast<size_t>(index)];
    column.type = Narrow(column.type, usage);
    out.columns[index] = expr::Input(static_cast<int>(columns.size()), column.type, column.name);
    keys.push_back(spec.metadata_keys[static_cast<size_t>(index)]);
    columns.push_back(std::move(column));
  }
  spec.metadata_keys = std::move(keys);
  out.node = MakeNode(std::move(spec), {}, std::move(columns));
  return out;
}

// Filters and watermarks add what they look at themselves, and pass the rest through.
Pruned PruneThrough(const NodePtr& node, Usages wanted, const std::vector<ExprPtr>& looked_at, const std::function<Spec(const std::map<int, ExprPtr>&)>& rebuild) {
  for (const auto& e : looked_at) Mark(*e, wanted);
  Pruned below = Prune(node->inputs[0], wanted);
  std::vector<PlanColumn> columns = below.node->columns;
  for (const auto& [old_index, place] : below.columns) {
    const PlanColumn& old = node->columns[static_cast<size_t>(old_index)];
    auto& column = columns[static_cast<size_t>(place->index)];
    column.time = old.time;
    column.name = old.name;
  }
  Pruned out;
  out.columns = below.columns;
  out.node = MakeNode(rebuild(below.columns), {below.node}, std::move(columns));
  return out;
}

Pruned PruneProject(const NodePtr& node, const Usages& wanted) {
  const auto& project = std::get<ProjectSpec>(node->spec);
  Usages used;
  for (const auto& [index, usage] : wanted) Mark(*project.exprs[static_cast<size_t>(index)], usage, used);
  Pruned below = Prune(node->inputs[0], used);
  ProjectSpec kept;
  std::vector<PlanColumn> columns;
  Pruned out;
  for (const auto& [index, usage] : wanted) {
    ExprPtr e = Rebuild(project.exprs[static_cast<size_t>(index)], below.columns);
    PlanColumn column = node->columns[static_cast<size_t>(index)];
    column.type = e->type;
    out.columns[index] = expr::Input(static_cast<int>(columns.size()), column.type, column.name);
    columns.push_back(std::move(column));
    kept.exprs.push_back(std::move(e));
  }
  out.node = MakeNode(std::move(kept), {below.node}, std::move(columns));
  return out;
}

Pruned PruneWindow(const NodePtr& node, const Usages& wanted) {
  WindowSpec spec = std::get<WindowSpec>(node->spec);
  auto width = static_cast<int>(node->inputs[0]->columns.size());
  Usages below_wanted;
  for (const auto& [index, usage] : wanted) {
    if (index < width) below_wanted[index] = usage;
  }
  below_wanted[spec.time_column].whole = true;
  for (int key : spec.partition) below_wanted[key].whole = true;
  Pruned below = Prune(node->inputs[0], below_wanted);
  spec.time_column = below.columns.at(spec.time_column)->index;
  for (int& key : spec.partition) key = below.columns.at(key)->index;
  std::vector<PlanColumn> columns = below.node->columns;
  auto new_width = static_cast<int>(columns.size());
  Pruned out;
  out.columns = below.columns;
  for (int c = 0; c < 3; ++c) {
    const PlanColumn& column = node->columns[static_cast<size_t>(width + c)];
    columns.push_back(column);
    out.columns[width + c] = expr::Input(new_width + c, column.type, column.name);
  }
  out.node = MakeNode(spec, {below.node}, std::move(columns));
  return out;
}

// Partition, order and what calls look at are needed on top of what is wanted; new columns stay behind the input's.
Pruned PruneBehind(const NodePtr& node, const Usages& wanted, std::vector<int*> places, Spec spec, bool added_wanted) {
  auto width = static_cast<int>(node->inputs[0]->columns.size());
  Usages used;
  for (const auto& [index, usage] : wanted) {
    if (index < width) used[index] = usage;
  }
  for (const int* place : places) used[*place].whole = true;
  Pruned below = Prune(node->inputs[0], used), out;
  for (int* place : places) *place = below.columns.at(*place)->index;
  std::vector<PlanColumn> columns = below.node->columns;
  for (const auto& [old_index, place] : below.columns) {
    PlanColumn column = node->columns[static_cast<size_t>(old_index)];
    column.type = place->type;
    columns[static_cast<size_t>(place->index)] = std::move(column);
  }
  out.columns = below.columns;
  for (int c = width; added_wanted && c < static_cast<int>(node->columns.size()); ++c) {
    const PlanColumn& column = node->columns[static_cast<size_t>(c)];
    out.columns[c] = expr::Input(static_cast<int>(columns.size()), column.type, column.name);
    columns.push_back(column);
  }
  out.node = MakeNode(std::move(spec), {below.node}, std::move(columns));
  return out;
}

Pruned PruneOver(const NodePtr& node, const Usages& wanted) {
  OverSpec spec = std::get<OverSpec>(node->spec);
  std::vector<int*> places;
  auto remember = [&](OverSpec& s) {
    places.clear();
    for (int& c : s.partition) places.push_back(&c);
    for (auto& by : s.order) places.push_back(&by.column);
    for (auto& call : s.calls) {
      for (int& arg : call.args) places.push_back(&arg);
      if (call.filter >= 0) places.push_back(&call.filter);
    }
    if (s.time_column >= 0) places.push_back(&s.time_column);
  };
  remember(spec);
  Pruned out = PruneBehind(node, wanted, places, UnionSpec{}, true);
  out.node = MakeNode(std::move(spec), out.node->inputs, out.node->columns);
  return out;
}

// A rank that nobody reads is not made.
Pruned PruneRank(const NodePtr& node, const Usages& wanted) {
  RankSpec spec = std::get<RankSpec>(node->spec);
  std::vector<int*> places;
  for (int& c : spec.partition) places.push_back(&c);
  for (auto& by : spec.order) places.push_back(&by.column);
  if (spec.time_column >= 0) places.push_back(&spec.time_column);
  if (spec.end_column >= 0) places.push_back(&spec.end_column);
  spec.with_rank = spec.with_rank && wanted.contains(static_cast<int>(node->inputs[0]->columns.size()));
  Pruned out = PruneBehind(node, wanted, places, UnionSpec{}, spec.with_rank);
  out.node = MakeNode(std::move(spec), out.node->inputs, out.node->columns);
  return out;
}

// Only the columns that its formulas look at; its own output stays whole.
Pruned PruneMatch(const NodePtr& node) {
  MatchSpec spec = std::get<MatchSpec>(node->spec);
  Usages used;
  auto each = [&spec](const auto& visit) {
    for (auto* formulas : {&spec.conditions, &spec.measures}) {
      for (auto& formula : *formulas) {
        for (auto& reference : formula.references) visit(reference.value);
      }
    }
  };
  each([&](const ExprPtr& value) {
    if (value) Mark(*value, used);
  });
  for (int c : spec.partition) used[c].whole = true;
  used[spec.time_column].whole = true;
  Pruned below = Prune(node->inputs[0], used);
  each([&](ExprPtr& value) {
    if (value) value = Rebuild(value, below.columns);
  });
  for (int& c : spec.partition) c = below.columns.at(c)->index;
  spec.time_column = below.columns.at(spec.time_column)->index;
  return Unchanged(MakeNode(std::move(spec), {below.node}, node->columns));
}

Pruned PruneUnnest(const NodePtr& node, const Usages& wanted) {
  UnnestSpec spec = std::get<UnnestSpec>(node->spec);
  std::vector<int*> places{&spec.list};
  Pruned out = PruneBehind(node, wanted, places, UnionSpec{}, true);
  out.node = MakeNode(spec, out.node->inputs, out.node->columns);
  return out;
}

Pruned PrunePredict(const NodePtr& node, const Usages& wanted) {
  PredictSpec spec = std::get<PredictSpec>(node->spec);
  std::vector<int*> places;
  for (int& arg : spec.args) places.push_back(&arg);
  Pruned out = PruneBehind(node, wanted, places, UnionSpec{}, true);
  out.node = MakeNode(std::move(spec), out.node->inputs, out.node->columns);
  return out;
}

Pruned PrunePython(const NodePtr& node, const Usages& wanted) {
  PythonSpec spec = std::get<PythonSpec>(node->spec);
  std::vector<int*> places;
  for (auto& call : spec.calls) {
    for (int& arg : call.args) places.push_back(&arg);
  }
  Pruned out = PruneBehind(node, wanted, places, UnionSpec{}, true);
  out.node = MakeNode(std::move(spec), out.node->inputs, out.node->columns);
  return out;
}

// Keys, times and the condition's columns are needed on top of what is wanted; columns stay left, then right.
Pruned PruneJoin(const NodePtr& node, const Usages& wanted) {
  JoinSpec spec = std::get<JoinSpec>(node->spec);
  auto width = static_cast<int>(node->inputs[0]->columns.size());
  Usages used = wanted, sides[2];
  if (spec.condition) Mark(*spec.condition, used);
  for (const auto& [index, usage] : used) sides[index < width ? 0 : 1][index < width ? index : index - width] = usage;
  for (int key : spec.left_keys) sides[0][key].whole = true;
  for (int key : spec.right_keys) sides[1][key].whole = true;
  if (spec.left_time >= 0) sides[0][spec.left_time].whole = true;
  if (spec.right_time >= 0) sides[1][spec.right_time].whole = true;
  Pruned below[2] = {Prune(node->inputs[0], sides[0]), Prune(node->inputs[1], sides[1])};
  auto new_width = static_cast<int>(below[0].node->columns.size());
  bool one_sided = spec.kind == JoinKind::kSemi || spec.kind == JoinKind::kAnti;
  std::vector<PlanColumn> columns = below[0].node->columns;
  if (!one_sided) columns.insert(columns.end(), below[1].node->columns.begin(), below[1].node->columns.end());
  Pruned out;
  std::map<int, ExprPtr> both;
  for (int side = 0; side < 2; ++side) {
    for (const auto& [old_index, place] : below[side].columns) {
      int index = side == 0 ? old_index : old_index + width, at = side == 0 ? place->index : place->index + new_width;
      both[index] = expr::Input(at, place->type, place->name);
      if (side == 1 && one_sided) continue;
      PlanColumn column = node->columns[static_cast<size_t>(index)];
      column.type = place->type.WithNullable(column.type.nullable());
      out.columns[index] = expr::Input(at, column.type, column.name);
      columns[static_cast<size_t>(at)] = std::move(column);
    }
  }
  for (int& key : spec.left_keys) key = below[0].columns.at(key)->index;
  for (int& key : spec.right_keys) key = below[1].columns.at(key)->index;
  if (spec.left_time >= 0) spec.left_time = below[0].columns.at(spec.left_time)->index;
  if (spec.right_time >= 0) spec.right_time = below[1].columns.at(spec.right_time)->index;
  if (spec.condition) spec.condition = Rebuild(spec.condition, both);
  out.node = MakeNode(std::move(spec), {below[0].node, below[1].node}, std::move(columns));
  return out;
}

Pruned Prune(const NodePtr& node, const Usages& wanted) {
  if (std::holds_alternative<JoinSpec>(node->spec)) return PruneJoin(node, wanted);
  if (std::holds_alternative<CurrentWatermarkSpec>(node->spec)) return PruneBehind(node, wanted, {}, CurrentWatermarkSpec{}, true);
  if (std::holds_alternative<MatchSpec>(node->spec)) return PruneMatch(node);
  if (std::holds_alternative<UnnestSpec>(node->spec)) return PruneUnnest(node, wanted);
  if (std::holds_alternative<PredictSpec>(node->spec)) return PrunePredict(node, wanted);
  if (std::holds_alternative<PythonSpec>(node->spec)) return PrunePython(node, wanted);
  if (std::holds_alternative<OverSpec>(node->spec)) return PruneOver(node, wanted);
  if (std::holds_alternative<RankSpec>(node->spec)) return PruneRank(node, wanted);
  if (std::holds_alternative<SourceSpec>(node->spec)) return PruneSource(node, wanted);
  if (std::holds_alternative<ProjectSpec>(node->spec)) return PruneProject(node, wanted);
  if (std::holds_alternative<WindowSpec>(node->spec)) return PruneWindow(node, wanted);
  if (const auto* filter = std::get_if<FilterSpec>(&node->spec)) {
    return PruneThrough(node, wanted, {filter->condition}, [&](const auto& columns) { return Spec(FilterSpec{Rebuild(filter->condition, columns)}); });
  }
  if (const auto* watermark = std::get_if<WatermarkSpec>(&node->spec)) {
    const PlanColumn& rowtime = node->columns[static_cast<size_t>(watermark->rowtime)];
    ExprPtr self = expr::Input(watermark->rowtime, rowtime.type, rowtime.name);
    return PruneThrough(node, wanted, {watermark->expr, self}, [&](const auto& columns) {
      return Spec(WatermarkSpec{columns.at(watermark->rowtime)->index, Rebuild(watermark->expr, columns), watermark->processing});
    });
  }
  return KeepInputs(node);
}

}  // namespace

Result<NodePtr> PruneColumns(const NodePtr& root, const expr::Session&) { return Prune(root, Everything(*root)).node; }

}  // namespace freshet::stream
