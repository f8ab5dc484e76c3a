#include "tests/stream/clicks.h"

// When rows are shown: of tables written at least once long before their epoch, and not more often than is good.

namespace freshet::stream {
namespace {

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

}  // namespace
}  // namespace freshet::stream
