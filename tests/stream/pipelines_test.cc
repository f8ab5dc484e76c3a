#include <gtest/gtest.h>

#include <algorithm>

#include "engines/files/files.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"
#include "tests/stream/lasting.h"

// Endless jobs from topic to topic, in houses that die between two steps of the seed's choice while log and epochs stay:
// what comes out is what comes out without a crash.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::stream {
namespace {

constexpr std::string_view kPipeline = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE windows (k STRING, e TIMESTAMP(3), n BIGINT, s INT)
WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE totals (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE eager (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'eager', 'format' = 'json');
INSERT INTO windows SELECT k, window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO totals SELECT k, SUM(v) FROM clicks GROUP BY k;
INSERT INTO eager SELECT k, v FROM clicks;
)";

struct World : Lasting {
  using Lasting::Lasting;

  Task<> Produce(std::string topic, int32_t partition, std::string value) { return Append(std::move(topic), partition, Record{{}, std::move(value)}); }

  // "key=value" of each record; of an upsert topic only the newest of a key.
  Task<std::vector<std::string>> Contents(std::string topic, bool newest) {
    CO_ASSIGN_OR_RETURN(auto records, Records(std::move(topic)));
    std::vector<std::string> all;
    std::map<std::string, std::string> by_key;
    for (const Record& record : records) {
      std::string key = record.key.value_or(""), value = record.value.value_or("(none)");
      all.push_back(key + "=" + value);
      by_key[key] = value;
    }
    if (newest) {
      all.clear();
      for (const auto& [key, value] : by_key) all.push_back(key + "=" + value);
    }
    std::sort(all.begin(), all.end());
    co_return all;
  }

