#pragma once

#include <map>
#include <mutex>
#include <string>

#include "io/env.h"
#include "ports/epochs.h"
#include "ports/log_units.h"

namespace freshet::testing {

// An Epochs in memory, for tests of jobs: it keeps the port's promises, but for durability. What is staged goes to the log
// that it is given. Thread-safe.
class MemoryEpochs final : public ports::Epochs {
 public:
  MemoryEpochs(Env& env, ports::LogUnits& log) : env_(env), log_(log) {}

  Task<ports::EpochStart> Begin(Ctx ctx, std::string pipeline) override;
  Task<std::string> ReadSnapshot(Ctx ctx, ports::EpochToken last, int64_t attempt, int64_t offset) override;
  Task<> Keep(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) override;
  Task<> Commit(Ctx ctx, ports::EpochCommit commit) override;
  Task<> Delivered(Ctx ctx, ports::EpochToken token) override;

  // From now on every Commit answers with this fault, and nothing of it takes effect; ok() ends it.
  void FailCommits(Status status);

 private:
  struct Pipeline {
    Uuid lineage;
    int64_t attempt = 0;
    int64_t epoch = 0;
    std::string snapshot;
    int64_t grown_by = 0;  // the attempt whose snapshot it is
    std::string draft;     // pieces of the next one
    std::map<int64_t, std::vector<ports::OutboxEntry>> undelivered;
    bool committing = false;
  };
  Status Check(const ports::EpochCommit& commit);
  Status CheckNext(const Pipeline& pipeline, const ports::EpochToken& token, int64_t attempt, bool adds) const;
  Task<> WaitForTurn(std::string pipeline);
  void EndTurn(const std::string& pipeline);

  Env& env_;
  ports::LogUnits& log_;
  std::mutex mutex_;
  std::map<std::string, Pipeline> pipelines_;  // GUARDED_BY(mutex_)
  Status commit_fault_;                        // GUARDED_BY(mutex_)
};

}  // namespace freshet::testing
