#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/stream/swap_house.h"

// A pipeline's file is changed while it runs, and the new version takes its place: every row comes out once, of one version or of the other, whatever
// crashes on the way.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::stream {
namespace {

// Reads a column more, so it is another reading of clicks; and a new statement, which reads all there is.
constexpr std::string_view kNew = "INSERT INTO raw SELECT v, w FROM clicks;\nINSERT INTO large SELECT v FROM clicks WHERE v >= 100 AND k IS NOT NULL AND w = 1;\n";

constexpr std::string_view kWindows = "INSERT INTO windows SELECT window_end, COUNT(*), 0 FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;\n";
constexpr std::string_view kSummedWindows = "INSERT INTO windows SELECT window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;\n";

// In the middle of all that is produced. A pipeline that begins may need a moment to find that it cannot.
Task<> EditAndSwap(World* world, Life* life, std::string text, bool accept_loss) {
  while (world->produced < kClicks / 2) {
    CO_RETURN_NOT_OK(Pause(world, Milliseconds(3)));
  }
  world->file = std::move(text);
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(20)));
  auto swapping = life->pipelines->Swap({}, {.pipeline = "p", .sql = {}, .accept_loss = accept_loss});
  life->swapped = co_await swapping;
  co_return Status();
}

Task<> Live(World* world, Life* life, std::string edited, bool accept_loss) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  io::ThisLoop here;
  io::Loop& loop = co_await here;
  io::RunOnAll both;
  both.Add(loop, ProduceTo(world, kClicks));
  both.Add(loop, EditAndSwap(world, life, std::move(edited), accept_loss));
  Status ran = co_await both;
  if (!ran.ok()) co_return ran;
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

struct Output {
  Result<ports::Swapped> swapped = Fault::Internal("nobody asked");
  std::vector<std::string> raw;
  std::vector<std::string> large;
  std::vector<std::string> totals;
  std::vector<std::string> windows;
  std::vector<std::string> all_totals;
  std::vector<std::string> elsewhere;
};

Output OutputOf(World& world) {
  Output out;
  out.raw = *world.sim.Run(world.Contents("raw", false));
  out.large = *world.sim.Run(world.Contents("large", false));
  out.totals = *world.sim.Run(world.Contents("totals", true));
  out.windows = *world.sim.Run(world.Contents("windows", false));
  out.all_totals = *world.sim.Run(world.Contents("totals", false));
  out.elsewhere = *world.sim.Run(world.Contents("totals2", true));
  return out;
}

Output SwapWhileItRuns(std::string_view before, std::string after, bool accept_loss = false) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(before));
  Life life(world);
  Status lived = sim.Run(Live(&world, &life, std::move(after), accept_loss));
  EXPECT_TRUE(lived.ok()) << lived.ToString();
  Output out = OutputOf(world);
  if (life.swapped) out.swapped = std::move(*life.swapped);
  return out;
}

// Every click came out once. How many by the new version.
int NewOnes(const std::vector<std::string>& raw) {
  std::vector<int> seen(kClicks, 0);
  int new_ones = 0;
  for (const auto& row : raw) {
    int v = std::stoi(row.substr(5));
    new_ones += row.ends_with("\"w\":1}") ? 1 : 0;
    EXPECT_EQ(++seen[static_cast<size_t>(v)], 1) << row;
  }
  EXPECT_EQ(raw.size(), static_cast<size_t>(kClicks));
  return new_ones;
}

TEST(Swaps, GoOnWhereTheOldVersionStoodAndKeepItsState) {
  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), File(StrCat(kTotals, kNew)));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_FALSE(out.swapped->unchanged);
  EXPECT_GT(out.swapped->epoch, out.swapped->change.epoch);
  int new_ones = NewOnes(out.raw);
  EXPECT_GT(new_ones, 10);
  EXPECT_LT(new_ones, kClicks - 10);
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":2340})", R"({"k":"b","s":4800})"}));
  EXPECT_EQ(out.large.size(), 20U);
}

