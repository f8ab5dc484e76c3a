#include <gtest/gtest.h>

#include "engines/datagen/datagen.h"
#include "engines/files/files.h"
#include "engines/stream/job/previews.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/memory_functions.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

// Looks at what SQL would give over the topics of a house that goes on as if nobody had looked.

namespace freshet::stream {
namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json');
CREATE TABLE names (k STRING, name STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'names', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE sums (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'sums', 'key.format' = 'json', 'value.format' = 'json');
)";

struct World {
  World() : log(sim), topics(sim, log), tables(sim, {}, log, topics), files(sim) {}

  Task<> Fill() {
    for (std::string name : {"clicks", "names"}) {
      ports::TopicSpec spec{.name = name};
      auto creating = topics.Create({}, spec, false);
      auto created = co_await creating;
      if (!created.ok()) co_return created.status();
    }
    for (const auto& [minutes, topic, key, value] : std::vector<std::tuple<int, std::string, std::string, std::string>>{
             {60, "names", R"({"k":"a"})", R"({"k":"a","name":"Ann"})"}, {20, "clicks", "", R"({"k":"a","v":1})"}, {5, "clicks", "", R"({"k":"a","v":2})"}, {4, "clicks", "", "broken"}, {3, "clicks", "", R"({"k":"b","v":4})"}}) {
      auto producing = Produce(topic, sim.clock().WallNow().ms - minutes * 60'000, key, value);
      Status produced = co_await producing;
      if (!produced.ok()) co_return produced;
    }
    co_return Status();
  }

  Task<> Produce(std::string topic, int64_t timestamp_ms, std::string key, std::string value) {
    data::RecordBatchBuilder builder({});
    builder.Add(timestamp_ms, key.empty() ? std::nullopt : std::optional<std::string_view>(key), value);
    std::vector<ports::LogAppend> appends(1);
    appends[0].key = {topics.Find(topic)->id, data::PartitionId(0)};
    appends[0].batches = *builder.Finish();
    auto appending = log.Append({}, std::move(appends));
    auto appended = co_await appending;
    if (!appended.ok()) co_return appended.fault();
    co_return (*appended)[0].status();
  }

  Result<ports::PreviewAnswer> Look(std::string sql, ports::PreviewRequest request = {.sql = "", .last = Seconds(600), .result = ""}, Previews::Bounds bounds = {}, ports::Functions* functions = nullptr) {
    Status filled = topics.List().empty() ? sim.Run(Fill()) : Status();
    EXPECT_TRUE(filled.ok()) << filled.ToString();
    Previews previews(sim, connectors, models, bounds, functions);
    request.sql = StrCat(kTables, sql);
    return sim.Run(previews.Preview({}, request));
  }

  testing::SimEnv sim;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  topic_tables::TopicTables tables;
  files::FilesConnector files;
  testing::MemoryModels models;
  ports::Connectors connectors{{"kafka", &tables}, {"upsert-kafka", &tables}, {"filesystem", &files}};
};

std::string Why(const Result<ports::PreviewAnswer>& answer) { return answer.ok() ? "it is answered" : answer.fault().message(); }

TEST(Previews, ReadTopicsFromThatTimeOnAndTablesByKeyWhole) {
  World world;

  auto recent = world.Look("SELECT c.k, c.v, n.name FROM clicks c LEFT JOIN names n ON c.k = n.k;");
  auto all = world.Look("SELECT SUM(v) AS s FROM clicks;", {.sql = "", .last = Seconds(1800), .result = ""});

  ASSERT_TRUE(recent.ok()) << Why(recent);
  EXPECT_EQ(recent->lines, "{\"k\":\"a\",\"v\":2,\"name\":\"Ann\"}\n{\"k\":\"b\",\"v\":4,\"name\":null}\n");
  EXPECT_EQ(recent->events, 3);
  EXPECT_EQ(recent->unread_records, 1);
  EXPECT_TRUE(recent->first_unread.starts_with("table clicks, topic clicks partition 0 offset 2: json: ")) << recent->first_unread;
  EXPECT_EQ(all->lines, "{\"s\":7}\n");
}

TEST(Previews, LeaveTheHouseAsItIs) {
  World world;

  auto answer = world.Look("INSERT INTO sums SELECT k, SUM(v) FROM clicks GROUP BY k;");

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "{\"k\":\"a\",\"s\":2}\n{\"k\":\"b\",\"s\":4}\n");
  EXPECT_EQ(answer->result, "sums");
  EXPECT_EQ(world.topics.List().size(), 2u) << "neither the table's topic nor one for the broken record";
  EXPECT_EQ(world.sim.metrics().ToPrometheusText().find("table=\"clicks\""), std::string::npos) << "names of tables are anybody's, and metrics are for ever";
}

TEST(Previews, PrintWhatExplainAndDescribeSayAndRunNothing) {
  World world;
  std::string lake = "CREATE TABLE lake (k STRING) WITH ('connector' = 'iceberg', 'warehouse' = '/nowhere'); INSERT INTO sums SELECT k, SUM(v) FROM clicks GROUP BY k;";

  auto answer = world.Look(lake + "DESCRIBE clicks; EXPLAIN INSERT INTO lake SELECT k FROM clicks WHERE v > 1;");
  auto named = world.Look(lake + "DESCRIBE clicks;", {.sql = "", .last = Seconds(600), .result = "sums"});

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "k STRING\nv INT\nSink(table=lake)\n  Project(k=$0)\n    Filter((> $1 1))\n      Source(table=clicks, connector=kafka, columns=[k, v])\n");
  EXPECT_EQ(answer->result, "");
  EXPECT_EQ(answer->rows, 6);
  EXPECT_EQ(answer->events, 0);
  EXPECT_EQ(named->lines, "{\"k\":\"a\",\"s\":2}\n{\"k\":\"b\",\"s\":4}\n");
}