  int produced = 0;
};

// One life of the part of a house that runs pipelines.
struct Life {
  Life(World& world, std::string text)
      : tables(world.sim, {}, world.log, world.topics), files(world.sim), connectors{{"kafka", &tables}, {"upsert-kafka", &tables}, {"filesystem", &files}} {
    auto opened = Pipelines::Open(world.sim, connectors, models, {}, {{"pipelines/p.sql", std::move(text)}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (opened.ok()) pipelines = std::move(opened).value();
  }
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  files::FilesConnector files;
  ports::Connectors connectors;
  std::unique_ptr<Pipelines> pipelines;
};

constexpr int kClicks = 120;

std::string Click(int i) {
  int second = i;
  return StrCat(R"({"k":")", i % 3 == 0 ? "a" : "b", R"(","v":)", i, R"(,"ts":"2026-01-01 00:0)", second / 60, ":", second % 60 / 10, second % 10, R"("})");
}

Task<> EnsureTopic(World& world, std::string name = "clicks") { return world.MakeTopic(std::move(name), 2); }

// Goes on producing where the last life stopped, then waits until everything is through, then drains.
Task<> Live(World* world, Life* life, Duration gap) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  while (world->produced < kClicks + 2) {
    int i = world->produced;
    std::string value = i < kClicks ? Click(i) : R"({"k":"end","v":0,"ts":"2026-01-02 00:00:00"})";
    CO_RETURN_NOT_OK(world->Produce("clicks", i % 2, value));
    world->produced = i + 1;  // in the step of the append: a crash finds both or neither
    io::SleepUntil pause(world->sim.clock().Now() + gap);
    co_await pause;
  }
  io::SleepUntil settle(world->sim.clock().Now() + Seconds(2));
  co_await settle;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

struct Output {
  std::vector<std::string> windows;
  std::vector<std::string> totals;
  std::vector<std::string> eager;
};

// Runs until a life ends by itself; `crash_within` steps bound the earlier ones, 0: none of them.
Output RunLives(uint64_t seed, int lives, int64_t crash_within, uint64_t refuse_one_of, std::vector<int> shards = {1}) {
  testing::SimEnv sim({.seed = seed});
  World world(sim);
  world.epochs.RefuseOneOf(refuse_one_of, seed);
  testing::SeededRandom when(seed * 31 + 7);
  for (int life = 0; life < lives; ++life) {
    int parallelism = shards[static_cast<size_t>(life) % shards.size()];
    auto* house = new Life(world, StrCat("SET 'parallelism.default' = '", parallelism, "';", kPipeline));
    bool last = life + 1 == lives;
    if (!last) sim.CrashAtStep(1 + static_cast<int64_t>(when.Below(static_cast<uint64_t>(crash_within))));
    else sim.CrashAtStep(INT64_MAX / 2);
    Status status = sim.Run(Live(&world, house, Milliseconds(7)));
    if (sim.crashed()) {
      sim.Restart();
      continue;
    }
    EXPECT_TRUE(status.ok()) << status.ToString();
    delete house;
    break;
  }
  Output out;
  out.windows = *sim.Run(world.Contents("windows", false));
  out.totals = *sim.Run(world.Contents("totals", true));
  out.eager = *sim.Run(world.Contents("eager", false));
  return out;
}

TEST(Pipelines, RunTheStatementsOfAFileForEver) {
  Output out = RunLives(1, 1, 0, 0);

  ASSERT_EQ(out.windows.size(), 24U);  // twelve windows of two keys; the end marker's own never fires
  EXPECT_EQ(out.windows[0], R"(={"k":"a","e":"2026-01-01 00:00:10","n":4,"s":18})");
  ASSERT_EQ(out.totals.size(), 3U);
  EXPECT_EQ(out.totals[0], R"({"k":"a"}={"k":"a","s":2340})");
  EXPECT_EQ(out.eager.size(), static_cast<size_t>(kClicks) + 2);
}

TEST(Pipelines, GiveTheSameRowsExactlyOnceWhateverCrashes) {
  Output calm = RunLives(1, 1, 0, 0);
  int crashed_lives = 0;

  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Output out = RunLives(seed, 5, 1200, 0);
    ASSERT_EQ(out.windows, calm.windows) << "seed " << seed;
    ASSERT_EQ(out.totals, calm.totals) << "seed " << seed;
    ASSERT_GE(out.eager.size(), calm.eager.size()) << "seed " << seed;
    crashed_lives += out.eager.size() > calm.eager.size() ? 1 : 0;
  }
  EXPECT_GT(crashed_lives, 0);  // at least once repeats rows after some crash: the crashes fell where they matter
}

TEST(Pipelines, GoOnOnAnotherNumberOfShardsAfterACrash) {
  Output calm = RunLives(1, 1, 0, 0);

  for (uint64_t seed = 1; seed <= 30; ++seed) {
    Output out = RunLives(seed, 5, 1500, 0, {2, 1, 3});
    ASSERT_EQ(out.windows, calm.windows) << "seed " << seed;
    ASSERT_EQ(out.totals, calm.totals) << "seed " << seed;
  }
}

TEST(Pipelines, GoOnFromTheLastEpochWhenACommitIsRefused) {
  Output calm = RunLives(1, 1, 0, 0);

  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Output out = RunLives(seed, 1, 0, 8);
    ASSERT_EQ(out.windows, calm.windows) << "seed " << seed;
    ASSERT_EQ(out.totals, calm.totals) << "seed " << seed;
  }
}

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

// So many rows at a time, `gap` apart, as long as that; then, before any epoch has ended, what is in the topic `eager`: records, and appends.
Task<std::pair<size_t, size_t>> ShownWhileRowsKeepComing(World* world, Life* life, int at_a_time, Duration gap, Duration time) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  MonoTime end = world->sim.clock().Now() + time;
  while (world->sim.clock().Now() < end) {
    std::vector<World::Record> rows;
    for (int i = 0; i < at_a_time; ++i) rows.push_back({{}, Click(world->produced++ % kClicks)});
    CO_RETURN_NOT_OK(world->Append("clicks", 0, std::move(rows)));
    io::SleepUntil pause(world->sim.clock().Now() + gap);
    co_await pause;
  }
  std::pair<size_t, size_t> shown;
  CO_ASSIGN_OR_RETURN(auto records, world->Records("eager"));
  shown.first = records.size();
  std::vector<ports::LogRead> reads(1);
  reads[0].key = {world->topics.Find("eager")->id, data::PartitionId(0)};
  reads[0].bytes_max = 64 << 20;
  CO_ASSIGN_OR_RETURN(auto slices, world->log.Read({}, std::move(reads), {}));
  shown.second = slices[0].batches.size();
  CO_ASSIGN_OR_RETURN(auto totals, world->Records("totals"));
  EXPECT_TRUE(totals.empty());  // of exactly-once tables nothing is shown before its epoch
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return shown;
}

