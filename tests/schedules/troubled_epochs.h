#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/env.h"
#include "io/task_group.h"
#include "ports/epochs.h"
#include "schedules/figures.h"
#include "testing/seeded_random.h"

namespace freshet::testing {

// How often, of a hundred verbs, something goes wrong between a pipeline and its epochs.
struct Trouble {
  uint64_t swallowed = 0;  // it took effect, and nobody is told
  uint64_t lost = 0;       // it did not
  uint64_t late = 0;       // a commit that is given up arrives later all the same
};

// The way from pipelines to the epoch store, on which answers and requests get lost, and commits of attempts that have ended arrive late. Snapshots take the way of large ones:
// a piece of each is kept before its commit. On loop 0, in a house's life.
class TroubledEpochs final : public ports::Epochs {
 public:
  TroubledEpochs(Env& env, ports::Epochs& epochs, Trouble trouble, uint64_t seed, ScheduleFigures& figures)
      : env_(env), epochs_(epochs), trouble_(trouble), random_(seed), figures_(figures), late_(env.loop(0), "late commits") {}

  // Waits for what is late.
  Task<> Close() { return late_.Close(); }
  // What may not be: an attempt that had ended committed.
  const std::vector<std::string>& violations() const { return violations_; }

  Task<ports::EpochStart> Begin(Ctx ctx, std::string pipeline) override;
  Task<std::string> ReadSnapshot(Ctx ctx, ports::EpochToken last, int64_t attempt, int64_t offset) override;
  Task<> Keep(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) override;
  Task<> Commit(Ctx ctx, ports::EpochCommit commit) override;
  bool HasRoom() const override { return epochs_.HasRoom(); }
  Task<> Delivered(Ctx ctx, ports::EpochToken token) override;

 private:
  Task<ports::EpochStart> BeginHere(Ctx ctx, std::string pipeline);
  Task<> CommitHere(Ctx ctx, ports::EpochCommit commit);
  Task<> DeliveredHere(Ctx ctx, ports::EpochToken token);
  Task<> CommitNow(Ctx ctx, ports::EpochCommit commit);
  Task<> CommitLater(ports::EpochCommit commit);
  bool Happens(uint64_t of_hundred) { return random_.Below(100) < of_hundred; }

  Env& env_;
  ports::Epochs& epochs_;
  const Trouble trouble_;
  SeededRandom random_;
  ScheduleFigures& figures_;
  io::TaskGroup late_;
  std::map<std::string, int64_t> newest_;  // attempt of each pipeline that has begun
  std::vector<std::string> violations_;
};

}  // namespace freshet::testing
