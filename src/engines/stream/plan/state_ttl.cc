#include "engines/stream/plan/state_ttl.h"

#include "engines/stream/plan/rewrites.h"

namespace freshet::stream {
namespace {

// Every lifetime that a spec says, however its state ends: what is called ttl_ms, of whatever node.
template <typename S>
auto LifetimesIn(S& spec) {
  using Lifetime = std::conditional_t<std::is_const_v<S>, const int64_t, int64_t>;
  std::vector<Lifetime*> all;
  if constexpr (requires { spec.ttl_ms; }) all = {&spec.ttl_ms};
  if constexpr (requires { spec.left_ttl_ms; }) all = {&spec.left_ttl_ms, &spec.right_ttl_ms};
  return all;
}

// Whether what it keeps goes by a watermark or a window, and no clock is asked.
bool GoesByItself(const Spec& spec) {
  const auto* rank = std::get_if<RankSpec>(&spec);
  const auto* join = std::get_if<JoinSpec>(&spec);
  return (rank != nullptr && rank->kind == RankKind::kWindow) || (join != nullptr && join->expiry != JoinSpec::Expiry::kNever);
}

}  // namespace

std::vector<int64_t> StateTtlsOf(const Node& node) {
  std::vector<int64_t> ttls;
  if (GoesByItself(node.spec)) return ttls;
  std::visit([&ttls](const auto& spec) { for (const int64_t* own : LifetimesIn(spec)) ttls.push_back(*own); }, static_cast<const AnySpec&>(node.spec));
  return ttls;
}

NodePtr WithStateTtl(const NodePtr& root, int64_t ttl_ms) {
  std::vector<NodePtr> inputs;
  for (const auto& input : root->inputs) inputs.push_back(WithStateTtl(input, ttl_ms));
  auto node = WithInputs(*root, std::move(inputs));
  std::visit([ttl_ms](auto& spec) { for (int64_t* own : LifetimesIn(spec)) *own = *own == kTtlUnsaid ? ttl_ms : *own; }, static_cast<AnySpec&>(node->spec));
  return node;
}

}  // namespace freshet::stream
