#pragma once

#include <memory>
#include <vector>

#include "engines/epochs/epochs.h"
#include "engines/journal/journal.h"
#include "engines/log/log.h"

namespace freshet::testing {

// The durability core by itself: journal, log and epochs on one disk, with topics that the test names. Made and ended in a task.
struct LogHouseOptions {
  journal::JournalOptions journal{.directory = "data/journal", .file_bytes = 64 << 10, .unprepared_bytes = 32 << 10, .disk_reserve_bytes = 0};
  log::LogOptions log{.directory = "data/log"};
  epochs::EpochOptions epochs{.directory = "data/epochs"};
};

class LogHouse {
 public:
  // Recovers; blocks.
  static Result<std::unique_ptr<LogHouse>> Open(Env& env, LogHouseOptions options);
  Task<> Begin(std::vector<std::shared_ptr<const data::Topic>> topics);
  Task<> Close();

  log::SegmentLog& log() { return *log_; }
  epochs::EpochStore& epochs() { return *epochs_; }
  journal::FileJournal& journal() { return *journal_; }

 private:
  std::unique_ptr<log::SegmentLog> log_;
  std::unique_ptr<epochs::EpochStore> epochs_;
  std::unique_ptr<journal::FileJournal> journal_;
};

}  // namespace freshet::testing
