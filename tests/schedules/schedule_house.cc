#include "schedules/schedule_house.h"

#include "log/plans.h"
#include "schedules/row_lines.h"

namespace freshet::testing {

Result<std::unique_ptr<ScheduleHouse>> ScheduleHouse::Open(SimEnv& sim, PeerCluster& peer, Trouble trouble, uint64_t seed, ScheduleFigures& figures) {
  std::unique_ptr<ScheduleHouse> house(new ScheduleHouse(sim));
  LogHouseOptions small = SmallHouse();
  small.log.compaction_interval = Milliseconds(300);
  small.log.large_batch_bytes = 700;
  ASSIGN_OR_RETURN(house->log_, log::SegmentLog::Open(sim, small.log));
  ASSIGN_OR_RETURN(house->catalog_, catalog::Catalog::Open(sim, {.directory = "data/catalog", .default_partitions = 2}));
  small.epochs.begins_at = std::min(house->catalog_->DurablePosition(), house->log_->DurablePosition());
  ASSIGN_OR_RETURN(house->epochs_, epochs::EpochStore::Open(sim, small.epochs));
  ASSIGN_OR_RETURN(house->journal_, journal::FileJournal::Open(sim, small.journal, {house->catalog_.get(), house->log_.get(), house->epochs_.get()}));
  house->troubled_ = std::make_unique<TroubledEpochs>(sim, *house->epochs_, trouble, seed, figures);
  house->peer_tables_ = std::make_unique<PeerTables>(sim, peer, "data/links");
  house->tables_ = std::make_unique<topic_tables::TopicTables>(sim, topic_tables::TopicTablesOptions{.elsewhere = house->peer_tables_.get()}, *house->log_, *house->catalog_);
  house->files_ = std::make_unique<files::FilesConnector>(sim);
  house->lake_ = std::make_unique<lake::LakeConnector>(sim, std::make_unique<RowLines>());
  house->connectors_ = {{"kafka", house->tables_.get()}, {"upsert-kafka", house->tables_.get()}, {"filesystem", house->files_.get()}, {"iceberg", house->lake_.get()}};
  return house;
}

Task<> ScheduleHouse::Begin() {
  CO_RETURN_NOT_OK(catalog_->Begin(*journal_, *log_));
  CO_RETURN_NOT_OK(log_->Begin(*journal_));
  CO_RETURN_NOT_OK(epochs_->Start(*journal_, *log_));
  journal_->Start();
  co_return Status();
}

Result<std::unique_ptr<stream::Pipelines>> ScheduleHouse::Plan(Env& env, const std::vector<DrawnFile>& files, int parallelism) const {
  std::vector<stream::ScriptFile> scripts;
  for (const DrawnFile& file : files) scripts.push_back({file.name, StrCat("SET 'parallelism.default' = '", parallelism, "';\n", file.sql)});
  return stream::Pipelines::Open(env, connectors_, models_, {}, scripts);
}

Status ScheduleHouse::BeginPipelines(const std::vector<DrawnFile>& files, int parallelism) {
  ASSIGN_OR_RETURN(pipelines_, Plan(sim_, files, parallelism));
  pipelines_->Begin(*catalog_, *troubled_);
  return {};
}

Status ScheduleHouse::BeginTwin(const std::vector<DrawnFile>& files) {
  ASSIGN_OR_RETURN(twin_, Plan(twin_env_, files, 1));
  twin_->Begin(*catalog_, *troubled_);
  return {};
}

Task<> ScheduleHouse::CloseTwin() {
  if (twin_ == nullptr) co_return Status();
  auto closing = twin_->Close();
  Status closed = co_await closing;
  twin_.reset();
  co_return closed;
}

Task<> ScheduleHouse::Close() {
  CO_RETURN_NOT_OK(CloseTwin());
  if (pipelines_ != nullptr) {
    CO_RETURN_NOT_OK(pipelines_->Close());
  }
  CO_RETURN_NOT_OK(troubled_->Close());
  CO_RETURN_NOT_OK(epochs_->Close());
  CO_RETURN_NOT_OK(log_->Close());
  auto close_journal = journal_->Close();
  co_return co_await close_journal;
}

}  // namespace freshet::testing