std::string WithEpochsOf(std::string_view interval) {
  std::string text(kPipeline);
  return text.replace(text.find("20 ms"), 5, interval);
}

TEST(Pipelines, ShowRowsOfTablesWrittenAtLeastOnceLongBeforeTheEpoch) {
  for (int shards : {1, 2}) {
    testing::SimEnv sim({.seed = 6});
    World world(sim);
    Life life(world, StrCat("SET 'parallelism.default' = '", shards, "';", WithEpochsOf("1 h")));

    auto shown = sim.Run(ShownWhileRowsKeepComing(&world, &life, 1, Milliseconds(1), Seconds(1)));

    ASSERT_TRUE(shown.ok()) << shown.ToString();
    EXPECT_GE(shown->first, static_cast<size_t>(world.produced) - 20);
    EXPECT_LE(shown->second, 201U);  // no more than one append in 5 ms
  }
}

// How often a key was written of which a row came every 2 ms for a second.
Task<size_t> WritesOfOneKey(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int i = 0; i < 500; ++i) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, Click(0)));
    io::SleepUntil pause(world->sim.clock().Now() + Milliseconds(2));
    co_await pause;
  }
  CO_ASSIGN_OR_RETURN(auto records, world->Records("totals"));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return records.size();
}

TEST(Pipelines, HoldRowsOfAKeyBackForAsLongAndAsManyAsTheirTableSays) {
  struct Case {
    std::string_view options;
    size_t least, most;
  };
  for (const Case& one : {Case{"", 80, 500}, Case{"'sink.buffer-flush.max-rows' = '100000', 'sink.buffer-flush.interval' = '200 ms'", 3, 6},
                          Case{"'sink.buffer-flush.max-rows' = '60', 'sink.buffer-flush.interval' = '10 s'", 6, 16}}) {
    testing::SimEnv sim({.seed = 6});
    World world(sim);
    Life life(world, StrCat(R"(
SET 'execution.checkpointing.interval' = '1 h';
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE totals (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json')", one.options.empty() ? "" : ", ", one.options, R"();
INSERT INTO totals SELECT k, COUNT(*) FROM clicks GROUP BY k;)"));

    auto writes = sim.Run(WritesOfOneKey(&world, &life));

    ASSERT_TRUE(writes.ok()) << writes.ToString();
    EXPECT_GE(*writes, one.least) << one.options;
    EXPECT_LE(*writes, one.most) << one.options;
  }
}

TEST(Pipelines, DoNotSpendTheirTimeOnFlushesThatTakeLong) {
  struct Case {
    int rows_at_a_time;
    size_t appends_most;
  };
  // In 1.2 s, each 30 ms: one pause between two, and three where batches come full.
  for (Case now : {Case{1, 21}, Case{data::kMaxBatchRows, 11}}) {
    testing::SimEnv sim({.seed = 6});
    World world(sim);
    world.log.SlowAppends(Milliseconds(30));
    std::string text = WithEpochsOf("1 h");
    text.replace(text.find("SELECT k, v FROM clicks"), 23, "SELECT k, v FROM clicks WHERE v < 12");
    Life life(world, text);

    auto shown = sim.Run(ShownWhileRowsKeepComing(&world, &life, now.rows_at_a_time, Milliseconds(1), Milliseconds(1200)));

    ASSERT_TRUE(shown.ok()) << shown.ToString();
    EXPECT_GT(shown->second, 2U);
    EXPECT_LE(shown->second, now.appends_most);
  }
}

Task<int64_t> EpochsWhileRowsKeepComing(World* world, Life* life, int rows) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int i = 0; i < rows; ++i) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, Click(i % kClicks)));
  }
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress.at(0).epoch;
}

