#include "app/inspect/verify.h"

#include "app/inspect/test_folder.h"
#include "io/twice.h"
#include "testing/figure.h"

namespace freshet::app {
namespace {

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
    {"FORMAT", 20, Weight::kDamage, "it is there twice, and the other one holds"},
    {"FORMAT.copy", 8, Weight::kDamage, "it is there twice, and the other one holds"},
    {"catalog/SNAPSHOT", 40, Weight::kDamage, "it is there twice, and the other one holds"},
    {"catalog/SNAPSHOT.copy", 40, Weight::kDamage, "it is there twice, and the other one holds"},
    {"epochs/SNAPSHOT", 16, Weight::kDamage, "it is there twice, and the other one holds"},
    {"epochs/SNAPSHOT", -1, Weight::kDamage, "it is there twice, and the other one holds"},
    {"epochs/SNAPSHOT.copy", -1, Weight::kDamage, "it is there twice, and the other one holds"},
    {".2.2.2.state", -1, Weight::kDamage, "the state of pipeline 'totals'"},
    {"log/CHECKPOINT.", -1, Weight::kDamage, "it is there twice, and the other one holds"},
    {".jnl", 4096 + 200, Weight::kNote, "checkpoints hold what stood here"},
    {".jnl", kBehindCheckpoint, Weight::kDamage, "its records below offset 201; they are quarantined"},
    {".seg", 20, Weight::kNote, "nothing"},
    {".seg", 5000, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
    {".idx", 64 + 10, Weight::kDamage, "topic 'orders' partition 0 are whole in the segment, from which a reader makes it anew"},
};
constexpr Hurt kCuts[] = {
    {"FORMAT", 35, Weight::kDamage, "it is there twice, and the other one holds"},
    {"catalog/SNAPSHOT", -1, Weight::kDamage, "it is there twice, and the other one holds"},
    {"epochs/SNAPSHOT.copy", 50, Weight::kDamage, "it is there twice, and the other one holds"},
    {".2.2.2.state", -1, Weight::kDamage, "the state of pipeline 'totals'"},
    {"log/CHECKPOINT.", 100, Weight::kDamage, "it is there twice, and the other one holds"},
    {".jnl", 200'000, Weight::kStops, "the house refuses to start"},
    {".seg", 30'000, Weight::kDamage, "topic 'orders' partition 0; readers of them get a storage error"},
    {".idx", 64 + 48 + 5, Weight::kDamage, "topic 'orders' partition 0 are whole in the segment, from which a reader makes it anew"},
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

// What happens to a file that is kept twice when both are hurt.
constexpr Hurt kBoth[] = {
    {"FORMAT", 20, Weight::kStops, "refuses to start"},
    {"catalog/SNAPSHOT", 40, Weight::kStops, "which topics exist"},
    {"epochs/SNAPSHOT", 16, Weight::kStops, "where the pipelines stand"},
    {"epochs/SNAPSHOT", -1, Weight::kDamage, "this pipeline is refused"},
};

TEST(Inspect, SaysWhatItCostsWhenBothCopiesAreHurt) {
  for (const Hurt& flip : kBoth) {
    Folder folder;
    std::vector<std::string> both = folder.Files(flip.file);
    ASSERT_EQ(both.size(), 2u);
    for (const std::string& path : both) folder.disk().FlipBit(path, flip.at >= 0 ? flip.at : folder.SizeOf(path) + flip.at);

    ExpectFound(folder, both.front(), flip);
  }
}

// A folder of an older program, and one whose power went between the two.
TEST(Inspect, TakesNoOffenceAtACopyThatIsMissingOrOfAnotherTime) {
  for (std::string_view part : {"FORMAT.copy", "catalog/SNAPSHOT.copy", "epochs/SNAPSHOT.copy"}) {
    Folder folder;
    std::string path = PathOf(folder, part);
    ASSERT_TRUE(folder.disk().Remove(path).ok());

    ExpectFound(folder, path, {part, 0, Weight::kNote, "a start writes it anew"});
    EXPECT_TRUE(Look(folder).holds());
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
    (void)folder.disk().Remove(io::CopyOf(path));

    Verified verified = Look(folder);

    const Finding* finding = FindingOf(verified, path);
    ASSERT_NE(finding, nullptr) << path << "\n" << All(verified);
    EXPECT_EQ(finding->what, "the file is missing");
    EXPECT_FALSE(verified.holds());
  }
}

TEST(Inspect, NamesAJournalThatEndsBeforeItsCheckpoints) {
  Folder folder;
  for (const std::string& path : folder.Files(".jnl")) ASSERT_TRUE(folder.disk().Remove(path).ok());

  Verified verified = Look(folder);

  const Finding* finding = FindingOf(verified, "data/journal");
  ASSERT_NE(finding, nullptr) << All(verified);
  EXPECT_TRUE(finding->what.ends_with("a file is missing")) << finding->what;
  EXPECT_FALSE(verified.holds());
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
  std::string snapshot;
  for (std::string piece = "."; !piece.empty();) {
    auto reading = store.epochs->ReadSnapshot(ctx, start->last, start->attempt, static_cast<int64_t>(snapshot.size()));
    auto read = co_await reading;
    if (!read.ok()) co_return read.status();
    piece = std::move(read).value();
    snapshot += piece;
  }
  auto close = store.Close();
  co_await close;
  co_return all + snapshot;
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
  int named = 0, flipped = 0;

  for (int i = 0; i < 300; ++i) {
    Folder folder;
    folder.disk().Load(whole.disk().image());
    const std::string& path = paths[random.Below(paths.size())];
    int64_t size = folder.SizeOf(path);
    if (size == 0) continue;
    auto byte = static_cast<int64_t>(random.Below(static_cast<uint64_t>(std::min<int64_t>(size, 140'000))));
    folder.disk().FlipBit(path, byte, static_cast<int>(random.Below(8)));
    ++flipped;

    Verified verified = Look(folder);

    const Finding* finding = FindingOf(verified, path);
    if (finding != nullptr && finding->weight != Weight::kNote) ++named;
    else EXPECT_EQ(Served(folder.disk().image()), served) << path << " at " << byte;
  }

  testing::PrintFigure("F4, the data folder: of ", flipped, " bits flipped by chance ", named, " are named with their file and the others are served as if nothing were; ", std::size(kFlips), " flips and ",
                       std::size(kCuts), " cuts by hand, of every kind of file, are named with what they cost");
  EXPECT_GT(named, 100);
}

TEST(Inspect, RefusesAFolderThatIsNone) {
  SimEnv env;
  ASSERT_TRUE(env.files().CreateDirectories("pictures").ok());
  ASSERT_TRUE(io::WriteWhole(env.files(), "pictures/a.png", "a").ok());

  auto verified = VerifyDataFolder(env.files(), "pictures");

  EXPECT_EQ(verified.ToString(), "not found: pictures is no data folder: it has neither FORMAT nor journal, catalog or log; name the folder that freshet up --data was given");
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
