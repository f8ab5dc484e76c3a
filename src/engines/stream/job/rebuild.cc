#include "engines/stream/job/rebuild.h"

#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_request.h"
#include "io/wait.h"

namespace freshet::stream {
namespace {

const Table& TableOf(const NodePtr& plan) { return *std::get<SinkSpec>(plan->spec).table; }

std::string TopicOf(const NodePtr& plan) {
  const Table& table = TableOf(plan);
  auto topic = table.options.find("topic");
  return topic == table.options.end() ? StrCat("table ", table.name) : StrCat("topic ", topic->second);
}

Fault Of(const NodePtr& plan, const Fault& fault) {
  return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", TableOf(plan).name, " cannot be built anew beside the old version: ", fault.message()));
}

// Rows of another key or format are not found by theirs, and would stay.
Status CheckLayout(const NodePtr& plan, const Snapshot& last) {
  SinkChange change = ChangeOfSink(last, *plan, Signature(*plan));
  if (change.is != SinkIs::kUnlike) return {};
  return Of(plan, Fault::Unsupported("its rows look otherwise, ", DifferenceOf(change.was, change.now), ": those that stand in ", TopicOf(plan), " would stay beside the new ones; give the table another topic"));
}

}  // namespace

Result<std::unique_ptr<Rebuild>> Rebuild::Open(Env& env, const std::vector<NodePtr>& plans, const Snapshot& last, const ports::Connectors& connectors, const expr::Session& session, Job::Options options, bool accept_loss) {
  std::unique_ptr<Rebuild> rebuild(new Rebuild(env, connectors, session, std::move(options)));
  Pipeline::Options looking = rebuild->options_.pipeline;
  looking.connectors = &connectors;
  ASSIGN_OR_RETURN(rebuild->plan_, PlanRebuild(plans, last, session, looking, accept_loss));
  RETURN_NOT_OK(rebuild->CheckSinks(plans, last));
  RETURN_NOT_OK(rebuild->CheckSources(last));
  return rebuild;
}

// Rows without a key cannot be taken back, so of them nothing is written that the old version has been through; what it wrote in
// another form cannot be taken back either.
Status Rebuild::CheckSinks(const std::vector<NodePtr>& plans, const Snapshot& last) const {
  for (const auto& plan : plan_.plans()) {
    if (IsInner(std::get<SinkSpec>(plan->spec))) continue;
    auto writers = std::count_if(plans.begin(), plans.end(), [&](const auto& other) { return TopicOf(other) == TopicOf(plan); });
    if (IsByKey(TableOf(plan)) && writers > 1) return Of(plan, Fault::Unsupported(writers, " statements write ", TopicOf(plan), ", so whose a key is cannot be told; give each a table of its own"));
    if (IsByKey(TableOf(plan))) {
      RETURN_NOT_OK(CheckLayout(plan, last));
      continue;
    }
    if (plan->inputs[0]->changelog.updates) return Of(plan, Fault::Unsupported("it takes changes without a key, which cannot be compared with what it holds; write an upsert-kafka table"));
    if (!WroteTo(last, *plan)) return Of(plan, Fault::Unsupported("it is new and would lack what came before, because its statement shares a reading with one that is rebuilt; say OPTIONS('scan.startup.mode' = 'earliest-offset') there"));
  }
  return {};
}

Status Rebuild::CheckSources(const Snapshot& last) const {
  for (const auto& statement : plan_.statements) {
    for (const auto& [signature, node] : statement.sources) {
      const Table& table = *std::get<SourceSpec>(node->spec).table;
      if (WasRead(last, signature)) continue;
      if (!IsOfTopics(table)) return Of(statement.plan, Fault::Unsupported("table ", table.name, " is of connector ", table.connector(), ", and only topics of this house are read again"));
      if (WasReadOtherwise(last, signature)) return Of(statement.plan, Fault::Unsupported("OPTIONS of table ", table.name, " are others than before, so where it stood cannot be told; leave them as they were"));
      if (!IsByKey(TableOf(statement.plan))) return Of(statement.plan, Fault::Unsupported("it reads table ", table.name, ", which is new, and whose rows until now would not come out; write them by a statement and into a table of their own"));
    }
  }
  return {};
}

// Of a topic that keeps everything the first record is number 0; one that is compacted misses nothing that counts.
Status Rebuild::CheckNothingIsGone() const {
  for (const auto& source : job_->Sources()) {
    if (source.connector == "upsert-kafka") continue;
    for (const auto& partition : source.partitions) {
      if (!partition.place || partition.place->next.get() == 0) continue;
      return Fault::Conflict("table ", source.table, ": of topic '", partition.place->topic, "' partition ", partition.place->partition, " the first ", partition.place->next,
                             " records are not read again, because the log has dropped them or the table begins behind them; --accept-loss builds from what is there");
    }
  }
  return {};
}

// By name: one statement writes the table, and shards have made other nodes of its plan.
RowsOut Rebuild::Divert(const Node& sink) {
  for (auto& output : outputs_) {
    if (TableOf(output->sink).name != std::get<SinkSpec>(sink.spec).name) continue;
    return [&output = *output](const Batch& rows) {
      Status applied = output.wanted.Apply(rows);
      return applied.ok() ? applied : Status(Of(output.sink, applied.fault()));
    };
  }
  return nullptr;
}

Task<> Rebuild::Begin(Ctx ctx, const Snapshot& last, bool accept_loss) {
  std::vector<NodePtr> plans = plan_.plans();
  for (const auto& plan : plans) {
    if (!IsByKey(TableOf(plan))) continue;
    const auto& key = std::get<SinkSpec>(plan->spec).primary_key;
    outputs_.push_back(std::make_unique<Output>(Output{plan, KeyTable(key, kTableBytesMax), KeyTable(key, kTableBytesMax), HasRowsThere(last, *plan)}));
  }
  options_.replays = true;
  options_.pipeline.late = nullptr;
  options_.divert = [this](const Node& sink) { return Divert(sink); };
  auto created = Job::Create(env_, plans, connectors_, session_, &nowhere_, options_);
  if (!created.ok()) co_return created.fault();
  job_ = std::move(created).value();
  auto opening = job_->BeginWith(ctx, "");
  Status opened = co_await opening;
  if (!opened.ok()) co_return opened;
  if (!accept_loss) {
    Status whole = CheckNothingIsGone();
    if (!whole.ok()) co_return whole;
  }
  auto reading = CatchUp(ctx, last);
  auto read = co_await reading;
  co_return read.status();
}

Task<int64_t> Rebuild::CatchUp(Ctx ctx, const Snapshot& last) {
  int64_t before = job_->events();
  auto reading = job_->ReadUpTo(ctx, last);
  Status read = co_await reading;
  if (!read.ok()) co_return read.fault();
  for (auto& output : outputs_) {
    auto holding = ReadHeld(ctx, *output);
    Status held = co_await holding;
    if (!held.ok()) co_return Of(output->sink, held.fault());
  }
  co_return job_->events() - before;
}

Task<> Rebuild::OpenReader(Ctx ctx, Output& output) {
  auto connector = ConnectorOf(connectors_, TableOf(output.sink));
  if (!connector.ok()) co_return connector.fault();
  ports::TableRequest request = SinkRequest(*output.sink);
  request.zone = session_.zone;
  request.bounded = false;
  request.replays = true;
  auto opening = (*connector)->OpenSource(ctx, std::move(request));
  auto opened = co_await opening;
  if (opened.code() == Code::kNotFound) co_return Status();  // who writes first makes it
  if (!opened.ok()) co_return opened.fault();
  output.reader = std::move(opened).value();
  co_return Status();
}

// To the end of what is there.
Task<> Rebuild::ReadHeld(Ctx ctx, Output& output) {
  if (output.reader == nullptr) {
    auto opening = OpenReader(ctx, output);
    Status opened = co_await opening;
    if (!opened.ok() || output.reader == nullptr) co_return opened;
  }
  std::string position;
  do {
    position = output.reader->Position();
    auto polling = output.reader->Poll(ctx.WithDeadline(env_.clock().Now()));
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    Status applied = output.held.Apply(polled->batch);
    if (applied.ok()) applied = ctx.Check(env_.clock().Now());
    if (!applied.ok()) co_return applied;
    io::Yield others_turn;
    co_await others_turn;
  } while (position != output.reader->Position());
  co_return Status();
}

// By a sink of its own, that hands its rows to the epoch whatever the table's guarantee is: they appear with the new version, or not at all.
Task<> Rebuild::StageChanges(Ctx ctx, Output& output, std::vector<ports::LogAppend>& staged) {
  ports::TableRequest request = SinkRequest(*output.sink);
  std::vector<Batch> changes = output.wanted.ChangesFrom(output.held, data::TypesOf(request.columns), output.written_before);
  if (changes.empty()) co_return Status();
  request.options["sink.delivery-guarantee"] = "exactly-once";
  request.bounded = false;
  request.writer = options_.name + ".rebuilt." + request.name;
  auto connector = ConnectorOf(connectors_, TableOf(output.sink));
  if (!connector.ok()) co_return connector.fault();
  auto opening = (*connector)->OpenSink(ctx, std::move(request));
  auto opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  for (const auto& batch : changes) {
    Status written = (*opened)->Write(batch);
    if (!written.ok()) co_return written;
  }
  auto preparing = (*opened)->Prepare(ctx, {});
  auto prepared = co_await preparing;
  if (!prepared.ok()) co_return prepared.fault();
  if (!prepared->outbox.empty()) co_return Fault::Unsupported("its rows do not appear with an epoch");
  for (auto& append : prepared->staged) staged.push_back(std::move(append));
  co_return Status();
}

// What other statements keep is as the old version left it; what only a rebuilt one has, as it was built.
Snapshot Rebuild::Merged(const Snapshot& last, Snapshot built) const {
  Snapshot merged;
  for (const auto& [signature, state] : last.operators) {
    if (plan_.kept.contains(signature)) merged.operators[signature] = state;
  }
  for (const auto& [signature, position] : last.sources) {
    if (plan_.kept.contains(signature)) merged.sources[signature] = position;
  }
  merged.operators.merge(built.operators);
  merged.sources.merge(built.sources);
  merged.sources.merge(CarriedPositions(plan_.operators, last));
  return merged;
}

Task<Rebuild::Beginning> Rebuild::Finish(Ctx ctx, const Snapshot& last) {
  auto reading = CatchUp(ctx, last);
  auto read = co_await reading;
  if (!read.ok()) co_return read.fault();
  Beginning beginning;
  for (auto& output : outputs_) {
    auto staging = StageChanges(ctx, *output, beginning.staged);
    Status staged = co_await staging;
    if (!staged.ok()) co_return Of(output->sink, staged.fault());
  }
  auto built = Snapshot::Decode(job_->SaveAll());
  if (!built.ok()) co_return built.fault();
  beginning.snapshot = Merged(last, std::move(built).value()).Encode();
  co_return beginning;
}

}  // namespace freshet::stream
