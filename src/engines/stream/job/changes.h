#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "engines/stream/state/snapshot.h"
#include "io/env.h"
#include "ports/event_log.h"
#include "ports/pipeline_changes.h"
#include "ports/pipeline_states.h"
#include "ports/topics.h"

namespace freshet::stream {

// Compares the signatures in a pipeline's last epoch with those of a changed file, as a swap will (job/rebuild.h): what has the same signature goes on; what has not is built anew
// beside what runs, if that can be done. What a start would do (Job::Begin) is said of the rest: what reads tables anew is rebuilt from the log; what is behind a source that goes on begins
// empty. Owned by the house.
class Changes final : public ports::PipelineChanges {
 public:
  Changes(Env& env, const ports::Connectors& connectors, ports::EventLog& log, const ports::Topics& topics, ports::PipelineStates& states, ports::Functions* functions = nullptr)
      : env_(env), connectors_(connectors), log_(log), topics_(topics), states_(states), functions_(functions) {}

  Task<ports::PipelineChange> Compare(Ctx ctx, std::string pipeline, std::string sql, bool accept_loss) override;

 private:
  // What a source that begins anew will read.
  struct Replay {
    std::string table;
    bool kept = false;       // it goes on where it stands,
    bool carried = false;    // as a reading that is new,
    std::string refusal;     // unless the start will refuse to
    bool made_again = false; // with another topic than it stands in, which is accepted
    bool known = false;      // how much it is
    int64_t records = 0;
    int64_t bytes = 0;
    int64_t gone = 0;        // records that the log has dropped
    std::string from;        // "from the earliest on"
  };
  using Replays = std::map<std::string, Replay>;  // by the source's signature

  class Comparison;

  Task<ports::PipelineChange> CompareOne(Ctx ctx, std::string pipeline, std::string sql, bool accept_loss);
  Task<> AddPlace(Ctx ctx, ports::TopicPlace place, bool from_the_first, Replay& replay);
  Task<> TryToGoOn(Ctx ctx, NodePtr source, std::string position, data::TimeZone zone, bool accept_loss, Replay& replay);
  Task<> Measure(Ctx ctx, NodePtr source, data::TimeZone zone, Replay& replay);
  Task<Replays> ReplaysOf(Ctx ctx, const Pipeline& pipeline, const Snapshot& snapshot, data::TimeZone zone, bool accept_loss);

  Env& env_;
  const ports::Connectors& connectors_;
  ports::EventLog& log_;
  const ports::Topics& topics_;
  ports::PipelineStates& states_;
  ports::Functions* const functions_;  // known by what they say of themselves, never called
  std::atomic<bool> comparing_{false};
};

}  // namespace freshet::stream
