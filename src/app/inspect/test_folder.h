#pragma once

#include <gtest/gtest.h>

#include "control/catalog/catalog.h"
#include "engines/epochs/epochs.h"
#include "engines/journal/data_dir.h"
#include "engines/journal/journal.h"
#include "engines/log/log.h"
#include "testing/sim_env.h"

// For the tests of inspection: a data folder after a short life, and a disk on which it may be hurt.

namespace freshet::app {

using testing::SimEnv;

inline constexpr char kData[] = "data";

// The durable rooms with small files, so that a short life leaves every kind of file behind.
struct Store {
  static Result<std::unique_ptr<Store>> Open(Env& env) {
    auto store = std::make_unique<Store>();
    std::string data = kData;
    ASSIGN_OR_RETURN(auto dir, journal::DataDir::Open(env, data));
    store->dir = std::make_unique<journal::DataDir>(std::move(dir));
    ASSIGN_OR_RETURN(store->log, log::SegmentLog::Open(env, {.directory = data + "/log", .partition_flush_bytes = 8 << 10, .large_batch_bytes = 32 << 10}));
    ASSIGN_OR_RETURN(store->catalog, catalog::Catalog::Open(env, {.directory = data + "/catalog"}));
    ASSIGN_OR_RETURN(store->epochs, epochs::EpochStore::Open(env, {.directory = data + "/epochs", .inline_bytes_max = 100}));
    ASSIGN_OR_RETURN(store->journal, journal::FileJournal::Open(env, {.directory = data + "/journal", .house = store->dir->house(), .file_bytes = 256 << 10,
                                                                      .unprepared_bytes = 128 << 10, .disk_reserve_bytes = 0},
                                                                {store->catalog.get(), store->log.get(), store->epochs.get()}));
    return store;
  }
  Task<> Begin() {
    CO_RETURN_NOT_OK(catalog->Begin(*journal, *log));
    CO_RETURN_NOT_OK(log->Begin(*journal));
    CO_RETURN_NOT_OK(epochs->Start(*journal, *log));
    co_return Status::Ok();
  }
  Task<> Close() {
    auto close_epochs = epochs->Close();
    co_await close_epochs;
    auto close_log = log->Close();
    co_await close_log;
    auto close_journal = journal->Close();
    co_return co_await close_journal;
  }

  std::unique_ptr<journal::DataDir> dir;
  std::unique_ptr<log::SegmentLog> log;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<epochs::EpochStore> epochs;
  std::unique_ptr<journal::FileJournal> journal;
};

inline std::string Batch(int number, size_t bytes) {
  data::RecordBatchBuilder builder({});
  builder.Add(1000 + number, std::nullopt, std::string(bytes, 'x'));
  return builder.Finish().value();
}

inline Task<> AppendBatches(Store& store, data::PartitionKey key, int count, size_t bytes) {
  Ctx ctx;
  for (int i = 0; i < count; ++i) {
    std::vector<ports::LogAppend> appends;
    appends.push_back({key, Batch(i, bytes)});
    auto append = store.log->Append(ctx, std::move(appends));
    auto outcomes = co_await append;
    if (!outcomes.ok()) co_return outcomes.status();
    if (!outcomes->front().ok()) co_return outcomes->front().status();
  }
  co_return Status::Ok();
}

// With `added` one more behind it, which adds so much.
inline Task<> CommitEpoch(Store& store, const std::string& pipeline, size_t added = 0) {
  Ctx ctx;
  auto begin = store.epochs->Begin(ctx, pipeline);
  auto start = co_await begin;
  if (!start.ok()) co_return start.status();
  ports::EpochToken token = start->last;
  ++token.epoch;
  ports::EpochCommit commit{.token = token, .attempt = start->attempt, .snapshot = std::string(5000, 's'), .staged = {}, .outbox = {}};
  auto committing = store.epochs->Commit(ctx, std::move(commit));
  Status committed = co_await committing;
  if (!committed.ok() || added == 0) co_return committed;
  ++token.epoch;
  ports::EpochCommit more{.token = token, .attempt = start->attempt, .snapshot = std::string(added, 'a'), .adds = true, .staged = {}, .outbox = {}};
  auto adding = store.epochs->Commit(ctx, std::move(more));
  co_return co_await adding;
}

// Two topics and a pipeline: records in segments and in the journal, a checkpoint between them, a large batch on each side of it.
inline Task<> Live(Env& env) {
  auto opened = Store::Open(env);
  if (!opened.ok()) co_return opened.status();
  Store& store = **opened;
  CO_RETURN_NOT_OK(store.Begin());
  Ctx ctx;
  std::vector<data::PartitionKey> keys;
  for (const char* name : {"orders", "clicks"}) {
    auto create = store.catalog->Create(ctx, {.name = name, .partitions = 1, .configs = {{"segment.bytes", "65536"}}}, false);
    auto topic = co_await create;
    if (!topic.ok()) co_return topic.status();
    keys.push_back({(*topic)->id, data::PartitionId(0)});
  }
  CO_RETURN_NOT_OK(AppendBatches(store, keys[0], 200, 1000));
  CO_RETURN_NOT_OK(AppendBatches(store, keys[1], 1, 40'000));
  CO_RETURN_NOT_OK(CommitEpoch(store, "totals"));
  CO_RETURN_NOT_OK(store.journal->Checkpoint(ctx));
  CO_RETURN_NOT_OK(AppendBatches(store, keys[0], 30, 1000));
  CO_RETURN_NOT_OK(AppendBatches(store, keys[1], 1, 40'000));
  CO_RETURN_NOT_OK(CommitEpoch(store, "totals", 3000));
  CO_RETURN_NOT_OK(AppendBatches(store, keys[1], 3, 1000));
  auto late = store.catalog->Create(ctx, {.name = "late", .partitions = 1, .configs = {}}, false);
  auto made = co_await late;
  if (!made.ok()) co_return made.status();
  CO_RETURN_NOT_OK(store.Close());
  co_return Status::Ok();
}

// A folder after that life, on a disk that the tests may hurt.
class Folder {
 public:
  Folder() { disk_.Load(Lived()); }

  testing::FaultFs& disk() { return disk_; }
  std::vector<std::string> Files(std::string_view part) {
    std::vector<std::string> found;
    Collect(kData, part, found);
    return found;
  }
  // Every file with its bytes.
  std::map<std::string, std::string> Everything() {
    std::map<std::string, std::string> all;
    for (const std::string& path : Files("")) all[path] = io::ReadWhole(disk_, path, INT64_MAX).value();
    return all;
  }
  int64_t SizeOf(const std::string& path) { return disk_.Open(path, io::OpenMode::kRead).value()->Size().value(); }

 private:
  static const testing::DiskImage& Lived() {
    static const testing::DiskImage image = [] {
      SimEnv sim;
      Status lived = sim.Run(Live(sim));
      EXPECT_TRUE(lived.ok()) << lived.ToString();
      return sim.disk().image();
    }();
    return image;
  }
  void Collect(const std::string& folder, std::string_view part, std::vector<std::string>& found) {
    for (const io::Entry& entry : disk_.List(folder).value()) {
      std::string path = folder + "/" + entry.name;
      if (entry.is_directory) Collect(path, part, found);
      else if (path.find(part) != std::string::npos) found.push_back(path);
    }
  }

  testing::FaultFs disk_;
};

}  // namespace freshet::app
