#include <algorithm>
#include <map>

#include "engines/stream/plan/rewrites.h"
#include "engines/stream/plan/state_ttl.h"

// Nodes of equal text are built once. What hints say is no part of the text, so that a hint can change and the state goes on, and neither are the types of what is computed. Where two
// statements mean different work by one text, the second one's nodes are marked, and all that is above them is work of its own.

namespace freshet::stream {
namespace {

// What else a node's work is, beside its text.
std::string UntoldOf(const Node& node) {
  std::string out;
  for (const auto& column : node.columns) out += StrCat(column.type, " ");
  for (int64_t ttl_ms : StateTtlsOf(node)) out += StrCat("ttl ", ttl_ms, " ");
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  bool asks = join != nullptr && join->expiry == JoinSpec::Expiry::kLookup;
  return asks ? StrCat(out, "retries ", join->lookup.retries, " after ", join->lookup.delay_ms, " within ", join->lookup.timeout_ms) : out;
}

class Marks {
 public:
  NodePtr Mark(const NodePtr& node) {
    std::vector<NodePtr> inputs;
    for (const auto& input : node->inputs) inputs.push_back(Mark(input));
    auto marked = WithInputs(*node, std::move(inputs));
    marked->apart.clear();
    std::vector<std::string>& said = said_[Signature(*marked)];
    std::string untold = UntoldOf(*node);
    auto place = static_cast<size_t>(std::find(said.begin(), said.end(), untold) - said.begin());
    if (place == said.size()) said.push_back(std::move(untold));
    if (place > 0) marked->apart = StrCat(place + 1);
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
