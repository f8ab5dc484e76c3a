#include "app/inspect/verify.h"

#include <gtest/gtest.h>

#include "control/catalog/catalog.h"
#include "engines/epochs/epochs.h"
#include "engines/journal/data_dir.h"
#include "engines/journal/journal.h"
#include "engines/log/log.h"
#include "testing/sim_env.h"

namespace freshet::app {
namespace {

using testing::SimEnv;

constexpr char kData[] = "data";

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

std::string Batch(int number, size_t bytes) {
  data::RecordBatchBuilder builder({});
  builder.Add(1000 + number, std::nullopt, std::string(bytes, 'x'));
  return builder.Finish().value();
}

Task<> AppendBatches(Store& store, data::PartitionKey key, int count, size_t bytes) {
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

Task<> CommitEpoch(Store& store, const std::string& pipeline) {
  Ctx ctx;
  auto begin = store.epochs->Begin(ctx, pipeline);
  auto start = co_await begin;
  if (!start.ok()) co_return start.status();
  ports::EpochToken token = start->last;
  ++token.epoch;
  ports::EpochCommit commit{.token = token, .attempt = start->attempt, .snapshot = std::string(5000, 's'), .staged = {}, .outbox = {}};
  auto committing = store.epochs->Commit(ctx, std::move(commit));
  co_return co_await committing;
}

// Two topics and a pipeline: records in segments and in the journal, a checkpoint between them, a large batch on each side of it.
Task<> Live(Env& env) {
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
  CO_RETURN_NOT_OK(CommitEpoch(store, "totals"));
  CO_RETURN_NOT_OK(AppendBatches(store, keys[1], 3, 1000));
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

Verified Look(Folder& folder) {
  auto before = folder.Everything();
  auto verified = VerifyDataFolder(folder.disk(), kData);
  EXPECT_TRUE(verified.ok()) << verified.ToString();
  EXPECT_EQ(folder.Everything(), before) << "it must read only";
  return verified.ok() ? *verified : Verified{};
}

// The heaviest finding of a file.
const Finding* FindingOf(const Verified& verified, const std::string& path) {
  const Finding* heaviest = nullptr;
  for (const Finding& finding : verified.findings) {
    bool is_it = path == std::string(kData) + "/" + finding.path;
    if (is_it && (heaviest == nullptr || finding.weight > heaviest->weight)) heaviest = &finding;
  }
  return heaviest;
}

std::string All(const Verified& verified) {
  std::string all;
  for (const Finding& finding : verified.findings) all += ToLine(finding) + "\n";
  return all;
}

TEST(Inspect, FindsNothingInAFolderThatHolds) {
  Folder folder;

  Verified verified = Look(folder);

  EXPECT_TRUE(verified.holds()) << All(verified);
  EXPECT_GT(verified.files, 10);
}

// The first file of this kind; of segments, one that is full.
std::string PathOf(Folder& folder, std::string_view part) {
  std::string chosen;
  for (const std::string& path : folder.Files(part)) {
    bool is_segment = path.ends_with(".seg") || path.ends_with(".idx");
    if (chosen.empty() || (is_segment && folder.SizeOf(path) > folder.SizeOf(chosen))) chosen = path;
  }
  EXPECT_FALSE(chosen.empty()) << part;
  return chosen;
}

// What happens to a kind of file, how heavy it is, and what it costs.
struct Hurt {
  std::string_view file;
  int64_t at;                // from the end when negative
  Finding::Weight weight;
  std::string_view costs;
};
using Weight = Finding::Weight;
constexpr int64_t kBehindCheckpoint = 4096 + 232776 - 126776 + 300;  // in the journal file
constexpr Hurt kFlips[] = {
    {"FORMAT", 20, Weight::kStops, "refuses to start"},
    {"catalog/SNAPSHOT", 40, Weight::kStops, "which topics exist"},
    {"epochs/SNAPSHOT", 16, Weight::kStops, "where the pipelines stand"},
    {"epochs/SNAPSHOT", -1, Weight::kDamage, "this pipeline is refused"},
    {".2.2.2.state", -1, Weight::kDamage, "the state of pipeline 'totals'"},
    {"log/CHECKPOINT.", -1, Weight::kDamage, "a start takes the checkpoint before it"},
    {".jnl", 4096 + 200, Weight::kNote, "checkpoints hold what stood here"},
    {".jnl", kBehindCheckpoint, Weight::kDamage, "its records below offset 201; they are quarantined"},
    {".seg", 20, Weight::kNote, "nothing"},
    {".seg", 5000, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
    {".idx", 64 + 10, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
};
constexpr Hurt kCuts[] = {
    {"FORMAT", 35, Weight::kStops, "refuses to start"},
    {"catalog/SNAPSHOT", -1, Weight::kStops, "which topics exist"},
    {"epochs/SNAPSHOT", 50, Weight::kStops, "where the pipelines stand"},
    {".2.2.2.state", -1, Weight::kDamage, "the state of pipeline 'totals'"},
    {"log/CHECKPOINT.", 100, Weight::kDamage, "a start takes the checkpoint before it"},
    {".jnl", 200'000, Weight::kStops, "the house refuses to start"},
    {".seg", 30'000, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
    {".idx", 64 + 48 + 5, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
};

void ExpectFound(Folder& folder, const std::string& path, const Hurt& hurt) {
  Verified verified = Look(folder);

  const Finding* finding = FindingOf(verified, path);
  ASSERT_NE(finding, nullptr) << path << " " << hurt.at << "\n" << All(verified);
  EXPECT_EQ(finding->weight, hurt.weight) << ToLine(*finding);
  EXPECT_NE(finding->costs.find(hurt.costs), std::string::npos) << ToLine(*finding);
}

TEST(Inspect, NamesTheFileOfAFlippedBitAndWhatItCosts) {
  for (const Hurt& flip : kFlips) {
    Folder folder;
    std::string path = PathOf(folder, flip.file);
    folder.disk().FlipBit(path, flip.at >= 0 ? flip.at : folder.SizeOf(path) + flip.at);

    ExpectFound(folder, path, flip);
  }
}

TEST(Inspect, NamesTheFileThatWasCutShortAndWhatItCosts) {
  for (const Hurt& cut : kCuts) {
    Folder folder;
    std::string path = PathOf(folder, cut.file);
    folder.disk().Cut(path, cut.at >= 0 ? cut.at : folder.SizeOf(path) + cut.at);

    ExpectFound(folder, path, cut);
  }
}

TEST(Inspect, NamesAMissingFile) {
  constexpr std::string_view kNeeded[] = {"FORMAT", "epochs/SNAPSHOT", ".2.2.2.state", ".seg", ".idx"};
  for (std::string_view part : kNeeded) {
    Folder folder;
    std::string path = PathOf(folder, part);
    ASSERT_TRUE(folder.disk().Remove(path).ok());

    Verified verified = Look(folder);

    const Finding* finding = FindingOf(verified, path);
    ASSERT_NE(finding, nullptr) << path << "\n" << All(verified);
    EXPECT_EQ(finding->what, "the file is missing");
    EXPECT_FALSE(verified.holds());
  }
}

// All that a start serves: each partition's batches, and the pipeline's state.
Task<std::string> ServeAll(Env& env) {
  auto opened = Store::Open(env);
  if (!opened.ok()) co_return opened.status();
  Store& store = **opened;
  CO_RETURN_NOT_OK(store.Begin());
  std::string all;
  Ctx ctx;
  for (const auto& topic : store.catalog->List()) {
    data::Offset at(0);
    for (bool goes_on = true; goes_on;) {
      std::vector<ports::LogRead> reads;
      reads.push_back({{topic->id, data::PartitionId(0)}, at});
      ports::ReadWait wait{.until = env.clock().Now()};
      auto read = store.log->Read(ctx, std::move(reads), wait);
      auto slices = co_await read;
      if (!slices.ok()) co_return slices.status();
      if (!slices->front().status.ok()) co_return slices->front().status;
      for (const auto& batch : slices->front().batches) {
        all += *batch;
        at = data::RecordBatchView::Parse(*batch)->header().next_offset();
      }
      goes_on = !slices->front().batches.empty();
    }
  }
  auto begin = store.epochs->Begin(ctx, "totals");
  auto start = co_await begin;
  if (!start.ok()) co_return start.status();
  all += start->snapshot;
  auto close = store.Close();
  co_await close;
  co_return all;
}

std::string Served(const testing::DiskImage& image) {
  SimEnv sim;
  sim.disk().Load(image);
  auto all = sim.Run(ServeAll(sim));
  EXPECT_TRUE(all.ok()) << all.ToString();
  return all.ok() ? *all : "";
}

TEST(Inspect, WhatItDoesNotNameIsServedUnchanged) {
  Folder whole;
  std::string served = Served(whole.disk().image());
  std::vector<std::string> paths = whole.Files("");
  testing::SeededRandom random(7);
  int named = 0;

  for (int i = 0; i < 300; ++i) {
    Folder folder;
    folder.disk().Load(whole.disk().image());
    const std::string& path = paths[random.Below(paths.size())];
    int64_t size = folder.SizeOf(path);
    if (size == 0) continue;
    auto byte = static_cast<int64_t>(random.Below(static_cast<uint64_t>(std::min<int64_t>(size, 140'000))));
    folder.disk().FlipBit(path, byte, static_cast<int>(random.Below(8)));

    Verified verified = Look(folder);

    const Finding* finding = FindingOf(verified, path);
    if (finding != nullptr && finding->weight != Weight::kNote) ++named;
    else EXPECT_EQ(Served(folder.disk().image()), served) << path << " at " << byte;
  }

  EXPECT_GT(named, 100);
}

TEST(Inspect, RefusesAFolderThatIsServed) {
  Folder folder;
  auto served = folder.disk().Lock("data/LOCK");

  auto held = HoldDataFolder(folder.disk(), kData);

  EXPECT_EQ(held.code(), Code::kConflict);
  ASSERT_TRUE(folder.disk().Remove("data/LOCK").ok());
  EXPECT_TRUE(HoldDataFolder(folder.disk(), kData).ok());
  EXPECT_FALSE(folder.disk().Exists("data/LOCK").value());
}

}  // namespace
}  // namespace freshet::app
