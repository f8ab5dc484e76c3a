#include "engines/stream/plan/explain.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "engines/stream/plan/exchanges.h"
#include "engines/stream/plan/state_ttl.h"

namespace freshet::stream {
namespace {

void Collect(const NodePtr& node, std::map<std::string, int>& ids, std::vector<NodePtr>& nodes) {
  for (const auto& input : node->inputs) Collect(input, ids, nodes);
  if (std::holds_alternative<ExchangeSpec>(node->spec)) return;
  bool added = ids.try_emplace(WorkText(*node), static_cast<int>(nodes.size()) + 1).second;
  if (added) nodes.push_back(node);
}

// Each operator once, inputs before who reads them; ids by what they do.
std::vector<NodePtr> Operators(const std::vector<NodePtr>& plans, std::map<std::string, int>& ids) {
  std::vector<NodePtr> nodes;
  for (const auto& plan : plans) Collect(plan, ids, nodes);
  return nodes;
}

std::string_view ShipStrategy(const Node& input) {
  const auto* exchange = std::get_if<ExchangeSpec>(&input.spec);
  if (exchange == nullptr) return "FORWARD";
  return exchange->to == Place::kShards ? "HASH" : "GLOBAL";
}

std::string NameOf(const std::string& text) { return text.substr(0, text.find('(')); }

}  // namespace

std::string Advice(const std::vector<NodePtr>& plans) {
  std::map<std::string, int> ids;
  std::string out;
  int number = 0;
  auto advise = [&out, &number](const Node& node, std::string_view what) { out += StrCat("advice[", ++number, "]: ", NodeText(node).substr(0, 200), " ", what, "\n"); };
  for (const auto& node : Operators(plans, ids)) {
    const auto* join = std::get_if<JoinSpec>(&node->spec);
    bool all_pairs = join != nullptr && join->expiry == JoinSpec::Expiry::kNever && join->left_keys.empty();
    if (all_pairs) advise(*node, "compares every row with every other, on one shard: say an equality in ON");
    if (std::holds_alternative<StandingSpec>(node->spec)) advise(*node, "keeps every row of a key, and what is below runs on one shard: the plan does not prove that the query's rows are told apart by the PRIMARY KEY");
    std::vector<int64_t> ttls = StateTtlsOf(*node);
    bool for_ever = std::find(ttls.begin(), ttls.end(), 0) != ttls.end();
    if (for_ever) advise(*node, "keeps its state for ever: SET 'table.exec.state.ttl', or say STATE_TTL, where keys stop coming");
  }
  return out.empty() ? "no advice\n" : out;
}

std::string ExecutionPlanJson(const std::vector<NodePtr>& plans, int shards) {
  std::map<std::string, int> ids;
  std::string out = "{\"nodes\":[";
  int id = 0;
  for (const auto& node : Operators(plans, ids)) {
    std::string text = NodeText(*node);
    std::string_view pact = node->inputs.empty() ? "Data Source" : std::holds_alternative<SinkSpec>(node->spec) ? "Data Sink" : "Operator";
    out += StrCat(id == 0 ? "" : ",", "{\"id\":", id + 1, ",\"type\":");
    ++id;
    AppendJsonString(out, NameOf(text));
    out += StrCat(",\"pact\":\"", pact, "\",\"contents\":");
    AppendJsonString(out, text);
    out += StrCat(",\"parallelism\":", PlaceOf(*node) == Place::kShards ? shards : 1);
    std::string predecessors;
    for (const auto& input : node->inputs) {
      const Node& from = std::holds_alternative<ExchangeSpec>(input->spec) ? *input->inputs[0] : *input;
      predecessors += StrCat(predecessors.empty() ? "" : ",", "{\"id\":", ids[WorkText(from)], ",\"ship_strategy\":\"", ShipStrategy(*input), "\"}");
    }
    out += predecessors.empty() ? "}" : StrCat(",\"predecessors\":[", predecessors, "]}");
  }
  return out + "]}\n";
}

}  // namespace freshet::stream
