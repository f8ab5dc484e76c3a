#pragma once

#include <map>
#include <string>

#include "ports/epochs.h"
#include "ports/pipeline_states.h"
#include "testing/seeded_random.h"

namespace freshet::stream {

// Epochs in memory over a log in memory: what a commit stages is appended in the step that commits it, so a crash
// between two steps finds both or neither. Outlives the houses of one test. Refuses a share of commits on request.
class KeptEpochs final : public ports::Epochs, public ports::PipelineStates {
 public:
  explicit KeptEpochs(ports::EventLog& log) : log_(log) {}

  // One of so many commits is refused before anything of it takes effect; 0: none.
  void RefuseOneOf(uint64_t n, uint64_t seed) {
    refuse_one_of_ = n;
    random_ = testing::SeededRandom(seed);
  }
  // Nobody can begin an attempt.
  void RefuseToBegin(bool refuse) { refuses_to_begin_ = refuse; }
  // Whether others leave room for what an epoch owes.
  void LeaveRoom(bool leave) { has_room_ = leave; }
  size_t undelivered(const std::string& pipeline) { return pipelines_[pipeline].undelivered.size(); }
  int64_t commits(const std::string& pipeline) const { return pipelines_.at(pipeline).last.epoch; }
  int64_t refused() const { return refused_; }
  // How often a snapshot was read from its beginning.
  int64_t snapshots_read() const { return snapshots_read_; }

  Task<ports::EpochStart> Begin(Ctx, std::string pipeline) override {
    if (refuses_to_begin_) co_return Fault::Unavailable("refused by the test");
    Pipeline& p = pipelines_[pipeline];
    ++p.attempt;
    p.draft.clear();
    co_return ports::EpochStart{p.attempt, p.last, static_cast<int64_t>(p.snapshot.size()), p.undelivered};
  }

  Task<std::string> ReadSnapshot(Ctx, ports::EpochToken last, int64_t, int64_t offset) override {
    const std::string& snapshot = pipelines_[last.pipeline].snapshot;
    snapshots_read_ += offset == 0 ? 1 : 0;
    co_return snapshot.substr(std::min(snapshot.size(), static_cast<size_t>(offset)), 1000);
  }

  Task<> Keep(Ctx, ports::EpochToken token, int64_t, bool, std::string piece) override {
    pipelines_[token.pipeline].draft += piece;
    co_return Status();
  }

  Task<> Commit(Ctx ctx, ports::EpochCommit commit) override {
    Pipeline& p = pipelines_[commit.token.pipeline];
    if (commit.attempt != p.attempt) co_return Fault::Fenced("attempt ", commit.attempt, " of ", commit.token.pipeline);
    if (commit.token.epoch != p.last.epoch + 1) co_return Fault::OutOfOrder("epoch ", commit.token.epoch);
    if (refuse_one_of_ > 0 && random_.Below(refuse_one_of_) == 0) {
      ++refused_;
      co_return Fault::DiskFull("refused by the test");
    }
    if (!commit.staged.empty()) {
      auto appending = log_.Append(ctx, std::move(commit.staged));
      auto appended = co_await appending;
      if (!appended.ok()) co_return appended.status();
      for (const auto& one : *appended) CHECK(one.ok());
    }
    p.last = commit.token;
    p.snapshot = (commit.adds ? p.snapshot : "") + std::exchange(p.draft, {}) + commit.snapshot;
    for (auto& entry : commit.outbox) p.undelivered.emplace_back(commit.token, std::move(entry));
    co_return Status();
  }

  Task<ports::PipelineStand> Look(Ctx, std::string pipeline) override {
    Pipeline& p = pipelines_[pipeline];
    co_return ports::PipelineStand{p.last.epoch, p.snapshot};
  }

  Task<std::vector<std::string>> Names(Ctx) override {
    std::vector<std::string> names;
    for (const auto& [name, pipeline] : pipelines_) names.push_back(name);
    co_return names;
  }

  bool HasRoom() const override { return has_room_; }

  Task<std::vector<ports::KeptPipeline>> Kept(Ctx) override {
    std::vector<ports::KeptPipeline> kept;
    for (const auto& [name, pipeline] : pipelines_) kept.push_back({.name = name, .attempt = pipeline.attempt, .epoch = pipeline.last.epoch});
    co_return kept;
  }

  Task<> Forget(Ctx, std::string pipeline, int64_t, bool) override {
    pipelines_.erase(pipeline);
    co_return Status();
  }

  Task<> Delivered(Ctx, ports::EpochToken token) override {
    std::erase_if(pipelines_[token.pipeline].undelivered, [&](const auto& entry) { return entry.first.epoch == token.epoch; });
    co_return Status();
  }

 private:
  struct Pipeline {
    int64_t attempt = 0;
    ports::EpochToken last;
    std::string snapshot;
    std::string draft;
    std::vector<std::pair<ports::EpochToken, ports::OutboxEntry>> undelivered;
  };

  ports::EventLog& log_;
  std::map<std::string, Pipeline> pipelines_;
  bool refuses_to_begin_ = false;
  bool has_room_ = true;
  uint64_t refuse_one_of_ = 0;
  testing::SeededRandom random_{1};
  int64_t refused_ = 0;
  int64_t snapshots_read_ = 0;
};

}  // namespace freshet::stream
