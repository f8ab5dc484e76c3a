#include "tests/stream/clicks.h"

// Tables of one alignment group, of which the fast one has much to read and the slow one little.

namespace freshet::stream {
namespace {

constexpr std::string_view kAligned = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE fast (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'fast', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.alignment.group' = 'g', 'scan.watermark.alignment.max-drift' = '10 s', 'scan.watermark.alignment.update-interval' = '50 ms');
CREATE TABLE slow (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'slow', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.alignment.group' = 'g', 'scan.watermark.alignment.max-drift' = '10 s');
CREATE TABLE seen (v INT) WITH ('connector' = 'kafka', 'topic' = 'seen', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
)";
constexpr std::string_view kSeeBoth = "INSERT INTO seen SELECT v FROM fast;\nINSERT INTO seen SELECT -v FROM slow;\n";
constexpr size_t kHeldAtLeast = 11, kHeldAtMost = 20;  // ten seconds, the row of the slow one, and what comes in one poll
constexpr size_t kAll = 61;

// Another option of a table.
std::string With(std::string text, std::string_view table, std::string_view option) {
  std::string before = StrCat("'topic' = '", table, "'");
  text.insert(text.find(before) + before.size(), StrCat(", ", option));
  return text;
}

Task<> Wait(World* world, Duration time) {
  io::SleepUntil wait(world->sim.clock().Now() + time);
  co_await wait;
  co_return Status();
}

Task<> Produce(World* world) {
  CO_RETURN_NOT_OK(world->MakeTopic("fast", 1));
  CO_RETURN_NOT_OK(world->MakeTopic("slow", 1));
  CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(0)));
  for (int second = 1; second < 60; ++second) {
    CO_RETURN_NOT_OK(world->Produce("fast", 0, Click(second)));
  }
  co_return Status();
}

Task<size_t> SeenAfter(World* world, Life* life, Duration time) {
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Wait(world, time));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  CO_ASSIGN_OR_RETURN(auto seen, world->Records("seen"));
  co_return seen.size();
}

// Rows of the fast table come a moment apart, so that one poll brings few.
Task<std::pair<size_t, size_t>> AheadOfTheSlowOne(World* world, Life* life) {
  CO_RETURN_NOT_OK(world->MakeTopic("fast", 1));
  CO_RETURN_NOT_OK(world->MakeTopic("slow", 1));
  CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(0)));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int second = 1; second < 60; ++second) {
    CO_RETURN_NOT_OK(world->Produce("fast", 0, Click(second)));
    CO_RETURN_NOT_OK(Wait(world, Milliseconds(20)));
  }
  CO_RETURN_NOT_OK(Wait(world, Seconds(2)));
  CO_ASSIGN_OR_RETURN(auto before, world->Records("seen"));
  CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(59)));
  CO_RETURN_NOT_OK(Wait(world, Seconds(2)));
  CO_ASSIGN_OR_RETURN(auto after, world->Records("seen"));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  std::pair<size_t, size_t> seen{before.size(), after.size()};
  co_return seen;
}

TEST(AlignedTables, AreReadNoFurtherThanTheSlowestAllows) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  Life life(world, StrCat(kAligned, kSeeBoth));

  auto seen = sim.Run(AheadOfTheSlowOne(&world, &life));

  ASSERT_TRUE(seen.ok()) << seen.ToString();
  EXPECT_GE(seen->first, kHeldAtLeast);
  EXPECT_LE(seen->first, kHeldAtMost);
  EXPECT_EQ(seen->second, kAll);
  EXPECT_GT(sim.metrics().AddCounter("freshet_source_alignment_holds_total", "", {{"table", "fast"}}).value(), 0);
}