TEST(Pipelines, CountAnIntervalFromTheBeginningOfAnEpochsEnd) {
  testing::SimEnv sim({.seed = 6});
  World world(sim);
  world.log.SlowAppends(Milliseconds(10));
  std::string text = WithEpochsOf("50 ms");
  text.erase(text.find("INSERT INTO eager"));
  Life life(world, text);

  auto epochs = sim.Run(EpochsWhileRowsKeepComing(&world, &life, 600));  // 6 s of rows

  ASSERT_TRUE(epochs.ok()) << epochs.ToString();
  EXPECT_GE(*epochs, 112);  // each 50 ms, though a commit takes 10
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
  EXPECT_NE((*failed)[0].failure.find("; met at topic clicks partition 0 offsets 0 to 2"), std::string::npos) << (*failed)[0].failure;
  EXPECT_TRUE(sim.Run(world.Contents("__dead.clicks", false))->empty());

  auto went_on = sim.Run(ABadRecordInFrontOfANull(&world, &dropping));

  ASSERT_TRUE(went_on.ok()) << went_on.ToString();
  EXPECT_EQ((*went_on)[0].failure, "");
  EXPECT_EQ((*went_on)[0].dropped_rows, 1);
  EXPECT_EQ(*sim.Run(world.Contents("__dead.clicks", false)), std::vector<std::string>{"=no json"});
  EXPECT_EQ(*sim.Run(world.Contents("strict", false)), std::vector<std::string>{R"(={"k":"a","v":1})"});
}

Task<std::vector<ports::PipelineProgress>> OnePartitionOnly(World* world, Life* life, Duration wait) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (const char* second : {"00", "31"}) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, StrCat(R"({"k":"a","v":1,"ts":"2026-01-01 00:00:)", second, R"("})")));
  }
  io::SleepUntil pause(world->sim.clock().Now() + wait);
  co_await pause;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress;
}

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

TEST(Pipelines, TellHowFarTheyAreWhileTheyRun) {
  testing::SimEnv sim({.seed = 4});
  World world(sim);
  Life life(world, std::string(kPipeline));

  auto progress = sim.Run(OnePartitionOnly(&world, &life, Seconds(9)));

  ASSERT_TRUE(progress.ok()) << progress.ToString();
  const auto& pipeline = progress->at(0);
  EXPECT_EQ(pipeline.name, "p");
  EXPECT_TRUE(pipeline.running);
  EXPECT_GT(pipeline.epoch, 0);
  EXPECT_EQ(pipeline.failure, "");
  const auto& clicks = pipeline.sources.at(0);
  EXPECT_EQ(clicks.table, "clicks");
  ASSERT_EQ(clicks.partitions.size(), 2U);
  EXPECT_EQ(clicks.partitions[0].place->topic, "clicks");
  EXPECT_EQ(clicks.partitions[0].place->next, data::Offset(2));
  EXPECT_EQ(clicks.watermark, data::EventTime(1767225630000));  // 00:00:31 less the second that rows may be late
  std::map<std::string, int64_t> rows;
  for (const auto& sink : pipeline.sinks) rows[sink.topic] = sink.rows;
  EXPECT_EQ(rows["windows"], 1);
  EXPECT_EQ(rows["eager"], 2);
}

TEST(Pipelines, TellWhatIsNotThereBeforeTheyBegin) {
  testing::SimEnv sim;
  World world(sim);
  Life life(world, std::string(kPipeline));

  auto progress = sim.Run(life.pipelines->Describe({}));

  ASSERT_TRUE(progress.ok()) << progress.ToString();
  EXPECT_FALSE(progress->at(0).running);
  EXPECT_TRUE(progress->at(0).sources.empty());
}

