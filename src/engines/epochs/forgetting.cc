#include <algorithm>

#include "engines/epochs/pipeline.h"

// Names are given back. What is kept of a forgotten pipeline is which numbers its records had, until a snapshot file stands behind all of them:
// a replay that begins among them passes over what it meets, and is not surprised by who has taken the name since.

namespace freshet::epochs {
namespace {

constexpr uint64_t kUnknownNumbers = 1'000'000'000;  // more than a refused pipeline's records that nobody has read

}  // namespace

size_t EpochStore::CountKept() const {
  return static_cast<size_t>(std::count_if(pipelines_.begin(), pipelines_.end(), [](const auto& one) { return !one.second->state.is_forgotten(); }));
}

Task<std::vector<ports::KeptPipeline>> EpochStore::Kept(Ctx) {
  io::RunOn hop(env_.loop(0), KeptOnLoop());
  co_return co_await hop;
}

Task<std::vector<ports::KeptPipeline>> EpochStore::KeptOnLoop() {
  std::vector<ports::KeptPipeline> kept;
  for (const auto& [id, pipeline] : pipelines_) {
    const PipelineState& state = pipeline->state;
    bool is_kept = (state.number > 0 || !state.damage.empty()) && !state.is_forgotten();
    if (!is_kept) continue;
    kept.push_back({.name = state.name.empty() ? id.ToString() : state.name, .attempt = state.attempt, .epoch = state.epoch, .state_bytes = state.state.size(),
                    .undelivered_epochs = static_cast<int64_t>(state.undelivered.size()), .damage = state.damage});
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  co_return kept;
}

Task<> EpochStore::Forget(Ctx ctx, std::string pipeline, int64_t attempt, bool accept_loss) {
  io::RunOn hop(env_.loop(0), ForgetOnLoop(ctx, std::move(pipeline), attempt, accept_loss));
  co_return co_await hop;
}

Task<> EpochStore::ForgetOnLoop(Ctx ctx, std::string name, int64_t attempt, bool accept_loss) {
  auto found = pipelines_.find(PipelineId(name));
  if (found == pipelines_.end()) co_return Fault::NotFound("no pipeline '", name, "' has begun here");
  Pipeline& pipeline = *found->second;
  io::Turn turn(pipeline.turns);
  co_await turn;
  Status wanted = ctx.Check(env_.clock().Now());
  if (wanted.ok()) wanted = CheckForget(pipeline, name, attempt, accept_loss);
  if (!wanted.ok()) co_return wanted;
  auto forgetting = ForgetInTurn(ctx, &pipeline, std::move(name));
  co_return co_await forgetting;
}

Status EpochStore::CheckForget(const Pipeline& pipeline, const std::string& name, int64_t attempt, bool accept_loss) const {
  const PipelineState& state = pipeline.state;
  bool is_kept = (state.number > 0 || !state.damage.empty()) && !state.is_forgotten();
  if (!is_kept) return Fault::NotFound("no pipeline '", name, "' has begun here");
  if (!state.name.empty() && state.name != name) return Fault::Conflict("pipeline '", name, "' has the id of pipeline '", state.name, "'");
  if (state.attempt != attempt) return Fault::Conflict("pipeline '", name, "' has begun again meanwhile; stop it first");
  if (!state.undelivered.empty() && !accept_loss) {
    return Fault::Conflict("pipeline '", name, "' owes ", state.undelivered.size(), " epochs to their targets: start its file once more, so that they are delivered, or let them go (--accept-loss)");
  }
  if (pipelines_.size() - CountKept() >= options_.pipelines_max) return Fault::Exhausted(options_.pipelines_max, " pipelines were forgotten since the last checkpoint; try again in some seconds");
  return {};
}

// The files go as soon as the record is durable: no replay needs them behind it.
Task<> EpochStore::ForgetInTurn(Ctx ctx, Pipeline* pipeline, std::string name) {
  auto list = [&] { return files_.List(); };
  io::Offload listing(env_.workers(), io::Pool::kGeneral, list);
  auto paths = co_await listing;
  if (!paths.ok()) co_return paths.status();
  std::erase_if(*paths, [&](const std::string& path) {
    auto id = PipelineOfStateFile(path);
    return !id.ok() || *id != pipeline->id;
  });
  const PipelineState& state = pipeline->state;
  AttemptRecord record{.number = std::max(state.number, pipeline->highest) + 1, .pipeline = std::move(name), .lineage = {}, .attempt = state.attempt};
  if (!state.damage.empty()) record.number += kUnknownNumbers;
  for (const std::string& path : *paths) record.attempt = std::max(record.attempt, AttemptOfStateFile(path));
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kEpochAttempt, .type_version = kAttemptVersion, .stream = data::StreamId::OfPipeline(pipeline->id), .head = EncodeAttempt(record)});
  {
    ports::OpenUnits::Open is_open(open_units_, *commit_);
    env_.kill_points().Reach("epochs.before_forget");
    auto submit = commit_->Submit(ctx, std::move(unit));
    auto submitted = co_await submit;
    env_.kill_points().Reach("epochs.after_forget");
    if (!submitted.ok()) co_return submitted.status();
    TakeAnew(*pipeline, record);
    pipeline->forgotten_at = *submitted;
    pipeline->draft.reset();
    pipeline->grown_by = 0;
  }
  undelivered_gauge_.Set(outbox_bytes_);
  auto remove = [&] {
    RemoveFilesOf(*pipeline, *paths);
    return Status();
  };
  io::Offload removing(env_.workers(), io::Pool::kGeneral, remove);
  co_await removing;
  std::erase_if(condemned_, [&](const std::string& path) { return std::find(paths->begin(), paths->end(), path) != paths->end(); });
  env_.kill_points().Reach("epochs.forgotten");
  log_.Info("a pipeline was forgotten", {{"pipeline", pipeline->state.name}, {"files", paths->size()}});
  co_return Status::Ok();
}

