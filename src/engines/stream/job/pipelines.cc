#include "engines/stream/job/pipelines.h"

#include <algorithm>

#include "engines/stream/job/settings.h"
#include "io/wait.h"

namespace freshet::stream {
namespace {

constexpr Duration kPauseFirst = Milliseconds(100);  // between a failed attempt and the next
constexpr Duration kPauseMost = Seconds(30);
constexpr int64_t kEpochBytesMax = 32 << 20;         // of rows that wait for the epoch's end: it comes early
constexpr int64_t kStagedBytesMax = 3 << 20;         // the same, of rows for topics: what is more takes the longer way into the log
constexpr Duration kPatience = Milliseconds(100);    // of a round that finds nothing: Close waits no longer

constexpr Duration kCalm = Seconds(10);               // of an attempt with nothing to commit: whatever ended the one before does not any more
constexpr Duration kFilesInterval = Seconds(10);      // unless the file says another: each epoch is a snapshot of the table, with files of its own

// One append for each partition.
void AddTo(std::vector<ports::LogAppend>& all, std::vector<ports::LogAppend> more) {
  for (auto& append : more) {
    auto same = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key == append.key; });
    if (same == all.end()) all.push_back(std::move(append));
    else same->batches += append.batches;
  }
}

bool WritesFiles(const std::vector<NodePtr>& plans) {
  return std::any_of(plans.begin(), plans.end(), [](const NodePtr& plan) {
    const auto* sink = std::get_if<SinkSpec>(&plan->spec);
    return sink != nullptr && sink->table != nullptr && (sink->table->connector() == "iceberg" || sink->table->connector() == "filesystem");
  });
}

}  // namespace

std::string PipelineNameOf(std::string file) {
  if (size_t slash = file.rfind('/'); slash != std::string::npos) file = file.substr(slash + 1);
  return file.ends_with(".sql") ? file.substr(0, file.size() - 4) : file;
}

Pipelines::Running::Running(Env& env, io::Loop& loop, std::string the_name)
    : name(std::move(the_name)), group(loop, "pipeline " + name), deliveries(env, group, name),
      up(env.metrics().AddGauge("freshet_pipeline_up", "1 while the pipeline's job runs", {{"pipeline", name}})),
      failing(env.metrics().AddGauge("freshet_pipeline_failing", "1 from an attempt that ended in a fault until an epoch follows it, or the next one stands for 10 s with nothing to commit", {{"pipeline", name}})),
      epoch(env.metrics().AddGauge("freshet_pipeline_epoch", "newest committed epoch", {{"pipeline", name}})),
      epoch_age_ms(env.metrics().AddGauge("freshet_pipeline_epoch_age_ms", "how long changes have been waiting for their epoch", {{"pipeline", name}})),
      snapshot_bytes(env.metrics().AddGauge("freshet_pipeline_snapshot_bytes", "positions and state that the newest epoch has written", {{"pipeline", name}})),
      failures(env.metrics().AddCounter("freshet_pipeline_failures_total", "attempts that ended in a fault", {{"pipeline", name}})),
      events(env.metrics().AddCounter("freshet_pipeline_events_total", "rows that sources brought, those seen again after a failure included", {{"pipeline", name}})),
      late_rows(env.metrics().AddCounter("freshet_pipeline_late_rows_total", "rows that came too late for their window", {{"pipeline", name}})),
      dropped_rows(env.metrics().AddCounter("freshet_pipeline_dropped_rows_total", "rows with NULL in a column that is NOT NULL, dropped as table.exec.sink.not-null-enforcer says", {{"pipeline", name}})) {}

