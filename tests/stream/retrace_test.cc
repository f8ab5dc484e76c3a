#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"
#include "tests/stream/lasting.h"

// Tables by key that are written at least once show changes before their epoch. Whatever a house has shown when it dies, the next one leaves the
// tables as they should be.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::stream {
namespace {

constexpr std::string_view kUpsert = "'connector' = 'upsert-kafka', 'key.format' = 'json', 'value.format' = 'json'";

// Of rows by id: how many a group has, the two largest, and who shares a group with whom; `both` reads the table in two ways.
std::string FileOf(std::string_view interval, int shards = 1) {
  return StrCat("SET 'execution.checkpointing.interval' = '", interval, "';\nSET 'parallelism.default' = '", shards, "';\n",
                "CREATE TABLE a (id INT, g INT, v INT, PRIMARY KEY (id) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'a');\n",
                "CREATE TABLE groups (g INT, c BIGINT, PRIMARY KEY (g) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'groups');\n",
                "CREATE TABLE top (n BIGINT, id INT, v INT, PRIMARY KEY (n) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'top');\n",
                "CREATE TABLE pairs (x INT, y INT, PRIMARY KEY (x, y) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'pairs');\n",
                "CREATE TABLE both_ways (id INT, v INT, PRIMARY KEY (id) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'both_ways');\n",
                "INSERT INTO groups SELECT g, COUNT(*) FROM a GROUP BY g;\n",
                "INSERT INTO top SELECT n, id, v FROM (SELECT id, v, ROW_NUMBER() OVER (ORDER BY v DESC) AS n FROM a) WHERE n <= 2;\n",
                "INSERT INTO pairs SELECT x.id, y.id FROM a AS x JOIN a AS y ON x.g = y.g;\n",
                "INSERT INTO both_ways SELECT x.id, y.v FROM a AS x JOIN a AS y ON x.id = y.id WHERE x.g > 1;\n");
}

struct World : Lasting {
  using Lasting::Lasting;

  Task<> MakeTopic() { return Lasting::MakeTopic("a", 1); }
  // The row of an id, or none.
  Task<> Put(int id, std::optional<std::pair<int, int>> row) {
    Record record{StrCat("{\"id\":", id, "}"), {}};
    if (row) record.value = StrCat("{\"id\":", id, ",\"g\":", row->first, ",\"v\":", row->second, "}");
    return Append("a", 0, std::move(record));
  }
  Task<> PutMany(int first, int count) {
    std::vector<Record> records;
    for (int id = first; id < first + count; ++id) records.push_back({StrCat("{\"id\":", id, "}"), StrCat("{\"id\":", id, ",\"g\":", id % 7, ",\"v\":", id, "}")});
    return Append("a", 0, std::move(records));
  }
  // The rows that a table by key has.
  Task<std::vector<std::string>> Table(std::string topic) {
    CO_ASSIGN_OR_RETURN(auto records, Records(std::move(topic)));
    std::vector<std::string> rows = Lasting::Table(records);
    std::sort(rows.begin(), rows.end());
    co_return rows;
  }