Task<> RunFor(World* world, Life* life, Duration time) {
  life->pipelines->Begin(world->topics, world->epochs);
  io::SleepUntil pause(world->sim.clock().Now() + time);
  co_await pause;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, KeepTheStateOfAStatementThatIsGoneUntilTheyAreToldToLetItGo) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  Life first(world, std::string(kPipeline));
  ASSERT_TRUE(sim.Run(Live(&world, &first, Milliseconds(7))).ok());
  size_t before = sim.Run(world.Contents("totals", false))->size();
  std::string edited(kPipeline);
  edited.replace(edited.find("SELECT k, SUM(v) FROM clicks"), 28, "SELECT k, MAX(v) FROM clicks");
  ASSERT_TRUE(sim.Run(world.Produce("clicks", 0, Click(1))).ok());

  Life refused(world, edited);
  ASSERT_TRUE(sim.Run(RunFor(&world, &refused, Seconds(1))).ok());
  size_t kept = sim.Run(world.Contents("totals", false))->size();
  Life told(world, "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';" + edited);
  ASSERT_TRUE(sim.Run(RunFor(&world, &told, Seconds(1))).ok());

  EXPECT_EQ(kept, before);
  EXPECT_GT(sim.Run(world.Contents("totals", false))->size(), before);
}

constexpr std::string_view kTwoLifetimes = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE lasting (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'lasting', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE passing (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'passing', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO lasting SELECT k, COUNT(*) FROM clicks GROUP BY k;
INSERT INTO passing SELECT /*+ STATE_TTL('clicks' = '1 s') */ k, COUNT(*) FROM clicks GROUP BY k;
)";

// Rows of one key, so far apart.
Task<> ClicksApart(World* world, Life* life, int clicks, Duration gap) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int i = 0; i < clicks; ++i) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, Click(0)));
    io::SleepUntil pause(world->sim.clock().Now() + gap);
    co_await pause;
  }
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, KeepTheStateOfEqualStatementsAsLongAsEachOfThemSays) {
  for (int shards : {1, 2}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    std::string text = StrCat("SET 'parallelism.default' = '", shards, "';", kTwoLifetimes);
    Life first(world, text);
    ASSERT_TRUE(sim.Run(ClicksApart(&world, &first, 2, Seconds(3))).ok());
    Life second(world, text);
    ASSERT_TRUE(sim.Run(ClicksApart(&world, &second, 1, Milliseconds(200))).ok());

    EXPECT_EQ(*sim.Run(world.Contents("lasting", true)), (std::vector<std::string>{R"({"k":"a"}={"k":"a","n":3})"})) << shards;
    EXPECT_EQ(*sim.Run(world.Contents("passing", true)), (std::vector<std::string>{R"({"k":"a"}={"k":"a","n":2})"})) << shards;  // what an attempt finds counts as just written
  }
}

constexpr std::string_view kOfAPattern = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'kafka', 'topic-pattern' = 'clicks[0-9]', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE windows (e TIMESTAMP(3), n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json');
INSERT INTO windows SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
)";

Task<> ClickInto(World* world, std::string topic, int second) {
  CO_RETURN_NOT_OK(world->MakeTopic(topic, 1));
  CO_RETURN_NOT_OK(world->Produce(topic, 0, Click(second)));
  io::SleepUntil pause(world->sim.clock().Now() + Seconds(2));
  co_await pause;
  co_return Status();
}