void EpochStore::RemoveFilesOf(Pipeline& pipeline, const std::vector<std::string>& paths) {
  Status removed = files_.Remove(paths);
  if (removed.ok()) return;
  pipeline.has_files = true;
  log_.Warn("state files of a forgotten pipeline stay until the next start", {{"pipeline", pipeline.state.name}, {"why", removed.ToString()}});
}

void EpochStore::TakeAnew(Pipeline& pipeline, const AttemptRecord& record) {
  for (const auto& [epoch, outbox] : pipeline.state.undelivered) outbox_bytes_ -= BytesOf(outbox);
  pipeline.state = {.name = record.pipeline, .lineage = record.lineage, .number = record.number, .attempt = record.attempt};
  pipeline.doubtful = false;
  pipeline.highest = std::max(pipeline.highest, record.number);
}

// Those of whom no record stands at or behind this position, with their last number.
std::vector<std::pair<Uuid, uint64_t>> EpochStore::ForgottenBelow(data::Position up_to) const {
  std::vector<std::pair<Uuid, uint64_t>> forgotten;
  for (const auto& [id, pipeline] : pipelines_) {
    bool is_over = pipeline->turns.are_free() && pipeline->state.is_forgotten() && !pipeline->has_files;
    if (is_over && pipeline->forgotten_at <= up_to) forgotten.emplace_back(id, pipeline->state.number);
  }
  return forgotten;
}

// The snapshot file has none of these any more. Whoever has taken the name meanwhile keeps its numbers.
void EpochStore::DropForgotten(const std::vector<std::pair<Uuid, uint64_t>>& forgotten) {
  for (const auto& [id, number] : forgotten) {
    auto found = pipelines_.find(id);
    bool is_same = found != pipelines_.end() && found->second->state.is_forgotten() && found->second->state.number == number && found->second->turns.are_free();
    if (is_same) pipelines_.erase(found);
  }
}

}  // namespace freshet::epochs
