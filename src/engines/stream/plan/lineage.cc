#include "engines/stream/plan/lineage.h"

#include <algorithm>

#include "data/expr/function.h"

namespace freshet::stream {
namespace {

using expr::Expr;
using expr::Op;

// What is known of a node's output.
struct Known {
  std::vector<Influences> columns;
  Influences rows;
};

void Merge(const Influences& from, Influences& into) {
  for (const auto& [field, transformations] : from) into[field].insert(transformations.begin(), transformations.end());
}

// What a value goes through on top of what it went through already. What only had a say keeps it.
Transformation Through(Transformation before, const Transformation& then) {
  if (!IsDirect(before.influence)) return before;
  before.influence = std::max(before.influence, then.influence);
  before.masking = before.masking || then.masking;
  if (before.description.empty()) before.description = then.description;
  return before;
}

void Carry(const Influences& from, const Transformation& then, Influences& into) {
  for (const auto& [field, transformations] : from) {
    for (const auto& before : transformations) into[field].insert(Through(before, then));
  }
}

// The columns behind `from` have a say, of this kind.
void Decide(const Influences& from, Influence influence, Influences& into) {
  for (const auto& [field, transformations] : from) {
    for (const auto& before : transformations) {
      if (IsDirect(before.influence)) into[field].insert({influence, before.masking, ""});
      else into[field].insert(before);
    }
  }
}

void Decide(const Expr& e, const std::vector<Influences>& inputs, Influence influence, Influences& into) {
  std::vector<bool> used(inputs.size());
  expr::CollectInputs(e, &used);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (used[i]) Decide(inputs[i], influence, into);
  }
}

// Of a field of a ROW only that field comes through.
Influences Narrowed(const Influences& row, const std::string& path) {
  Influences out;
  for (const auto& [field, transformations] : row) {
    for (const auto& one : transformations) out[one.influence == Influence::kIdentity ? Field{field.dataset, field.name + path} : field].insert(one);
  }
  return out;
}

bool IsDigest(const Expr& e) {
  return e.op == Op::kCall && (e.function->name == "MD5" || e.function->name.starts_with("SHA"));
}

Transformation CalledBy(const expr::RemoteFunction& function) { return {Influence::kTransformation, false, "Python function " + function.target}; }

// COALESCE(a, b, c): a has a say in whether b comes, and so on.
void AddChoice(const Expr& e, const std::vector<Influences>& inputs, const Transformation& then, Influences& out);

void AddValue(const Expr& e, const std::vector<Influences>& inputs, const Transformation& then, Influences& out) {
  if (e.op == Op::kInput) return Carry(inputs[static_cast<size_t>(e.index)], then, out);
  if (e.op == Op::kField) {
    std::string path;
    const Expr* at = &e;
    for (; at->op == Op::kField; at = at->args[0].get()) path = StrCat(".", at->name, path);
    if (at->op == Op::kInput) return Carry(Narrowed(inputs[static_cast<size_t>(at->index)], path), then, out);
  }
  Transformation through = Through({Influence::kTransformation, IsDigest(e), then.description}, then);
  if (e.op == Op::kRemote) through = Through(CalledBy(*e.remote), then);
  if (e.op == Op::kCase || e.op == Op::kCoalesce) return AddChoice(e, inputs, through, out);
  for (const auto& arg : e.args) AddValue(*arg, inputs, through, out);
}

void AddChoice(const Expr& e, const std::vector<Influences>& inputs, const Transformation& then, Influences& out) {
  for (size_t i = 0; i < e.args.size(); ++i) {
    bool last = i + 1 == e.args.size();
    bool decides = e.op == Op::kCoalesce ? !last : i % 2 == 0 && !last;
    bool comes = e.op == Op::kCoalesce || last || i % 2 == 1;
    if (decides) Decide(*e.args[i], inputs, Influence::kConditional, out);
    if (comes) AddValue(*e.args[i], inputs, then, out);
  }
}

Influences Made(const Influences& from, Influence influence, const std::string& description = "") {
  Influences out;
  Carry(from, {influence, false, description}, out);
  return out;
}

// Calls whose value is that of one row, whatever the other rows hold.
bool PicksARow(const std::string& function) {
  static constexpr std::string_view kPicks[] = {"FIRST_VALUE", "LAST_VALUE", "LAG", "LEAD"};
  return std::find(std::begin(kPicks), std::end(kPicks), function) != std::end(kPicks);
}

Influences OfCall(const AggregateCall& call, const std::vector<Influences>& inputs) {
  bool counts = call.function == "COUNT" || call.function == "APPROX_COUNT_DISTINCT";
  Transformation then{PicksARow(call.function) ? Influence::kTransformation : Influence::kAggregation, counts, ""};
  Influences out;
  for (int arg : call.args) Carry(inputs[static_cast<size_t>(arg)], then, out);
  if (call.filter >= 0) Decide(inputs[static_cast<size_t>(call.filter)], Influence::kFilter, out);
  return out;
}

std::vector<Dataset> DatasetsOf(const Table& table, const std::string& house) {
  auto option = [&table](const std::string& key) {
    auto found = table.options.find(key);
    return found == table.options.end() ? std::string() : found->second;
  };
  const std::string& connector = table.connector();
  if (connector == "kafka" || connector == "upsert-kafka") {
    std::string servers = option("properties.bootstrap.servers"), topics = option("topic");
    std::vector<Dataset> out;
    if (topics.empty() && !option("topic-pattern").empty()) topics = option("topic-pattern");  // whichever it takes
    for (size_t at = 0; at <= topics.size();) {
      size_t end = std::min(topics.find(';', at), topics.size());
      out.push_back({servers.empty() ? house : "kafka://" + servers, topics.substr(at, end - at)});
      at = end + 1;
    }
    return out;
  }
  if (connector == "filesystem") return {{"file", option("path")}};
  if (connector == "iceberg") {
    std::string warehouse = option("warehouse");
    return {{warehouse.empty() ? house : warehouse, StrCat(option("catalog-database"), ".", option("catalog-table").empty() ? table.name : option("catalog-table"))}};
  }
  if (connector == "features" && !option("view").empty()) return {{house, option("view")}};
  return {{house, table.name}};
}

class Reader {
 public:
  explicit Reader(const std::string& house) : house_(house) {}

