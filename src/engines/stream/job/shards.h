#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "io/env.h"

namespace freshet::stream {

// Which loop of so many works for a shard of a job whose own is `home`.
inline int LoopOfShard(const io::Loop& home, int shard, int loops) { return (home.index() + 1 + shard) % loops; }

// The parts of a job's plans that run on shards, one pipeline and one loop each. Works in steps: what the job's part
// has sent goes to all shards at once, then what they have sent one another, level by level, then what comes back to the
// job. Between two steps everything is at rest, and the job's loop may save and load all parts. So there are no queues
// between shards that could fill up, and what comes out of a step does not depend on which loop was faster
// (docs/decisions/0085). Owned by a job; used on its loop.
class Shards {
 public:
  static Result<std::unique_ptr<Shards>> Build(const std::vector<NodePtr>& plans, const expr::Session& session, Pipeline::Options options, Env& env);

  // One step with all that `job` has sent so far; what comes back is taken by it. At most one at a time; the job's loop
  // may push more into `job` meanwhile. After a Fault everything is thrown away.
  Task<> Step(Ctx ctx, Pipeline& job);
  // The next step tells shards that keep a clock what time it is, when they have taken what was sent to them.
  void TellTime(WallTime now) { now_ = now; }
  bool has_clock() const;

  // Between two steps, for saving and loading.
  std::vector<Pipeline*> parts() const;
  bool Knows(const std::string& signature) const { return shards_.front()->pipeline->Knows(signature); }
  void Report(std::vector<Pipeline::OperatorReport>& out) const;
  int64_t late_rows() const { return late_rows_; }  // as the last step left it: also while one runs

 private:
  // Late rows of a step: told on the job's loop.
  struct Late {
    std::string relation;
    std::vector<std::string> columns;
    Batch rows;
  };
  // Moves to its loop for the length of a hop.
  struct Shard {
    std::vector<Late> late;
    std::unique_ptr<Pipeline> pipeline;
  };
  using Inbox = std::vector<ExchangeItems>;  // by sender

  Shards(Env& env, LateRows late) : env_(env), late_(std::move(late)) {}
  Task<> Deliver(Ctx ctx, Shard& shard, Inbox inbox, std::optional<WallTime> now);
  Task<> RunLevel(Ctx ctx, std::vector<Inbox> inboxes, std::optional<WallTime> now);
  void TellLate();
  int64_t CountLate() const;

  Env& env_;
  LateRows late_;
  int64_t late_rows_ = 0;
  std::optional<WallTime> now_;  // to be told
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace freshet::stream
