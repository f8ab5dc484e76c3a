#include "testing/memory_epochs.h"

#include "io/wait.h"

namespace freshet::testing {
namespace {

constexpr Duration kLookAgain = Microseconds(100);
constexpr size_t kNameBytesMax = 200;
constexpr size_t kOutboxEntriesMax = 1024;

}  // namespace

void MemoryEpochs::FailCommits(Status status) {
  std::lock_guard lock(mutex_);
  commit_fault_ = std::move(status);
}

Task<> MemoryEpochs::WaitForTurn(std::string pipeline) {
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      if (!pipelines_[pipeline].committing) {
        pipelines_[pipeline].committing = true;
        co_return Status::Ok();
      }
    }
    io::SleepUntil pause(env_.clock().Now() + kLookAgain);
    co_await pause;
  }
}

void MemoryEpochs::EndTurn(const std::string& pipeline) {
  std::lock_guard lock(mutex_);
  pipelines_[pipeline].committing = false;
}

Task<ports::EpochStart> MemoryEpochs::Begin(Ctx ctx, std::string name) {
  if (name.empty() || name.size() > kNameBytesMax) co_return Fault::Invalid("a pipeline's name has ", name.size(), " bytes");
  Status wanted = ctx.Check(env_.clock().Now());
  if (!wanted.ok()) co_return wanted;
  CO_RETURN_NOT_OK(WaitForTurn(name));
  ports::EpochStart start;
  {
    std::lock_guard lock(mutex_);
    Pipeline& pipeline = pipelines_[name];
    if (pipeline.lineage.is_zero()) pipeline.lineage = env_.random().NewUuid();
    start = {.attempt = ++pipeline.attempt, .last = {name, pipeline.lineage, pipeline.epoch}, .snapshot_bytes = static_cast<int64_t>(pipeline.snapshot.size()), .undelivered = {}};
    pipeline.draft.clear();
    for (const auto& [epoch, outbox] : pipeline.undelivered) {
      for (const ports::OutboxEntry& entry : outbox) start.undelivered.emplace_back(ports::EpochToken{name, pipeline.lineage, epoch}, entry);
    }
  }
  EndTurn(name);
  co_return start;
}

Status MemoryEpochs::CheckNext(const Pipeline& pipeline, const ports::EpochToken& token, int64_t attempt, bool adds) const {
  if (attempt != pipeline.attempt || token.lineage != pipeline.lineage) return Fault::Fenced("attempt ", attempt, " of '", token.pipeline, "'");
  if (token.epoch != pipeline.epoch + 1) return Fault::OutOfOrder("epoch ", token.epoch, " after ", pipeline.epoch, " of '", token.pipeline, "'");
  if (adds && pipeline.grown_by != attempt) return Fault::OutOfOrder("attempt ", attempt, " of '", token.pipeline, "' has nothing to add to");
  return {};
}

Task<std::string> MemoryEpochs::ReadSnapshot(Ctx, ports::EpochToken last, int64_t attempt, int64_t offset) {
  std::lock_guard lock(mutex_);
  const Pipeline& pipeline = pipelines_[last.pipeline];
  if (attempt != pipeline.attempt || last.epoch != pipeline.epoch) co_return Fault::Fenced("attempt ", attempt, " of '", last.pipeline, "'");
  constexpr size_t kPieceBytes = 1000;
  co_return pipeline.snapshot.substr(std::min(pipeline.snapshot.size(), static_cast<size_t>(offset)), kPieceBytes);
}

Task<> MemoryEpochs::Keep(Ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) {
  std::lock_guard lock(mutex_);
  Pipeline& pipeline = pipelines_[token.pipeline];
  Status wanted = CheckNext(pipeline, token, attempt, adds);
  if (wanted.ok()) pipeline.draft += piece;
  co_return wanted;
}

Status MemoryEpochs::Check(const ports::EpochCommit& commit) {
  std::lock_guard lock(mutex_);
  const Pipeline& pipeline = pipelines_[commit.token.pipeline];
  if (!commit_fault_.ok()) return commit_fault_;
  RETURN_NOT_OK(CheckNext(pipeline, commit.token, commit.attempt, commit.adds));
  if (commit.outbox.size() > kOutboxEntriesMax) return Fault::TooLarge("an epoch with ", commit.outbox.size(), " outbox entries");
  return {};
}

Task<> MemoryEpochs::Commit(Ctx ctx, ports::EpochCommit commit) {
  Status wanted = ctx.Check(env_.clock().Now());
  if (!wanted.ok()) co_return wanted;
  {
    std::lock_guard lock(mutex_);
    if (pipelines_.count(commit.token.pipeline) == 0) co_return Fault::NotFound("pipeline '", commit.token.pipeline, "' has not begun");
  }
  CO_RETURN_NOT_OK(WaitForTurn(commit.token.pipeline));
  Status fate = Check(commit);
  if (fate.ok()) {
    std::vector<data::Frame> no_frames;
    auto append = log_.AppendTogether(ctx, std::move(commit.staged), no_frames);
    auto appended = co_await append;
    fate = appended.status();
  }
  if (fate.ok()) {
    std::lock_guard lock(mutex_);
    Pipeline& pipeline = pipelines_[commit.token.pipeline];
    pipeline.epoch = commit.token.epoch;
    pipeline.snapshot = (commit.adds ? pipeline.snapshot : "") + std::exchange(pipeline.draft, {}) + commit.snapshot;
    pipeline.grown_by = commit.attempt;
    if (!commit.outbox.empty()) pipeline.undelivered[pipeline.epoch] = std::move(commit.outbox);
  }
  EndTurn(commit.token.pipeline);
  co_return fate;
}

Task<> MemoryEpochs::Delivered(Ctx, ports::EpochToken token) {
  std::lock_guard lock(mutex_);
  auto found = pipelines_.find(token.pipeline);
  if (found == pipelines_.end()) co_return Fault::NotFound("pipeline '", token.pipeline, "' has not begun");
  if (token.lineage != found->second.lineage) co_return Fault::Fenced("another lineage of '", token.pipeline, "'");
  if (token.epoch > found->second.epoch) co_return Fault::OutOfOrder("epoch ", token.epoch, " of '", token.pipeline, "' has not taken effect");
  found->second.undelivered.erase(token.epoch);
  co_return Status::Ok();
}

}  // namespace freshet::testing