TEST(Swaps, GiveEveryRowOnceWhateverCrashes) {
  Output calm = SwapWhileItRuns(StrCat(kTotals, kOld), File(StrCat(kTotals, kNew)));
  int swapped_by_start = 0;

  for (uint64_t seed = 1; seed <= 60; ++seed) {
    testing::SimEnv sim({.seed = seed});
    World world(sim, File(StrCat(kTotals, kOld)));
    testing::SeededRandom when(seed * 31 + 7);
    for (int lives = 4; lives > 0; --lives) {
      auto* life = new Life(world);
      sim.CrashAtStep(lives > 1 ? 1 + static_cast<int64_t>(when.Below(2500)) : INT64_MAX / 2);
      Status lived = sim.Run(Live(&world, life, File(StrCat(kTotals, kNew)), false));
      if (sim.crashed()) {
        sim.Restart();
        continue;
      }
      ASSERT_TRUE(lived.ok()) << lived.ToString();
      ASSERT_TRUE(life->swapped && life->swapped->ok()) << "seed " << seed << ": " << life->swapped->ToString();
      swapped_by_start += (*life->swapped)->unchanged ? 1 : 0;
      delete life;
      break;
    }
    sim.CrashAtStep(INT64_MAX / 2);
    Output out = OutputOf(world);
    NewOnes(out.raw);
    ASSERT_EQ(out.totals, calm.totals) << "seed " << seed;
    ASSERT_EQ(out.large.size(), calm.large.size()) << "seed " << seed;
  }
  EXPECT_GT(swapped_by_start, 5);  // the crashes fell behind the edit, too
}

// The new statement meets all of them from the first one on; those behind the swap both meet.
TEST(Swaps, LeaveEachDeadLetterOnceThoughStatementsReadTheTableAtTwoPlaces) {
  std::vector<std::string> once;
  for (int i = 3; i < kClicks; i += 10) once.push_back(StrCat("no json ", i));
  std::sort(once.begin(), once.end());

  for (uint64_t seed = 1; seed <= 40; ++seed) {
    testing::SimEnv sim({.seed = seed});
    World world(sim, File(StrCat(kTotals, kOld)));
    world.has_broken_ones = true;
    testing::SeededRandom when(seed * 31 + 7);
    for (int lives = seed == 1 ? 1 : 4; lives > 0; --lives) {
      auto* life = new Life(world);
      sim.CrashAtStep(lives > 1 ? 1 + static_cast<int64_t>(when.Below(2500)) : INT64_MAX / 2);
      Status lived = sim.Run(Live(&world, life, File(StrCat(kTotals, kNew)), false));
      if (sim.crashed()) {
        sim.Restart();
        continue;
      }
      ASSERT_TRUE(lived.ok()) << lived.ToString();
      delete life;
      break;
    }
    sim.CrashAtStep(INT64_MAX / 2);
    std::vector<std::string> dead = *sim.Run(world.Contents("__dead.clicks", false));
    std::sort(dead.begin(), dead.end());
    ASSERT_EQ(dead, once) << "seed " << seed;
  }
}

TEST(Swaps, DoNothingWhenTheFileSaysWhatRuns) {
  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), File(StrCat(kTotals, kOld)));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_TRUE(out.swapped->unchanged);
  EXPECT_EQ(NewOnes(out.raw), 0);
}

