#include "engines/stream/job/rebuild_check.h"

#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_request.h"

namespace freshet::stream {
namespace {

std::string TopicOf(const NodePtr& plan) {
  const Table& table = TableOf(plan);
  auto topic = table.options.find("topic");
  return topic == table.options.end() ? StrCat("table ", table.name) : StrCat("topic ", topic->second);
}

// Rows of another key or format are not found by theirs, and would stay.
Status CheckByKey(const NodePtr& plan, const std::vector<NodePtr>& all, const SinkChanges& sinks) {
  auto writers = std::count_if(all.begin(), all.end(), [&](const auto& other) { return TopicOf(other) == TopicOf(plan); });
  if (writers > 1) return Fault::Unsupported(writers, " statements write ", TopicOf(plan), ", so whose a key is cannot be told; give each a table of its own");
  SinkChange change = sinks.Of(*plan);
  if (change.is != SinkIs::kUnlike) return {};
  return Fault::Unsupported("its rows look otherwise, ", change.how, ": those that stand in ", TopicOf(plan), " would stay beside the new ones; give the table another topic");
}

// Rows without a key cannot be taken back, so of them nothing is written that the old version has been through; what it wrote in
// another form cannot be taken back either.
Status CheckWithoutKey(const NodePtr& plan, const Snapshot& last) {
  if (plan->inputs[0]->changelog.updates) return Fault::Unsupported("it takes changes without a key, which cannot be compared with what it holds; write an upsert-kafka table");
  if (!WroteTo(last, *plan)) return Fault::Unsupported("it is new and would lack what came before, because its statement shares a reading with one that is rebuilt; say OPTIONS('scan.startup.mode' = 'earliest-offset') there");
  return {};
}

Status CheckSink(const NodePtr& plan, const std::vector<NodePtr>& all, const Snapshot& last, const SinkChanges& sinks) {
  if (IsInner(std::get<SinkSpec>(plan->spec))) return {};
  return IsByKey(TableOf(plan)) ? CheckByKey(plan, all, sinks) : CheckWithoutKey(plan, last);
}

Status CheckSource(const NodePtr& plan, const std::string& signature, const Node& source, const Snapshot& last) {
  const Table& table = *std::get<SourceSpec>(source.spec).table;
  if (WasRead(last, signature)) return {};
  if (!IsOfTopics(table)) return Fault::Unsupported("table ", table.name, " is of connector ", table.connector(), ", and only topics of this house are read again");
  if (WasReadOtherwise(last, signature)) return Fault::Unsupported("OPTIONS of table ", table.name, " are others than before, so where it stood cannot be told; leave them as they were");
  if (!IsByKey(TableOf(plan))) return Fault::Unsupported("it reads table ", table.name, ", which is new, and whose rows until now would not come out; write them by a statement and into a table of their own");
  return {};
}

// Of a topic that keeps everything the first record is number 0, of one that is compacted as well: what is missing between counts for nothing.
Status CheckNothingIsGone(const Table& table, const std::vector<ports::TopicPlace>& places) {
  for (const auto& place : places) {
    if (place.next.get() == 0) continue;
    return Fault::Conflict("table ", table.name, ": of topic '", place.topic, "' partition ", place.partition, " the first ", place.next,
                           " records are not read again, because the log has dropped them or the table begins behind them; --accept-loss builds from what is there");
  }
  return {};
}

Status CheckNoTopicIsGone(const Table& table, const std::vector<ports::TopicPlace>& places) {
  auto gone = std::count_if(places.begin(), places.end(), [](const auto& place) { return place.topic.empty(); });
  if (gone == 0) return {};
  return Fault::Conflict("table ", table.name, ": ", gone, " partitions that its last epoch had read are of topics that were deleted, so their rows are not read again; --accept-loss builds from what is there");
}

// As the rebuild will open it.
Task<> CheckReading(Ctx ctx, const std::string& signature, const Node& source, const Snapshot& last, const ports::Connectors& connectors, data::TimeZone zone, bool accept_loss) {
  const Table& table = *std::get<SourceSpec>(source.spec).table;
  auto connector = ConnectorOf(connectors, table);
  if (!connector.ok()) co_return connector.fault();
  ports::TableRequest request = SourceRequest(source);
  request.zone = zone;
  request.bounded = false;
  request.replays = true;
  auto opening = (*connector)->OpenSource(ctx, std::move(request));
  auto opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  Status whole = accept_loss ? Status() : CheckNothingIsGone(table, (*opened)->Places());
  if (!whole.ok()) co_return whole;
  auto place = PlaceOfTable(last, signature);
  if (!place) co_return Status();
  Status held = (*opened)->HoldAt(*place);
  if (!held.ok()) co_return Fault(held.fault().code(), held.fault().blame(), held.fault().retry(), StrCat("table ", table.name, ": ", held.fault().message()));
  co_return accept_loss ? Status() : CheckNoTopicIsGone(table, (*opened)->Places());
}

}  // namespace

const Table& TableOf(const NodePtr& statement) { return *std::get<SinkSpec>(statement->spec).table; }

Fault NotBuiltAnew(const NodePtr& statement, const Fault& fault) {
  return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", TableOf(statement).name, " cannot be built anew beside the old version: ", fault.message()));
}

Task<> CheckRebuild(Ctx ctx, const RebuildPlan& plan, const std::vector<NodePtr>& all, const Snapshot& last, const ports::Connectors& connectors, data::TimeZone zone, bool accept_loss) {
  SinkChanges sinks(last, all, zone);
  for (const auto& statement : plan.statements) {
    Status fits = CheckSink(statement.plan, all, last, sinks);
    if (!fits.ok()) co_return NotBuiltAnew(statement.plan, fits.fault());
    for (const auto& [signature, node] : statement.sources) {
      fits = CheckSource(statement.plan, signature, *node, last);
      if (!fits.ok()) co_return NotBuiltAnew(statement.plan, fits.fault());
    }
  }
  for (const auto& statement : plan.statements) {
    for (const auto& [signature, node] : statement.sources) {
      auto checking = CheckReading(ctx, signature, *node, last, connectors, zone, accept_loss);
      Status readable = co_await checking;
      if (!readable.ok()) co_return readable;
    }
  }
  co_return Status();
}

}  // namespace freshet::stream
