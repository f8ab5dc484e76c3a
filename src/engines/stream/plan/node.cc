#include "engines/stream/plan/node.h"

#include <algorithm>

#include "data/canonical.h"
#include "engines/stream/plan/explain.h"
#include "engines/stream/plan/forecast.h"

namespace freshet::stream {

Spec::Spec() = default;
Spec::Spec(const Spec&) = default;
Spec::Spec(Spec&&) noexcept = default;
Spec& Spec::operator=(const Spec&) = default;
Spec& Spec::operator=(Spec&&) noexcept = default;
Spec::~Spec() = default;

std::shared_ptr<Node> MakeNode(Spec spec, std::vector<NodePtr> inputs, std::vector<PlanColumn> columns) {
  auto node = std::make_shared<Node>();
  node->spec = std::move(spec);
  node->inputs = std::move(inputs);
  node->columns = std::move(columns);
  return node;
}

std::shared_ptr<Node> WithInputs(const Node& node, std::vector<NodePtr> inputs) {
  auto out = std::make_shared<Node>(node);
  out->inputs = std::move(inputs);
  return out;
}

namespace {

std::string Numbers(const std::vector<int>& columns) {
  std::string out;
  for (int c : columns) out += StrCat(out.empty() ? "$" : ", $", c);
  return out;
}

std::string CallText(const AggregateCall& call) {
  std::string out = StrCat(call.function, "(", call.distinct ? "DISTINCT " : "", call.args.empty() ? "*" : Numbers(call.args), ")");
  if (call.filter >= 0) out += StrCat(" FILTER $", call.filter);
  if (!call.option.empty()) out += StrCat(" BY '", call.option, "'");
  if (call.lag > 0) out += StrCat(call.function == "LAG" ? " BACK " : " BY ", call.lag);
  return out;
}

std::string CallsText(const std::vector<AggregateCall>& calls) {
  std::string out;
  for (const auto& call : calls) out += (out.empty() ? "" : ", ") + CallText(call);
  return out;
}

std::string ShapeText(const WindowShape& shape) {
  static constexpr std::string_view kNames[] = {"TUMBLE", "HOP", "CUMULATE", "SESSION"};
  std::string out = StrCat(kNames[static_cast<size_t>(shape.kind)], "(size=", shape.size_ms, " ms");
  if (shape.kind == WindowKind::kHop) out += StrCat(", slide=", shape.slide_ms, " ms");
  if (shape.kind == WindowKind::kCumulate) out += StrCat(", step=", shape.slide_ms, " ms");
  if (shape.offset_ms != 0) out += StrCat(", offset=", shape.offset_ms, " ms");
  return out + ")";
}

std::string OrderText(const std::vector<SortColumn>& order) {
  std::string out;
  for (const auto& by : order) {
    bool usual = by.nulls_first != by.descending;
    out += StrCat(out.empty() ? "$" : ", $", by.column, by.descending ? " DESC" : "", usual ? "" : by.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  }
  return out;
}

std::string FormulaText(const MatchSpec::Formula& formula) {
  if (!formula.value) return "TRUE";
  std::string references;
  for (const auto& r : formula.references) {
    std::string of = r.value ? expr::Describe(*r.value) : "*";
    references += StrCat(references.empty() ? "" : ", ", r.call.function.empty() ? StrCat(r.last ? "LAST" : "FIRST", " ", r.offset) : r.call.function, " of v", r.variable, " ", of);
  }
  return StrCat(expr::Describe(*formula.value), " over [", references, "]");
}

std::string MatchText(const MatchSpec& s) {
  std::string pattern, conditions, measures;
  for (const auto& part : s.pattern) pattern += StrCat(pattern.empty() ? "v" : " v", part.variable, "{", part.least, ",", part.most, "}", part.greedy ? "" : "?");
  for (const auto& condition : s.conditions) conditions += (conditions.empty() ? "" : "; ") + FormulaText(condition);
  for (const auto& measure : s.measures) measures += (measures.empty() ? "" : "; ") + FormulaText(measure);
  static constexpr std::string_view kSkips[] = {"past last row", "to next row", "to first v", "to last v"};
  std::string skip(kSkips[static_cast<size_t>(s.skip)]);
  if (s.skip_variable >= 0) skip += StrCat(s.skip_variable);
  return StrCat("Match(partition=[", Numbers(s.partition), "], time=$", s.time_column, ", pattern=[", pattern, "], within=", s.within_ms, " ms, skip=", skip, ", define=[", conditions, "], measures=[", measures, "])");
}

struct TextOf {
  const Node& node;
  bool types = false;  // of all columns of a source

  std::string operator()(const SourceSpec& s) const {
    std::string columns;
    for (size_t c = 0; c < node.columns.size(); ++c) {
      const PlanColumn& column = node.columns[c];
      columns += (columns.empty() ? "" : ", ") + column.name;
      if (types || column.type.IsNested()) columns += " " + column.type.ToString();
      if (types && !s.metadata_keys[c].empty()) columns += StrCat(" METADATA '", s.metadata_keys[c], "'");
    }
    std::string hints;  // two uses of one table may be read differently
    for (const auto& [key, value] : s.table->hinted) hints += StrCat(hints.empty() ? ", options=['" : ", '", key, "'='", value, "'");
    return StrCat("Source(table=", s.table->name, ", connector=", s.table->connector(), ", columns=[", columns, "]", hints, hints.empty() ? ")" : "])");
  }
  std::string operator()(const ValuesSpec& s) const { return StrCat("Values(rows=", s.rows.length(), ")"); }
  std::string operator()(const FilterSpec& s) const { return StrCat("Filter(", expr::Describe(*s.condition), ")"); }
  std::string operator()(const ProjectSpec& s) const {
    std::string out = "Project(";
    for (size_t i = 0; i < s.exprs.size(); ++i) out += StrCat(i > 0 ? ", " : "", node.columns[i].name, "=", expr::Describe(*s.exprs[i]));
    return out + ")";
  }
  std::string operator()(const WatermarkSpec& s) const { return StrCat("Watermark(rowtime=$", s.rowtime, ", expr=", expr::Describe(*s.expr), s.processing ? ", processing time)" : ")"); }
  std::string operator()(const WindowSpec& s) const { return StrCat("Window(", ShapeText(s.shape), ", time=$", s.time_column, ")"); }
  std::string operator()(const AggregateSpec& s) const { return StrCat("GroupAggregate(keys=[", Numbers(s.keys), "], calls=[", CallsText(s.calls), "])"); }
  std::string operator()(const WindowAggregateSpec& s) const {
    return StrCat("WindowAggregate(keys=[", Numbers(s.keys), "], start=", s.start_key, ", end=", s.end_key, ", calls=[", CallsText(s.calls), "])");
  }
  std::string operator()(const SliceAggregateSpec& s) const {
    std::string outputs;
    static constexpr std::string_view kNames[] = {"key", "start", "end", "time", "call"};
    for (auto [output, i] : s.outputs) outputs += StrCat(outputs.empty() ? "" : " ", kNames[static_cast<size_t>(output)], i);
    return StrCat("SliceWindowAggregate(", ShapeText(s.shape), ", time=$", s.time_column, ", keys=[", Numbers(s.keys), "], calls=[", CallsText(s.calls), "], out=[", outputs, "])");
  }
  std::string operator()(const SessionAggregateSpec& s) const {
    std::string outputs;
    static constexpr std::string_view kNames[] = {"key", "start", "end", "time", "call"};
    for (auto [output, i] : s.outputs) outputs += StrCat(outputs.empty() ? "" : " ", kNames[static_cast<size_t>(output)], i);
    return StrCat("SessionAggregate(gap=", s.gap_ms, " ms, time=$", s.time_column, ", keys=[", Numbers(s.keys), "], calls=[", CallsText(s.calls), s.keeps_rows ? "], rows" : "], out=[", outputs, s.keeps_rows ? ")" : "])");
  }
  std::string operator()(const UnnestSpec& s) const { return StrCat("Unnest($", s.list, s.left ? ", left" : "", s.ordinality ? ", with ordinality)" : ")"); }
  std::string operator()(const ExpandSpec& s) const {
    std::string sets;
    for (const auto& set : s.nulled) sets += StrCat(sets.empty() ? "[" : ", [", Numbers(set), "]");
    return StrCat("Expand(null in each set=", sets, ")");
  }
  std::string operator()(const UnionSpec&) const { return "Union()"; }
  std::string operator()(const ReplicateSpec& s) const { return StrCat("Replicate(times=$", s.times, ")"); }
  std::string operator()(const CurrentWatermarkSpec&) const { return "CurrentWatermark()"; }
  std::string operator()(const ToChangelogSpec& s) const {
    std::string words;
    for (size_t kind = 0; kind < s.words.size(); ++kind) {
      if (s.words[kind]) words += StrCat(words.empty() ? "" : ", ", data::RowKindText(static_cast<data::RowKind>(kind)), "='", *s.words[kind], "'");
    }
    return StrCat("ToChangelog(", words, ")");
  }
  std::string operator()(const FromChangelogSpec& s) const {
    std::string words;
    for (const auto& [word, kind] : s.kinds) words += StrCat(", '", word, "'=", data::RowKindText(kind));
    return StrCat("FromChangelog(op=$", s.op, words, ")");
  }
  std::string operator()(const OverSpec& s) const { return StrCat(s.kind == OverKind::kUpdating ? "UpdatingOver(" : s.kind == OverKind::kArrival ? "ArrivalOver(" : "Over(", OverWindowText(s), ", calls=[", CallsText(s.calls), "])"); }
  std::string operator()(const RankSpec& s) const {
    static constexpr std::string_view kNames[] = {"Rank", "KeepFirst", "KeepLast", "WindowRank"};
    std::string out = StrCat(kNames[static_cast<size_t>(s.kind)], "(partition=[", Numbers(s.partition), "], order=[", OrderText(s.order), "], from=", s.from, ", to=", s.to);
    if (s.end_column >= 0) out += StrCat(", end=$", s.end_column);
    if (!s.only_one.empty()) out += ", only one";
    return out + (s.with_rank ? ", with rank)" : ")");
  }
  std::string operator()(const JoinSpec& s) const {
    static constexpr std::string_view kNames[] = {"inner", "left", "right", "full", "semi", "anti"};
    std::string keys;
    for (size_t i = 0; i < s.left_keys.size(); ++i) keys += StrCat(keys.empty() ? "" : ", ", "$", s.left_keys[i], s.null_equal[i] ? " is " : "=", "$", s.right_keys[i]);
    static constexpr std::string_view kWhat[] = {"Join", "IntervalJoin", "WindowJoin", "TemporalJoin", "LookupJoin"};
    std::string_view what = kWhat[static_cast<size_t>(s.expiry)];
    std::string out = StrCat(what, "(", kNames[static_cast<size_t>(s.kind)], ", keys=[", keys, "]");
    if (s.expiry == JoinSpec::Expiry::kInterval) out += StrCat(", times=[$", s.left_time, " - $", s.right_time, " in ", s.lower_ms, "..", s.upper_ms, " ms]");
    if (s.expiry == JoinSpec::Expiry::kWindow) out += StrCat(", ends=[$", s.left_time, ", $", s.right_time, "]");
    if (s.expiry == JoinSpec::Expiry::kVersion) out += StrCat(", times=[$", s.left_time, ", $", s.right_time, "]");
    return out + (s.condition ? StrCat(", where=", expr::Describe(*s.condition), ")") : ")");
  }
  std::string operator()(const MatchSpec& s) const { return MatchText(s); }
  std::string operator()(const PredictSpec& s) const { return StrCat("Predict(model=", s.model, s.digest.empty() ? "" : ", digest=", s.digest, ", args=[", Numbers(s.args), "], outputs=", s.outputs, ")"); }
  std::string operator()(const PythonSpec& s) const {
    std::string calls;
    for (const auto& call : s.calls) calls += StrCat(calls.empty() ? "" : ", ", expr::RemoteText(*call.function), "(", Numbers(call.args), ")");
    return StrCat("PythonCalls(", calls, ")");
  }
  std::string operator()(const ExchangeSpec& s) const {
    static constexpr std::string_view kNames[] = {"job", "one shard", "shards"};
    std::string out = StrCat("Exchange(to=", kNames[static_cast<size_t>(s.to)]);
    return out + (s.to == Place::kShards ? StrCat(", keys=[", Numbers(s.keys), "])") : ")");
  }
  std::string operator()(const StandingSpec& s) const {
    static constexpr std::string_view kWhich[] = {"", "newest", "oldest", "only"};
    return StrCat("StandingRow(keys=[", Numbers(s.keys), "], ", kWhich[static_cast<size_t>(s.conflict)], ")");
  }
  std::string operator()(const SinkSpec& s) const { return StrCat("Sink(", s.table ? "table=" : "result=", s.name, ")"); }
};

void AppendTree(std::string& out, const Node& node, int depth, ExplainDetails details) {
  out.append(static_cast<size_t>(depth) * 2, ' ');
  out += NodeText(node);
  if (details.changelog) out += StrCat(", changelogMode=[", !node.changelog.updates ? "I" : node.changelog.update_before ? "I,UB,UA,D" : "I,UA,D", "]");
  std::string state = details.cost ? StateForecast(node) : "";
  if (!state.empty()) out += StrCat(", state=[", state, "]");
  out += '\n';
  for (const auto& input : node.inputs) AppendTree(out, *input, depth + 1, details);
}

}  // namespace

std::string OverWindowText(const OverSpec& over) {
  std::string out = StrCat("partition=[", Numbers(over.partition), "], order=[", OrderText(over.order), "], frame=", over.rows ? "ROWS " : "RANGE ");
  return out + (over.bounded ? StrCat(over.preceding, " PRECEDING") : std::string("UNBOUNDED"));
}

std::string NodeText(const Node& node) { return std::visit(TextOf{node}, node.spec); }

namespace {

struct TreeParts {
  bool exchanges = false;
  bool types = true;
  bool marks = true;
};

std::string TreeText(const Node& node, TreeParts parts) {
  if (!parts.exchanges && std::holds_alternative<ExchangeSpec>(node.spec)) return TreeText(*node.inputs[0], parts);
  std::string out = std::visit(TextOf{node, parts.types}, node.spec);
  if (parts.marks && !node.apart.empty()) out += StrCat("{", node.apart, "}");
  if (const auto* values = std::get_if<ValuesSpec>(&node.spec)) {
    for (const auto& column : node.columns) out += StrCat("|", column.type);
    for (int row = 0; row < values->rows.length(); ++row) {
      for (const auto& column : values->rows.columns()) {
        out += '|';
        data::AppendCanonical(out, *column, row);
      }
    }
  }
  for (const auto& input : node.inputs) out += StrCat("<", TreeText(*input, parts), ">");
  return out;
}

}  // namespace

std::string Signature(const Node& node) { return TreeText(node, {}); }
std::string SignatureUnmarked(const Node& node) { return TreeText(node, {.marks = false}); }
std::string SignatureWithoutTypes(const Node& node) { return TreeText(node, {.types = false, .marks = false}); }
std::string WorkText(const Node& node) { return TreeText(node, {.exchanges = true}); }

bool IsApart(const Node& node) {
  return !node.apart.empty() || std::any_of(node.inputs.begin(), node.inputs.end(), [](const NodePtr& input) { return IsApart(*input); });
}

std::string Explain(const Node& node, ExplainDetails details) {
  std::string out;
  AppendTree(out, node, 0, details);
  return out;
}

std::vector<data::Type> TypesOf(const std::vector<PlanColumn>& columns) {
  std::vector<data::Type> types;
  for (const auto& column : columns) types.push_back(column.type);
  return types;
}

}  // namespace freshet::stream