TEST(Swaps, RefuseToLoseStateUnlessItMayBeLost) {
  Output refused = SwapWhileItRuns(StrCat(kTotals, kOld), File(kOld));
  Output allowed = SwapWhileItRuns(StrCat(kTotals, kOld), File(kOld), true);

  ASSERT_EQ(refused.swapped.code(), Code::kConflict) << refused.swapped.ToString();
  EXPECT_NE(refused.swapped.fault().message().find("GroupAggregate(keys=[$0], calls=[SUM($1)])"), std::string::npos) << refused.swapped.ToString();
  EXPECT_NE(refused.swapped.fault().message().find("would be lost: the file has it no more; freshet plan tells all of it, --accept-loss lets it go"), std::string::npos) << refused.swapped.ToString();
  EXPECT_EQ(NewOnes(refused.raw), 0);
  EXPECT_EQ(refused.totals, (std::vector<std::string>{R"({"k":"a","s":2340})", R"({"k":"b","s":4800})"}));  // the old version ran on
  ASSERT_TRUE(allowed.swapped.ok()) << allowed.swapped.ToString();
  EXPECT_EQ(NewOnes(allowed.raw), 0);
  EXPECT_NE(allowed.totals, refused.totals);
}

int ValueOf(const std::string& row) { return std::stoi(row.substr(row.rfind(':') + 1)); }

// Never less than before: a reader of the topic never sees a table that is being filled.
void ExpectNoneHalfBuilt(const Output& out) {
  std::map<std::string, int> last;
  for (const auto& row : out.all_totals) {
    int& before = last[row.substr(0, row.find(','))];
    EXPECT_GE(ValueOf(row), before) << row;
    before = ValueOf(row);
  }
}

// Each window once, whole, of one version or of the other.
int SummedWindows(const std::vector<std::string>& windows) {
  int summed = 0;
  std::set<std::string> ends;
  for (const auto& row : windows) {
    int ten = std::stoi(row.substr(21, 1)) * 6 + std::stoi(row.substr(23, 1)) - 1;
    EXPECT_TRUE(ends.insert(row.substr(0, 25)).second) << row;
    EXPECT_NE(row.find("\"n\":10,"), std::string::npos) << row;
    int sum = ValueOf(row);
    EXPECT_TRUE(sum == 0 || sum == ten * 100 + 45) << row;
    summed += sum == 0 ? 0 : 1;
  }
  EXPECT_EQ(ends.size(), 11U);  // the last one waits for later rows
  return summed;
}

TEST(Swaps, BuildStateFromTheLogWhileTheOldVersionServes) {
  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), File(StrCat("INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k;", kOld)));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":2380})", R"({"k":"b","s":4880})"}));
  ExpectNoneHalfBuilt(out);
  EXPECT_GT(out.all_totals.size(), 20U);
  EXPECT_EQ(NewOnes(out.raw), 0);
  for (const auto& part : out.swapped->change.parts) EXPECT_NE(part.fate, ports::Fate::kLost) << part.part;
}

TEST(Swaps, BuildOnAnyNumberOfShards) {
  std::string shards = "SET 'parallelism.default' = '3';\n";

  Output out = SwapWhileItRuns(StrCat(shards, kTotals, kWindows, kOld), File(StrCat(shards, "INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k;\n", kSummedWindows, "INSERT INTO raw SELECT v, w FROM clicks;")));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":2380})", R"({"k":"b","s":4880})"}));
  ExpectNoneHalfBuilt(out);
  EXPECT_GT(SummedWindows(out.windows), 3);
  EXPECT_GT(NewOnes(out.raw), 10);
}

TEST(Swaps, TakeBackKeysThatTheNewVersionDoesNotHave) {
  Output out = SwapWhileItRuns(kTotals, File("INSERT INTO totals SELECT k, MAX(v) FROM clicks WHERE k <> 'b' GROUP BY k;"));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":117})"}));
  EXPECT_EQ(std::count(out.all_totals.begin(), out.all_totals.end(), "(none)"), 1);
}

TEST(Swaps, TakeBackKeysOfATableThatHasAnotherNameNow) {
  std::string after = File("INSERT INTO sums SELECT k, MAX(v) FROM clicks WHERE k <> 'b' GROUP BY k;");
  after.replace(after.find("TABLE totals"), 12, "TABLE sums");

  Output out = SwapWhileItRuns(kTotals, after);

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":117})"}));
}