TEST(AlignedTables, AreHeldOnShardsAsOnOne) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  Life life(world, StrCat("SET 'parallelism.default' = '2';\n", kAligned, "INSERT INTO seen SELECT v FROM fast GROUP BY v;\nINSERT INTO seen SELECT -v FROM slow GROUP BY v;\n"));

  auto seen = sim.Run(AheadOfTheSlowOne(&world, &life));

  ASSERT_TRUE(seen.ok()) << seen.ToString();
  EXPECT_GE(seen->first, kHeldAtLeast);
  EXPECT_LE(seen->first, kHeldAtMost);
  EXPECT_EQ(seen->second, kAll);
}

// What the last epoch says of the tables' time holds the fast one before anybody has read a row.
TEST(AlignedTables, AreHeldBehindAStartAsBefore) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  std::string file = StrCat(kAligned, kSeeBoth);
  Life first(world, file), second(world, file), third(world, file);
  auto held = sim.Run(AheadOfTheSlowOne(&world, &first));
  ASSERT_TRUE(held.ok()) << held.ToString();
  for (int v = 70; v < 100; ++v) ASSERT_TRUE(sim.Run(world.Produce("fast", 0, Click(v))).ok());  // the slow one stands at 59

  auto restarted = sim.Run(SeenAfter(&world, &second, Seconds(5)));
  for (int v = 100; v < 110; ++v) ASSERT_TRUE(sim.Run(world.Produce("fast", 0, Click(v))).ok());
  auto restarted_while_held = sim.Run(SeenAfter(&world, &third, Seconds(5)));

  ASSERT_TRUE(restarted.ok() && restarted_while_held.ok());
  EXPECT_EQ(*restarted, kAll + 30);  // one poll brings all that are there
  EXPECT_EQ(*restarted_while_held, *restarted);
}

TEST(AlignedTables, WaitForNobodyWhoIsIdle) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  Life life(world, With(StrCat(kAligned, kSeeBoth), "slow", "'scan.watermark.idle-timeout' = '500 ms'"));
  auto seen = sim.Run(AheadOfTheSlowOne(&world, &life));

  ASSERT_TRUE(seen.ok()) << seen.ToString();
  EXPECT_EQ(seen->first, kAll - 1);
  EXPECT_EQ(seen->second, kAll);
}

Task<ports::PipelineProgress> HeldForLong(World* world, Life* life) {
  CO_RETURN_NOT_OK(Produce(world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int n = 0; n < 20; ++n) {  // the slow one is awake, and comes no further
    CO_RETURN_NOT_OK(Wait(world, Milliseconds(200)));
    CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(0)));
    CO_RETURN_NOT_OK(world->Produce("fast", 0, Click(61 + n)));
  }
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress[0];
}

TEST(AlignedTables, AreNotIdleWhileTheyAreHeld) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  std::string file = With(StrCat(kAligned, kSeeBoth), "slow", "'scan.watermark.idle-timeout' = '500 ms'");
  Life life(world, With(file, "fast", "'scan.watermark.idle-timeout' = '500 ms'"));

  auto progress = sim.Run(HeldForLong(&world, &life));

  ASSERT_TRUE(progress.ok()) << progress.ToString();
  ASSERT_EQ(progress->sources.size(), 2U);
  EXPECT_EQ(progress->sources[0].table, "fast");
  EXPECT_TRUE(progress->sources[0].partitions[0].active);
  EXPECT_LT(progress->sources[0].partitions[0].place->next.get(), 79);
  EXPECT_GT(sim.metrics().AddCounter("freshet_source_alignment_holds_total", "", {{"table", "fast"}}).value(), 10);
}

TEST(AlignedTables, WaitForNobodyWhoHasEnded) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  ASSERT_TRUE(sim.Run(Produce(&world)).ok());
  Life life(world, With(StrCat(kAligned, kSeeBoth), "slow", "'scan.bounded.mode' = 'latest-offset'"));

  auto first = sim.Run(AheadOfTheSlowOne(&world, &life));

  ASSERT_TRUE(first.ok()) << first.ToString();
  EXPECT_EQ(first->first, 2 + 59 + 59U);
  EXPECT_EQ(first->second, first->first);  // what came behind its end is none of its rows
}

}  // namespace
}  // namespace freshet::stream
