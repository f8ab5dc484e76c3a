#include <algorithm>
#include <map>

#include "engines/stream/plan/rewrites.h"
#include "engines/stream/plan/state_ttl.h"

// Nodes of equal text are built once. What hints say is no part of the text, so that a hint can change and the state goes on: where two statements say different
// things of the same work, the second one's nodes are marked, and all that is above them is work of its own.

namespace freshet::stream {
namespace {

// What a node is told beside its text; empty: nothing.
std::string HintsOf(const Node& node) {
  std::string out;
  for (int64_t ttl_ms : StateTtlsOf(node)) out += StrCat(out.empty() ? "ttl=" : ", ", ttl_ms, " ms");
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  bool asks = join != nullptr && join->expiry == JoinSpec::Expiry::kLookup;
  return asks ? StrCat("retries=", join->lookup_retries, ", delay=", join->lookup_delay_ms, " ms") : out;
}

class Marks {
 public:
  NodePtr Mark(const NodePtr& node) {
    std::vector<NodePtr> inputs;
    for (const auto& input : node->inputs) inputs.push_back(Mark(input));
    auto marked = MakeNode(node->spec, std::move(inputs), node->columns);
    marked->changelog = node->changelog;
    std::string hints = HintsOf(*node);
    if (hints.empty()) return marked;
    std::vector<std::string>& said = said_[Signature(*marked)];
    if (std::find(said.begin(), said.end(), hints) == said.end()) said.push_back(hints);
    if (said.front() != hints) marked->apart = std::move(hints);
    return marked;
  }

 private:
  std::map<std::string, std::vector<std::string>> said_;  // by a node's text, in the order of statements
};

}  // namespace

void TellApart(std::vector<NodePtr>& plans) {
  Marks marks;
  for (auto& plan : plans) plan = marks.Mark(plan);
}

}  // namespace freshet::stream