  int steps = 0;  // of a story
};

struct Life {
  Life(World& world, std::string text) : tables(world.sim, {}, world.log, world.topics), connectors{{"kafka", &tables}, {"upsert-kafka", &tables}} {
    auto opened = Pipelines::Open(world.sim, connectors, models, {}, {{"pipelines/p.sql", std::move(text)}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (opened.ok()) pipelines = std::move(opened).value();
  }
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  ports::Connectors connectors;
  std::unique_ptr<Pipelines> pipelines;
};

Task<> Pause(World* world, Duration time) {
  io::SleepUntil pause(world->sim.clock().Now() + time);
  co_await pause;
  co_return Status();
}

using Row = std::optional<std::pair<int, int>>;

// Rows that an epoch holds, then one that is shown before any epoch does; and the power goes.
Task<> ShowAndDie(World* world, Life* life, std::vector<std::pair<int, Row>> held, std::pair<int, Row> shown) {
  CO_RETURN_NOT_OK(world->MakeTopic());
  life->pipelines->Begin(world->topics, world->epochs);
  for (const auto& [id, row] : held) {
    CO_RETURN_NOT_OK(world->Put(id, row));
  }
  CO_RETURN_NOT_OK(Pause(world, Seconds(11)));
  CO_RETURN_NOT_OK(world->Put(shown.first, shown.second));
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(500)));
  world->sim.CrashAtStep(1);
  auto pausing = Pause(world, Seconds(1));
  co_return co_await pausing;
}

Task<> LiveFor(World* world, Life* life, Duration time) {
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Pause(world, time));
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

// What is shown in a first life, and what stands there when what had changed has changed back meanwhile, and a second life is over.
struct Told {
  std::map<std::string, std::vector<std::string>> shown, left;
};
Told ShowThenTakeBack(int shards, std::vector<std::pair<int, Row>> held, std::pair<int, Row> shown, std::pair<int, Row> then) {
  testing::SimEnv sim({.seed = 5});
  World world(sim);
  Told told;
  auto* first = new Life(world, FileOf("10 s", shards));
  Status lived = sim.Run(ShowAndDie(&world, first, std::move(held), std::move(shown)));
  EXPECT_TRUE(sim.crashed()) << lived.ToString();
  sim.Restart();
  sim.CrashAtStep(INT64_MAX / 2);
  for (const char* topic : {"groups", "top", "pairs", "both_ways"}) told.shown[topic] = *sim.Run(world.Table(topic));
  EXPECT_TRUE(sim.Run(world.Put(then.first, then.second)).ok());
  Life second(world, FileOf("10 s", shards));
  Status ended = sim.Run(LiveFor(&world, &second, Seconds(12)));
  EXPECT_TRUE(ended.ok()) << ended.ToString();
  for (const char* topic : {"groups", "top", "pairs", "both_ways"}) told.left[topic] = *sim.Run(world.Table(topic));
  return told;
}

using Rows = std::vector<std::string>;

TEST(Retrace, TakesBackWhatCameAndWentBetweenTheLastEpochAndTheCrash) {
  for (int shards : {1, 3}) {
    Told told = ShowThenTakeBack(shards, {{1, {{1, 10}}}, {2, {{2, 9}}}}, {50, {{7, 100}}}, {50, {}});

    EXPECT_EQ(told.shown["groups"], (Rows{R"({"g":1,"c":1})", R"({"g":2,"c":1})", R"({"g":7,"c":1})"}));
    EXPECT_EQ(told.shown["top"], (Rows{R"({"n":1,"id":50,"v":100})", R"({"n":2,"id":1,"v":10})"}));
    EXPECT_EQ(told.left["groups"], (Rows{R"({"g":1,"c":1})", R"({"g":2,"c":1})"}));
    EXPECT_EQ(told.left["top"], (Rows{R"({"n":1,"id":1,"v":10})", R"({"n":2,"id":2,"v":9})"}));
    EXPECT_EQ(told.left["pairs"], (Rows{R"({"x":1,"y":1})", R"({"x":2,"y":2})"}));
    EXPECT_EQ(told.left["both_ways"], (Rows{R"({"id":2,"v":9})"}));
  }
}

TEST(Retrace, PutsBackAValueThatChangedAndChangedBack) {
  for (int shards : {1, 3}) {
    Told told = ShowThenTakeBack(shards, {{1, {{2, 10}}}, {2, {{2, 9}}}}, {1, {{2, 5}}}, {1, {{2, 10}}});

    EXPECT_EQ(told.shown["top"], (Rows{R"({"n":1,"id":2,"v":9})", R"({"n":2,"id":1,"v":5})"}));
    EXPECT_EQ(told.shown["both_ways"], (Rows{R"({"id":1,"v":5})", R"({"id":2,"v":9})"}));
    EXPECT_EQ(told.left["top"], (Rows{R"({"n":1,"id":1,"v":10})", R"({"n":2,"id":2,"v":9})"}));
    EXPECT_EQ(told.left["both_ways"], (Rows{R"({"id":1,"v":10})", R"({"id":2,"v":9})"}));
  }
}

// Each id comes, changes, and then goes, changes back, or stays as it is; nobody speaks of it later.
constexpr int kSteps = 150;

std::pair<int, Row> StepOf(uint64_t seed, int step) {
  testing::SeededRandom random(seed * 1000 + static_cast<uint64_t>(step));
  int id = step / 3, g = id % 17;
  if (step % 3 == 0) return {id, {{g, id}}};
  if (step % 3 == 1) return {id, {{g, 100 + id}}};
  uint64_t end = random.Below(3);
  if (end == 0) return {id, {}};
  return {id, {{g, end == 1 ? id : 100 + id}}};
}

Task<> Tell(World* world, uint64_t seed, int steps, Duration pause) {
  for (int end = std::min(kSteps, world->steps + steps); world->steps < end;) {
    auto [id, row] = StepOf(seed, world->steps);
    CO_RETURN_NOT_OK(world->Put(id, row));
    ++world->steps;  // in the step of the append: a crash finds both or neither
    CO_RETURN_NOT_OK(Pause(world, world->steps % 4 == 0 ? pause : Duration()));
  }
  co_return Status();
}

// The story goes on while nobody is there.
Task<> LiveThroughAStory(World* world, Life* life, uint64_t seed) {
  CO_RETURN_NOT_OK(world->MakeTopic());
  CO_RETURN_NOT_OK(Tell(world, seed, 4, Duration()));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Tell(world, seed, kSteps, Milliseconds(150)));
  CO_RETURN_NOT_OK(Pause(world, Seconds(3)));
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

// By definition, of the rows that stand at the end.
std::map<std::string, Rows> Expected(uint64_t seed) {
  std::map<int, std::pair<int, int>> rows;
  for (int step = 0; step < kSteps; ++step) {
    auto [id, row] = StepOf(seed, step);
    rows.erase(id);
    if (row) rows[id] = *row;
  }
  std::map<std::string, Rows> out;
  std::map<int, int> groups;
  std::vector<std::pair<int, int>> by_value;
  for (const auto& [id, row] : rows) {
    ++groups[row.first];
    by_value.emplace_back(-row.second, id);
    if (row.first > 1) out["both_ways"].push_back(StrCat("{\"id\":", id, ",\"v\":", row.second, "}"));
    for (const auto& [other, its] : rows) {
      if (its.first == row.first) out["pairs"].push_back(StrCat("{\"x\":", id, ",\"y\":", other, "}"));
    }
  }
  for (const auto& [g, count] : groups) out["groups"].push_back(StrCat("{\"g\":", g, ",\"c\":", count, "}"));
  std::sort(by_value.begin(), by_value.end());
  for (size_t n = 0; n < std::min<size_t>(2, by_value.size()); ++n) out["top"].push_back(StrCat("{\"n\":", n + 1, ",\"id\":", by_value[n].second, ",\"v\":", -by_value[n].first, "}"));
  for (auto& [topic, lines] : out) std::sort(lines.begin(), lines.end());
  return out;
}

TEST(Retrace, LeavesTablesAsTheyShouldBeWhateverCrashes) {
  int crashes = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    testing::SimEnv sim({.seed = seed});
    World world(sim);
    testing::SeededRandom when(seed * 31 + 7);
    for (int lives = 5; lives > 0; --lives) {
      auto* life = new Life(world, FileOf("1 s", seed % 2 == 0 ? 2 : 1));
      sim.CrashAtStep(lives > 1 ? 1 + static_cast<int64_t>(when.Below(3000)) : INT64_MAX / 2);
      Status lived = sim.Run(LiveThroughAStory(&world, life, seed));
      if (sim.crashed()) {
        ++crashes;
        sim.Restart();
        continue;
      }
      ASSERT_TRUE(lived.ok()) << lived.ToString();
      delete life;
      break;
    }
    sim.CrashAtStep(INT64_MAX / 2);
    for (auto& [topic, rows] : Expected(seed)) EXPECT_EQ(*sim.Run(world.Table(topic)), rows) << topic << ", seed " << seed;
  }
  EXPECT_GT(crashes, 80);
}

