#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/catalog/catalog.h"
#include "engines/epochs/epochs.h"
#include "engines/files/files.h"
#include "engines/journal/journal.h"
#include "engines/lake/lake.h"
#include "engines/log/log.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/env_above.h"
#include "schedules/drawn.h"
#include "schedules/peer_cluster.h"
#include "schedules/troubled_epochs.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"

namespace freshet::testing {

// The same world with metrics of its own: for whom nobody looks at.
class TwinEnv final : public io::EnvAbove {
 public:
  explicit TwinEnv(Env& below) : EnvAbove(below) {}

  Metrics& metrics() override { return metrics_; }

 private:
  Metrics metrics_;
};

// The part of a house that an epoch passes: journal, log, catalog, epochs, tables over topics, files, the lake and another cluster, and pipelines; on one disk, with files,
// segments and intervals so small that a short life crosses every border. Made and ended in a task; a crash leaves it where it is.
class ScheduleHouse {
 public:
  // Recovers; blocks.
  static Result<std::unique_ptr<ScheduleHouse>> Open(SimEnv& sim, PeerCluster& peer, Trouble trouble, uint64_t seed, ScheduleFigures& figures);
  Task<> Begin();
  // The drawn files on so many shards.
  Status BeginPipelines(const std::vector<DrawnFile>& files, int parallelism);
  // The same files once more, as a house that has been taken for dead runs them.
  Status BeginTwin(const std::vector<DrawnFile>& files);
  Task<> CloseTwin();
  // Pipelines end their epochs. All that they are owed arrives.
  Task<> Close();

  log::SegmentLog& log() { return *log_; }
  ports::Topics& topics() { return *catalog_; }
  stream::Pipelines& pipelines() { return *pipelines_; }
  journal::FileJournal& journal() { return *journal_; }
  bool has_twin() const { return twin_ != nullptr; }
  const std::vector<std::string>& violations() const { return troubled_->violations(); }

 private:
  explicit ScheduleHouse(SimEnv& sim) : sim_(sim), twin_env_(sim) {}
  Result<std::unique_ptr<stream::Pipelines>> Plan(Env& env, const std::vector<DrawnFile>& files, int parallelism) const;

  SimEnv& sim_;
  TwinEnv twin_env_;
  std::unique_ptr<log::SegmentLog> log_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<epochs::EpochStore> epochs_;
  std::unique_ptr<journal::FileJournal> journal_;
  std::unique_ptr<TroubledEpochs> troubled_;
  std::unique_ptr<PeerTables> peer_tables_;
  std::unique_ptr<topic_tables::TopicTables> tables_;
  std::unique_ptr<files::FilesConnector> files_;
  std::unique_ptr<lake::LakeConnector> lake_;
  ports::Connectors connectors_;
  MemoryModels models_;
  std::unique_ptr<stream::Pipelines> pipelines_;
  std::unique_ptr<stream::Pipelines> twin_;
};

}  // namespace freshet::testing