Result<std::unique_ptr<Pipelines>> Pipelines::Open(Env& env, const ports::Connectors& connectors, const ports::Models& models, StateBounds state, const std::vector<ScriptFile>& files, ports::Functions* functions, Unplanned unplanned) {
  std::unique_ptr<Pipelines> pipelines(new Pipelines(env, connectors, models, state, functions));
  for (const auto& file : files) {
    Status added = pipelines->Add(file);
    if (added.ok()) continue;
    if (unplanned == Unplanned::kIsRefused) return In(file, added.fault());
    pipelines->AddUnplanned(file, added.fault());
  }
  return pipelines;
}

Status Pipelines::Add(const ScriptFile& file) {
  ASSIGN_OR_RETURN(auto version, Plan(file, MonoTime::Never()));
  for (const auto& notice : version->script.notices()) log_.Info("a pipeline's file says what nothing reads", {{"pipeline", PipelineNameOf(file.name)}, {"notice", notice}});
  if (version->plans.empty()) return {};  // a file of declarations runs nothing
  AddRunning(PipelineNameOf(file.name)).version = std::move(version);
  return {};
}

// It has no version until an apply brings one.
void Pipelines::AddUnplanned(const ScriptFile& file, const Fault& fault) {
  Running& pipeline = AddRunning(PipelineNameOf(file.name));
  pipeline.over = true;
  Fail(pipeline, In(file, fault).ToString());
  log_.Error("a pipeline's file cannot be planned; the house runs without that pipeline, and freshet apply begins it when the file is right", {{"pipeline", pipeline.name}, {"why", pipeline.failure}});
}

Pipelines::Running& Pipelines::AddRunning(std::string name) {
  std::lock_guard lock(mutex_);
  return AddLocked(std::move(name));
}

// That of a file which came while the house runs; whoever asks for the same at the same time has to wait.
Pipelines::Running* Pipelines::AddSwapping(const std::string& name) {
  std::lock_guard lock(mutex_);
  if (FindLocked(name) != nullptr) return nullptr;
  Running& added = AddLocked(name);
  added.over = added.swapping = true;
  return &added;
}

Pipelines::Running& Pipelines::AddLocked(std::string name) {
  io::Loop& loop = env_.loop(static_cast<int>(running_.size()) % env_.loops());
  running_.push_back(std::make_unique<Running>(env_, loop, std::move(name)));
  return *running_.back();
}

std::vector<Pipelines::Running*> Pipelines::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Running*> all;
  for (const auto& pipeline : running_) all.push_back(pipeline.get());
  return all;
}

Pipelines::Running* Pipelines::Find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  return FindLocked(name);
}

Pipelines::Running* Pipelines::FindLocked(const std::string& name) const {
  auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& pipeline) { return pipeline->name == name; });
  return found == running_.end() ? nullptr : found->get();
}

Result<std::unique_ptr<Pipelines::Version>> Pipelines::Plan(const ScriptFile& file, MonoTime until) const {
  auto version = std::make_unique<Version>(connectors_, env_);
  version->text = file.text;
  version->script.PlanUntil(until);
  version->script.UseFunctions(functions_);
  ASSIGN_OR_RETURN(version->plans, version->script.PlanPipeline(file.text));
  const Catalog& catalog = version->script.catalog();
  Duration unsaid = WritesFiles(version->plans) ? kFilesInterval : kEpochInterval;
  ASSIGN_OR_RETURN(version->interval, data::ParseDuration(catalog.Setting("execution.checkpointing.interval", StrCat(unsaid.ms()))));
  ASSIGN_OR_RETURN(version->idle_timeout, data::ParseDuration(catalog.Setting("table.exec.source.idle-timeout", "0")));
  version->shows_changes_early = std::any_of(version->plans.begin(), version->plans.end(), [](const NodePtr& plan) { return ShowsChangesEarly(*plan); });
  if (version->interval.ns == 0) return Fault::Invalid("SET 'execution.checkpointing.interval' = '0': a pipeline needs epochs; say 100 ms or more");
  return version;
}

