#include "log/log_house.h"

namespace freshet::testing {

Result<std::unique_ptr<LogHouse>> LogHouse::Open(Env& env, LogHouseOptions options) {
  auto house = std::make_unique<LogHouse>();
  ASSIGN_OR_RETURN(house->log_, log::SegmentLog::Open(env, options.log));
  options.epochs.begins_at = house->log_->DurablePosition();
  ASSIGN_OR_RETURN(house->epochs_, epochs::EpochStore::Open(env, options.epochs));
  ASSIGN_OR_RETURN(house->journal_, journal::FileJournal::Open(env, options.journal, {house->log_.get(), house->epochs_.get()}));
  return house;
}

Task<> LogHouse::Begin(std::vector<std::shared_ptr<const data::Topic>> topics) {
  Ctx ctx;
  for (const auto& topic : topics) {
    CO_RETURN_NOT_OK(log_->Declare(ctx, topic));
  }
  CO_RETURN_NOT_OK(log_->Begin(*journal_));
  CO_RETURN_NOT_OK(epochs_->Start(*journal_, *log_));
  journal_->Start();
  co_return Status::Ok();
}

Task<> LogHouse::Close() {
  auto close_epochs = epochs_->Close();
  co_await close_epochs;
  auto close_log = log_->Close();
  co_await close_log;
  auto close_journal = journal_->Close();
  co_return co_await close_journal;
}

}  // namespace freshet::testing
