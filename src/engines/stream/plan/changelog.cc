#include <algorithm>
#include <span>

#include "data/formats/format.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/rewrites.h"

// Which kinds of change flow on which edge. Upward: what a node can produce. Downward: whether its consumer needs
// the row before an update, and each change in its place.

namespace freshet::stream {
namespace {

bool IsChangelog(const Table& table) {
  for (const char* key : {"format", "value.format"}) {
    auto format = table.options.find(key);
    if (format != table.options.end()) return formats::IsChangelogFormat(format->second);
  }
  return false;
}

bool TakesUpdates(const Table& table) {
  const std::string& connector = table.connector();
  bool by_key = connector == "print" || connector == "blackhole" || connector == "upsert-kafka" || !table.primary_key.empty();
  return by_key && connector != "kafka" && connector != "filesystem";
}

bool Updates(const Node& node, const std::vector<NodePtr>& inputs) {
  if (const auto* source = std::get_if<SourceSpec>(&node.spec)) return source->table->connector() == "upsert-kafka" || IsChangelog(*source->table);
  if (std::holds_alternative<AggregateSpec>(node.spec) || std::holds_alternative<StandingSpec>(node.spec)) return true;
  if (std::holds_alternative<ToChangelogSpec>(node.spec)) return false;
  if (const auto* from = std::get_if<FromChangelogSpec>(&node.spec)) return std::any_of(from->kinds.begin(), from->kinds.end(), [](const auto& one) { return one.second != data::RowKind::kInsert; });
  if (const auto* join = std::get_if<JoinSpec>(&node.spec)) {
    using Expiry = JoinSpec::Expiry;
    if (join->expiry == Expiry::kVersion || join->expiry == Expiry::kLookup) return inputs[0]->changelog.updates;
    if (join->expiry != Expiry::kNever) return false;
    if (join->kind != JoinKind::kInner && join->kind != JoinKind::kSemi) return true;  // rows with NULLs are taken back
  }
  if (const auto* rank = std::get_if<RankSpec>(&node.spec)) return rank->kind == RankKind::kTopN || rank->kind == RankKind::kKeepLast;
  if (const auto* over = std::get_if<OverSpec>(&node.spec); over != nullptr && over->kind == OverKind::kUpdating) return true;
  bool any = false;
  for (const auto& input : inputs) any |= input->changelog.updates;
  // Windows come out once, whatever went in.
  bool window = std::holds_alternative<WindowAggregateSpec>(node.spec) || std::holds_alternative<SliceAggregateSpec>(node.spec) || std::holds_alternative<SessionAggregateSpec>(node.spec);
  return any && !window;
}

// DISTINCT over an append-only input only ever inserts.
bool OnlyInserts(const Node& node, const std::vector<NodePtr>& inputs) {
  const auto* aggregate = std::get_if<AggregateSpec>(&node.spec);
  return aggregate != nullptr && aggregate->calls.empty() && !inputs[0]->changelog.updates;
}

// blackhole and tables with a key take the new row alone; results that fold by multiset, print and all who
// aggregate further need the old one too.
bool SinkNeedsBefore(const SinkSpec& sink) {
  if (sink.table == nullptr) return true;
  const std::string& connector = sink.table->connector();
  if (connector == "blackhole" || connector == "upsert-kafka") return false;
  return true;
}

Status CheckSink(const SinkSpec& sink, const Node& input) {
  if (!input.changelog.updates || sink.table == nullptr) return {};
  const std::string& connector = sink.table->connector();
  if (TakesUpdates(*sink.table) || IsChangelog(*sink.table)) return {};
  return Fault::Invalid("table ", sink.name, " (", connector, ") does not take update and delete changes, which ", NodeText(input).substr(0, 200), " produces; insert into an upsert-kafka table, write debezium-json, or window the aggregate");
}

Status CheckAppendOnly(const Node& node, const std::vector<NodePtr>& inputs) {
  for (const auto& input : inputs) {
    if (!input->changelog.updates) continue;
    return Fault::Invalid(NodeText(node).substr(0, 60), " … takes rows that are never taken back, but ", NodeText(*input).substr(0, 200), " produces updates; put it before what updates");
  }
  return {};
}

std::span<const AggregateCall> CallsOf(const Node& node) {
  if (const auto* group = std::get_if<AggregateSpec>(&node.spec)) return group->calls;
  if (const auto* window = std::get_if<WindowAggregateSpec>(&node.spec)) return window->calls;
  if (const auto* slices = std::get_if<SliceAggregateSpec>(&node.spec)) return slices->calls;
  if (const auto* sessions = std::get_if<SessionAggregateSpec>(&node.spec)) return sessions->calls;
  return {};
}

bool AnswersInOrder(const Node& node) {
  if (std::holds_alternative<StandingSpec>(node.spec)) return true;
  auto calls = CallsOf(node);
  return std::any_of(calls.begin(), calls.end(), [](const AggregateCall& call) { return IsInOrder(call.function); });
}

// What a node's consumers ask of it.
struct Wanted {
  bool before = false;
  bool each = false;
};

Result<NodePtr> Infer(const NodePtr& node, Wanted wanted) {
  bool before_wanted = wanted.before;
  bool before_from_inputs = before_wanted;
  bool aggregates = std::holds_alternative<AggregateSpec>(node->spec) || std::holds_alternative<WindowAggregateSpec>(node->spec) || std::holds_alternative<SliceAggregateSpec>(node->spec) || std::holds_alternative<SessionAggregateSpec>(node->spec);
  // A filter may pass the new row and not the old one: without -U its consumer could not tell.
  const auto* join = std::get_if<JoinSpec>(&node->spec);
  const auto* rank = std::get_if<RankSpec>(&node->spec);
  bool over = std::holds_alternative<OverSpec>(node->spec);
  if (rank != nullptr || over || std::holds_alternative<StandingSpec>(node->spec)) before_from_inputs = true;
  bool replicates = std::holds_alternative<ReplicateSpec>(node->spec);
  if (aggregates || join != nullptr || replicates || std::holds_alternative<FilterSpec>(node->spec)) before_from_inputs = true;
  if (const auto* sink = std::get_if<SinkSpec>(&node->spec)) before_from_inputs = SinkNeedsBefore(*sink);
  const auto* told = std::get_if<ToChangelogSpec>(&node->spec);
  if (told != nullptr) before_from_inputs = told->words[static_cast<size_t>(data::RowKind::kUpdateBefore)].has_value();
  std::vector<NodePtr> inputs;
  for (const auto& input : node->inputs) {
    ASSIGN_OR_RETURN(auto inferred, Infer(input, {before_from_inputs, wanted.each || told != nullptr || AnswersInOrder(*node)}));
    inputs.push_back(std::move(inferred));
  }
  if (rank != nullptr && rank->kind == RankKind::kWindow) RETURN_NOT_OK(CheckAppendOnly(*node, inputs));
  const auto* sessions = std::get_if<SessionAggregateSpec>(&node->spec);
  if (sessions != nullptr && sessions->keeps_rows) RETURN_NOT_OK(CheckAppendOnly(*node, inputs));
  bool predicts = std::holds_alternative<PredictSpec>(node->spec);
  bool corrects_nothing = join != nullptr && (join->expiry == JoinSpec::Expiry::kInterval || join->expiry == JoinSpec::Expiry::kWindow);
  bool matches = std::holds_alternative<MatchSpec>(node->spec) || std::holds_alternative<FromChangelogSpec>(node->spec);
  const auto* python = std::get_if<PythonSpec>(&node->spec);
  bool varies = python != nullptr && std::any_of(python->calls.begin(), python->calls.end(), [](const auto& call) { return !call.function->deterministic; });
  if (corrects_nothing || predicts || matches || varies) RETURN_NOT_OK(CheckAppendOnly(*node, inputs));
  if (const auto* sink = std::get_if<SinkSpec>(&node->spec)) RETURN_NOT_OK(CheckSink(*sink, *inputs[0]));
  auto out = MakeNode(node->spec, std::move(inputs), node->columns);
  if (rank != nullptr && out->inputs[0]->changelog.updates) std::get<RankSpec>(out->spec).kind = RankKind::kTopN;  // the row kept may be taken back
  if (over && out->inputs[0]->changelog.updates) {
    auto& spec = std::get<OverSpec>(out->spec);
    if (spec.calls.empty()) return Fault::Unsupported("ORDER BY over updates, which ", NodeText(*out->inputs[0]).substr(0, 200), " produces, is not supported; add LIMIT");
    spec.kind = OverKind::kUpdating;
  }
  out->changelog.updates = Updates(*out, out->inputs) && !OnlyInserts(*node, out->inputs);
  out->changelog.update_before = out->changelog.updates && before_from_inputs && (before_wanted || (!aggregates && !over && !(rank != nullptr && rank->kind == RankKind::kKeepLast)));
  out->changelog.each = out->changelog.updates && wanted.each;
  return NodePtr(out);
}

}  // namespace

bool TakesUpserts(const Table& table) { return TakesUpdates(table) && !IsChangelog(table); }

Result<NodePtr> InferChangelog(const NodePtr& root) {
  ASSIGN_OR_RETURN(NodePtr inferred, Infer(root, {}));
  if (inferred->inputs.empty()) return inferred;
  ASSIGN_OR_RETURN(NodePtr judged, JudgeConflicts(root, *inferred->inputs[0]));
  return judged == root ? Result<NodePtr>(inferred) : Infer(judged, {});
}

}  // namespace freshet::stream