void Pipelines::Begin(ports::Topics& topics, ports::Epochs& epochs) {
  topics_ = &topics;
  epochs_ = &epochs;
  for (Running* pipeline : all()) {
    if (pipeline->version == nullptr) continue;
    Status asked = CheckModels(pipeline->version->plans, models_);
    if (!asked.ok()) log_.Warn("a pipeline asks a model that does not answer it; it fails with the first row", {{"pipeline", pipeline->name}, {"why", asked.fault().message()}});
    // Groups are used on their own loops only; each is begun there.
    struct Start final : io::Job {
      Start(Pipelines& the_owner, Running& the_pipeline) : owner(the_owner), pipeline(the_pipeline) {}
      void Run() override {
        pipeline.group.Spawn(io::Lane::kNormal, owner.Run(pipeline));
        delete this;
      }
      Pipelines& owner;
      Running& pipeline;
    };
    pipeline->group.loop().Post(io::Lane::kNormal, *new Start(*this, *pipeline));
  }
}

Task<> Pipelines::Close() {
  for (Running* pipeline : all()) pipeline->group.cancel()->Raise();  // all at once, then one after another
  for (Running* pipeline : all()) {
    io::RunOn hop(pipeline->group.loop(), CloseOne(*pipeline));
    co_await hop;
  }
  co_return Status();
}

Task<> Pipelines::CloseOne(Running& pipeline) {
  auto closing = pipeline.group.Close();
  Status closed = co_await closing;
  pipeline.job.reset();
  co_return closed;
}

Task<std::vector<ports::PipelineProgress>> Pipelines::Describe(Ctx ctx) const {
  std::vector<ports::PipelineProgress> told;
  for (Running* pipeline : all()) {
    Status wanted = ctx.Check(env_.clock().Now());
    if (!wanted.ok()) co_return wanted;
    io::RunOn hop(pipeline->group.loop(), DescribeOne(*pipeline));
    auto one = co_await hop;
    if (!one.ok()) co_return one.status();
    told.push_back(std::move(one).value());
  }
  co_return told;
}

std::vector<std::string> Pipelines::Failing() const {
  std::vector<std::string> names;
  for (const Running* pipeline : all()) {
    if (pipeline->failing.value() == 1 || pipeline->deliveries.failing()) names.push_back(pipeline->name);
  }
  return names;
}

// On the pipeline's loop, so between two steps of its job.
Task<ports::PipelineProgress> Pipelines::DescribeOne(const Running& pipeline) const {
  ports::PipelineProgress progress{.name = pipeline.name, .running = pipeline.up.value() == 1, .failure = pipeline.failure.empty() ? pipeline.deliveries.failure() : pipeline.failure,
                                   .epoch = pipeline.epoch.value(), .undelivered = pipeline.deliveries.epochs(), .failures = pipeline.failures.value(), .rows = pipeline.events.value(), .late_rows = pipeline.late_rows.value(),
                                   .dropped_rows = pipeline.dropped_rows.value()};
  if (progress.running) {
    progress.sources = pipeline.job->Sources();
    progress.sinks = pipeline.job->Sinks();
  }
  co_return progress;
}

Task<> Pipelines::Run(Running& pipeline) {
  Duration pause = kPauseFirst;
  while (!pipeline.group.cancel()->raised()) {
    BeginTrial(pipeline);
    pipeline.epoch_this_attempt = false;
    auto attempt = RunAttempt(pipeline);
    Status outcome = co_await attempt;
    pipeline.up.Set(0);
    bool was_on_trial = pipeline.trial != nullptr && pipeline.trial->begun;
    bool is_awaited = pipeline.trial != nullptr && !was_on_trial;
    if (outcome.ok() && !was_on_trial && !is_awaited) break;
    pipeline.job.reset();
    pipeline.late.Clear();
    if (was_on_trial) EndTrial(pipeline, outcome.ok() ? Status(Fault::Unavailable("the house is closing")) : outcome);
    if (pipeline.version == nullptr) break;  // nor has the one that was on trial begun
    if (outcome.ok() || was_on_trial) continue;
    if (outcome.code() == Code::kCancelled && pipeline.group.cancel()->raised()) {
      log_.Info("a pipeline ends while it waits for an answer; it will go on from its last epoch", {{"pipeline", pipeline.name}});
      break;
    }
    Fail(pipeline, outcome.ToString());
    if (pipeline.epoch_this_attempt) pause = kPauseFirst;
    log_.Error("a pipeline failed; it goes on from its last epoch", {{"pipeline", pipeline.name}, {"why", outcome.ToString()}, {"again_in_ms", pause.ms()}});
    auto pausing = Pause(pipeline, pause);
    co_await pausing;
    pause = std::min(pause + pause, kPauseMost);
  }
  pipeline.over = true;
  if (pipeline.trial != nullptr) EndTrial(pipeline, Fault::Unavailable("the house is closing"));
  co_return Status();
}