TEST(Swaps, LeaveWhatOthersWroteIntoATableThatIsNewToThePipeline) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(kOld));
  Status put = sim.Run(world.PutTotal());
  ASSERT_TRUE(put.ok()) << put.ToString();
  Life life(world);

  Status lived = sim.Run(Live(&world, &life, File(StrCat(kOld, kTotals)), false));

  ASSERT_TRUE(lived.ok()) << lived.ToString();
  ASSERT_TRUE(life.swapped && life.swapped->ok()) << life.swapped->ToString();
  EXPECT_EQ(OutputOf(world).totals, (std::vector<std::string>{R"({"k":"a","s":2340})", R"({"k":"b","s":4800})", R"({"k":"z","s":1})"}));
}

TEST(Swaps, WriteOnlyWhatATableLacks) {
  Output out = SwapWhileItRuns("INSERT INTO totals SELECT k, MIN(v) FROM clicks GROUP BY k;", File("INSERT INTO totals SELECT k, MIN(v * w) FROM clicks GROUP BY k;"));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.all_totals, out.totals);  // two rows, of the old version: they are right already
  EXPECT_EQ(out.totals.size(), 2U);
}

TEST(Swaps, LetAppendedRowsGoOnBehindThoseOfTheOldVersion) {
  Output out = SwapWhileItRuns(StrCat(kTotals, kWindows), File(StrCat(kTotals, kSummedWindows)));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  int summed = SummedWindows(out.windows);
  EXPECT_GT(summed, 3);
  EXPECT_LT(summed, 9);
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":2340})", R"({"k":"b","s":4800})"}));
}

// Up to four lives, each but the last one ended by a crash.
struct Lives {
  Output out;
  int crashed_behind_the_edit = 0;
};
Lives SwapWhatever(uint64_t seed, std::string before, std::string after) {
  testing::SimEnv sim({.seed = seed});
  World world(sim, File(before));
  testing::SeededRandom when(seed * 31 + 7);
  Lives all;
  for (int lives = 4; lives > 0; --lives) {
    auto* life = new Life(world);
    sim.CrashAtStep(lives > 1 ? 1 + static_cast<int64_t>(when.Below(4000)) : INT64_MAX / 2);
    Status lived = sim.Run(Live(&world, life, File(after), false));
    if (sim.crashed()) {
      sim.Restart();
      all.crashed_behind_the_edit += world.file == File(after) ? 1 : 0;
      continue;
    }
    EXPECT_TRUE(lived.ok()) << lived.ToString();
    EXPECT_TRUE(life->swapped && life->swapped->ok()) << "seed " << seed << ": " << life->swapped->ToString();
    delete life;
    break;
  }
  sim.CrashAtStep(INT64_MAX / 2);
  all.out = OutputOf(world);
  return all;
}

TEST(Swaps, WriteATableByKeyAnewWhenOnlyWhatItShowsHasChanged) {
  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), File(StrCat("INSERT INTO totals SELECT k, SUM(v) + 10000 FROM clicks GROUP BY k;", kOld)));

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":12340})", R"({"k":"b","s":14800})"}));
  ExpectNoneHalfBuilt(out);
  EXPECT_EQ(NewOnes(out.raw), 0);
}

TEST(Swaps, FillATopicThatATableByKeyIsGivenAnew) {
  std::string minima = "INSERT INTO totals SELECT k, MIN(v) FROM clicks GROUP BY k;", after = File(minima);
  after.replace(after.find("'topic' = 'totals'"), 18, "'topic' = 'totals2'");

  Output out = SwapWhileItRuns(minima, after);

  ASSERT_TRUE(out.swapped.ok()) << out.swapped.ToString();
  EXPECT_EQ(out.elsewhere, (std::vector<std::string>{R"({"k":"a","s":0})", R"({"k":"b","s":1})"}));  // as they were from the first rows on
  EXPECT_EQ(out.all_totals, out.elsewhere);
}

