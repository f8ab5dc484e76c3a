#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/epochs/record.h"
#include "engines/epochs/state_files.h"
#include "io/env.h"
#include "io/task_group.h"
#include "io/turn.h"
#include "io/wait.h"
#include "ports/commit.h"
#include "ports/epochs.h"
#include "ports/log_units.h"
#include "ports/open_units.h"
#include "ports/pipeline_states.h"

namespace freshet::epochs {

struct EpochOptions {
  std::string directory;                          // data/epochs
  data::Position begins_at{0};                    // of a folder without epochs yet: from here on the journal is replayed anyway
  size_t pipelines_max = 1000;
  size_t inline_bytes_max = kInlineBytesMax;      // of a snapshot in its record; smaller in tests
  int64_t outbox_bytes_max = 64 << 20;            // not delivered yet, of all pipelines: refuse commits
  size_t undelivered_epochs_max = 10'000;         // of one pipeline: refuse its commits
};

// An EpochStore knows where each pipeline stands: its attempt, its last epoch, that epoch's snapshot, and what is not
// delivered yet. A projection of epoch records with a snapshot file of its own. Everything happens on loop 0; what one
// pipeline does goes one after another, so its records stand in the journal in the order of their numbers. Owned by House.
class EpochStore final : public ports::Epochs, public ports::PipelineStates, public ports::Projection {
 public:
  // Reads the snapshot file, or makes the first one. Blocks. Replay comes through the Projection; then Start.
  static Result<std::unique_ptr<EpochStore>> Open(Env& env, EpochOptions options);
  ~EpochStore() override;

  // After replay. On loop 0.
  Task<> Start(ports::Commit& commit, ports::LogUnits& log);
  // Waits for what was told lazily. On loop 0, before the journal ends.
  Task<> Close();

  Task<ports::EpochStart> Begin(Ctx ctx, std::string pipeline) override;
  Task<std::string> ReadSnapshot(Ctx ctx, ports::EpochToken last, int64_t attempt, int64_t offset) override;
  Task<> Keep(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) override;
  Task<> Commit(Ctx ctx, ports::EpochCommit commit) override;
  // While half of what may be owed is free: pipelines that ask at the same time all find room.
  bool HasRoom() const override { return 2 * undelivered_gauge_.value() <= options_.outbox_bytes_max; }
  Task<> Delivered(Ctx ctx, ports::EpochToken token) override;
  Task<ports::PipelineStand> Look(Ctx ctx, std::string pipeline) override;
  Task<std::vector<std::string>> Names(Ctx ctx) override;
  Task<std::vector<ports::KeptPipeline>> Kept(Ctx ctx) override;
  Task<> Forget(Ctx ctx, std::string pipeline, int64_t attempt, bool accept_loss) override;

  std::string_view name() const override { return "epochs"; }
  Status Apply(const data::FrameView& frame) override;
  Status ApplyDamage(const data::Damage& damage) override;
  Task<> Flush(Ctx ctx, data::Position up_to) override;
  data::Position DurablePosition() const override { return data::Position(durable_position_.load(std::memory_order_acquire)); }

 private:
  struct Pipeline;

  EpochStore(Env& env, EpochOptions options);
  Pipeline& At(const Uuid& id);

  // On loop 0, in the pipeline's turn.
  Task<ports::EpochStart> BeginOnLoop(Ctx ctx, std::string name);
  Task<ports::PipelineStand> LookOnLoop(std::string name);
  Task<std::vector<std::string>> NamesOnLoop();
  Task<std::string> SnapshotOf(const Pipeline* pipeline, std::string name);
  Task<> CheckSnapshot(const Pipeline* pipeline, std::string name);
  Task<std::string> ReadOnLoop(ports::EpochToken last, int64_t attempt, int64_t offset);
  Task<std::string> ReadFrom(const Pipeline* pipeline, int64_t offset);
  Task<ports::EpochStart> BeginInTurn(Ctx ctx, Pipeline* pipeline, std::string name);
  Task<> CommitOnLoop(Ctx ctx, ports::EpochCommit commit);
  Task<> CommitInTurn(Ctx ctx, Pipeline* pipeline, ports::EpochCommit* commit);
  Task<> KeepState(Pipeline* pipeline, ports::EpochCommit* commit, CommitRecord* record);
  Status CheckNext(const Pipeline& pipeline, const ports::EpochToken& token, int64_t attempt, bool adds) const;
  Status CheckCommit(const Pipeline& pipeline, const ports::EpochCommit& commit) const;
  Task<> KeepOnLoop(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece);
  Task<> Lay(Pipeline* pipeline, ports::EpochToken token, int64_t attempt, bool adds, std::string piece);
  void DropDraft(Pipeline& pipeline);
  Task<> DeliveredOnLoop(ports::EpochToken token);
  Task<> JournalDelivery(Uuid id, DoneRecord done);
  Task<> FlushOnLoop(data::Position up_to);

  // forgetting.cc
  size_t CountKept() const;
  Task<std::vector<ports::KeptPipeline>> KeptOnLoop();
  Task<> ForgetOnLoop(Ctx ctx, std::string name, int64_t attempt, bool accept_loss);
  Status CheckForget(const Pipeline& pipeline, const std::string& name, int64_t attempt, bool accept_loss) const;
  Task<> ForgetInTurn(Ctx ctx, Pipeline* pipeline, std::string name);
  void RemoveFilesOf(Pipeline& pipeline, const std::vector<std::string>& paths);
  std::vector<std::pair<Uuid, uint64_t>> ForgottenBelow(data::Position up_to) const;
  void DropForgotten(const std::vector<std::pair<Uuid, uint64_t>>& forgotten);

  // The one place where each record takes effect, live and in replay.
  void TakeAttempt(Pipeline& pipeline, const AttemptRecord& record);
  void TakeCommit(Pipeline& pipeline, CommitRecord record);
  void TakeDone(Pipeline& pipeline, const DoneRecord& record);
  void TakeAnew(Pipeline& pipeline, const AttemptRecord& record);

  // replay.cc
  Status ApplyAttempt(Pipeline& pipeline, std::string_view payload, uint8_t version);
  Status ApplyCommit(Pipeline& pipeline, std::string_view payload, uint8_t version);
  Status ApplyDone(Pipeline& pipeline, std::string_view payload);
  bool IsNext(Pipeline& pipeline, uint64_t number);
  void Refuse(Pipeline& pipeline, std::string why);
  Status CondemnGarbage();

  Env& env_;
  const EpochOptions options_;
  Logger log_;
  StateFiles files_;
  ports::Commit* commit_ = nullptr;
  ports::LogUnits* log_units_ = nullptr;
  std::map<Uuid, std::unique_ptr<Pipeline>> pipelines_;  // by id, see PipelineId
  std::vector<std::string> condemned_;                   // state files to remove once no snapshot file names them
  int64_t outbox_bytes_ = 0;                             // not delivered
  ports::OpenUnits open_units_;                          // records given to the journal, not taken in yet
  bool lost_unknown_ = false;                            // replay met damage whose owner is not known
  std::unique_ptr<io::TaskGroup> background_;            // deliveries on their way into the journal
  std::atomic<uint64_t> durable_position_{0};
  Counter& committed_;
  Counter& refused_;
  Gauge& undelivered_gauge_;
};

// The same for ever for the same name: a damaged record says by its header whose it was.
Uuid PipelineId(std::string_view name);

}  // namespace freshet::epochs