Task<> LiveWithManyRows(World* world, Life* life, int rows, int epochs) {
  CO_RETURN_NOT_OK(world->MakeTopic());
  for (int first = 0; first < rows; first += 5000) {
    CO_RETURN_NOT_OK(world->PutMany(first, std::min(5000, rows - first)));
  }
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Pause(world, Seconds(30)));
  EXPECT_EQ(world->epochs.commits("p"), epochs);
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Retrace, IsBoundedByEpochsThatEndWhenManyRowsHaveCome) {
  constexpr int kRows = Retrace::kEpochRowsMax + 20'000;
  for (bool early : {true, false}) {
    testing::SimEnv sim({.seed = 1});
    World world(sim);
    std::string options = StrCat(kUpsert, early ? "" : ", 'sink.delivery-guarantee' = 'exactly-once'");
    Life life(world, StrCat("SET 'execution.checkpointing.interval' = '1 h';\nCREATE TABLE a (id INT, g INT, v INT) WITH ('connector' = 'kafka', 'topic' = 'a', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');\n",
                            "CREATE TABLE groups (g INT, c BIGINT, PRIMARY KEY (g) NOT ENFORCED) WITH (", options, ", 'topic' = 'groups');\nINSERT INTO groups SELECT g, COUNT(*) FROM a GROUP BY g;"));

    Status lived = sim.Run(LiveWithManyRows(&world, &life, kRows, early ? 1 : 0));

    EXPECT_TRUE(lived.ok()) << lived.ToString();
  }
}