TEST(Swaps, RefuseAnotherKeyOfATableWhoseRowsStand) {
  std::string after = File(StrCat(kTotals, kOld));
  after.replace(after.find("PRIMARY KEY (k)"), 15, "PRIMARY KEY (k, s)");
  Output refused = SwapWhileItRuns(StrCat(kTotals, kOld), after);
  Output told = SwapWhileItRuns(StrCat(kTotals, kOld), after, true);

  EXPECT_NE(refused.swapped.ToString().find("would stay beside the new ones; give the table another topic"), std::string::npos) << refused.swapped.ToString();
  EXPECT_EQ(refused.totals, (std::vector<std::string>{R"({"k":"a","s":2340})", R"({"k":"b","s":4800})"}));
  EXPECT_TRUE(told.swapped.ok()) << told.swapped.ToString();
  EXPECT_GT(told.totals.size(), 2U);
}

TEST(Swaps, WriteATableByKeyAnewWhateverCrashes) {
  int crashed = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Lives lives = SwapWhatever(seed, StrCat(kTotals, kOld), StrCat("INSERT INTO totals SELECT k, SUM(v) + 10000 FROM clicks GROUP BY k;", kOld));
    crashed += lives.crashed_behind_the_edit;
    NewOnes(lives.out.raw);
    ExpectNoneHalfBuilt(lives.out);
    ASSERT_EQ(lives.out.totals, (std::vector<std::string>{R"({"k":"a","s":12340})", R"({"k":"b","s":14800})"})) << "seed " << seed;
  }
  EXPECT_GT(crashed, 10);
}

TEST(Swaps, BuildTheSameWhateverCrashes) {
  std::string before = StrCat(kTotals, kWindows, kOld), after = StrCat("INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k;\n", kSummedWindows, "INSERT INTO raw SELECT v, w FROM clicks;");
  int crashed_lives = 0;

  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Lives lives = SwapWhatever(seed, before, after);
    crashed_lives += lives.crashed_behind_the_edit;
    const Output& out = lives.out;
    NewOnes(out.raw);
    SummedWindows(out.windows);
    ExpectNoneHalfBuilt(out);
    ASSERT_EQ(out.totals, (std::vector<std::string>{R"({"k":"a","s":2380})", R"({"k":"b","s":4880})"})) << "seed " << seed;
  }
  EXPECT_GT(crashed_lives, 10);
}

TEST(Swaps, RefuseToBuildFromWhatTheLogHasDroppedUnlessItMayBeLost) {
  for (bool accept_loss : {false, true}) {
    testing::SimEnv sim({.seed = 1});
    World world(sim, File(kTotals));
    ASSERT_TRUE(sim.Run(EnsureTopic(world)).ok());
    ASSERT_TRUE(sim.Run(ProduceTo(&world, 20)).ok());
    auto key = data::PartitionKey{world.topics.Find("clicks")->id, data::PartitionId(0)};
    ASSERT_TRUE(sim.Run(world.log.Trim({}, key, data::Offset(9))).ok());
    Life life(world);

    Status lived = sim.Run(Live(&world, &life, File("INSERT INTO totals SELECT k, MAX(v) FROM clicks GROUP BY k;"), accept_loss));

    ASSERT_TRUE(lived.ok() && life.swapped) << lived.ToString();
    EXPECT_EQ(life.swapped->ok(), accept_loss) << life.swapped->ToString();
    std::string_view refusal = accept_loss ? "ok" : "of topic 'clicks' partition 0 the first 9 records are not read again";
    EXPECT_NE(life.swapped->ToString().find(refusal), std::string::npos) << life.swapped->ToString();
  }
}

