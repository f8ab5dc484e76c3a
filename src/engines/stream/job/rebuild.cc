#include "engines/stream/job/rebuild.h"

#include "engines/stream/job/carried.h"
#include "engines/stream/job/rebuild_check.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_request.h"
#include "io/wait.h"

namespace freshet::stream {

Result<std::unique_ptr<Rebuild>> Rebuild::Open(Env& env, const std::vector<NodePtr>& plans, const Snapshot& last, const ports::Connectors& connectors, const expr::Session& session, Job::Options options, bool accept_loss) {
  std::unique_ptr<Rebuild> rebuild(new Rebuild(env, connectors, session, std::move(options)));
  Pipeline::Options looking = rebuild->options_.pipeline;
  looking.connectors = &connectors;
  ASSIGN_OR_RETURN(rebuild->plan_, PlanRebuild(plans, last, session, looking, accept_loss));
  rebuild->all_ = plans;
  return rebuild;
}

// By name: one statement writes the table, and shards have made other nodes of its plan.
RowsOut Rebuild::Divert(const Node& sink) {
  for (auto& output : outputs_) {
    if (TableOf(output->sink).name != std::get<SinkSpec>(sink.spec).name) continue;
    return [&output = *output](const Batch& rows) {
      Status applied = output.wanted.Apply(rows);
      return applied.ok() ? applied : Status(NotBuiltAnew(output.sink, applied.fault()));
    };
  }
  return nullptr;
}

Task<> Rebuild::Begin(Ctx ctx, const Snapshot& last, bool accept_loss) {
  auto checking = CheckRebuild(ctx, plan_, all_, last, connectors_, session_.zone, accept_loss);
  Status checked = co_await checking;
  if (!checked.ok()) co_return checked;
  std::vector<NodePtr> plans = plan_.plans();
  SinkChanges sinks(last, all_, session_.zone);
  for (const auto& plan : plans) {
    if (!IsByKey(TableOf(plan))) continue;
    const auto& key = std::get<SinkSpec>(plan->spec).primary_key;
    outputs_.push_back(std::make_unique<Output>(Output{plan, KeyTable(key, kTableBytesMax), KeyTable(key, kTableBytesMax), sinks.HasRowsThere(*plan), sinks.HasSuchRowsThere(*plan)}));
  }
  options_.replays = true;
  options_.pipeline.late = nullptr;
  options_.pipeline.lines.clear();  // they are of all plans
  options_.divert = [this](const Node& sink) { return Divert(sink); };
  auto created = Job::Create(env_, plans, connectors_, session_, &nowhere_, options_);
  if (!created.ok()) co_return created.fault();
  job_ = std::move(created).value();
  auto opening = job_->BeginWith(ctx, "");
  Status opened = co_await opening;
  if (!opened.ok()) co_return opened;
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
    if (!held.ok()) co_return NotBuiltAnew(output->sink, held.fault());
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
  std::vector<Batch> changes = output.wanted.ChangesFrom({output.held, output.written_before, !output.written_before || output.has_such_rows}, data::TypesOf(request.columns));
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
  for (auto& [signature, whole] : SinkChanges(last, all_, session_.zone).LeftPlaces()) merged.operators[signature].whole = std::move(whole);
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
    if (!staged.ok()) co_return NotBuiltAnew(output->sink, staged.fault());
  }
  auto built = Snapshot::Decode(job_->SaveAll());
  if (!built.ok()) co_return built.fault();
  beginning.snapshot = Merged(last, std::move(built).value()).Encode();
  co_return beginning;
}

}  // namespace freshet::stream
