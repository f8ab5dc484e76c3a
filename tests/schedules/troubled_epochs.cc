#include "schedules/troubled_epochs.h"

#include "io/wait.h"

namespace freshet::testing {
namespace {

constexpr uint64_t kLateMs = 80, kLateMsMore = 150;  // the next attempt begins after 100 ms

Fault NoAnswer() { return Fault::Unavailable("no answer came; the schedule has it so"); }

}  // namespace

Task<ports::EpochStart> TroubledEpochs::Begin(Ctx ctx, std::string pipeline) {
  io::RunOn hop(env_.loop(0), BeginHere(ctx, std::move(pipeline)));
  co_return co_await hop;
}

Task<ports::EpochStart> TroubledEpochs::BeginHere(Ctx ctx, std::string pipeline) {
  auto beginning = epochs_.Begin(ctx, pipeline);
  auto start = co_await beginning;
  if (!start.ok()) co_return start;
  newest_[pipeline] = std::max(newest_[pipeline], start->attempt);
  if (!Happens(trouble_.swallowed)) co_return start;
  ++figures_.swallowed;
  co_return NoAnswer();
}

Task<std::string> TroubledEpochs::ReadSnapshot(Ctx ctx, ports::EpochToken last, int64_t attempt, int64_t offset) { return epochs_.ReadSnapshot(ctx, std::move(last), attempt, offset); }

Task<> TroubledEpochs::Keep(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) { return epochs_.Keep(ctx, std::move(token), attempt, adds, std::move(piece)); }

Task<> TroubledEpochs::Commit(Ctx ctx, ports::EpochCommit commit) {
  io::RunOn hop(env_.loop(0), CommitHere(ctx, std::move(commit)));
  co_return co_await hop;
}

Task<> TroubledEpochs::CommitHere(Ctx ctx, ports::EpochCommit commit) {
  if (Happens(trouble_.lost)) {
    ++figures_.lost;
    co_return NoAnswer();
  }
  if (Happens(trouble_.late)) {
    late_.Spawn(io::Lane::kNormal, CommitLater(std::move(commit)));
    co_return NoAnswer();
  }
  auto committing = CommitNow(ctx, std::move(commit));
  Status committed = co_await committing;
  if (!committed.ok() || !Happens(trouble_.swallowed)) co_return committed;
  ++figures_.swallowed;
  co_return NoAnswer();
}

Task<> TroubledEpochs::CommitNow(Ctx ctx, ports::EpochCommit commit) {
  bool is_zombie = commit.attempt < newest_[commit.token.pipeline];
  std::string what = StrCat("epoch ", commit.token.epoch, " of attempt ", commit.attempt, " of ", commit.token.pipeline);
  if (commit.snapshot.size() > 1 && Happens(50)) {
    size_t half = commit.snapshot.size() / 2;
    auto keeping = epochs_.Keep(ctx, commit.token, commit.attempt, commit.adds, commit.snapshot.substr(0, half));
    Status kept = co_await keeping;
    figures_.zombies += is_zombie && kept.code() == Code::kFenced ? 1 : 0;
    if (!kept.ok()) co_return kept;
    commit.snapshot.erase(0, half);
  }
  auto committing = epochs_.Commit(ctx, std::move(commit));
  Status committed = co_await committing;
  figures_.epochs += committed.ok() ? 1 : 0;
  figures_.zombies += is_zombie ? 1 : 0;
  if (is_zombie && committed.ok()) violations_.push_back(what + " took effect after a newer attempt had begun");
  co_return committed;
}

// Whatever becomes of it, nobody is told.
Task<> TroubledEpochs::CommitLater(ports::EpochCommit commit) {
  io::SleepUntil pause(env_.clock().Now() + Milliseconds(static_cast<int64_t>(kLateMs + random_.Below(kLateMsMore))));
  co_await pause;
  Ctx ctx;
  auto committing = CommitNow(ctx, std::move(commit));
  (void)co_await committing;
  co_return Status();
}

Task<> TroubledEpochs::Delivered(Ctx ctx, ports::EpochToken token) {
  io::RunOn hop(env_.loop(0), DeliveredHere(ctx, std::move(token)));
  co_return co_await hop;
}

Task<> TroubledEpochs::DeliveredHere(Ctx ctx, ports::EpochToken token) {
  if (Happens(trouble_.lost)) {
    ++figures_.lost;
    co_return NoAnswer();
  }
  auto telling = epochs_.Delivered(ctx, std::move(token));
  Status told = co_await telling;
  if (!told.ok() || !Happens(trouble_.swallowed)) co_return told;
  ++figures_.swallowed;
  co_return NoAnswer();
}

}  // namespace freshet::testing