  const Known& Of(const Node& node) {
    auto found = known_.find(&node);
    if (found != known_.end()) return found->second;
    for (const auto& input : node.inputs) Of(*input);
    Known known;
    for (const auto& input : node.inputs) Merge(known_.at(input.get()).rows, known.rows);
    std::visit([&](const auto& spec) { Read(spec, node, known); }, node.spec);
    known.columns.resize(node.columns.size());
    return known_.emplace(&node, std::move(known)).first->second;
  }
  std::vector<Dataset> inputs() const { return {inputs_.begin(), inputs_.end()}; }

 private:
  const std::vector<Influences>& Input(const Node& node, size_t i = 0) const { return known_.at(node.inputs[i].get()).columns; }
  const Influences& Column(const Node& node, int column) const { return Input(node)[static_cast<size_t>(column)]; }
  void DecideBy(const std::vector<int>& columns, const Node& node, Influence influence, Influences& into) const {
    for (int column : columns) Decide(Column(node, column), influence, into);
  }
  void DecideByOrder(const std::vector<SortColumn>& order, const Node& node, Influence influence, Influences& into) const {
    for (const auto& by : order) Decide(Column(node, by.column), influence, into);
  }
  void PassOn(const Node& node, Known& known) const { known.columns = Input(node); }

  void Read(const SourceSpec& spec, const Node& node, Known& known) {
    std::vector<Dataset> datasets = DatasetsOf(*spec.table, house_);
    inputs_.insert(datasets.begin(), datasets.end());
    for (const auto& column : node.columns) {
      Influences& made = known.columns.emplace_back();
      for (const auto& dataset : datasets) made[{dataset, column.name}].insert(Transformation());
    }
  }
  void Read(const ValuesSpec&, const Node&, Known&) {}
  void Read(const FilterSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    Decide(*spec.condition, Input(node), Influence::kFilter, known.rows);
  }
  void Read(const ProjectSpec& spec, const Node& node, Known& known) {
    for (const auto& e : spec.exprs) AddValue(*e, Input(node), {}, known.columns.emplace_back());
  }
  void Read(const WatermarkSpec&, const Node& node, Known& known) { PassOn(node, known); }
  void Read(const WindowSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    DecideBy({spec.time_column}, node, Influence::kWindow, known.rows);
    DecideBy(spec.partition, node, Influence::kWindow, known.rows);
    while (known.columns.size() < node.columns.size()) known.columns.push_back(Made(Column(node, spec.time_column), Influence::kTransformation));
  }
  void ReadGroups(const std::vector<int>& keys, const std::vector<AggregateCall>& calls, const Node& node, Known& known) {
    for (int key : keys) known.columns.push_back(Column(node, key));
    for (const auto& call : calls) known.columns.push_back(OfCall(call, Input(node)));
    DecideBy(keys, node, Influence::kGroupBy, known.rows);
  }
  void Read(const AggregateSpec& spec, const Node& node, Known& known) { ReadGroups(spec.keys, spec.calls, node, known); }
  void Read(const WindowAggregateSpec& spec, const Node& node, Known& known) { ReadGroups(spec.keys, spec.calls, node, known); }
  template <typename Spec>
  void ReadOutputs(const Spec& spec, const Node& node, Known& known) {
    for (auto [output, i] : spec.outputs) {
      if (output == SliceAggregateSpec::Output::kKey) known.columns.push_back(Column(node, spec.keys[static_cast<size_t>(i)]));
      else if (output == SliceAggregateSpec::Output::kCall) known.columns.push_back(OfCall(spec.calls[static_cast<size_t>(i)], Input(node)));
      else known.columns.push_back(Made(Column(node, spec.time_column), Influence::kTransformation));
    }
    DecideBy(spec.keys, node, Influence::kGroupBy, known.rows);
    DecideBy({spec.time_column}, node, Influence::kWindow, known.rows);
  }
  void Read(const SliceAggregateSpec& spec, const Node& node, Known& known) { ReadOutputs(spec, node, known); }
  void Read(const SessionAggregateSpec& spec, const Node& node, Known& known) {
    if (!spec.keeps_rows) return ReadOutputs(spec, node, known);
    PassOn(node, known);
    while (known.columns.size() < node.columns.size()) known.columns.push_back(Made(Column(node, spec.time_column), Influence::kTransformation));
  }
  void Read(const UnnestSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    while (known.columns.size() < node.columns.size()) known.columns.push_back(Made(Column(node, spec.list), Influence::kTransformation));
  }
  void Read(const ExpandSpec&, const Node& node, Known& known) { PassOn(node, known); }
  void Read(const UnionSpec&, const Node& node, Known& known) {
    known.columns.resize(node.columns.size());
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      for (size_t c = 0; c < known.columns.size(); ++c) Merge(Input(node, i)[c], known.columns[c]);
    }
  }
  void Read(const ReplicateSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    Decide(Column(node, spec.times), Influence::kFilter, known.rows);
  }
  void Read(const CurrentWatermarkSpec&, const Node& node, Known& known) { PassOn(node, known); }
  void Read(const ToChangelogSpec&, const Node& node, Known& known) {
    PassOn(node, known);
    known.columns.emplace(known.columns.begin());
  }
  void Read(const FromChangelogSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    known.columns.erase(known.columns.begin() + spec.op);
    Decide(Column(node, spec.op), Influence::kFilter, known.rows);
  }
  void Read(const OverSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    for (const auto& call : spec.calls) {
      Influences& made = known.columns.emplace_back(OfCall(call, Input(node)));
      DecideBy(spec.partition, node, Influence::kWindow, made);
      DecideByOrder(spec.order, node, Influence::kWindow, made);
    }
    if (spec.calls.empty()) DecideByOrder(spec.order, node, Influence::kSort, known.rows);
  }
  void Read(const RankSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    DecideBy(spec.partition, node, Influence::kWindow, known.rows);
    DecideByOrder(spec.order, node, Influence::kSort, known.rows);
  }
  void Read(const StandingSpec&, const Node& node, Known& known) { PassOn(node, known); }
  void Read(const JoinSpec& spec, const Node& node, Known& known) {
    std::vector<Influences> both = Input(node, 0);
    both.insert(both.end(), Input(node, 1).begin(), Input(node, 1).end());
    if (spec.condition) Decide(*spec.condition, both, Influence::kJoin, known.rows);
    size_t left = Input(node, 0).size();
    for (int key : spec.left_keys) Decide(both[static_cast<size_t>(key)], Influence::kJoin, known.rows);
    for (int key : spec.right_keys) Decide(both[left + static_cast<size_t>(key)], Influence::kJoin, known.rows);
    if (spec.left_time >= 0) Decide(both[static_cast<size_t>(spec.left_time)], Influence::kJoin, known.rows);
    if (spec.right_time >= 0) Decide(both[left + static_cast<size_t>(spec.right_time)], Influence::kJoin, known.rows);
    known.columns = std::move(both);
  }
  Influences OfFormula(const MatchSpec::Formula& formula, const Node& node) const {
    std::vector<Influences> references;
    for (const auto& reference : formula.references) {
      Influences& value = references.emplace_back();
      if (!reference.value) continue;
      Influences before;
      AddValue(*reference.value, Input(node), {}, before);
      if (reference.call.function.empty()) value = std::move(before);
      else Carry(before, {Influence::kAggregation, reference.call.function == "COUNT", ""}, value);
    }
    Influences out;
    if (formula.value) AddValue(*formula.value, references, {}, out);
    return out;
  }
  void Read(const MatchSpec& spec, const Node& node, Known& known) {
    for (int column : spec.partition) known.columns.push_back(Column(node, column));
    for (const auto& measure : spec.measures) known.columns.push_back(OfFormula(measure, node));
    for (const auto& condition : spec.conditions) Decide(OfFormula(condition, node), Influence::kFilter, known.rows);
    DecideBy(spec.partition, node, Influence::kWindow, known.rows);
    DecideBy({spec.time_column}, node, Influence::kSort, known.rows);
  }
  void Read(const PredictSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    Influences made;
    for (int arg : spec.args) Carry(Column(node, arg), {Influence::kTransformation, false, "ML_PREDICT with model " + spec.model}, made);
    known.columns.resize(node.columns.size(), made);
  }
  void Read(const PythonSpec& spec, const Node& node, Known& known) {
    PassOn(node, known);
    for (const auto& call : spec.calls) {
      Influences& made = known.columns.emplace_back();
      for (int arg : call.args) Carry(Column(node, arg), CalledBy(*call.function), made);
    }
  }
  void Read(const ExchangeSpec&, const Node& node, Known& known) { PassOn(node, known); }
  void Read(const SinkSpec&, const Node& node, Known& known) { PassOn(node, known); }

