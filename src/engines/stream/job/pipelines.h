#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engines/stream/job/deliveries.h"
#include "engines/stream/job/job.h"
#include "engines/stream/job/late_topics.h"
#include "engines/stream/job/rebuild.h"
#include "engines/stream/job/script.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/event_log.h"
#include "ports/pipeline_changes.h"
#include "ports/pipeline_states.h"
#include "ports/pipeline_swaps.h"
#include "ports/pipelines.h"
#include "ports/topics.h"

namespace freshet::stream {

// Whether the models that the plans ask are served, and are those that CREATE MODEL declares; the first that is not.
Status CheckModels(const std::vector<NodePtr>& plans, const ports::Models& models);

// "pipelines/totals.sql" → "totals".
std::string PipelineNameOf(std::string file);

// Runs the files of pipelines/ for ever, each as one job: all its INSERTs share sources, and one epoch clock
// (execution.checkpointing.interval). A job that fails is begun again from its last epoch, after a pause that
// doubles. A file that is changed meanwhile takes its place when somebody asks for it: the old version ends its epoch, the new one begins from there
// and commits an epoch at once; if it cannot, the old one goes on. A file that is new begins so, too. Owned by the house; each job lives on one loop.
class Pipelines final : public ports::Pipelines, public ports::PipelineSwaps {
 public:
  static constexpr Duration kEpochInterval = Milliseconds(100);
  static constexpr Duration kEmptyTimeout = Seconds(5);

  // What becomes of a file that cannot be planned: a Fault naming file and place, or a pipeline that fails with it until an apply brings a file that can.
  enum class Unplanned : uint8_t { kIsRefused, kFails };
  // Plans every file. Borrows the connectors and models, what bounds the state of all of them together, and who calls Python for them.
  static Result<std::unique_ptr<Pipelines>> Open(Env& env, const ports::Connectors& connectors, const ports::Models& models, StateBounds state, const std::vector<ScriptFile>& files, ports::Functions* functions = nullptr,
                                                 Unplanned unplanned = Unplanned::kIsRefused);

  // What a pipeline's file says now; blocks.
  using ReadFile = std::function<Result<ScriptFile>(const std::string& pipeline)>;
  // Lets files be swapped. Before Begin.
  void AllowSwaps(ports::PipelineChanges& changes, ports::PipelineStates& states, ReadFile read);
  // Of a house that closes: those that still read are given up.
  void EndSwaps() { no_more_swaps_->Raise(); }

  // On loop 0.
  void Begin(ports::Topics& topics, ports::Epochs& epochs);
  // Each job ends its last epoch. On loop 0.
  Task<> Close();

  Task<std::vector<ports::PipelineProgress>> Describe(Ctx ctx) const override;
  std::vector<std::string> Failing() const override;
  Task<ports::Swapped> Swap(Ctx ctx, ports::SwapRequest request) override;

 private:
  // One text of a pipeline's file, planned.
  struct Version {
    Version(const ports::Connectors& connectors, Env& env) : script(connectors, env, ResultMode::kFinal) {}
    std::string text;
    Script script;
    std::vector<NodePtr> plans;
    Duration interval = kEpochInterval;
    Duration idle_timeout;
    bool shows_changes_early = false;  // so an attempt behind one that died retraces it
  };
  // A version on its way: first it waits for the running one to end its epoch, then it is on trial until it has committed one itself.
  struct Trial {
    std::unique_ptr<Version> version;   // the one that does not run
    bool lets_state_go = false;
    std::unique_ptr<Rebuild> rebuild;   // absent: all state is kept
    std::vector<ports::LogAppend> staged;  // for its first epoch
    bool begun = false;
    std::optional<Status> outcome;
    io::Signal ended;
  };
  // A file that may be swapped in: what it says, and what that makes of the pipeline's state. A version without plans runs nothing.
  struct Looked {
    ScriptFile file;
    std::unique_ptr<Version> version;
    ports::PipelineChange change;
  };
  struct Running {
    Running(Env& env, io::Loop& loop, std::string name);
    const std::string name;
    std::unique_ptr<Version> version;  // absent: its file could not be planned
    Trial* trial = nullptr;       // of who asks for a swap
    bool swapping = false;        // somebody does
    bool over = false;            // nothing runs any more: the inputs have ended
    Results nowhere{ResultMode::kFinal};
    io::TaskGroup group;
    std::unique_ptr<Job> job;     // of the attempt that runs
    Deliveries deliveries;        // of its sinks
    LateTopics late;
    bool epoch_this_attempt = false;
    std::string failure;          // of the last attempt, until an epoch follows it, or it is seen to have nothing to commit
    MonoTime up_since;            // of the attempt that runs
    MonoTime last_epoch;          // its end
    MonoTime epoch_due;           // the end of the next one, if something changes
    TraceId trace = 0;            // of the epoch that runs: its first rows and its end are spans
    Gauge& up;
    Gauge& failing;               // whether there is a failure
    Gauge& epoch;
    Gauge& epoch_age_ms;
    Gauge& snapshot_bytes;
    Counter& failures;
    Counter& events;
    Counter& late_rows;
    Counter& dropped_rows;
    int64_t events_told = 0;
    std::set<std::string> state_told;  // operators
    int64_t late_told = 0;
    int64_t dropped_told = 0;
  };

