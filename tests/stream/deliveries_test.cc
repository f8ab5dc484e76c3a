#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "engines/stream/job/changes.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"
#include "tests/stream/lasting.h"

// A pipeline that writes a topic of the house, and what somebody else keeps who is away for a while: the topic's rows go on, and what is owed comes once, in its order.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::stream {
namespace {

// Somebody else than the house, who knows what has been delivered.
struct Elsewhere {
  std::vector<int> rows;        // as they came
  std::vector<int64_t> epochs;  // of them
  int fails = 0;                // so many deliveries
  Duration takes;               // each of them
  int tries = 0;
  int64_t kept_bytes = 0;       // that an epoch keeps until it is delivered
};

struct World : Lasting {
  using Lasting::Lasting;

  Task<> Produce(int count) {
    for (int i = 0; i < count; ++i) {
      CO_RETURN_NOT_OK(Append("clicks", 0, Record{{}, StrCat(R"({"v":)", produced, "}")}));
      ++produced;  // in the step of the append: a crash finds both or neither
      io::SleepUntil pause(sim.clock().Now() + Milliseconds(5));
      co_await pause;
    }
    co_return Status();
  }

  Elsewhere elsewhere;
  std::string file;
  int produced = 0;
};

// Keeps no rows of its own: an epoch's are its outbox.
class ElsewhereSink final : public ports::Sink {
 public:
  ElsewhereSink(io::Env& env, Elsewhere& elsewhere) : env_(env), elsewhere_(elsewhere) {}

  Status Write(const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) { rows_ += StrCat(batch.column(0)->IntAt(static_cast<int>(row)), " "); });
    return {};
  }
  int64_t buffered_bytes() const override { return static_cast<int64_t>(rows_.size()); }
  Task<> Flush(Ctx) override { co_return Status(); }
  Task<ports::Prepared> Prepare(Ctx, ports::EpochToken) override {
    ports::Prepared prepared;
    prepared.outbox = std::exchange(rows_, "");
    co_return prepared;
  }
  Result<int64_t> Owe(const ports::EpochToken&, std::string_view) override { return elsewhere_.kept_bytes; }
  Task<> Deliver(Ctx, ports::EpochToken token, std::string outbox) override {
    ++elsewhere_.tries;
    io::SleepUntil way(env_.clock().Now() + elsewhere_.takes);
    co_await way;
    if (elsewhere_.fails > 0) {
      --elsewhere_.fails;
      co_return Fault::Unavailable("table outside: nobody is there");
    }
    bool is_there = !elsewhere_.epochs.empty() && elsewhere_.epochs.back() >= token.epoch;
    if (is_there) co_return Status();
    elsewhere_.epochs.push_back(token.epoch);
    for (size_t at = 0; at < outbox.size(); at = outbox.find(' ', at) + 1) {
      int row = -1;
      std::from_chars(outbox.data() + at, outbox.data() + outbox.size(), row);
      elsewhere_.rows.push_back(row);
    }
    co_return Status();
  }

 private:
  io::Env& env_;
  Elsewhere& elsewhere_;
  std::string rows_;
};

class ElsewhereTables final : public ports::Connector {
 public:
  ElsewhereTables(io::Env& env, Elsewhere& elsewhere) : env_(env), elsewhere_(elsewhere) {}
  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("it is written"); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest) override {
    std::unique_ptr<ports::Sink> sink = std::make_unique<ElsewhereSink>(env_, elsewhere_);
    co_return sink;
  }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest) override { co_return Fault::Unsupported("it is written"); }

 private:
  io::Env& env_;
  Elsewhere& elsewhere_;
};

constexpr std::string_view kTables = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copies (v INT) WITH ('connector' = 'kafka', 'topic' = 'copies', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE outside (v INT) WITH ('connector' = 'elsewhere');
)";
constexpr std::string_view kCopies = "INSERT INTO copies SELECT v FROM clicks;\n";
constexpr std::string_view kOutside = "INSERT INTO outside SELECT v FROM clicks;\n";

std::string File(std::string_view statements) { return StrCat(kTables, statements); }