// A version that waits for its turn does not wait for this.
Task<> Pipelines::Pause(Running& pipeline, Duration pause) {
  MonoTime end = env_.clock().Now() + pause;
  while (!pipeline.group.cancel()->raised() && pipeline.trial == nullptr && env_.clock().Now() < end) {
    io::Signal::Waiter wait(pipeline.group.cancelled(), std::min(end, env_.clock().Now() + kPatience));
    co_await wait;
  }
  co_return Status();
}

Job::Options Pipelines::JobOptions(Running& pipeline, Version& version) const {
  Job::Options options;
  options.bounded = false;
  options.name = pipeline.name;
  options.pipeline.shards = version.script.shards();
  options.pipeline.lines = version.script.lines();
  options.pipeline.models = &models_;
  options.pipeline.functions = functions_;
  options.pipeline.state = state_;
  options.pipeline.cancel = pipeline.group.cancel();
  options.idle_timeout = version.idle_timeout;
  options.topic_ids = IdsOf(*topics_);
  bool let_go = pipeline.trial != nullptr && pipeline.trial->lets_state_go;
  options.ignore_unclaimed_state = let_go || version.script.catalog().Setting("execution.state-recovery.ignore-unclaimed-state", "false") == "true";
  options.empty_timeout = kEmptyTimeout;
  options.pipeline.late = [&pipeline](const std::string& relation, const std::vector<std::string>& columns, const Batch& rows) { pipeline.late.Add(relation, columns, rows); };
  return options;
}

// Whatever its end: deliveries are the job's sinks' work.
Task<> Pipelines::RunAttempt(Running& pipeline) {
  auto running = RunEpochs(pipeline);
  Status outcome = co_await running;
  auto ending = pipeline.deliveries.End(outcome.ok());
  co_await ending;
  co_return outcome;
}

