#include "tests/stream/clicks.h"

// Partitions and topics that bring nothing, and whose watermark others wait for.

namespace freshet::stream {
namespace {

TEST(Pipelines, DoNotWaitForEverForAPartitionThatHasNeverBroughtARow) {
  for (auto [seconds, windows] : {std::pair<int64_t, size_t>{3, 0}, {9, 1}}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    Life life(world, std::string(kPipeline));

    auto progress = sim.Run(OnePartitionOnly(&world, &life, Seconds(seconds)));

    ASSERT_TRUE(progress.ok()) << progress.ToString();
    EXPECT_EQ(sim.Run(world.Contents("windows", false))->size(), windows);
    const auto& clicks = progress->at(0).sources.at(0);
    EXPECT_EQ(clicks.held_back_by()->number, windows == 0 ? 1 : 0);
    EXPECT_EQ(clicks.partitions[1].active, windows == 0);
  }
}

// Two topics that meet: rows of both counted by time, and clicks that have no answer.
constexpr std::string_view kMeeting = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE answers WITH ('topic' = 'answers') LIKE clicks (OVERWRITING OPTIONS);
CREATE VIEW all_rows AS SELECT k, ts FROM clicks UNION ALL SELECT k, ts FROM answers;
CREATE TABLE windows (e TIMESTAMP(3), n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json');
CREATE TABLE unanswered (v INT) WITH ('connector' = 'kafka', 'topic' = 'unanswered', 'format' = 'json');
INSERT INTO windows SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE all_rows, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
INSERT INTO unanswered SELECT c.v FROM clicks AS c LEFT JOIN answers AS a ON c.k = a.k AND a.ts BETWEEN c.ts AND c.ts + INTERVAL '5' SECOND WHERE a.k IS NULL;
)";

struct Met {
  std::vector<std::string> windows, unanswered;
};

Task<Met> MetSoFar(World* world) {
  CO_ASSIGN_OR_RETURN(auto windows, world->Contents("windows", false));
  CO_ASSIGN_OR_RETURN(auto unanswered, world->Contents("unanswered", false));
  co_return Met{windows, unanswered};
}

Task<> ProduceAt(World* world, std::string topic, int second) {
  for (int32_t partition : {0, 1}) {
    CO_RETURN_NOT_OK(world->Produce(topic, partition, StrCat(R"({"k":")", topic, partition, R"(","v":)", second, R"(,"ts":"2026-01-01 00:00:)", second, R"("})")));
  }
  co_return Status();
}

// Clicks at 10 and 31, in another life at 52; answers, of other keys, only in the beginning.
Task<Met> Meet(World* world, Life* life, bool first_life, bool answers) {
  CO_RETURN_NOT_OK(EnsureTopic(*world, "clicks"));
  CO_RETURN_NOT_OK(EnsureTopic(*world, "answers"));
  life->pipelines->Begin(world->topics, world->epochs);
  if (answers) {
    CO_RETURN_NOT_OK(ProduceAt(world, "answers", 11));
  }
  for (int second : first_life ? std::vector<int>{10, 31} : std::vector<int>{52}) {
    CO_RETURN_NOT_OK(ProduceAt(world, "clicks", second));
  }
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(4));
  co_await pause;
  CO_RETURN_NOT_OK(life->pipelines->Close());
  auto looking = MetSoFar(world);
  co_return co_await looking;
}

TEST(Pipelines, DoNotWaitForATopicThatIsSilent) {
  for (int parallelism : {1, 3}) {
    for (bool answers : {true, false}) {
      testing::SimEnv sim({.seed = 4});
      World world(sim);
      std::string text = StrCat("SET 'table.exec.source.idle-timeout' = '1 s'; SET 'parallelism.default' = '", parallelism, "';", kMeeting);

      Life first(world, text);
      auto met = sim.Run(Meet(&world, &first, true, answers));

      ASSERT_TRUE(met.ok()) << met.ToString();
      EXPECT_EQ(met->windows, std::vector<std::string>{StrCat(R"(={"e":"2026-01-01 00:00:20","n":)", answers ? 4 : 2, "}")}) << parallelism;
      EXPECT_EQ(met->unanswered, (std::vector<std::string>{R"(={"v":10})", R"(={"v":10})"})) << parallelism;

      Life second(world, text);
      met = sim.Run(Meet(&world, &second, false, false));

      ASSERT_TRUE(met.ok()) << met.ToString();
      EXPECT_EQ(met->windows.size(), 2U) << parallelism;
      EXPECT_EQ(met->unanswered.size(), 4U) << parallelism;
    }
  }
}

TEST(Pipelines, DoNotWaitForATopicWhoseTableSaysForHowLong) {
  for (bool says : {true, false}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    std::string text(kMeeting), answers = "WITH ('topic' = 'answers')";
    if (says) text.replace(text.find(answers), answers.size(), "WITH ('topic' = 'answers', 'scan.watermark.idle-timeout' = '1 s')");

    Life life(world, text);
    auto met = sim.Run(Meet(&world, &life, true, false));

    ASSERT_TRUE(met.ok()) << met.ToString();
    EXPECT_EQ(met->windows.size(), says ? 1U : 0U);
  }
}

Task<Met> WakeLate(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world, "clicks"));
  CO_RETURN_NOT_OK(EnsureTopic(*world, "answers"));
  life->pipelines->Begin(world->topics, world->epochs);
  for (auto [topic, second] : {std::pair<std::string, int>{"answers", 11}, {"clicks", 10}, {"clicks", 31}, {"answers", 12}, {"clicks", 52}}) {
    CO_RETURN_NOT_OK(ProduceAt(world, topic, second));
    bool silence = second == 31 || second == 52;
    io::SleepUntil pause(world->sim.clock().Now() + (silence ? Seconds(4) : Milliseconds(100)));
    co_await pause;
  }
  CO_RETURN_NOT_OK(life->pipelines->Close());
  auto looking = MetSoFar(world);
  co_return co_await looking;
}