TEST(Retrace, IsForRowsThatUpdateAndAppearBeforeTheirEpoch) {
  testing::SimEnv sim;
  World world(sim);
  topic_tables::TopicTables tables(sim, {}, world.log, world.topics);
  ports::Connectors connectors{{"kafka", &tables}, {"upsert-kafka", &tables}};
  auto shows_early = [&](std::string_view options, std::string_view query) {
    Script script(connectors, sim, ResultMode::kFinal);
    auto plans = script.PlanPipeline(StrCat("CREATE TABLE a (g INT, v INT) WITH ('connector' = 'kafka', 'topic' = 'a', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');\n",
                                            "CREATE TABLE o (g INT, v INT, PRIMARY KEY (g) NOT ENFORCED) WITH (", kUpsert, ", 'topic' = 'o'", options, ");\nINSERT INTO o ", query, ";"));
    EXPECT_TRUE(plans.ok()) << plans.status().ToString();
    return plans.ok() && ShowsChangesEarly(*plans->at(0));
  };

  EXPECT_TRUE(shows_early("", "SELECT g, SUM(v) FROM a GROUP BY g"));
  EXPECT_TRUE(shows_early(", 'sink.delivery-guarantee' = 'at-least-once'", "SELECT g, SUM(v) FROM a GROUP BY g"));
  EXPECT_FALSE(shows_early(", 'sink.delivery-guarantee' = 'exactly-once'", "SELECT g, SUM(v) FROM a GROUP BY g"));
  EXPECT_FALSE(shows_early("", "SELECT g, v FROM a"));
}

TEST(Retrace, EndsWithTheRowsThatWereThereAndWithAsManyAsAnEpochHas) {
  data::BatchBuilder builder({data::Type::Int()});
  for (int i = 0; i < data::kMaxBatchRows; ++i) {
    builder.column(0).AppendInt(i);
    builder.EndRow();
  }
  ports::Polled polled{.batch = builder.Build(), .partition = 1};
  ports::Polled later{.batch = polled.batch, .partition = 1, .came_later = true};
  ports::Polled elsewhere{.batch = polled.batch, .partition = 2};
  Retrace retrace;
  int64_t taken = 0;

  EXPECT_FALSE(Retrace().Takes(later));
  while (retrace.Takes(polled)) taken += data::kMaxBatchRows;

  EXPECT_EQ(taken, Retrace::kEpochRowsMax + data::kMaxBatchRows);
  EXPECT_TRUE(retrace.Takes(elsewhere));
}

}  // namespace
}  // namespace freshet::stream