Task<> ATopicGoesAndIsMadeAgain(World* world, Life* life, bool accept_loss) {
  auto pause = [world](Duration time) { return io::SleepUntil(world->sim.clock().Now() + time); };
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  CO_RETURN_NOT_OK(ProduceTo(world, 10));
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil reading = pause(Seconds(1));
  co_await reading;
  CO_RETURN_NOT_OK(world->topics.Delete({}, "clicks"));
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  CO_RETURN_NOT_OK(ProduceTo(world, 13));
  world->file = File("INSERT INTO totals SELECT k, MAX(v) FROM clicks GROUP BY k;");
  auto swapping = life->pipelines->Swap({}, {.pipeline = "p", .sql = {}, .accept_loss = accept_loss});
  life->swapped = co_await swapping;
  io::SleepUntil going_on = pause(Seconds(1));
  co_await going_on;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

// Its rows are lost; those of the topic that has its name now come.
TEST(Swaps, BuildFromATopicThatWasMadeAgainWhereLossIsAccepted) {
  for (bool accept_loss : {false, true}) {
    testing::SimEnv sim({.seed = 1});
    World world(sim, File(kTotals));
    Life life(world);

    Status lived = sim.Run(ATopicGoesAndIsMadeAgain(&world, &life, accept_loss));

    ASSERT_TRUE(lived.ok() && life.swapped) << lived.ToString();
    EXPECT_EQ(life.swapped->ok(), accept_loss) << life.swapped->ToString();
    auto totals = sim.Run(world.Contents("totals", true));
    std::vector<std::string> made_again{R"({"k":"a","s":12})", R"({"k":"b","s":11})"}, before{R"({"k":"a","s":18})", R"({"k":"b","s":27})"};
    EXPECT_EQ(*totals, accept_loss ? made_again : before);
  }
}

// What a pipeline says of its table by key, whose topic is deleted and made again while it runs; and what stands there before and after a swap of the same file.
struct WrittenAnew {
  std::string failure;
  std::vector<std::string> before, after;
};
Task<> ATableGoesAndIsMadeAgain(World* world, Life* life, WrittenAnew* out) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(ProduceTo(world, 10));
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  CO_RETURN_NOT_OK(world->topics.Delete({}, "totals"));
  CO_RETURN_NOT_OK(world->MakeTopic("totals", 1));
  world->produced = 12;  // of the next rows only one has a key of the table
  CO_RETURN_NOT_OK(ProduceTo(world, 13));
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  out->failure = progress[0].failure;
  CO_ASSIGN_OR_RETURN(out->before, world->Contents("totals", true));
  auto swapping = life->pipelines->Swap({}, {.pipeline = "p", .sql = {}});
  life->swapped = co_await swapping;
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  CO_ASSIGN_OR_RETURN(out->after, world->Contents("totals", true));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return Status();
}

TEST(Swaps, WriteATableByKeyAnewWhoseTopicWasMadeAgain) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(StrCat(kTotals, kOld)));
  WrittenAnew out;
  {
    Life life(world);
    Status lived = sim.Run(ATableGoesAndIsMadeAgain(&world, &life, &out));
    ASSERT_TRUE(lived.ok() && life.swapped) << lived.ToString();
    EXPECT_TRUE(life.swapped->ok()) << life.swapped->ToString();
  }

  EXPECT_NE(out.failure.find("table totals: what stands there was written otherwise (its topic 'totals' was deleted since the last epoch)"), std::string::npos) << out.failure;
  EXPECT_EQ(out.before, std::vector<std::string>());  // and not with the one key that has changed
  EXPECT_EQ(out.after, (std::vector<std::string>{R"({"k":"a","s":30})", R"({"k":"b","s":27})"}));
  EXPECT_EQ(sim.Run(world.Contents("raw", false))->size(), 11U);
}

TEST(Swaps, RefuseATableThatReadsAnotherTopicWhateverLossIsAccepted) {
  std::string elsewhere = File(StrCat(kTotals, kOld));
  elsewhere.replace(elsewhere.find("'topic' = 'clicks'"), 18, "'topic' = 'raw'");

  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), elsewhere, true);

  ASSERT_FALSE(out.swapped.ok());
  EXPECT_NE(out.swapped.fault().message().find("pipelines/p.sql: table clicks: its last epoch had read topic 'clicks', which is none of its topics now"), std::string::npos) << out.swapped.ToString();
  EXPECT_EQ(NewOnes(out.raw), 0);
  EXPECT_EQ(out.totals.size(), 2U);
}

