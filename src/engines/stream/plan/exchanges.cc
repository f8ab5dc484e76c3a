#include "engines/stream/plan/exchanges.h"

#include <algorithm>

namespace freshet::stream {
namespace {

using Columns = std::vector<int>;

// A node in its place. On all shards each row is on the shard of every list of columns in `by`.
struct Placed {
  NodePtr node;
  std::vector<Columns> by;
};

Placed Put(const NodePtr& node);

NodePtr Over(const NodePtr& node, std::vector<NodePtr> inputs) { return inputs == node->inputs ? node : WithInputs(*node, std::move(inputs)); }

NodePtr Exchanged(const NodePtr& node, Place to, Columns keys) {
  auto out = MakeNode(ExchangeSpec{PlaceOf(*node), to, std::move(keys)}, {node}, node->columns);
  out->changelog = node->changelog;
  return out;
}

NodePtr AtOneShard(const NodePtr& placed) {
  return PlaceOf(*placed) == Place::kOneShard ? placed : Exchanged(placed, Place::kOneShard, {});
}

// A union's inputs are exchanged in front of it, so that each still says by itself how far its time has come.
NodePtr ByKeys(const NodePtr& node, const Columns& keys) {
  if (keys.empty()) return AtOneShard(Put(node).node);
  if (std::holds_alternative<UnionSpec>(node->spec)) {
    std::vector<NodePtr> inputs;
    for (const auto& input : node->inputs) inputs.push_back(ByKeys(input, keys));
    return Over(node, std::move(inputs));
  }
  Placed placed = Put(node);
  bool there = std::find(placed.by.begin(), placed.by.end(), keys) != placed.by.end();
  return there ? placed.node : Exchanged(placed.node, Place::kShards, keys);
}

NodePtr AtJob(const NodePtr& node) {
  NodePtr placed = Put(node).node;
  if (PlaceOf(*placed) == Place::kJob) return placed;
  if (!std::holds_alternative<UnionSpec>(node->spec)) return Exchanged(placed, Place::kJob, {});
  std::vector<NodePtr> inputs;
  for (const auto& input : node->inputs) inputs.push_back(AtJob(input));
  return Over(node, std::move(inputs));
}

// A keyed operator over its only input; `out`: where the keys stand in its output, absent when not all are there.
Placed Keyed(const NodePtr& node, const Columns& keys, std::optional<Columns> out) {
  Placed placed{Over(node, {ByKeys(node->inputs[0], keys)}), {}};
  if (out && !keys.empty()) placed.by.push_back(std::move(*out));
  return placed;
}

Columns FirstColumns(size_t count) {
  Columns out;
  for (size_t c = 0; c < count; ++c) out.push_back(static_cast<int>(c));
  return out;
}

// Keys among the output columns of a window aggregate.
std::optional<Columns> KeyPlaces(const std::vector<std::pair<SliceAggregateSpec::Output, int>>& outputs, size_t keys) {
  Columns places(keys, -1);
  for (size_t c = 0; c < outputs.size(); ++c) {
    if (outputs[c].first == SliceAggregateSpec::Output::kKey) places[static_cast<size_t>(outputs[c].second)] = static_cast<int>(c);
  }
  bool all = std::find(places.begin(), places.end(), -1) == places.end();
  return all ? std::optional(places) : std::nullopt;
}

Placed PutProject(const NodePtr& node, const ProjectSpec& project) {
  Placed input = Put(node->inputs[0]);
  std::vector<Columns> by;
  for (const auto& columns : input.by) {
    Columns out;
    for (int column : columns) {
      auto kept = std::find_if(project.exprs.begin(), project.exprs.end(), [&](const auto& e) { return e->op == expr::Op::kInput && e->index == column; });
      if (kept != project.exprs.end()) out.push_back(static_cast<int>(kept - project.exprs.begin()));
    }
    if (out.size() == columns.size()) by.push_back(std::move(out));
  }
  return {Over(node, {input.node}), std::move(by)};
}

// A lookup join stays where its rows are; its table is asked. Others bring both sides together by key; a side that can be
// filled up with NULLs no longer says where a row is.
Placed PutJoin(const NodePtr& node, const JoinSpec& join) {
  if (join.expiry == JoinSpec::Expiry::kLookup) {
    Placed left = Put(node->inputs[0]);
    return {Over(node, {left.node, node->inputs[1]}), left.by};
  }
  Placed out{Over(node, {ByKeys(node->inputs[0], join.left_keys), ByKeys(node->inputs[1], join.right_keys)}), {}};
  if (join.left_keys.empty()) return out;
  if (join.kind != JoinKind::kRight && join.kind != JoinKind::kFull) out.by.push_back(join.left_keys);
  if (join.kind != JoinKind::kRight && join.kind != JoinKind::kInner) return out;
  Columns right = join.right_keys;
  for (int& column : right) column += static_cast<int>(node->inputs[0]->columns.size());
  out.by.push_back(std::move(right));
  return out;
}

// What no key brings together stays where its inputs are, if that is one place; else all goes to one shard.
Placed PutUnion(const NodePtr& node) {
  std::vector<NodePtr> inputs;
  std::vector<Columns> by;
  for (const auto& input : node->inputs) {
    Placed placed = Put(input);
    auto elsewhere = [&](const Columns& keys) { return std::find(placed.by.begin(), placed.by.end(), keys) == placed.by.end(); };
    if (inputs.empty()) by = placed.by;
    else by.erase(std::remove_if(by.begin(), by.end(), elsewhere), by.end());
    inputs.push_back(std::move(placed.node));
  }
  bool together = std::all_of(inputs.begin(), inputs.end(), [&](const auto& input) { return PlaceOf(*input) == PlaceOf(*inputs[0]); });
  if (together) return {Over(node, std::move(inputs)), std::move(by)};
  for (auto& input : inputs) input = AtOneShard(input);
  return {Over(node, std::move(inputs)), {}};
}

// A watermark is made of all rows in their order, so it is made in one place.
Placed PutWatermark(const NodePtr& node) {
  NodePtr input = Put(node->inputs[0]).node;
  if (PlaceOf(*input) == Place::kShards) input = AtOneShard(input);
  return {Over(node, {input}), {}};
}

Placed Stay(const NodePtr& node) {
  Placed input = Put(node->inputs[0]);
  return {Over(node, {input.node}), std::move(input.by)};
}

int LevelsBelow(const Node& node) {
  if (std::holds_alternative<ExchangeSpec>(node.spec)) return LevelOf(node) + 1;
  int levels = 0;
  for (const auto& input : node.inputs) levels = std::max(levels, LevelsBelow(*input));
  return levels;
}

// A table with a key takes each key's last change, so all changes of a key must come in their order: from one shard, which got its rows straight from the
// job. Where the plan does not promise that it runs in one place, the job's.
Placed PutSink(const NodePtr& node, const SinkSpec& sink) {
  NodePtr input = AtJob(node->inputs[0]);
  if (sink.primary_key.empty() || LevelsBelow(*input) == 0) return {Over(node, {input}), {}};
  auto of_the_key = [&](const Columns& columns) {
    return std::all_of(columns.begin(), columns.end(), [&](int c) { return std::find(sink.primary_key.begin(), sink.primary_key.end(), c) != sink.primary_key.end(); });
  };
  Placed placed = Put(node->inputs[0]);
  bool ordered = LevelsBelow(*placed.node) <= 1 && std::any_of(placed.by.begin(), placed.by.end(), of_the_key);
  return {ordered ? Over(node, {input}) : node, {}};
}

struct PutNode {
  const NodePtr& node;

