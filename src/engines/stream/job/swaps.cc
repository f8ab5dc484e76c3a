#include <algorithm>

#include "engines/stream/job/pipelines.h"
#include "io/wait.h"

// How a file that has changed takes the place of the version that runs.

namespace freshet::stream {
namespace {

constexpr int64_t kRowsLeft = 10'000;                 // as many may be left to read when the old version stops
constexpr int kPassesMax = 20;                        // to come so near
constexpr Duration kPlanTime = Seconds(3);            // of a file that is swapped in: its loop has other work

// What was told of a start, as the swap did it.
ports::PipelineChange AsSwapped(ports::PipelineChange change) {
  for (auto& part : change.parts) {
    if (!part.by_swap) continue;
    part.fate = ports::Fate::kRebuilt;
    part.reason = part.writes_again ? "what it lacks was written" : "built anew from the log";
  }
  return change;
}

// What a swap would not keep, nobody has to find out afterwards.
Status CheckSwap(const ports::PipelineChange& change, bool accept_loss) {
  if (!change.refusal.empty()) return Fault::Conflict(change.refusal);
  for (const auto& part : change.parts) {
    if (part.by_swap) continue;
    if (part.fate == ports::Fate::kLost && !accept_loss) return Fault::Conflict(part.part, " would be lost: ", part.reason, "; freshet plan tells all of it, --accept-loss lets it go");
  }
  return {};
}

}  // namespace

void Pipelines::AllowSwaps(ports::PipelineChanges& changes, ports::PipelineStates& states, ReadFile read) {
  changes_ = &changes;
  states_ = &states;
  read_ = std::move(read);
}

void Pipelines::BeginTrial(Running& pipeline) {
  if (pipeline.trial == nullptr || pipeline.trial->begun) return;
  pipeline.job.reset();
  std::swap(pipeline.version, pipeline.trial->version);
  pipeline.trial->begun = true;
  env_.kill_points().Reach("pipeline.between_versions");
}

// A version that has not committed an epoch leaves nothing behind: the one before it goes on.
void Pipelines::EndTrial(Running& pipeline, Status outcome) {
  Trial& trial = *std::exchange(pipeline.trial, nullptr);
  if (trial.begun && !outcome.ok()) std::swap(pipeline.version, trial.version);
  trial.outcome = std::move(outcome);
  trial.ended.NotifyAll();
}

Task<ports::Swapped> Pipelines::Swap(Ctx ctx, ports::SwapRequest request) {
  Running* known = Find(request.pipeline);
  if (known == nullptr) {
    auto beginning = SwapNew(ctx, std::move(request));
    co_return co_await beginning;
  }
  io::RunOn hop(known->group.loop(), SwapKnown(ctx, *known, std::move(request)));
  co_return co_await hop;
}

// What the house reads, if that is what is meant.
Task<ScriptFile> Pipelines::ReadMeant(std::string pipeline, std::string sql) {
  auto read = [&] { return read_(pipeline); };
  io::Offload reading(env_.workers(), io::Pool::kGeneral, read);
  auto file = co_await reading;
  if (!file.ok()) co_return file.fault();
  bool is_meant = sql.empty() || sql == file->text;
  if (!is_meant) co_return Fault::Conflict("the house reads ", file->name, ", and that file says something else; apply from the project folder that the house was started with");
  co_return std::move(file).value();
}

// What the file says, and would make of the pipeline's state; a Fault when it may not.
Task<Pipelines::Looked> Pipelines::Look(Ctx ctx, std::string pipeline, ScriptFile file, bool accept_loss) {
  auto version = Plan(file, env_.clock().Now() + kPlanTime);
  if (!version.ok()) co_return In(file, version.fault());
  Looked looked{.file = std::move(file), .version = std::move(version).value(), .change = {.pipeline = pipeline}};
  if (looked.version->plans.empty()) co_return looked;
  Status models = CheckModels(looked.version->plans, models_);
  if (!models.ok()) co_return In(looked.file, models.fault());
  auto comparing = changes_->Compare(ctx, std::move(pipeline), looked.file.text, accept_loss);
  auto change = co_await comparing;
  if (!change.ok()) co_return In(looked.file, change.fault());
  Status allowed = CheckSwap(*change, accept_loss);
  if (!allowed.ok()) co_return In(looked.file, allowed.fault());
  looked.change = std::move(change).value();
  co_return looked;
}

// A file that came while the house runs. It is among the others from when it can be planned on; if it does not begin, it stands there as one that fails.
Task<ports::Swapped> Pipelines::SwapNew(Ctx ctx, ports::SwapRequest request) {
  bool is_name = read_ != nullptr && changes_ != nullptr && !request.pipeline.empty() && request.pipeline.find('/') == std::string::npos;
  if (!is_name) co_return Fault::NotFound("no pipeline '", request.pipeline.substr(0, 200), "' runs in this house");
  auto reading = ReadMeant(request.pipeline, request.sql);
  auto file = co_await reading;
  if (file.code() == Code::kNotFound) co_return Fault::NotFound("no pipeline '", request.pipeline.substr(0, 200), "' runs in this house, and it has no file");
  if (!file.ok()) co_return file.fault();
  auto looking = Look(ctx, request.pipeline, std::move(file).value(), request.accept_loss);
  auto looked = co_await looking;
  if (!looked.ok()) co_return looked.fault();
  if (looked->version->plans.empty()) co_return ports::Swapped{.change = std::move(looked->change), .unchanged = true};  // declarations run nothing
  if (request.only_check) co_return ports::Swapped{.change = std::move(looked->change), .begins = true};
  Running* pipeline = AddSwapping(request.pipeline);
  if (pipeline == nullptr) co_return Fault::Exhausted("pipeline '", request.pipeline, "' is being begun by somebody else at the moment; ask again when that is done");
  io::RunOn hop(pipeline->group.loop(), BeginNew(*pipeline, std::move(looked).value(), request.accept_loss));
  co_return co_await hop;
}

// On its loop; from when it is there on nobody else swaps it.
Task<ports::Swapped> Pipelines::BeginNew(Running& pipeline, Looked looked, bool accept_loss) {
  auto taking = TakeOver(pipeline, std::move(looked), accept_loss);
  auto begun = co_await taking;
  EndSwap(pipeline, begun.status());
  if (begun.ok()) begun->begins = true;
  co_return begun;
}

Task<ports::Swapped> Pipelines::SwapKnown(Ctx ctx, Running& pipeline, ports::SwapRequest request) {
  if (pipeline.swapping) co_return Fault::Exhausted("pipeline '", pipeline.name, "' is being swapped at the moment; ask again when that is done");
  pipeline.swapping = true;
  bool only_check = request.only_check;
  auto swapping = SwapAlone(ctx, pipeline, std::move(request));
  auto swapped = co_await swapping;
  EndSwap(pipeline, only_check ? Status() : swapped.status());
  co_return swapped;
}

void Pipelines::EndSwap(Running& pipeline, const Status& swapped) {
  pipeline.swapping = false;
  if (!swapped.ok() && pipeline.version == nullptr) Fail(pipeline, swapped.fault().ToString());
}

Task<ports::Swapped> Pipelines::SwapAlone(Ctx ctx, Running& pipeline, ports::SwapRequest request) {
  if (changes_ == nullptr) co_return Fault::Unsupported("nobody here compares states, so no file can be swapped; start the house again");
  auto reading = ReadMeant(pipeline.name, request.sql);
  auto file = co_await reading;
  if (!file.ok()) co_return file.fault();
  int64_t epoch = pipeline.epoch.value();
  bool unchanged = pipeline.version != nullptr && file->text == pipeline.version->text && pipeline.up.value() == 1;
  if (unchanged) co_return ports::Swapped{.change = {.pipeline = pipeline.name, .epoch = epoch}, .unchanged = true, .epoch = epoch};
  auto looking = Look(ctx, pipeline.name, std::move(file).value(), request.accept_loss);
  auto looked = co_await looking;
  if (!looked.ok()) co_return looked.fault();
  if (looked->version->plans.empty()) co_return Fault::Unsupported(looked->file.name, " writes no table any more; a pipeline ends with its house: take the file away and start again");
  if (request.only_check) co_return ports::Swapped{.change = std::move(looked->change), .epoch = epoch};
  auto taking = TakeOver(pipeline, std::move(looked).value(), request.accept_loss);
  co_return co_await taking;
}

// On the pipeline's loop: builds what is to be built anew, and puts the version in the place of what runs.
Task<ports::Swapped> Pipelines::TakeOver(Running& pipeline, Looked looked, bool accept_loss) {
  Trial trial;
  trial.version = std::move(looked.version);
  trial.lets_state_go = accept_loss;
  if (pipeline.group.cancel()->raised()) co_return Fault::Unavailable("the house is closing");
  pipeline.group.Spawn(io::Lane::kNormal, PrepareAndTell(pipeline, trial, accept_loss));
  auto preparing = Await(trial);
  Status prepared = co_await preparing;
  if (!prepared.ok()) co_return In(looked.file, prepared.fault());
  bool ran = pipeline.up.value() == 1;
  auto trying = Try(pipeline, trial);
  Status tried = co_await trying;
  if (!tried.ok()) {
    std::string_view still = ran ? "the old version runs on, because the new one does not begin: " : pipeline.version == nullptr ? "it does not begin: " : "the new version does not begin, and the old one had failed before: ";
    co_return In(looked.file, Fault(tried.fault().code(), tried.fault().blame(), tried.fault().retry(), StrCat(still, tried.fault().message())));
  }
  ports::Swapped swapped{.change = AsSwapped(std::move(looked.change)), .epoch = pipeline.epoch.value()};
  log_.Info("a pipeline goes on with what its file says now", {{"pipeline", pipeline.name}, {"epoch", swapped.epoch}});
  co_return swapped;
}

Task<Snapshot> Pipelines::LastOf(std::string pipeline) {
  Ctx ctx;
  auto looking = states_->Look(ctx, std::move(pipeline));
  auto stand = co_await looking;
  if (!stand.ok()) co_return stand.fault();
  if (stand->snapshot.empty()) co_return Snapshot();
  auto last = Snapshot::Decode(stand->snapshot);
  if (last.ok()) LeaveDeletedTopics(*last, IdsOf(*topics_));
  co_return last;
}

// The old version has ended its last epoch.
Task<std::string> Pipelines::FinishRebuild(Trial& trial, std::string pipeline) {
  auto looking = LastOf(std::move(pipeline));
  auto last = co_await looking;
  if (!last.ok()) co_return last.fault();
  Ctx ctx;
  auto finishing = trial.rebuild->Finish(ctx, *last);
  auto beginning = co_await finishing;
  if (!beginning.ok()) co_return beginning.fault();
  trial.staged = std::move(beginning->staged);
  trial.rebuild.reset();
  co_return std::move(beginning->snapshot);
}

// A door asks on its urgent lane; what is read again is read among the loop's normal work.
Task<> Pipelines::PrepareAndTell(Running& pipeline, Trial& trial, bool accept_loss) {
  auto preparing = Prepare(pipeline, trial, accept_loss);
  Status prepared = co_await preparing;
  if (prepared.code() == Code::kCancelled) prepared = Fault::Unavailable("the house is closing");
  trial.outcome = std::move(prepared);
  trial.ended.NotifyAll();
  co_return Status();
}

// While the old version serves: reads up to where it stands, again and again, until little is left.
Task<> Pipelines::Prepare(Running& pipeline, Trial& trial, bool accept_loss) {
  Ctx ctx;
  ctx.cancel = no_more_swaps_;
  auto looking = LastOf(pipeline.name);
  auto last = co_await looking;
  if (!last.ok()) co_return last.fault();
  Version& version = *trial.version;
  auto opened = Rebuild::Open(env_, version.plans, *last, connectors_, version.script.session(), JobOptions(pipeline, version), accept_loss);
  if (!opened.ok()) co_return opened.fault();
  if ((*opened)->empty()) co_return Status();
  trial.rebuild = std::move(opened).value();
  auto beginning = trial.rebuild->Begin(ctx, *last, accept_loss);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun;
  for (int pass = 1;; ++pass) {
    auto again = LastOf(pipeline.name);
    auto now = co_await again;
    if (!now.ok()) co_return now.fault();
    auto reading = trial.rebuild->CatchUp(ctx, *now);
    auto rows = co_await reading;
    if (!rows.ok()) co_return rows.fault();
    if (*rows < kRowsLeft) co_return Status();
    if (pass == kPassesMax) co_return Fault::Unavailable("rows come as fast as they can be read again, so the old version runs on; apply when less comes in");
  }
}

Task<> Pipelines::Try(Running& pipeline, Trial& trial) {
  if (pipeline.group.cancel()->raised()) co_return Fault::Unavailable("the house is closing");
  pipeline.trial = &trial;
  if (std::exchange(pipeline.over, false)) pipeline.group.Spawn(io::Lane::kNormal, Run(pipeline));
  auto waiting = Await(trial);
  co_return co_await waiting;
}

Task<> Pipelines::Await(Trial& trial) {
  while (!trial.outcome) {
    io::Signal::Waiter wait(trial.ended, MonoTime::Never());
    co_await wait;
  }
  co_return *std::exchange(trial.outcome, std::nullopt);
}

}  // namespace freshet::stream