// One topic of two is deleted: in the middle of a life, or between two.
Task<std::vector<ports::PipelineProgress>> WithoutOneOfTwo(World* world, Life* life, std::string deleted, int second) {
  std::vector<ports::PipelineProgress> progress;
  life->pipelines->Begin(world->topics, world->epochs);
  if (!deleted.empty()) {
    CO_RETURN_NOT_OK(ClickInto(world, deleted, second));
    CO_RETURN_NOT_OK(ClickInto(world, "clicks2", second));
    CO_RETURN_NOT_OK(world->topics.Delete({}, deleted));
  }
  CO_RETURN_NOT_OK(ClickInto(world, "clicks2", second + 11));
  CO_ASSIGN_OR_RETURN(progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress;
}

TEST(Pipelines, GoOnWithoutATopicOfTheirPatternThatIsDeleted) {
  testing::SimEnv sim({.seed = 5});
  World world(sim);
  Life first(world, std::string(kOfAPattern));
  auto lived = sim.Run(WithoutOneOfTwo(&world, &first, "clicks1", 0));
  ASSERT_TRUE(lived.ok()) << lived.ToString();
  Life second(world, std::string(kOfAPattern));
  auto again = sim.Run(WithoutOneOfTwo(&world, &second, "", 10));
  ASSERT_TRUE(again.ok()) << again.ToString();

  EXPECT_TRUE(lived->at(0).running && again->at(0).running) << lived->at(0).failure << again->at(0).failure;
  EXPECT_EQ(lived->at(0).failures + again->at(0).failures, 0);
  EXPECT_EQ(*sim.Run(world.Contents("windows", false)), (std::vector<std::string>{R"(={"e":"2026-01-01 00:00:10","n":2})", R"(={"e":"2026-01-01 00:00:20","n":1})"}));
}

// A table outside that knows every key once it has been asked about for so long.
class LateLookup final : public ports::Lookup {
 public:
  LateLookup(Clock& clock, Duration late, int& questions) : clock_(clock), from_(clock.Now() + late), questions_(questions) {}
  Task<Found> Get(Ctx, Batch keys) override {
    ++questions_;
    Found found;
    data::BatchBuilder rows({data::Type::String(), data::Type::String()});
    bool knows = clock_.Now() >= from_;
    for (int i = 0; i < keys.length(); ++i) {
      found.found.push_back(knows);
      if (knows) rows.AppendRow({StrCat(keys.column(0)->String(i)), "known"});
      else rows.AppendRow({data::Value(), data::Value()});
    }
    found.rows = rows.Build();
    co_return found;
  }

 private:
  Clock& clock_;
  const MonoTime from_;
  int& questions_;
};

class LateTable final : public ports::Connector {
 public:
  LateTable(Clock& clock, Duration late) : clock_(clock), late_(late) {}
  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("it is looked up"); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("it is looked up"); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest) override {
    std::unique_ptr<ports::Lookup> lookup = std::make_unique<LateLookup>(clock_, late_, questions);
    co_return lookup;
  }
  int questions = 0;

 private:
  Clock& clock_;
  const Duration late_;
};

constexpr std::string_view kLookedUp = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, p AS PROCTIME()) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE side (k STRING, what STRING) WITH ('connector' = 'late');
CREATE TABLE patient (k STRING, what STRING) WITH ('connector' = 'kafka', 'topic' = 'patient', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE hasty (k STRING, what STRING) WITH ('connector' = 'kafka', 'topic' = 'hasty', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO patient SELECT /*+ LOOKUP('table' = 's', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '10 s', 'max-attempts' = '2') */ c.k, s.what
FROM clicks AS c LEFT JOIN side FOR SYSTEM_TIME AS OF c.p AS s ON c.k = s.k;
)";
constexpr std::string_view kHasty = R"(
INSERT INTO hasty SELECT /*+ LOOKUP('table' = 's', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '1 s', 'max-attempts' = '1') */ c.k, s.what
FROM clicks AS c LEFT JOIN side FOR SYSTEM_TIME AS OF c.p AS s ON c.k = s.k;
)";

// One click into a pipeline that looks it up, closed after that time; how long that took, and what it says of itself.
struct LookedUp {
  Duration closing;
  int64_t failures = 0;
};
Task<LookedUp> LookUpFor(World* world, Pipelines* pipelines, bool clicks, Duration time) {
  LookedUp out;
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  pipelines->Begin(world->topics, world->epochs);
  if (clicks) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, Click(0)));
  }
  io::SleepUntil pause(world->sim.clock().Now() + time);
  co_await pause;
  MonoTime before = world->sim.clock().Now();
  CO_RETURN_NOT_OK(pipelines->Close());
  out.closing = world->sim.clock().Now() - before;
  CO_ASSIGN_OR_RETURN(auto progress, pipelines->Describe({}));
  out.failures = progress[0].failures;
  co_return out;
}