// One life of the part of a house that runs pipelines.
struct Life {
  explicit Life(World& world)
      : tables(world.sim, {}, world.log, world.topics), outside(world.sim, world.elsewhere), connectors{{"kafka", &tables}, {"elsewhere", &outside}},
        changes(world.sim, connectors, world.log, world.topics, world.epochs) {
    auto opened = Pipelines::Open(world.sim, connectors, models, {}, {{"pipelines/p.sql", world.file}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (!opened.ok()) return;
    pipelines = std::move(opened).value();
    pipelines->AllowSwaps(changes, world.epochs, [&world](const std::string& name) -> Result<ScriptFile> { return ScriptFile{"pipelines/" + name + ".sql", world.file}; });
  }
  topic_tables::TopicTables tables;
  ElsewhereTables outside;
  testing::MemoryModels models;
  ports::Connectors connectors;
  Changes changes;
  std::unique_ptr<Pipelines> pipelines;
};

// How things stand at one moment.
struct Look {
  ports::PipelineProgress pipeline;
  size_t copies = 0;
  std::vector<int> outside;
  std::vector<std::string> failing;
  int64_t age_ms = 0;
};

Task<Look> LookAt(World* world, Life* life) {
  Look look;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  look.pipeline = std::move(progress[0]);
  CO_ASSIGN_OR_RETURN(auto copies, world->Records("copies"));
  look.copies = copies.size();
  look.outside = world->elsewhere.rows;
  look.failing = life->pipelines->Failing();
  look.age_ms = world->sim.metrics().AddGauge("freshet_pipeline_epoch_age_ms", "", {{"pipeline", "p"}}).value();
  co_return look;
}

Task<> Pause(World* world, Duration time) {
  io::SleepUntil pause(world->sim.clock().Now() + time);
  co_await pause;
  co_return Status();
}

Task<> Begin(World* world, Life* life) {
  CO_RETURN_NOT_OK(world->MakeTopic("clicks", 1));
  life->pipelines->Begin(world->topics, world->epochs);
  co_return Status();
}

// Rows for a second, a look, and another one when so much time has passed.
Task<std::vector<Look>> ProduceAndLook(World* world, Life* life, int rows, Duration later) {
  std::vector<Look> looks(2);
  CO_RETURN_NOT_OK(Begin(world, life));
  CO_RETURN_NOT_OK(world->Produce(rows));
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(100)));
  CO_ASSIGN_OR_RETURN(looks[0], LookAt(world, life));
  CO_RETURN_NOT_OK(Pause(world, later));
  CO_ASSIGN_OR_RETURN(looks[1], LookAt(world, life));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return looks;
}

std::vector<int> UpTo(int end) {
  std::vector<int> all(static_cast<size_t>(end));
  for (int i = 0; i < end; ++i) all[static_cast<size_t>(i)] = i;
  return all;
}

TEST(Deliveries, DoNotHoldBackRowsWhileTheyFail) {
  testing::SimEnv sim({.seed = 1});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 6;  // for 6.3 s
  Life life(world);

  auto looks = sim.Run(ProduceAndLook(&world, &life, 100, Seconds(10)));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  const Look& away = (*looks)[0];
  EXPECT_EQ(away.copies, 100U);
  EXPECT_TRUE(away.outside.empty());
  EXPECT_TRUE(away.pipeline.running);
  EXPECT_GT(away.pipeline.undelivered, 5);
  EXPECT_EQ(away.pipeline.failures, 0);
  EXPECT_NE(away.pipeline.failure.find("is not delivered: unavailable: table outside: nobody is there"), std::string::npos) << away.pipeline.failure;
  EXPECT_EQ(away.failing, std::vector<std::string>{"p"});
  const Look& back = (*looks)[1];
  EXPECT_EQ(back.outside, UpTo(100));
  EXPECT_EQ(back.pipeline.undelivered, 0);
  EXPECT_EQ(back.pipeline.failure, "");
  EXPECT_TRUE(back.failing.empty());
  EXPECT_EQ(sim.metrics().AddCounter("freshet_pipeline_delivery_failures_total", "", {{"pipeline", "p"}}).value(), 6);
}

TEST(Deliveries, DoNotHoldBackRowsWhileTheyTakeLong) {
  testing::SimEnv sim({.seed = 2});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.takes = Milliseconds(300);
  Life life(world);

  auto looks = sim.Run(ProduceAndLook(&world, &life, 100, Seconds(20)));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  EXPECT_EQ((*looks)[0].copies, 100U);
  EXPECT_LT((*looks)[0].outside.size(), 60U);
  EXPECT_TRUE((*looks)[0].failing.empty());
  EXPECT_EQ((*looks)[1].outside, UpTo(100));
}