TEST(Previews, ShowTheOnlySelectOrTheOnlyInsertOrWhatIsNamed) {
  World world;
  std::string inserts = "INSERT INTO sums SELECT k, SUM(v) FROM clicks GROUP BY k; INSERT INTO names SELECT k, k FROM clicks;";

  EXPECT_EQ(Why(world.Look(inserts)), "the script has several results, of which one is shown; name it: sums, names");
  EXPECT_EQ(world.Look(inserts + "SELECT 1 AS one;")->lines, "{\"one\":1}\n");
  EXPECT_EQ(world.Look(inserts, {.sql = "", .last = Seconds(600), .result = "names"})->lines, "{\"k\":\"a\",\"name\":\"a\"}\n{\"k\":\"b\",\"name\":\"b\"}\n");
  EXPECT_EQ(Why(world.Look(inserts, {.sql = "", .last = Seconds(600), .result = "sum"})), "no result 'sum'; there are: sums, names");
  EXPECT_EQ(Why(world.Look("")), "there is nothing to look at: SELECT something, or INSERT INTO a table");
}

TEST(Previews, RefuseMoreSqlThanAnybodyWrites) {
  World world;
  std::string list = "SELECT k FROM clicks WHERE v IN (1";
  while (list.size() < (64 << 10)) list += ",1";

  EXPECT_NE(Why(world.Look(list + ");")).find(" bytes, and may have 65536; what is long belongs into a table"), std::string::npos);
}

TEST(Previews, CutTheRowsAndSayHowManyThereAre) {
  World world;

  auto answer = world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = "", .rows_max = 1});

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "{\"k\":\"a\"}\n");
  EXPECT_EQ(answer->rows, 2);
}

TEST(Previews, MayDeclareFunctionsAndCallNone) {
  World world;
  testing::MemoryFunctions functions;
  functions.Set({.name = "sums.twice", .digest = "d", .args_min = 1, .args_max = 1, .inputs = {"INT"}, .result = "INT"}, [](const testing::MemoryFunctions::Row&) -> Result<data::Value> { return Fault::Invalid("nobody calls it"); });
  std::string declared = "CREATE TEMPORARY FUNCTION twice AS 'sums.twice' LANGUAGE PYTHON; INSERT INTO sums SELECT k, twice(v) FROM clicks;";

  auto other = world.Look(declared + "SELECT v FROM clicks WHERE v = 4;", {.sql = "", .last = Seconds(600), .result = ""}, {}, &functions);
  auto calls = world.Look(declared, {.sql = "", .last = Seconds(600), .result = ""}, {}, &functions);

  ASSERT_TRUE(other.ok()) << Why(other);
  EXPECT_EQ(other->lines, "{\"v\":4}\n");
  EXPECT_NE(Why(calls).find("a preview calls no Python functions, and this result needs TWICE"), std::string::npos) << Why(calls);
}

TEST(Previews, TakeASecondsWorthOfRowsByChance) {
  World world;
  datagen::DatagenConnector datagen(world.sim);
  world.connectors["datagen"] = &datagen;
  std::string table = "CREATE TABLE d (v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '7', 'fields.v.min' = '1', 'fields.v.max' = '1'); ";

  auto answer = world.Look(table + "SELECT SUM(v) AS s FROM d;");
  auto fast = world.Look("CREATE TABLE d (v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000'); SELECT COUNT(*) AS n FROM d;");

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "{\"s\":7}\n");
  EXPECT_EQ(answer->events, 7);
  ASSERT_TRUE(fast.ok()) << Why(fast);
  EXPECT_EQ(fast->lines, "{\"n\":10000}\n");
  EXPECT_FALSE(datagen.endless());
}

