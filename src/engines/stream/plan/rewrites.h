#pragma once

#include <span>
#include <string_view>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// One pass over the plan: same rows out, less work. The list in rewrites.cc is applied in order.
struct Rewrite {
  std::string_view name;
  Result<NodePtr> (*run)(const NodePtr& root, const expr::Session& session);
};
std::span<const Rewrite> Rewrites();

// All passes, then changelog inference.
Result<NodePtr> Optimize(const NodePtr& root, const expr::Session& session);

// Says to what has no hint of its own how long its state lives.
NodePtr WithStateTtl(const NodePtr& root, int64_t ttl_ms);

// Marks what must not be built once: nodes of equal text whose types, lifetimes or attempts are not those of the first one (Node::apart). `plans` are those of one file; what they
// were marked with before is forgotten.
void TellApart(std::vector<NodePtr>& plans);

// The plan, where it is needed with an operator in front of its sink that says which of several rows with one PRIMARY KEY stands. `input`: of the sink, with its changelog.
Result<NodePtr> JudgeConflicts(const NodePtr& root, const Node& input);

// Whether its rows stand by its PRIMARY KEY, if it has one: a change of a key is all that is told of it.
bool TakesUpserts(const Table& table);

// Fills in Node::changelog from the sinks down; refuses plans whose sink cannot take updates.
Result<NodePtr> InferChangelog(const NodePtr& root);

// The passes, one a file where they are long.
Result<NodePtr> PutCallsBeside(const NodePtr& root, const expr::Session& session);
Result<NodePtr> FoldConstants(const NodePtr& root, const expr::Session& session);
Result<NodePtr> FoldEmptyGroups(const NodePtr& root, const expr::Session& session);
Result<NodePtr> MergeProjects(const NodePtr& root, const expr::Session& session);
Result<NodePtr> PushFilters(const NodePtr& root, const expr::Session& session);
Result<NodePtr> PlanRanks(const NodePtr& root, const expr::Session& session);
Result<NodePtr> PlanJoins(const NodePtr& root, const expr::Session& session);
Result<NodePtr> UseSlices(const NodePtr& root, const expr::Session& session);
Result<NodePtr> KeepSessionRows(const NodePtr& root, const expr::Session& session);
Result<NodePtr> DropIdentities(const NodePtr& root, const expr::Session& session);
Result<NodePtr> PruneColumns(const NodePtr& root, const expr::Session& session);

}  // namespace freshet::stream
