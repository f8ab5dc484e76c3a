#include "testing/stepping_env.h"
#include "tests/stream/clicks.h"

// Endless jobs from topic to topic, in houses that die between two steps of the seed's choice while log and epochs stay:
// what comes out is what comes out without a crash.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::stream {
namespace {

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

constexpr std::string_view kByTheClock = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, p AS PROCTIME()) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE others (k STRING, v INT, p AS PROCTIME()) WITH ('connector' = 'kafka', 'topic' = 'others', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE tumbled (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'tumbled', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE legacy (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'legacy', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE sessions (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'sessions', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE joined (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'joined', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE behind (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'behind', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE VIEW pairs AS SELECT c.k, c.p, o.v FROM clicks AS c LEFT JOIN others AS o ON c.k = o.k AND o.p BETWEEN c.p - INTERVAL '2' SECOND AND c.p + INTERVAL '2' SECOND;
CREATE TABLE matched (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'matched', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO tumbled SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(p), INTERVAL '2' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO legacy SELECT k, COUNT(*) FROM clicks GROUP BY k, TUMBLE(p, INTERVAL '2' SECOND);
INSERT INTO sessions SELECT k, COUNT(*) FROM TABLE(SESSION(TABLE clicks PARTITION BY k, DESCRIPTOR(p), INTERVAL '2' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO joined SELECT c.k, o.v FROM clicks AS c LEFT JOIN others AS o ON c.k = o.k AND o.p BETWEEN c.p - INTERVAL '2' SECOND AND c.p + INTERVAL '2' SECOND;
INSERT INTO behind SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE pairs, DESCRIPTOR(p), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO matched SELECT k, v FROM clicks MATCH_RECOGNIZE (PARTITION BY k ORDER BY p MEASURES A.v AS v PATTERN (A) DEFINE A AS A.v >= 0);
)";

// One click, or none, into one partition of two, in a life of that length.
Task<> ClickByTheClock(World* world, Life* life, bool clicks, Duration length) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  CO_RETURN_NOT_OK(EnsureTopic(*world, "others"));
  life->pipelines->Begin(world->topics, world->epochs);
  if (clicks) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, R"({"k":"a","v":7})"));
  }
  io::SleepUntil pause(world->sim.clock().Now() + length);
  co_await pause;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

Task<> Wait(testing::SimEnv* sim, Duration time) {
  io::SleepUntil down(sim->clock().Now() + time);
  co_await down;
  co_return Status();
}

std::vector<std::string> AllByTheClock(testing::SimEnv& sim, World& world) {
  std::vector<std::string> all;
  for (const char* topic : {"tumbled", "legacy", "sessions", "joined", "behind", "matched"}) {
    auto rows = sim.Run(world.Contents(topic, false));  // none where nothing was written yet
    if (!rows.ok()) continue;
    for (const std::string& row : *rows) all.push_back(topic + row);
  }
  return all;
}

const std::vector<std::string> kOneClick = {R"(tumbled={"k":"a","n":1})", R"(legacy={"k":"a","n":1})", R"(sessions={"k":"a","n":1})", R"(joined={"k":"a","v":null})", R"(behind={"k":"a","n":1})", R"(matched={"k":"a","v":7})"};

TEST(Pipelines, GoOnByTheClockThoughNoRowComes) {
  for (int shards : {1, 2, 3}) {
    testing::SimEnv sim({.seed = 5});
    World world(sim);
    Life life(world, StrCat("SET 'parallelism.default' = '", shards, "';", kByTheClock));

    Status lived = sim.Run(ClickByTheClock(&world, &life, true, Seconds(5)));

    ASSERT_TRUE(lived.ok()) << lived.ToString();
    EXPECT_EQ(AllByTheClock(sim, world), kOneClick) << shards << " shards";
  }
}

TEST(Pipelines, CatchUpWithTheClockWhenTheyBeginAgain) {
  testing::SimEnv sim({.seed = 6});
  World world(sim);
  Life before(world, std::string(kByTheClock));
  ASSERT_TRUE(sim.Run(ClickByTheClock(&world, &before, true, Milliseconds(500))).ok());
  EXPECT_LT(AllByTheClock(sim, world).size(), kOneClick.size());
  ASSERT_TRUE(sim.Run(Wait(&sim, Seconds(60))).ok());

  Life after(world, std::string(kByTheClock));
  Status lived = sim.Run(ClickByTheClock(&world, &after, false, Milliseconds(500)));

  ASSERT_TRUE(lived.ok()) << lived.ToString();
  EXPECT_EQ(AllByTheClock(sim, world), kOneClick);
}

// A click, and another one when the wall clock has been set back, in the same life or in the next one.
Task<> ClickWhenTheClockWasSetBack(World* world, testing::SteppingEnv* env, Life* first, Life* second) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  CO_RETURN_NOT_OK(EnsureTopic(*world, "others"));
  first->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(world->Produce("clicks", 0, R"({"k":"a","v":7})"));
  {
    io::SleepUntil told(world->sim.clock().Now() + Seconds(5));
    co_await told;
  }
  if (second != first) {
    CO_RETURN_NOT_OK(first->pipelines->Close());
    second->pipelines->Begin(world->topics, world->epochs);
  }
  env->StepWallClock(Seconds(-20));
  CO_RETURN_NOT_OK(world->Produce("clicks", 0, R"({"k":"a","v":8})"));
  io::SleepUntil caught_up(world->sim.clock().Now() + Seconds(27));
  co_await caught_up;
  auto closing = second->pipelines->Close();
  co_return co_await closing;
}

TEST(Pipelines, HoldProcessingTimeWhenTheClockIsSetBack) {
  for (int lives : {1, 2}) {
    testing::SimEnv sim({.seed = 7});
    World world(sim);
    testing::SteppingEnv env(sim);
    Life first(world, std::string(kByTheClock), &env), second(world, std::string(kByTheClock), &env);

    Status lived = sim.Run(ClickWhenTheClockWasSetBack(&world, &env, &first, lives == 1 ? &first : &second));

    ASSERT_TRUE(lived.ok()) << lived.ToString();
    std::vector<std::string> twice;
    for (const std::string& row : kOneClick) {
      twice.push_back(row);
      twice.push_back(row.starts_with("matched") ? std::string(R"(matched={"k":"a","v":8})") : row);
    }
    EXPECT_EQ(AllByTheClock(sim, world), twice) << lives << " lives";
  }
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

// In a file of before, or of a version that did not look at hints, both were one.
TEST(Pipelines, BeginWhatIsToldApartFromTheStateThatItShared) {
  for (int shards : {1, 2}) {
    testing::SimEnv sim({.seed = 4});
    World world(sim);
    auto text = [shards](std::string_view hint) {
      std::string out = StrCat("SET 'parallelism.default' = '", shards, "';", kTwoLifetimes);
      return out.replace(out.find("/*+ STATE_TTL('clicks' = '1 s') */"), 34, hint);
    };
    auto counts = [&](std::string topic) { return sim.Run(world.Contents(std::move(topic), true))->at(0); };
    auto live = [&](std::string_view hint) {
      Life life(world, text(hint));
      Status lived = sim.Run(ClicksApart(&world, &life, 1, Milliseconds(200)));
      EXPECT_TRUE(lived.ok()) << lived.ToString();
    };

    live("");
    live("/*+ STATE_TTL('clicks' = '1 h') */");
    EXPECT_EQ(counts("lasting"), R"({"k":"a"}={"k":"a","n":2})") << shards;
    EXPECT_EQ(counts("passing"), R"({"k":"a"}={"k":"a","n":2})") << shards;
    live("/*+ STATE_TTL('clicks' = '2 h') */");
    live("/*+ STATE_TTL('clicks' = '2 h') */");
    EXPECT_EQ(counts("lasting"), R"({"k":"a"}={"k":"a","n":4})") << shards;
    EXPECT_EQ(counts("passing"), R"({"k":"a"}={"k":"a","n":4})") << shards;
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