  const std::string& house_;
  std::map<const Node*, Known> known_;
  std::set<Dataset> inputs_;
};

// {"namespace":…,"name":…
void OpenDataset(std::string& out, const Dataset& dataset) {
  out += "{\"namespace\":";
  AppendJsonString(out, dataset.name_space);
  out += ",\"name\":";
  AppendJsonString(out, dataset.name);
}

void AppendFields(std::string& out, const Influences& influences) {
  static constexpr std::string_view kSubtypes[] = {"IDENTITY", "TRANSFORMATION", "AGGREGATION", "CONDITIONAL", "FILTER", "GROUP_BY", "JOIN", "SORT", "WINDOW"};
  out += '[';
  for (const auto& [field, transformations] : influences) {
    if (out.back() != '[') out += ',';
    OpenDataset(out, field.dataset);
    out += ",\"field\":";
    AppendJsonString(out, field.name);
    out += ",\"transformations\":[";
    for (const auto& one : transformations) {
      if (out.back() != '[') out += ',';
      out += StrCat("{\"type\":\"", IsDirect(one.influence) ? "DIRECT" : "INDIRECT", "\",\"subtype\":\"", kSubtypes[static_cast<size_t>(one.influence)], "\",\"description\":");
      AppendJsonString(out, one.description);
      out += StrCat(",\"masking\":", one.masking, "}");
    }
    out += "]}";
  }
  out += ']';
}

}  // namespace

Lineage LineageOf(const Node& sink, const std::string& house) {
  Reader reader(house);
  const Known& known = reader.Of(sink);
  const auto& spec = std::get<SinkSpec>(sink.spec);
  Lineage out;
  out.output = spec.table == nullptr ? Dataset{house, spec.name} : DatasetsOf(*spec.table, house).front();
  out.inputs = reader.inputs();
  for (size_t i = 0; i < sink.columns.size(); ++i) out.columns.emplace_back(sink.columns[i].name, known.columns[i]);
  out.rows = known.rows;
  return out;
}

std::string ColumnLineageFacet(const Lineage& lineage, std::string_view producer) {
  std::string out = "{\"_producer\":";
  AppendJsonString(out, producer);
  out += ",\"_schemaURL\":\"https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet\",\"fields\":{";
  for (const auto& [name, influences] : lineage.columns) {
    if (out.back() != '{') out += ',';
    AppendJsonString(out, name);
    out += ":{\"inputFields\":";
    AppendFields(out, influences);
    out += '}';
  }
  out += "},\"dataset\":";
  AppendFields(out, lineage.rows);
  return out + "}";
}

}  // namespace freshet::stream
