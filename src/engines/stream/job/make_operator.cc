#include "base/nearest.h"
#include "engines/stream/job/pipeline.h"
#include "engines/stream/job/table_request.h"
#include "engines/stream/job/upsert_entry.h"
#include "engines/stream/operators/changelog_rows.h"
#include "engines/stream/operators/deduplicate.h"
#include "engines/stream/operators/group_aggregate.h"
#include "engines/stream/operators/join.h"
#include "engines/stream/operators/lookup_join.h"
#include "engines/stream/operators/match.h"
#include "engines/stream/operators/ml_predict.h"
#include "engines/stream/operators/over_aggregate.h"
#include "engines/stream/operators/python_calls.h"
#include "engines/stream/operators/rank.h"
#include "engines/stream/operators/session_aggregate.h"
#include "engines/stream/operators/standing_rows.h"
#include "engines/stream/operators/temporal_join.h"
#include "engines/stream/operators/unnest.h"
#include "engines/stream/operators/updating_over.h"
#include "engines/stream/operators/window_aggregate.h"
#include "engines/stream/operators/window_rank.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/clock.h"

// Which operator does a node's work.

namespace freshet::stream {
namespace {

std::vector<std::string> NamesOf(const Node& node) {
  std::vector<std::string> names;
  for (const auto& column : node.columns) names.push_back(column.name);
  return names;
}

// Places of the primary key among the columns that are read: pruning keeps them for upsert sources.
std::vector<int> KeyColumns(const SourceSpec& source, const std::vector<PlanColumn>& columns) {
  std::vector<int> keys;
  for (const auto& name : source.table->primary_key) {
    for (size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].name == name) keys.push_back(static_cast<int>(c));
    }
  }
  return keys;
}

bool Retracts(const Node& node) { return node.inputs[0]->changelog.updates; }

// "table orders: column placed".
std::string TimeName(const Node& watermark) {
  const Node* leaf = &watermark;
  while (!leaf->inputs.empty()) leaf = leaf->inputs[0].get();
  const auto* source = std::get_if<SourceSpec>(&leaf->spec);
  const std::string& column = watermark.columns[static_cast<size_t>(std::get<WatermarkSpec>(watermark.spec).rowtime)].name;
  return source != nullptr ? StrCat("table ", source->table->name, ": column ", column) : StrCat("column ", column);
}

std::string NearestConnector(const std::string& wanted, const ports::Connectors* connectors) {
  if (connectors == nullptr) return "";
  std::vector<std::string_view> known;
  for (const auto& [name, connector] : *connectors) known.push_back(name);
  return DidYouMean(wanted, known);
}

Result<std::unique_ptr<Operator>> MakeLookup(const Node& node, const expr::Session& session, const Pipeline::Options& options) {
  ports::TableRequest table = SourceRequest(*node.inputs[1]);
  std::string wanted = table.options["connector"];
  auto connector = options.connectors == nullptr ? ports::Connectors::const_iterator() : options.connectors->find(wanted);
  bool known = options.connectors != nullptr && connector != options.connectors->end();
  if (!known) return Fault::Unsupported("table ", table.name, ": connector '", wanted, "' is not known here, so it cannot be looked up", NearestConnector(wanted, options.connectors));
  std::unique_ptr<Operator> op = std::make_unique<LookupJoin>(std::get<JoinSpec>(node.spec), connector->second, std::move(table), TypesOf(node.inputs[0]->columns), TypesOf(node.columns), session, options.cancel);
  return op;
}

// The calls of an OVER that are aggregates.
std::vector<AggregateCall> FramedCalls(const OverSpec& over) {
  std::vector<AggregateCall> calls;
  for (const auto& call : over.calls) {
    if (!IsPlaceFunction(call.function)) calls.push_back(call);
  }
  return calls;
}

// What the windows of a join's input were called on.
std::string WindowedRelation(const Node& node) {
  if (const auto* window = std::get_if<WindowSpec>(&node.spec)) return window->relation;
  if (const auto* window = std::get_if<WindowAggregateSpec>(&node.spec)) return window->relation;
  if (const auto* window = std::get_if<SliceAggregateSpec>(&node.spec)) return window->relation;
  if (const auto* window = std::get_if<SessionAggregateSpec>(&node.spec)) return window->relation;
  return node.inputs.empty() ? "join" : WindowedRelation(*node.inputs[0]);
}