// A gibibyte may wait on the disk: six such epochs are more.
TEST(Deliveries, HoldThePipelineBackWhenTooMuchIsOwed) {
  testing::SimEnv sim({.seed = 3});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 6;
  world.elsewhere.kept_bytes = 200 << 20;
  Life life(world);

  auto looks = sim.Run(ProduceAndLook(&world, &life, 200, Seconds(20)));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  const Look& away = (*looks)[0];
  EXPECT_EQ(away.pipeline.undelivered, 6);
  EXPECT_EQ(away.pipeline.epoch, 6);
  EXPECT_GT(away.copies, 0U);
  EXPECT_LT(away.copies, 100U);
  EXPECT_GT(away.age_ms, 500);
  EXPECT_EQ((*looks)[1].copies, 200U);
  EXPECT_EQ((*looks)[1].outside, UpTo(200));
  EXPECT_EQ((*looks)[1].pipeline.failures, 0);
}

// Others owe what there is room for.
Task<std::vector<Look>> ProduceBesideOthers(World* world, Life* life) {
  std::vector<Look> looks(3);
  CO_RETURN_NOT_OK(Begin(world, life));
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(200)));
  world->epochs.LeaveRoom(false);
  CO_RETURN_NOT_OK(world->Produce(50));
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(500)));
  CO_ASSIGN_OR_RETURN(looks[0], LookAt(world, life));
  world->epochs.LeaveRoom(true);
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(500)));
  CO_ASSIGN_OR_RETURN(looks[1], LookAt(world, life));
  CO_RETURN_NOT_OK(Pause(world, Seconds(10)));
  CO_ASSIGN_OR_RETURN(looks[2], LookAt(world, life));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return looks;
}

TEST(Deliveries, ThatAreOwedWaitForRoomThatOtherPipelinesTake) {
  testing::SimEnv sim({.seed = 4});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 5;  // for 3.1 s
  Life life(world);

  auto looks = sim.Run(ProduceBesideOthers(&world, &life));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  EXPECT_LT((*looks)[0].copies, 25U);
  EXPECT_EQ((*looks)[1].copies, 50U);
  EXPECT_EQ((*looks)[2].outside, UpTo(50));
}

// One cluster that is away holds back nobody but those who write to it.
TEST(Deliveries, ThatAreNotOwedWaitForNobody) {
  testing::SimEnv sim({.seed = 4});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  Life life(world);

  auto looks = sim.Run(ProduceBesideOthers(&world, &life));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  EXPECT_EQ((*looks)[0].copies, 50U);
  EXPECT_EQ((*looks)[0].outside, UpTo(50));
  EXPECT_EQ((*looks)[2].pipeline.failures, 0);
}

TEST(Deliveries, ComeAfterARestartAndRowsDoNotWaitForThem) {
  testing::SimEnv sim({.seed = 5});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 1'000;
  Life first(world);
  auto before = sim.Run(ProduceAndLook(&world, &first, 50, Seconds(1)));
  ASSERT_TRUE(before.ok()) << before.ToString();
  int tries = world.elsewhere.tries;
  EXPECT_TRUE(world.elsewhere.rows.empty());

  world.elsewhere.fails = 5;  // for 3.1 s
  Life second(world);
  auto looks = sim.Run(ProduceAndLook(&world, &second, 50, Seconds(10)));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  EXPECT_GE((*before)[1].pipeline.undelivered, 5);
  EXPECT_LE(tries, 7);  // closing waits for none
  EXPECT_EQ((*looks)[0].copies, 100U);
  EXPECT_TRUE((*looks)[0].outside.empty());
  EXPECT_GT((*looks)[0].pipeline.undelivered, (*before)[1].pipeline.undelivered);
  EXPECT_EQ((*looks)[1].outside, UpTo(100));
}