  Placed operator()(const SourceSpec&) const { return {node, {}}; }
  Placed operator()(const ValuesSpec&) const { return {node, {}}; }
  Placed operator()(const FilterSpec&) const { return Stay(node); }
  Placed operator()(const ProjectSpec& s) const { return PutProject(node, s); }
  Placed operator()(const WatermarkSpec&) const { return PutWatermark(node); }
  Placed operator()(const WindowSpec&) const { return Stay(node); }
  Placed operator()(const AggregateSpec& s) const { return Keyed(node, s.keys, FirstColumns(s.keys.size())); }
  Placed operator()(const WindowAggregateSpec& s) const { return Keyed(node, s.keys, FirstColumns(s.keys.size())); }
  Placed operator()(const SliceAggregateSpec& s) const { return Keyed(node, s.keys, KeyPlaces(s.outputs, s.keys.size())); }
  Placed operator()(const SessionAggregateSpec& s) const { return Keyed(node, s.keys, s.keeps_rows ? std::optional(s.keys) : KeyPlaces(s.outputs, s.keys.size())); }
  Placed operator()(const UnnestSpec&) const { return Stay(node); }
  Placed operator()(const ExpandSpec&) const { return {Stay(node).node, {}}; }  // keys are NULL in some sets
  Placed operator()(const UnionSpec&) const { return PutUnion(node); }
  Placed operator()(const ReplicateSpec&) const { return Stay(node); }
  Placed operator()(const CurrentWatermarkSpec&) const { return Stay(node); }
  Placed operator()(const ToChangelogSpec&) const { return {Stay(node).node, {}}; }  // keys stand elsewhere
  Placed operator()(const FromChangelogSpec&) const { return {Stay(node).node, {}}; }
  Placed operator()(const OverSpec& s) const { return Keyed(node, s.partition, s.partition); }
  Placed operator()(const RankSpec& s) const { return Keyed(node, s.partition, s.partition); }
  Placed operator()(const JoinSpec& s) const { return PutJoin(node, s); }
  Placed operator()(const MatchSpec& s) const { return Keyed(node, s.partition, FirstColumns(s.partition.size())); }
  Placed operator()(const PredictSpec&) const { return Stay(node); }
  Placed operator()(const PythonSpec&) const { return Stay(node); }
  Placed operator()(const ExchangeSpec&) const { return {node, {}}; }
  Placed operator()(const StandingSpec& s) const { return Keyed(node, s.keys, s.keys); }
  Placed operator()(const SinkSpec& s) const { return PutSink(node, s); }
};

Placed Put(const NodePtr& node) { return std::visit(PutNode{node}, node->spec); }

// Some answer is in the order of changes of different keys, which only one place knows.
bool AnswersInOrderOfChanges(const Node& node) {
  return node.changelog.each || std::any_of(node.inputs.begin(), node.inputs.end(), [](const NodePtr& input) { return AnswersInOrderOfChanges(*input); });
}

}  // namespace

NodePtr PlaceExchanges(const NodePtr& plan) { return AnswersInOrderOfChanges(*plan) ? plan : Put(plan).node; }

Place PlaceOf(const Node& node) {
  if (const auto* exchange = std::get_if<ExchangeSpec>(&node.spec)) return exchange->to;
  return node.inputs.empty() ? Place::kJob : PlaceOf(*node.inputs[0]);
}

int LevelOf(const Node& exchange) { return LevelsBelow(*exchange.inputs[0]); }

}  // namespace freshet::stream
