#include <algorithm>

#include "engines/stream/plan/rewrites.h"
#include "engines/stream/plan/unique_keys.h"

// Rows of a query that updates may meet in the PRIMARY KEY of the table that they are written to: two groups of SELECT MAX(a), b … GROUP BY b, where the key is
// MAX(a). When one of them leaves, the other is what the table must say, and only who has kept it can (the sink's upsert materializer of Flink, FLIP-558).

namespace freshet::stream {
namespace {

bool HasWatermark(const Node& node) {
  if (std::holds_alternative<WatermarkSpec>(node.spec)) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [](const NodePtr& input) { return HasWatermark(*input); });
}

// The plan proves that rows with one key are one row: what changes in it is told of the same key.
bool AreToldApart(const SinkSpec& sink, const Node& input) {
  UniqueKey primary(sink.primary_key.begin(), sink.primary_key.end());
  auto keys = UniqueKeys(input);
  return std::any_of(keys.begin(), keys.end(), [&](const UniqueKey& key) { return std::includes(primary.begin(), primary.end(), key.begin(), key.end()); });
}

bool IsJudged(const Node& input) {
  const auto* rank = std::get_if<RankSpec>(&input.spec);
  return rank != nullptr && rank->conflict != Conflict::kNone;
}

}  // namespace

Result<NodePtr> WithConflicts(const Node& node, const SinkSpec& sink, const Node& input) {
  const NodePtr as_it_is;
  if (sink.conflict == Conflict::kNone || IsJudged(input)) return as_it_is;
  if (sink.conflicts_doubted && AreToldApart(sink, input)) return as_it_is;
  bool overwrites = sink.conflict == Conflict::kNewest && !input.changelog.updates;  // row by row, which needs no state
  if (overwrites && sink.conflicts_doubted) return as_it_is;
  if (sink.conflict == Conflict::kUnsaid) return Fault::Invalid("table ", sink.name, ": rows of the query may meet in its PRIMARY KEY, and 'table.exec.sink.require-on-conflict' is true; say ON CONFLICT DO DEDUPLICATE (the newest that is there), DO NOTHING (the oldest) or DO ERROR");
  RankSpec rank;
  rank.partition = sink.primary_key;
  rank.with_rank = false;
  rank.conflict = sink.conflict;
  rank.by_watermark = sink.conflict == Conflict::kFault && HasWatermark(input);
  rank.relation = sink.name;
  NodePtr below = node.inputs[0];
  std::vector<PlanColumn> columns = below->columns;
  return NodePtr(MakeNode(node.spec, {MakeNode(std::move(rank), {below}, std::move(columns))}, node.columns));
}

}  // namespace freshet::stream
