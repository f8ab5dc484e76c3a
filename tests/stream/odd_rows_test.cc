#include "tests/stream/clicks.h"

// Rows that are late, records that make no row, and NULLs where there must be none.

namespace freshet::stream {
namespace {

Task<> LateRowsToTheirTopic(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (const char* second : {"00", "31", "02"}) {
    for (int32_t partition : {0, 1}) {
      CO_RETURN_NOT_OK(world->Produce("clicks", partition, StrCat(R"({"k":"a","v":1,"ts":"2026-01-01 00:00:)", second, R"("})")));
    }
    io::SleepUntil pause(world->sim.clock().Now() + Milliseconds(300));
    co_await pause;
  }
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, KeepLateRowsInATopicOfTheirOwn) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  Life life(world, std::string(kPipeline));

  ASSERT_TRUE(sim.Run(LateRowsToTheirTopic(&world, &life)).ok());

  auto late = *sim.Run(world.Contents("__late.clicks", false));
  ASSERT_EQ(late.size(), 2U);
  EXPECT_NE(late[0].find("2026-01-01 00:00:02"), std::string::npos) << late[0];
  EXPECT_NE(sim.metrics().ToPrometheusText().find("freshet_pipeline_late_rows_total{pipeline=\"p\"} 2"), std::string::npos);
}

Task<> WhatIsNoRowBetweenRows(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int i = 0; i < 3; ++i) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, i == 1 ? "no json" : Click(i)));
  }
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(1));
  co_await pause;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, GoOnBehindARecordThatMakesNoRow) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  Life life(world, std::string(kPipeline));

  ASSERT_TRUE(sim.Run(WhatIsNoRowBetweenRows(&world, &life)).ok());

  EXPECT_EQ(*sim.Run(world.Contents("__dead.clicks", false)), std::vector<std::string>{"=no json"});
  EXPECT_EQ(sim.Run(world.Contents("eager", false))->size(), 2U);
}

constexpr std::string_view kStrict = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE strict (k STRING, v INT NOT NULL) WITH ('connector' = 'kafka', 'topic' = 'strict', 'format' = 'json');
INSERT INTO strict SELECT k, v FROM clicks;
)";

Task<std::vector<ports::PipelineProgress>> ABadRecordInFrontOfANull(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  std::vector<World::Record> clicks{{{}, "no json"}, {{}, R"({"k":"a","v":1})"}, {{}, R"({"k":"b"})"}};
  if (std::exchange(world->produced, 1) == 0) {
    CO_RETURN_NOT_OK(world->Append("clicks", 0, clicks));
  }
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(10));
  co_await pause;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress;
}

TEST(Pipelines, KeepADeadLetterOnceHoweverOftenTheyFailBehindIt) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  Life failing(world, std::string(kStrict)), dropping(world, StrCat("SET 'table.exec.sink.not-null-enforcer' = 'drop';", kStrict));

  auto failed = sim.Run(ABadRecordInFrontOfANull(&world, &failing));

  ASSERT_TRUE(failed.ok()) << failed.ToString();
  EXPECT_GT((*failed)[0].failures, 4);
  EXPECT_FALSE((*failed)[0].running);
  EXPECT_NE((*failed)[0].failure.find(R"(table strict: column v is NOT NULL, and is NULL in the row {"k":"b","v":null}; )"), std::string::npos) << (*failed)[0].failure;
  EXPECT_NE((*failed)[0].failure.find("; operator Sink(table=strict) of strict (line 5); met at topic clicks partition 0 offsets 0 to 2"), std::string::npos) << (*failed)[0].failure;
  EXPECT_TRUE(sim.Run(world.Contents("__dead.clicks", false))->empty());
  EXPECT_EQ(failing.pipelines->Failing(), std::vector<std::string>{"p"});
  EXPECT_NE(sim.metrics().ToPrometheusText().find("freshet_pipeline_failing{pipeline=\"p\"} 1"), std::string::npos);

  auto went_on = sim.Run(ABadRecordInFrontOfANull(&world, &dropping));

  ASSERT_TRUE(went_on.ok()) << went_on.ToString();
  EXPECT_EQ((*went_on)[0].failure, "");
  EXPECT_TRUE(dropping.pipelines->Failing().empty());
  EXPECT_EQ((*went_on)[0].dropped_rows, 1);
  EXPECT_EQ(*sim.Run(world.Contents("__dead.clicks", false)), std::vector<std::string>{"=no json"});
  EXPECT_EQ(*sim.Run(world.Contents("strict", false)), std::vector<std::string>{R"(={"k":"a","v":1})"});
}

constexpr std::string_view kDividing = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE whole (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'whole', 'format' = 'json');
CREATE TABLE shares (k STRING, share INT) WITH ('connector' = 'kafka', 'topic' = 'shares', 'format' = 'json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO whole SELECT k, v FROM clicks;
INSERT INTO shares SELECT k, 100 / v FROM clicks;
END;
)";

Task<std::vector<ports::PipelineProgress>> ARowThatCannotBeComputed(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  std::vector<World::Record> clicks{{{}, R"({"k":"a","v":4})"}, {{}, R"({"k":"b","v":0})"}, {{}, R"({"k":"c","v":5})"}};
  CO_RETURN_NOT_OK(world->Append("clicks", 0, std::move(clicks)));
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(3));
  co_await pause;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress;
}

TEST(Pipelines, SayWhichStatementWhichOperatorAndWhichRowFails) {
  for (std::string_view shards : {"", "SET 'parallelism.default' = '2';"}) {
    testing::SimEnv sim({.seed = 3});
    World world(sim);
    Life life(world, StrCat(shards, kDividing));

    auto failed = sim.Run(ARowThatCannotBeComputed(&world, &life));

    ASSERT_TRUE(failed.ok()) << failed.ToString();
    EXPECT_EQ((*failed)[0].failure, "invalid: division by zero; guard the divisor with NULLIF(x, 0); in (/ 100 v); operator Project(k=$0, share=(/ 100 $1)) of shares (line 8); "
                                    R"(row {"k":"b","v":0}; met at topic clicks partition 0 offsets 0 to 2)");
  }
}

Task<> AFaultThatGoesBeforeAnyRowComes(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  auto wait = [world](Duration time) { return io::SleepUntil(world->sim.clock().Now() + time); };
  world->epochs.RefuseToBegin(true);
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil failing = wait(Seconds(3));
  co_await failing;
  EXPECT_EQ(life->pipelines->Failing(), std::vector<std::string>{"p"});
  world->epochs.RefuseToBegin(false);
  io::SleepUntil up = wait(Seconds(8));
  co_await up;
  CO_ASSIGN_OR_RETURN(auto begun, life->pipelines->Describe({}));
  EXPECT_TRUE(begun[0].running);
  io::SleepUntil calm = wait(Seconds(12));
  co_await calm;
  EXPECT_TRUE(life->pipelines->Failing().empty());
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  EXPECT_EQ(progress[0].failure, "");
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

Task<> AnEpoch(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(1));
  co_await pause;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, DoNotFailAnyMoreWhenTheyStandAWhileWithNothingToCommit) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  Life first(world, std::string(kStrict)), second(world, std::string(kStrict));
  ASSERT_TRUE(sim.Run(AnEpoch(&world, &first)).ok());
  int64_t epochs = world.epochs.commits("p");

  Status ran = sim.Run(AFaultThatGoesBeforeAnyRowComes(&world, &second));

  ASSERT_TRUE(ran.ok()) << ran.ToString();
  EXPECT_EQ(world.epochs.commits("p"), epochs);
}

}  // namespace
}  // namespace freshet::stream