TEST(Deliveries, OfATableThatIsGoneEndTheAttemptBeforeARowIsRead) {
  testing::SimEnv sim({.seed = 6});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 1'000;
  Life first(world);
  ASSERT_TRUE(sim.Run(ProduceAndLook(&world, &first, 20, Seconds(1))).ok());

  world.file = File(StrCat("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';\n", kCopies));
  Life second(world);
  auto looks = sim.Run(ProduceAndLook(&world, &second, 20, Seconds(1)));

  ASSERT_TRUE(looks.ok()) << looks.ToString();
  EXPECT_EQ((*looks)[1].copies, 20U);
  EXPECT_NE((*looks)[1].pipeline.failure.find("has rows for table outside, which its file does not write any more"), std::string::npos) << (*looks)[1].pipeline.failure;
}

// A swap while nobody is there elsewhere, another one that leaves the table out, and one when somebody is there again.
Task<std::vector<std::string>> SwapWhileOwing(World* world, Life* life) {
  std::vector<std::string> told;
  CO_RETURN_NOT_OK(Begin(world, life));
  CO_RETURN_NOT_OK(world->Produce(50));
  const std::string with_more = StrCat("CREATE TABLE large (v INT) WITH ('connector' = 'kafka', 'topic' = 'large', 'format' = 'json');\n", kCopies, kOutside, "INSERT INTO large SELECT v FROM clicks WHERE v > 90;\n");
  for (std::string statements : {with_more, std::string(kCopies), with_more}) {
    if (told.size() == 2) world->elsewhere.fails = 0;
    world->file = File(statements);
    auto swapping = life->pipelines->Swap({}, {.pipeline = "p", .sql = {}, .accept_loss = true});
    auto swapped = co_await swapping;
    told.push_back(swapped.ToString());
    CO_RETURN_NOT_OK(world->Produce(20));
  }
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(500)));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return told;
}

TEST(Deliveries, OfTheOldVersionComeBeforeTheNewOneBegins) {
  testing::SimEnv sim({.seed = 7});
  World world(sim);
  world.file = File(StrCat(kCopies, kOutside));
  world.elsewhere.fails = 1'000;
  Life life(world);

  auto told = sim.Run(SwapWhileOwing(&world, &life));

  ASSERT_TRUE(told.ok()) << told.ToString();
  EXPECT_NE((*told)[0].find("the old version runs on, because the new one does not begin: table outside: nobody is there"), std::string::npos) << (*told)[0];
  EXPECT_NE((*told)[1].find("has rows for table outside, which its file does not write any more"), std::string::npos) << (*told)[1];
  EXPECT_TRUE((*told)[2].starts_with("ok")) << (*told)[2];
  EXPECT_EQ(world.elsewhere.rows, UpTo(110));
  EXPECT_EQ(sim.Run(world.Records("copies"))->size(), 110U);
}

Task<> LiveTo(World* world, Life* life, int rows) {
  CO_RETURN_NOT_OK(Begin(world, life));
  CO_RETURN_NOT_OK(world->Produce(rows - world->produced));
  CO_RETURN_NOT_OK(Pause(world, Seconds(5)));
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Deliveries, ComeOnceAndInTheirOrderWhateverCrashes) {
  int behind = 0;  // lives that began with something owed
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    testing::SimEnv sim({.seed = seed});
    World world(sim);
    world.file = File(StrCat(kCopies, kOutside));
    testing::SeededRandom when(seed * 31 + 7);
    for (int lives = 4; lives > 0; --lives) {
      world.elsewhere.fails = static_cast<int>(when.Below(4));
      world.elsewhere.takes = Milliseconds(static_cast<int64_t>(when.Below(50)));
      auto* life = new Life(world);
      sim.CrashAtStep(lives > 1 ? 1 + static_cast<int64_t>(when.Below(2500)) : INT64_MAX / 2);
      Status lived = sim.Run(LiveTo(&world, life, 60));
      if (sim.crashed()) {
        sim.Restart();
        behind += world.epochs.undelivered("p") > 0 ? 1 : 0;
        continue;
      }
      EXPECT_TRUE(lived.ok()) << lived.ToString();
      delete life;
      break;
    }
    sim.CrashAtStep(INT64_MAX / 2);
    ASSERT_EQ(world.elsewhere.rows, UpTo(60)) << "seed " << seed;
    ASSERT_EQ(sim.Run(world.Records("copies"))->size(), 60U) << "seed " << seed;
  }
  EXPECT_GT(behind, 30);
}

}  // namespace
}  // namespace freshet::stream