Task<> AskInto(Previews& previews, ports::PreviewRequest request, Result<ports::PreviewAnswer>& into, bool& done) {
  auto asking = previews.Preview({}, std::move(request));
  into = co_await asking;
  done = true;
  co_return Status();
}

// One is asked, then another while it runs; `turns`: how often the loop came round until the first had its answer.
Task<> AskTwice(Previews& previews, ports::PreviewRequest request, Result<ports::PreviewAnswer>& first, Result<ports::PreviewAnswer>& second, int& turns) {
  io::ThisLoop here;
  io::Loop& home = co_await here;
  io::TaskGroup group(home, "previews");
  bool first_done = false, second_done = false;
  group.Spawn(io::Lane::kNormal, AskInto(previews, request, first, first_done));
  for (int i = 0; i < 20 && !first_done; ++i) {
    io::Yield others_turn;
    co_await others_turn;
  }
  group.Spawn(io::Lane::kNormal, AskInto(previews, request, second, second_done));
  while (!first_done || !second_done) {
    io::Yield others_turn;
    co_await others_turn;
    ++turns;
  }
  auto closing = group.Close();
  co_return co_await closing;
}

TEST(Previews, LeaveTheLoopItsTurnsOverRowsByChanceSoThatASecondOneIsRefused) {
  World world;
  datagen::DatagenConnector datagen(world.sim);
  world.connectors["datagen"] = &datagen;
  Previews previews(world.sim, world.connectors, world.models, {});
  ports::PreviewRequest request{.sql = "CREATE TABLE d (v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000'); SELECT COUNT(*) AS n FROM d;", .last = Seconds(600), .result = ""};
  Result<ports::PreviewAnswer> first = Fault::Unavailable("nobody asked"), second = first;
  int turns = 0;

  Status asked = world.sim.Run(AskTwice(previews, request, first, second, turns));

  ASSERT_TRUE(asked.ok()) << asked.ToString();
  ASSERT_TRUE(first.ok()) << Why(first);
  EXPECT_EQ(first->lines, "{\"n\":10000}\n");
  EXPECT_EQ(Why(second), "1 previews run at the moment, which is as many as may; try again soon");
  EXPECT_GE(turns, 10);
}

TEST(Previews, EndWhenAFewRowsHoldTheLoopUp) {
  World world;
  Previews::Bounds bounds;
  bounds.turn = Milliseconds(-1);

  EXPECT_NE(Why(world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = ""}, bounds)).find("a few hundred rows took more than -1 ms in one piece"), std::string::npos);
}

TEST(Previews, LookAtTheNewestRecordsWhenAllOfThemTakeTooLong) {
  World world;
  Previews::Bounds bounds;
  bounds.try_time = Milliseconds(-1);

  auto short_of_time = world.Look("SELECT SUM(v) AS s FROM clicks;", {.sql = "", .last = Seconds(3600), .result = ""}, bounds);
  auto short_of_room = world.Look("SELECT SUM(v) AS s FROM clicks;", {.sql = "", .last = Seconds(100 * 24 * 3600), .result = ""}, {.events = 2});
  auto at_once = world.Look("SELECT SUM(v) AS s FROM clicks;", {.sql = "", .last = Seconds(3600), .result = ""});

  ASSERT_TRUE(short_of_time.ok()) << Why(short_of_time);
  EXPECT_EQ(short_of_time->lines, "{\"s\":4}\n");
  EXPECT_EQ(short_of_time->newest_max, 1);
  ASSERT_TRUE(short_of_room.ok()) << Why(short_of_room);
  EXPECT_EQ(short_of_room->lines, "{\"s\":4}\n");
  EXPECT_EQ(short_of_room->newest_max, 1);
  ASSERT_TRUE(at_once.ok()) << Why(at_once);
  EXPECT_EQ(at_once->lines, "{\"s\":7}\n");
  EXPECT_EQ(at_once->newest_max, 0);
}

TEST(Previews, EndAtTheirBounds) {
  World world;

  EXPECT_NE(Why(world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = ""}, {.events = 0})).find("more than 0 records came in the last 600000 ms; look at less"), std::string::npos);
  EXPECT_NE(Why(world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = ""}, {.rows = 1})).find("result select_1 has more than 1 rows"), std::string::npos);
  EXPECT_NE(Why(world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = ""}, {.at_once = 0})).find("try again soon"), std::string::npos);
}