TEST(Swaps, RefuseAFileWhoseModelIsNotLoaded) {
  Output out = SwapWhileItRuns(kOld, File("CREATE MODEL late INPUT (v INT) OUTPUT (score INT) WITH ('provider' = 'freshet');\n"
                                          "INSERT INTO raw SELECT v, score FROM ML_PREDICT((SELECT v FROM clicks), MODEL late, DESCRIPTOR(v));"));

  ASSERT_EQ(out.swapped.code(), Code::kNotFound) << out.swapped.ToString();
  EXPECT_NE(out.swapped.fault().message().find("pipelines/p.sql: no model 'late'"), std::string::npos) << out.swapped.ToString();
  EXPECT_EQ(NewOnes(out.raw), 0);
}

TEST(Swaps, GoBackToTheOldVersionWhenTheNewOneDoesNotBegin) {
  std::string nowhere = StrCat("CREATE TABLE nowhere (k STRING, s BIGINT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'group-offsets', 'properties.group.id' = 'nobody');",
                               "CREATE TABLE beside (k STRING, s BIGINT) WITH ('connector' = 'kafka', 'topic' = 'beside', 'format' = 'json');", File(StrCat(kTotals, kOld)), "INSERT INTO beside SELECT k, s FROM nowhere;");

  Output out = SwapWhileItRuns(StrCat(kTotals, kOld), nowhere, true);

  ASSERT_FALSE(out.swapped.ok());
  EXPECT_NE(out.swapped.fault().message().find("pipelines/p.sql: the old version runs on, because the new one does not begin: table nowhere"), std::string::npos) << out.swapped.ToString();
  EXPECT_EQ(NewOnes(out.raw), 0);
  EXPECT_EQ(out.totals.size(), 2U);
}

TEST(Swaps, NameWhatTheyCannotDo) {
  auto message = [](std::string statements) { return SwapWhileItRuns(StrCat(kTotals, kOld), File(statements)).swapped.ToString(); };
  std::string two = message(StrCat("INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k;", kOld, "INSERT INTO totals SELECT k, w FROM clicks;"));
  std::string changes = message(StrCat(kTotals, "INSERT INTO raw SELECT MAX(v), 1 FROM clicks GROUP BY k;"));
  std::string shared = message("INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k; INSERT INTO large SELECT v + w FROM clicks WHERE k = 'a';");
  std::string wrong = message("INSERT INTO nothing SELECT 1;");
  std::string nothing = message("");
  std::string latest = File(StrCat("INSERT INTO totals SELECT k, SUM(v + w) FROM clicks GROUP BY k;", kOld));
  latest.replace(latest.find("earliest-offset"), 15, "latest-offset");

  EXPECT_NE(two.find("table totals cannot be built anew beside the old version: 2 statements write topic totals"), std::string::npos) << two;
  EXPECT_NE(changes.find("raw"), std::string::npos) << changes;
  EXPECT_NE(shared.find("table large cannot be built anew beside the old version: it is new and would lack what came before"), std::string::npos) << shared;
  EXPECT_NE(wrong.find("pipelines/p.sql: line 10, column 1"), std::string::npos) << wrong;
  EXPECT_NE(nothing.find("pipelines/p.sql writes no table any more"), std::string::npos) << nothing;
  std::string from_latest = SwapWhileItRuns(StrCat(kTotals, kOld), latest).swapped.ToString();
  EXPECT_NE(from_latest.find("table clicks begins at latest-offset, and where that was when the pipeline began is not known"), std::string::npos) << from_latest;
}

}  // namespace
}  // namespace freshet::stream