Task<> Pipelines::RunEpochs(Running& pipeline) {
  Ctx ctx;
  auto beginning = epochs_->Begin(ctx, pipeline.name);
  auto start = co_await beginning;
  if (!start.ok()) co_return start.status();
  ports::EpochToken token = start->last;
  token.pipeline = pipeline.name;
  if (token.epoch == 0 && token.lineage.is_zero()) token.lineage = env_.random().NewUuid();
  bool on_trial = pipeline.trial != nullptr && pipeline.trial->begun;
  std::string built;  // of a version that has state built anew
  if (on_trial && pipeline.trial->rebuild != nullptr) {
    auto finishing = FinishRebuild(*pipeline.trial, pipeline.name);
    auto snapshot = co_await finishing;
    if (!snapshot.ok()) co_return snapshot.fault();
    built = std::move(snapshot).value();
  }
  Job::Options options = JobOptions(pipeline, *pipeline.version);
  options.retraces = pipeline.version->shows_changes_early && start->attempt > 1;
  auto created = Job::Create(env_, pipeline.version->plans, connectors_, pipeline.version->script.session(), &pipeline.nowhere, options);
  if (!created.ok()) co_return created.status();
  pipeline.job = std::move(created).value();
  pipeline.events_told = pipeline.late_told = pipeline.dropped_told = 0;
  auto opening = built.empty() ? pipeline.job->Begin(ctx, *epochs_, token, start->attempt) : pipeline.job->BeginWith(ctx, std::move(built));
  Status opened = co_await opening;
  if (!opened.ok()) co_return opened;
  Status taken = pipeline.deliveries.Take(*pipeline.job, *epochs_, std::move(start->undelivered));
  if (!taken.ok()) co_return taken;
  env_.kill_points().Reach("pipeline.before_redelivery");
  if (on_trial) {  // by its own sinks: if these cannot, the version before it goes on
    auto delivering = pipeline.deliveries.DeliverOwed();
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered;
  }
  pipeline.deliveries.Begin();
  pipeline.up.Set(1);
  pipeline.up_since = env_.clock().Now();
  pipeline.epoch.Set(token.epoch);
  pipeline.last_epoch = env_.clock().Now();
  pipeline.epoch_due = pipeline.last_epoch + pipeline.version->interval;
  pipeline.trace = env_.random().Next() | 1;
  if (on_trial) {  // before any row: from this epoch on the state is the new version's
    auto ending = EndEpoch(pipeline, token, start->attempt);
    Status ended = co_await ending;
    if (!ended.ok()) co_return ended;
  }
  bool going_on = true, traced = false;
  while (going_on) {
    going_on = !pipeline.group.cancel()->raised() && !pipeline.job->ended() && pipeline.trial == nullptr;
    MonoTime due = pipeline.epoch_due;
    if (going_on) {
      Ctx round_ctx;
      round_ctx.trace = traced ? 0 : pipeline.trace;
      auto round = pipeline.job->Round(round_ctx, env_.clock(), std::min(due, env_.clock().Now() + kPatience));
      auto rows = co_await round;
      if (!rows.ok()) co_return rows.status();
      traced = traced || *rows > 0;
      io::Yield others_turn;
      co_await others_turn;
    }
    Tell(pipeline);
    bool too_far = pipeline.version->shows_changes_early && pipeline.job->events_since_epoch() >= Retrace::kEpochRowsMax;
    bool over = !going_on || too_far || env_.clock().Now() >= due || pipeline.job->buffered_bytes() > kEpochBytesMax || pipeline.job->staged_bytes() > kStagedBytesMax;
    if (!over) continue;
    if (!pipeline.job->changed()) {
      pipeline.last_epoch = env_.clock().Now();
      pipeline.epoch_due = pipeline.last_epoch + pipeline.version->interval;
      if (pipeline.last_epoch - pipeline.up_since >= kCalm) Forgive(pipeline);
      continue;
    }
    auto waiting = AwaitDeliveries(pipeline, false);
    co_await waiting;
    auto ending = EndEpoch(pipeline, token, start->attempt);
    Status ended = co_await ending;
    if (!ended.ok()) co_return ended;
    traced = false;
    pipeline.trace = env_.random().Next() | 1;
  }
  auto waiting = AwaitDeliveries(pipeline, true);  // of inputs that have ended
  co_return co_await waiting;
}

// Until there is room for an epoch, or until nothing is owed any more, as long as the attempt is to go on: sources rest meanwhile.
Task<> Pipelines::AwaitDeliveries(Running& pipeline, bool all) {
  while (!pipeline.group.cancel()->raised() && pipeline.trial == nullptr && !(all ? pipeline.deliveries.empty() : pipeline.deliveries.HasRoom())) {
    Tell(pipeline);
    auto waiting = pipeline.deliveries.Await(env_.clock().Now() + kPatience);
    co_await waiting;
  }
  co_return Status();
}