std::unique_ptr<Operator> MakeJoined(const JoinSpec& spec, const Node& node, const expr::Session& session, const Pipeline::Options& options) {
  const Node &left = *node.inputs[0], &right = *node.inputs[1];
  Join::Windows windows;
  if (spec.expiry == JoinSpec::Expiry::kWindow) {
    WindowClock clock = spec.local_zone ? WindowClock(session.zone) : WindowClock();
    windows = {clock, OfOneTime(left, right), {WindowedRelation(left), WindowedRelation(right)}, {NamesOf(left), NamesOf(right)}, options.late};
  }
  return std::make_unique<Join>(spec, TypesOf(left.columns), TypesOf(right.columns), TypesOf(node.columns), std::move(windows), session);
}

std::unique_ptr<Operator> MakeRank(const RankSpec& spec, const Node& node, const expr::Session& session, const Pipeline::Options& options) {
  std::vector<data::Type> in = TypesOf(node.inputs[0]->columns), out = TypesOf(node.columns);
  switch (spec.kind) {
    case RankKind::kKeepFirst: return std::make_unique<KeepFirst>(spec, in, out, NamesOf(*node.inputs[0]), options.late, session.clock);
    case RankKind::kKeepLast: return std::make_unique<KeepLast>(spec, in, out, node.changelog.update_before, session.clock);
    case RankKind::kWindow: return std::make_unique<WindowRank>(spec, in, out, spec.local_zone ? WindowClock(session.zone) : WindowClock(), NamesOf(*node.inputs[0]), options.late);
    case RankKind::kTopN: break;
  }
  return std::make_unique<Rank>(spec, in, out, Rank::Options{session.clock, Retracts(node), options.every_change || node.changelog.each, node.changelog.each});
}

}  // namespace