  Pipelines(Env& env, const ports::Connectors& connectors, const ports::Models& models, StateBounds state, ports::Functions* functions)
      : env_(env), connectors_(connectors), models_(models), state_(state), functions_(functions), log_(env.log().ForRoom("engines/stream")) {}
  Result<std::unique_ptr<Version>> Plan(const ScriptFile& file, MonoTime until) const;
  Status Add(const ScriptFile& file);
  Task<> Run(Running& pipeline);
  Task<> RunAttempt(Running& pipeline);
  Task<> RunEpochs(Running& pipeline);
  Task<> Pause(Running& pipeline, Duration pause);
  Job::Options JobOptions(Running& pipeline, Version& version) const;
  Task<> PrepareAndTell(Running& pipeline, Trial& trial, bool accept_loss);
  Task<> Prepare(Running& pipeline, Trial& trial, bool accept_loss);
  static Task<> Await(Trial& trial);
  Task<std::string> FinishRebuild(Trial& trial, std::string pipeline);
  Task<Snapshot> LastOf(std::string pipeline);
  Task<ScriptFile> ReadMeant(std::string pipeline, std::string sql);
  Task<Looked> Look(Ctx ctx, std::string pipeline, ScriptFile file, bool accept_loss);
  Task<ports::Swapped> SwapNew(Ctx ctx, ports::SwapRequest request);
  Task<ports::Swapped> BeginNew(Running& pipeline, Looked looked, bool accept_loss);
  Task<ports::Swapped> SwapKnown(Ctx ctx, Running& pipeline, ports::SwapRequest request);
  Task<ports::Swapped> SwapAlone(Ctx ctx, Running& pipeline, ports::SwapRequest request);
  Task<ports::Swapped> TakeOver(Running& pipeline, Looked looked, bool accept_loss);
  void EndSwap(Running& pipeline, const Status& swapped);
  Task<> Try(Running& pipeline, Trial& trial);
  void BeginTrial(Running& pipeline);
  void EndTrial(Running& pipeline, Status outcome);
  Task<> EndEpoch(Running& pipeline, ports::EpochToken& token, int64_t attempt);
  Task<> AwaitDeliveries(Running& pipeline, bool all);
  void AddUnplanned(const ScriptFile& file, const Fault& fault);
  Running& AddRunning(std::string name);
  Running* AddSwapping(const std::string& name);  // null: there is one of that name
  std::vector<Running*> all() const;
  Running* Find(const std::string& name) const;  // null: there is none
  Running* FindLocked(const std::string& name) const;
  Running& AddLocked(std::string name);
  static void Fail(Running& pipeline, std::string why);
  static void Forgive(Running& pipeline);
  void Tell(Running& pipeline);
  void TellState(Running& pipeline);
  Task<ports::PipelineProgress> DescribeOne(const Running& pipeline) const;
  Task<> CloseOne(Running& pipeline);

  Env& env_;
  const ports::Connectors& connectors_;
  const ports::Models& models_;
  const StateBounds state_;
  ports::Functions* const functions_;
  Logger log_;
  ports::Topics* topics_ = nullptr;
  ports::Epochs* epochs_ = nullptr;
  ports::PipelineChanges* changes_ = nullptr;
  ports::PipelineStates* states_ = nullptr;
  ReadFile read_;
  std::shared_ptr<io::CancelFlag> no_more_swaps_ = std::make_shared<io::CancelFlag>();
  mutable std::mutex mutex_;                       // files that are new come while others run
  std::vector<std::unique_ptr<Running>> running_;  // GUARDED_BY(mutex_); none of them goes
};

}  // namespace freshet::stream