struct LookingHouse {
  LookingHouse(World& world, std::string text, Duration late) : tables(world.sim, {}, world.log, world.topics), side(world.sim.clock(), late), connectors{{"kafka", &tables}, {"late", &side}} {
    auto opened = Pipelines::Open(world.sim, connectors, models, {}, {{"pipelines/p.sql", std::move(text)}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (opened.ok()) pipelines = std::move(opened).value();
  }
  topic_tables::TopicTables tables;
  LateTable side;
  testing::MemoryModels models;
  ports::Connectors connectors;
  std::unique_ptr<Pipelines> pipelines;
};

TEST(Pipelines, AskAgainForKeysAsOftenAsEachStatementSays) {
  for (int shards : {1, 2}) {
    testing::SimEnv sim({.seed = 8});
    World world(sim);
    LookingHouse house(world, StrCat("SET 'parallelism.default' = '", shards, "';", kLookedUp, kHasty), Seconds(5));

    auto looked = sim.Run(LookUpFor(&world, house.pipelines.get(), true, Seconds(15)));

    ASSERT_TRUE(looked.ok()) << looked.ToString();
    EXPECT_EQ(*sim.Run(world.Contents("patient", false)), (std::vector<std::string>{R"(={"k":"a","what":"known"})"}));
    EXPECT_EQ(*sim.Run(world.Contents("hasty", false)), (std::vector<std::string>{R"(={"k":"a","what":null})"}));
    EXPECT_EQ(house.side.questions, 4);
  }
}

TEST(Pipelines, DoNotWaitForAnswersFromOutsideWhenTheyClose) {
  testing::SimEnv sim({.seed = 9});
  World world(sim);
  LookingHouse waits(world, std::string(kLookedUp), Seconds(5));
  auto looked = sim.Run(LookUpFor(&world, waits.pipelines.get(), true, Seconds(2)));
  ASSERT_TRUE(looked.ok()) << looked.ToString();
  EXPECT_LT(looked->closing.ms(), 1000);
  EXPECT_EQ(looked->failures, 0);
  EXPECT_TRUE(sim.Run(world.Contents("patient", false))->empty());

  LookingHouse again(world, std::string(kLookedUp), Seconds(0));
  ASSERT_TRUE(sim.Run(LookUpFor(&world, again.pipelines.get(), false, Seconds(2))).ok());
  EXPECT_EQ(*sim.Run(world.Contents("patient", false)), (std::vector<std::string>{R"(={"k":"a","what":"known"})"}));
}

constexpr std::string_view kAligned = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE fast (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'fast', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.alignment.group' = 'g', 'scan.watermark.alignment.max-drift' = '10 s', 'scan.watermark.alignment.update-interval' = '50 ms');
CREATE TABLE slow (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'slow', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.alignment.group' = 'g', 'scan.watermark.alignment.max-drift' = '10 s');
CREATE TABLE seen (v INT) WITH ('connector' = 'kafka', 'topic' = 'seen', 'format' = 'json');
INSERT INTO seen SELECT v FROM fast;
INSERT INTO seen SELECT -v FROM slow;
)";

// How many rows of the fast table come through while the slow one stands at second 0; and once it has gone on.
Task<std::pair<size_t, size_t>> AheadOfTheSlowOne(World* world, Life* life) {
  CO_RETURN_NOT_OK(world->MakeTopic("fast", 1));
  CO_RETURN_NOT_OK(world->MakeTopic("slow", 1));
  CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(0)));
  life->pipelines->Begin(world->topics, world->epochs);
  for (int second = 1; second < 60; ++second) {
    CO_RETURN_NOT_OK(world->Produce("fast", 0, Click(second)));
    io::SleepUntil pause(world->sim.clock().Now() + Milliseconds(20));
    co_await pause;
  }
  io::SleepUntil wait(world->sim.clock().Now() + Seconds(2));
  co_await wait;
  std::pair<size_t, size_t> seen;
  CO_ASSIGN_OR_RETURN(auto before, world->Records("seen"));
  CO_RETURN_NOT_OK(world->Produce("slow", 0, Click(59)));
  io::SleepUntil then(world->sim.clock().Now() + Seconds(2));
  co_await then;
  CO_ASSIGN_OR_RETURN(auto after, world->Records("seen"));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  seen = {before.size(), after.size()};
  co_return seen;
}

TEST(Pipelines, ReadNoTableFurtherThanItsGroupsSlowestAllows) {
  testing::SimEnv sim({.seed = 10});
  World world(sim);
  Life life(world, std::string(kAligned));

  auto seen = sim.Run(AheadOfTheSlowOne(&world, &life));

  ASSERT_TRUE(seen.ok()) << seen.ToString();
  EXPECT_GE(seen->first, 11u);
  EXPECT_LE(seen->first, 20u);  // ten seconds, the row of the slow one, and what comes in one poll
  EXPECT_EQ(seen->second, 61u);
  EXPECT_GT(sim.metrics().AddCounter("freshet_source_alignment_holds_total", "", {{"table", "fast"}}).value(), 0);
}

TEST(Pipelines, RefuseWhatTheyCannotRun) {
  testing::SimEnv sim;
  ports::Connectors none;
  testing::MemoryModels models;
  auto message = [&](std::string text) { return Pipelines::Open(sim, none, models, {}, {{"pipelines/p.sql", std::move(text)}}).ToString(); };

  EXPECT_NE(message("SELECT 1;").find("pipelines/p.sql: line 1"), std::string::npos) << message("SELECT 1;");
  EXPECT_NE(message("SET 'execution.checkpointing.intervall' = '1 s';").find("did you mean 'execution.checkpointing.interval'?"), std::string::npos);
  EXPECT_NE(message("SET 'execution.checkpointing.interval' = 'soon';").find("'soon' is no duration"), std::string::npos);
  EXPECT_NE(message("SET 'execution.checkpointing.interval' = '0';").find("a pipeline needs epochs"), std::string::npos);
}

TEST(Pipelines, RefuseATableThatItsConnectorWouldNotTakeBeforeAnythingRuns) {
  testing::SimEnv sim;
  World world(sim);
  topic_tables::TopicTables tables(sim, {}, world.log, world.topics);
  ports::Connectors connectors{{"kafka", &tables}};
  testing::MemoryModels models;
  auto message = [&](std::string options) {
    std::string text = "CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'format' = 'json', " + options + ");\nINSERT INTO t SELECT k FROM t;";
    return Pipelines::Open(sim, connectors, models, {}, {{"pipelines/p.sql", std::move(text)}}).ToString();
  };

  EXPECT_NE(message("'topic' = 't',\n'scan.startup.mod' = 'earliest-offset'").find("pipelines/p.sql: line 2, column 1: table t: connector kafka has no option 'scan.startup.mod'; did you mean 'scan.startup.mode'?"), std::string::npos);
  EXPECT_NE(message("'topic' = 't',\n'scan.startup.mode' = 'earliest'").find("pipelines/p.sql: line 2, column 1: table t: option 'scan.startup.mode' is 'earliest'"), std::string::npos);
  EXPECT_NE(message("'topik' = 't'").find("line 1, column 75: table t: connector kafka has no option 'topik'; did you mean 'topic'?"), std::string::npos) << message("'topik' = 't'");
  EXPECT_NE(message("'topic' = 't'").find("scan.startup.mode 'group-offsets', the default, needs the option 'properties.group.id'"), std::string::npos);
  EXPECT_NE(message("'topic' = 't;u', 'scan.startup.mode' = 'earliest-offset'").find("rows are written to one topic"), std::string::npos);
  EXPECT_NE(message("'topic' = 't', 'scan.startup.mode' = 'earliest-offset', 'json.fial' = 'true'").find("fial"), std::string::npos);
}

}  // namespace
}  // namespace freshet::stream
