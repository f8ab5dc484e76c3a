#include "engines/stream/plan/state_ttl.h"

#include "engines/stream/plan/rewrites.h"

namespace freshet::stream {
namespace {

struct TtlsOf {
  std::vector<int64_t> operator()(const AggregateSpec& s) const { return {s.ttl_ms}; }
  std::vector<int64_t> operator()(const OverSpec& s) const { return {s.ttl_ms}; }
  std::vector<int64_t> operator()(const StandingSpec& s) const { return {s.ttl_ms}; }
  std::vector<int64_t> operator()(const RankSpec& s) const {
    if (s.kind == RankKind::kWindow) return {};
    return {s.ttl_ms};
  }
  std::vector<int64_t> operator()(const JoinSpec& s) const {
    if (s.expiry != JoinSpec::Expiry::kNever) return {};
    return {s.left_ttl_ms, s.right_ttl_ms};
  }
  template <typename Other>
  std::vector<int64_t> operator()(const Other&) const { return {}; }
};

}  // namespace

std::vector<int64_t> StateTtlsOf(const Node& node) { return std::visit(TtlsOf(), static_cast<const AnySpec&>(node.spec)); }

NodePtr WithStateTtl(const NodePtr& root, int64_t ttl_ms) {
  std::vector<NodePtr> inputs;
  for (const auto& input : root->inputs) inputs.push_back(WithStateTtl(input, ttl_ms));
  auto node = WithInputs(*root, std::move(inputs));
  auto say = [ttl_ms](int64_t& own) { own = own == kTtlUnsaid ? ttl_ms : own; };
  if (auto* aggregate = std::get_if<AggregateSpec>(&node->spec)) say(aggregate->ttl_ms);
  if (auto* over = std::get_if<OverSpec>(&node->spec)) say(over->ttl_ms);
  if (auto* rank = std::get_if<RankSpec>(&node->spec)) say(rank->ttl_ms);
  if (auto* standing = std::get_if<StandingSpec>(&node->spec)) say(standing->ttl_ms);
  if (auto* join = std::get_if<JoinSpec>(&node->spec)) {
    say(join->left_ttl_ms);
    say(join->right_ttl_ms);
  }
  return node;
}

}  // namespace freshet::stream