Task<> Pipelines::EndEpoch(Running& pipeline, ports::EpochToken& token, int64_t attempt) {
  Ctx ctx;
  ctx.trace = pipeline.trace;
  Span span(env_.tracer(), ctx.trace, "engines/stream", "epoch");
  MonoTime began = env_.clock().Now();
  ++token.epoch;
  auto taking = pipeline.job->TakeEpoch(ctx, *epochs_, token, attempt);
  auto commit = co_await taking;
  if (!commit.ok()) co_return commit.status();
  auto late = pipeline.late.Take(ctx, *topics_, env_.clock().WallNow().ms);
  auto late_appends = co_await late;
  if (!late_appends.ok()) co_return late_appends.status();
  for (auto& append : *late_appends) commit->staged.push_back(std::move(append));
  if (pipeline.trial != nullptr && pipeline.trial->begun) AddTo(commit->staged, std::move(pipeline.trial->staged));
  commit->attempt = attempt;
  pipeline.snapshot_bytes.Set(pipeline.job->snapshot_bytes());
  std::vector<ports::OutboxEntry> outbox = commit->outbox;
  env_.kill_points().Reach("pipeline.before_commit");
  auto committing = epochs_->Commit(ctx, std::move(commit).value());
  Status committed = co_await committing;
  if (!committed.ok()) co_return committed;
  env_.kill_points().Reach("pipeline.after_commit");
  if (pipeline.trial != nullptr && pipeline.trial->begun) EndTrial(pipeline, Status());
  pipeline.epoch_this_attempt = true;
  Forgive(pipeline);
  pipeline.epoch.Set(token.epoch);
  pipeline.last_epoch = env_.clock().Now();
  Duration interval = pipeline.version->interval, took = pipeline.last_epoch - began;
  pipeline.epoch_due = std::max(began + interval, pipeline.last_epoch + std::min(took, interval));
  Tell(pipeline);
  TellState(pipeline);
  co_return pipeline.deliveries.Owe(token, std::move(outbox));
}

void Pipelines::Fail(Running& pipeline, std::string why) {
  pipeline.failures.Add();
  pipeline.failing.Set(1);
  pipeline.failure = std::move(why);
}

void Pipelines::Forgive(Running& pipeline) {
  pipeline.failure.clear();
  pipeline.failing.Set(0);
}

void Pipelines::Tell(Running& pipeline) {
  const Job& job = *pipeline.job;
  pipeline.events.Add(job.events() - pipeline.events_told);
  pipeline.events_told = job.events();
  pipeline.late_rows.Add(job.late_rows() - pipeline.late_told);
  pipeline.late_told = job.late_rows();
  pipeline.dropped_rows.Add(job.dropped_rows() - pipeline.dropped_told);
  pipeline.dropped_told = job.dropped_rows();
  pipeline.epoch_age_ms.Set(job.changed() ? (env_.clock().Now() - pipeline.last_epoch).ms() : 0);
}

// Between two rounds, when nothing runs on shards. Operators that keep nothing are not told; the others by their number in the plan and their kind.
void Pipelines::TellState(Running& pipeline) {
  std::map<std::string, std::pair<int64_t, int64_t>> bytes;  // live, and moved to the file: of all shards
  std::map<int, int> numbers;                                // by shard
  for (const auto& op : pipeline.job->Report()) {
    auto& [live, moved] = bytes[StrCat(numbers[op.shard]++, " ", op.text.substr(0, op.text.find('(')))];
    live += op.state_bytes;
    moved += op.moved_bytes;
  }
  for (const auto& [op, of] : bytes) {
    if (of.first == 0 && !pipeline.state_told.contains(op)) continue;
    pipeline.state_told.insert(op);
    Labels labels{{"pipeline", pipeline.name}, {"operator", op}};
    env_.metrics().AddGauge("freshet_pipeline_state_bytes", "state that an operator keeps", labels).Set(of.first);
    env_.metrics().AddGauge("freshet_pipeline_state_moved_bytes", "of its memory, what has moved to a file", labels).Set(of.second);
  }
}

}  // namespace freshet::stream