TEST(Pipelines, CountWhatWakesUpTooLateAndFireNoWindowTwice) {
  for (int parallelism : {1, 3}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    Life life(world, StrCat("SET 'table.exec.source.idle-timeout' = '1 s'; SET 'parallelism.default' = '", parallelism, "';", kMeeting));

    auto met = sim.Run(WakeLate(&world, &life));

    ASSERT_TRUE(met.ok()) << met.ToString();
    EXPECT_EQ(met->windows, (std::vector<std::string>{R"(={"e":"2026-01-01 00:00:20","n":4})", R"(={"e":"2026-01-01 00:00:40","n":2})"})) << parallelism;
    EXPECT_NE(sim.metrics().ToPrometheusText().find("freshet_pipeline_late_rows_total{pipeline=\"p\"} 2"), std::string::npos) << parallelism;
  }
}

Task<> OneRowAPartition(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(world->Produce("clicks", 0, R"({"k":"a","v":1,"ts":"2026-01-01 00:00:01"})"));
  CO_RETURN_NOT_OK(world->Produce("clicks", 1, R"({"k":"a","v":1,"ts":"2026-01-01 00:00:31"})"));
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(4));
  co_await pause;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, TakeTheNewestWatermarkOfATopicThatIsSilent) {
  for (auto [idle, windows] : {std::pair<std::string_view, size_t>{"0 s", 0}, {"1 s", 1}}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    Life life(world, StrCat("SET 'table.exec.source.idle-timeout' = '", idle, "';", kPipeline));

    ASSERT_TRUE(sim.Run(OneRowAPartition(&world, &life)).ok());

    EXPECT_EQ(sim.Run(world.Contents("windows", false))->size(), windows) << idle;
  }
}

TEST(Pipelines, WaitForATopicThatIsSilentWhenNobodySaysForHowLong) {
  testing::SimEnv sim({.seed = 4});
  World world(sim);
  Life life(world, std::string(kMeeting));

  auto met = sim.Run(Meet(&world, &life, true, true));

  ASSERT_TRUE(met.ok()) << met.ToString();
  EXPECT_EQ(met->windows.size() + met->unanswered.size(), 0U);
}

}  // namespace
}  // namespace freshet::stream