TEST(Previews, RefuseResultsThatHaveNoRoom) {
  World world;
  auto why = [&](std::string sql, Previews::Bounds bounds) { return Why(world.Look(sql, {.sql = "", .last = Seconds(600), .result = ""}, bounds)); };

  EXPECT_NE(why("SELECT k FROM clicks;", {.result_bytes = 100}).find("the result takes more than 100 bytes; look at less"), std::string::npos);
  EXPECT_NE(why("SELECT DISTINCT k FROM clicks;", {.result_bytes = 100}).find("the result takes more than 100 bytes"), std::string::npos);
  EXPECT_NE(why("SELECT REPEAT(k, 5000) AS a FROM clicks;", {.result_bytes = 4096}).find("the result takes more than 4096 bytes"), std::string::npos);
  EXPECT_NE(why("SELECT k FROM clicks;", {.result_bytes = int64_t{1} << 50}).find("memory budget"), std::string::npos);
}

TEST(Previews, RefuseExpressionsThatMakeMoreThanTheyMay) {
  World world;
  auto why = [&](std::string sql, int64_t made_bytes) { return Why(world.Look(sql, {.sql = "", .last = Seconds(600), .result = ""}, {.made_bytes = made_bytes})); };

  EXPECT_NE(why("SELECT REPEAT(k, 9000) AS a FROM clicks;", 10'000).find("function REPEAT makes more than 9 KiB of one batch of rows"), std::string::npos);
  EXPECT_NE(why("SELECT REPEAT(k, 2000) AS a, REPEAT(k, 2001) AS b, REPEAT(k, 2002) AS c FROM clicks;", 10'000).find("function REPEAT makes more than 1 KiB"), std::string::npos);
  EXPECT_NE(why("SELECT REPEAT('x', 9000) AS a, REPEAT('y', 9000) AS b FROM clicks;", 10'000).find("function REPEAT makes more than"), std::string::npos) << "while it is planned";
  EXPECT_NE(why("SELECT JSON_ARRAY(k, k, k, k, k, k, k, k) AS a FROM clicks;", 100).find("function JSON_ARRAY would make more than the 0 KiB that are left"), std::string::npos);
}

TEST(Previews, MayMakeAnewWhatHasBeenDealtWith) {
  World world;
  std::string all;
  for (int i = 0; i < 10; ++i) all += StrCat(i > 0 ? " UNION ALL " : "", "SELECT REPEAT(k, ", 3000 + i, ") AS a FROM clicks");

  auto answer = world.Look(StrCat("SELECT COUNT(a) AS n FROM (", all, ");"), {.sql = "", .last = Seconds(1800), .result = ""}, {.made_bytes = 20'000});

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "{\"n\":30}\n");
}

TEST(Previews, ShowAsManyRowsAsAnAnswerHolds) {
  World world;

  auto answer = world.Look("SELECT k FROM clicks;", {.sql = "", .last = Seconds(600), .result = ""}, {.answer_bytes = 12});

  ASSERT_TRUE(answer.ok()) << Why(answer);
  EXPECT_EQ(answer->lines, "{\"k\":\"a\"}\n");
  EXPECT_EQ(answer->rows, 2);
}

TEST(Previews, NameWhatIsNotThereOrNotForThem) {
  World world;

  EXPECT_EQ(Why(world.Look("CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = 'nothing', 'format' = 'json'); SELECT a FROM t;")), "line 5, column 63: table t: topic 'nothing' does not exist; create it, or produce to it, first");
  EXPECT_EQ(Why(world.Look("CREATE TABLE t (a STRING) WITH ('connector' = 'filesystem', 'path' = '/etc/passwd', 'format' = 'raw'); SELECT a FROM t;")),
            "line 5, column 47: table t: a preview looks at topics, feature views and datagen only; freshet run reads what connector 'filesystem' reads");
  EXPECT_NE(Why(world.Look("CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json', 'properties.bootstrap.servers' = '10.0.0.1:9092'); SELECT a FROM t;"))
                .find("table t: a look at what is new goes to topics of this house only, not to '10.0.0.1:9092'"),
            std::string::npos);
  EXPECT_NE(Why(world.Look("CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://10.0.0.1'); SELECT a FROM t;"))
                .find("table t: a look at what is new asks no schema registry"),
            std::string::npos);
  EXPECT_NE(Why(world.Look("SELECT nothing FROM clicks;")).find("no column 'nothing'"), std::string::npos);
  EXPECT_NE(Why(world.Look("EXPLAIN SELECT k FROM clicks; SELECT k FROM clicks;")).find("a preview shows rows, or what EXPLAIN, SHOW and DESCRIBE print"), std::string::npos);
  EXPECT_NE(Why(world.Look("EXPLAIN WATERMARK SELECT k FROM clicks;")).find("EXPLAIN WATERMARK runs the query"), std::string::npos);
}

}  // namespace
}  // namespace freshet::stream