Result<std::unique_ptr<Operator>> Pipeline::Make(const NodePtr& node, TimeAsked time, Results* results, const Options& options) {
  std::vector<data::Type> input_types;
  if (!node->inputs.empty()) input_types = TypesOf(node->inputs[0]->columns);
  std::unique_ptr<Operator> op;
  const auto* source = std::get_if<SourceSpec>(&node->spec);
  if (source != nullptr && source->table->connector() == "upsert-kafka") {
    op = std::make_unique<UpsertEntry>(KeyColumns(*source, node->columns), TypesOf(node->columns), node->changelog.update_before);
  } else if (source != nullptr || std::holds_alternative<ValuesSpec>(node->spec)) {
    op = std::make_unique<Entry>();
  } else if (const auto* filter = std::get_if<FilterSpec>(&node->spec)) {
    op = std::make_unique<Filter>(*filter, session_);
  } else if (const auto* project = std::get_if<ProjectSpec>(&node->spec)) {
    op = std::make_unique<Project>(*project, session_);
  } else if (const auto* watermark = std::get_if<WatermarkSpec>(&node->spec)) {
    op = std::make_unique<WatermarkAssigner>(*watermark, TimeName(*node), time != TimeAsked::kByBatch, time == TimeAsked::kInSteps, session_);
  } else if (const auto* window = std::get_if<WindowSpec>(&node->spec)) {
    op = std::make_unique<WindowAssigner>(*window, node->columns, session_);
  } else if (std::holds_alternative<UnionSpec>(node->spec)) {
    op = std::make_unique<Union>(static_cast<int>(node->inputs.size()));
  } else if (const auto* replicate = std::get_if<ReplicateSpec>(&node->spec)) {
    op = std::make_unique<Replicate>(*replicate);
  } else if (std::holds_alternative<CurrentWatermarkSpec>(node->spec)) {
    op = std::make_unique<CurrentWatermark>(node->columns.back().type);
  } else if (const auto* expand = std::get_if<ExpandSpec>(&node->spec)) {
    op = std::make_unique<Expand>(*expand, TypesOf(node->columns));
  } else if (const auto* told = std::get_if<ToChangelogSpec>(&node->spec)) {
    op = std::make_unique<ToChangelog>(*told);
  } else if (const auto* kinds = std::get_if<FromChangelogSpec>(&node->spec)) {
    op = std::make_unique<FromChangelog>(*kinds);
  } else if (const auto* unnest = std::get_if<UnnestSpec>(&node->spec)) {
    op = std::make_unique<Unnest>(*unnest, TypesOf(node->columns));
  } else if (const auto* session = std::get_if<SessionAggregateSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(auto aggregates, AggregateSet::Make(session->calls, input_types, Retracts(*node)));
    WindowClock clock = WindowClock::Of(input_types[static_cast<size_t>(session->time_column)], session_.zone);
    op = std::make_unique<SessionAggregate>(*session, std::move(aggregates), node->columns, clock, NamesOf(*node->inputs[0]), options.late);
  } else if (const auto* match = std::get_if<MatchSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(op, Match::Make(*match, input_types, TypesOf(node->columns), session_));
  } else if (const auto* predict = std::get_if<PredictSpec>(&node->spec)) {
    op = std::make_unique<MlPredict>(*predict, options.models, TypesOf(node->columns));
  } else if (const auto* python = std::get_if<PythonSpec>(&node->spec)) {
    if (options.functions == nullptr) return Fault::Unsupported("Python functions are not called here");
    op = std::make_unique<PythonCalls>(*python, *options.functions, TypesOf(node->columns));
  } else if (LooksUp(*node)) {
    ASSIGN_OR_RETURN(op, MakeLookup(*node, session_, options));
  } else if (const auto* temporal = std::get_if<JoinSpec>(&node->spec); temporal != nullptr && temporal->expiry == JoinSpec::Expiry::kVersion) {
    op = std::make_unique<TemporalJoin>(*temporal, input_types, TypesOf(node->inputs[1]->columns), TypesOf(node->columns), session_);
  } else if (const auto* join = std::get_if<JoinSpec>(&node->spec)) {
    op = MakeJoined(*join, *node, session_, options);
  } else if (const auto* over = std::get_if<OverSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(auto aggregates, AggregateSet::Make(FramedCalls(*over), input_types, over->bounded));
    if (over->kind == OverKind::kUpdating) op = std::make_unique<UpdatingOver>(*over, std::move(aggregates), input_types, TypesOf(node->columns), UpdatingOver::Options{node->changelog.update_before, node->changelog.each, session_.clock});
    else op = std::make_unique<OverAggregate>(*over, std::move(aggregates), input_types, TypesOf(node->columns), NamesOf(*node->inputs[0]), options.late, session_.clock);
  } else if (const auto* standing = std::get_if<StandingSpec>(&node->spec)) {
    op = std::make_unique<StandingRows>(*standing, std::move(input_types), session_.clock);
  } else if (const auto* rank = std::get_if<RankSpec>(&node->spec)) {
    op = MakeRank(*rank, *node, session_, options);
  } else if (const auto* group = std::get_if<AggregateSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(auto aggregates, AggregateSet::Make(group->calls, input_types, Retracts(*node)));
    GroupAggregate::Options how{node->changelog.update_before, options.every_change || node->changelog.each, session_.clock};
    op = std::make_unique<GroupAggregate>(*group, std::move(aggregates), TypesOf(node->columns), how);
  } else if (const auto* windowed = std::get_if<WindowAggregateSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(auto aggregates, AggregateSet::Make(windowed->calls, input_types, Retracts(*node)));
    WindowClock clock = windowed->local_zone ? WindowClock(session_.zone) : WindowClock();
    op = std::make_unique<WindowAggregate>(*windowed, std::move(aggregates), TypesOf(node->columns), clock, NamesOf(*node->inputs[0]), options.late);
  } else if (const auto* sliced = std::get_if<SliceAggregateSpec>(&node->spec)) {
    ASSIGN_OR_RETURN(auto aggregates, AggregateSet::Make(sliced->calls, input_types, Retracts(*node)));
    WindowClock clock = WindowClock::Of(input_types[static_cast<size_t>(sliced->time_column)], session_.zone);
    op = std::make_unique<SliceAggregate>(*sliced, std::move(aggregates), node->columns, clock, NamesOf(*node->inputs[0]), options.late);
  } else {
    const auto& sink = std::get<SinkSpec>(node->spec);
    bool result = sink.table == nullptr || sink.table->connector() == "print";
    ResultTable* shown = result ? &results->Open(sink.name, NamesOf(*node), sink.primary_key) : nullptr;
    if (result && sink.table != nullptr) shown->ShowAs(ShownAs(*sink.table));
    op = std::make_unique<SinkOperator>(*node, shown, FormOf(*node, session_.zone));
  }
  return op;
}

}  // namespace freshet::stream
