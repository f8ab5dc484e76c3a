#include <algorithm>
#include <map>

#include "engines/stream/plan/rewrites.h"

// Nodes of equal text are built once. What hints say is no part of the text, so that a hint can change and the state goes on: where two statements say different
// things of the same work, the second one's nodes are marked, and all that is above them is work of its own.

namespace freshet::stream {
namespace {

// What a node is told beside its text; empty: nothing.
struct HintsOf {
  std::string operator()(const AggregateSpec& s) const { return Ttl(s.ttl_ms); }
  std::string operator()(const OverSpec& s) const { return s.kind == OverKind::kUpdating ? Ttl(s.ttl_ms) : ""; }
  std::string operator()(const RankSpec& s) const { return s.kind == RankKind::kWindow ? "" : Ttl(s.ttl_ms); }
  std::string operator()(const StandingSpec& s) const { return Ttl(s.ttl_ms); }
  std::string operator()(const JoinSpec& s) const {
    if (s.expiry == JoinSpec::Expiry::kNever) return StrCat("ttl=[", s.left_ttl_ms, " ms, ", s.right_ttl_ms, " ms]");
    return s.expiry == JoinSpec::Expiry::kLookup ? StrCat("retries=", s.lookup_retries, ", delay=", s.lookup_delay_ms, " ms") : "";
  }
  template <typename Other>
  std::string operator()(const Other&) const { return ""; }

 private:
  static std::string Ttl(int64_t ms) { return StrCat("ttl=", ms, " ms"); }
};

class Marks {
 public:
  NodePtr Mark(const NodePtr& node) {
    std::vector<NodePtr> inputs;
    for (const auto& input : node->inputs) inputs.push_back(Mark(input));
    auto marked = MakeNode(node->spec, std::move(inputs), node->columns);
    marked->changelog = node->changelog;
    std::string hints = std::visit(HintsOf(), static_cast<const AnySpec&>(node->spec));
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
