#include "engines/stream/job/rebuild_plan.h"

#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_request.h"
#include "engines/stream/operators/simple.h"

namespace freshet::stream {
namespace {

struct Statement {
  RebuildPlan::Statement text;
  std::vector<Pipeline::OperatorPart> operators;
  std::set<std::string> keeps;      // signatures of those that hold state
  std::set<std::string> new_reads;  // of sources that the last epoch does not know
  bool rebuilt = false;
};

bool Keeps(const Node& node) { return HoldsState(node) || IsUpsertSource(node); }

bool AnyOf(const std::set<std::string>& some, const std::set<std::string>& others) {
  return std::any_of(some.begin(), some.end(), [&](const auto& one) { return others.contains(one); });
}

Result<Statement> Look(const NodePtr& plan, const Snapshot& last, const SinkChanges& sinks, const expr::Session& session, const Pipeline::Options& options, bool accept_loss) {
  Statement out;
  out.text.plan = plan;
  Results nowhere(ResultMode::kFinal);
  ASSIGN_OR_RETURN(auto pipeline, Pipeline::Build({plan}, session, &nowhere, options));
  out.operators = pipeline->operators();
  bool read_before = false, lacks_state = false;
  for (const auto& op : out.operators) {
    bool known = last.operators.contains(op.signature), source = std::holds_alternative<SourceSpec>(op.node->spec);
    if (source) out.text.sources[op.signature] = op.node;
    if (source && !last.sources.contains(op.signature)) out.new_reads.insert(op.signature);
    read_before = read_before || (source && WasRead(last, op.signature));
    if (!Keeps(*op.node)) continue;
    out.keeps.insert(op.signature);
    lacks_state = lacks_state || !known;
  }
  bool is_of_old = WroteTo(last, *plan) || IsByKey(*std::get<SinkSpec>(plan->spec).table);  // a new table of rows without a key is filled by reading all there is
  out.rebuilt = (lacks_state && read_before && is_of_old) || (!accept_loss && sinks.LacksRows(*plan));
  return out;
}

// Whoever shares with a statement that is rebuilt what is rebuilt.
void Spread(std::vector<Statement>& statements) {
  bool more = true;
  while (more) {
    more = false;
    for (auto& one : statements) {
      for (const auto& other : statements) {
        bool joins = !one.rebuilt && other.rebuilt && (AnyOf(one.keeps, other.keeps) || AnyOf(one.new_reads, other.new_reads));
        one.rebuilt = one.rebuilt || joins;
        more = more || joins;
      }
    }
  }
}

}  // namespace

Result<RebuildPlan> PlanRebuild(const std::vector<NodePtr>& plans, const Snapshot& last, const expr::Session& session, Pipeline::Options options, bool accept_loss) {
  options.shards = 1;
  std::vector<Statement> statements;
  SinkChanges sinks(last, plans, session.zone);
  for (const auto& plan : plans) {
    ASSIGN_OR_RETURN(auto statement, Look(plan, last, sinks, session, options, accept_loss));
    statements.push_back(std::move(statement));
  }
  Spread(statements);
  RebuildPlan out;
  for (const auto& one : statements) {
    if (one.rebuilt) out.statements.push_back(one.text);
    for (const auto& op : one.operators) {
      if (!one.rebuilt) out.kept.insert(op.signature);
      else if (Keeps(*op.node) || std::holds_alternative<SinkSpec>(op.node->spec)) out.built_anew.insert(op.signature);
    }
  }
  Results nowhere(ResultMode::kFinal);
  ASSIGN_OR_RETURN(auto whole, Pipeline::Build(plans, session, &nowhere, options));
  out.operators = whole->operators();
  return out;
}

std::vector<NodePtr> RebuildPlan::plans() const {
  std::vector<NodePtr> out;
  for (const auto& statement : statements) out.push_back(statement.plan);
  return out;
}

WatermarksThen WatermarksOf(const Snapshot& last, std::string_view source) {
  WatermarksThen out;
  std::set<int32_t> active;
  for (const auto& [signature, state] : last.operators) {
    if (!signature.starts_with("Watermark(") || signature.find(TableText(source)) == std::string::npos) continue;
    auto saved = WatermarkAssigner::Read(state);
    if (!saved.ok()) continue;  // who loads it says so
    out.promised = std::max(out.promised, saved->emitted);
    for (const auto& [id, partition] : saved->partitions) (partition.active ? active : out.idle).insert(id);
  }
  for (int32_t id : active) out.idle.erase(id);
  return out;
}

}  // namespace freshet::stream
