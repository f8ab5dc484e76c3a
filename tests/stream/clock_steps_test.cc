#include "testing/figure.h"
#include "testing/seeded_random.h"
#include "testing/stepping_env.h"
#include "tests/stream/clicks.h"

// The wall clock is set forwards and back while exactly-once pipelines run, and die between two steps of the seed's choice: nothing of
// an epoch hangs on it.

namespace freshet::stream {
namespace {

constexpr int64_t kStepMost = 2 * 3600 * 1000;

// One life of a house in a world whose wall clock steps.
struct SteppedLife {
  SteppedLife(World& world, int shards, uint64_t seed) : env(world.sim), random(seed), tables(env, {}, world.log, world.topics), connectors{{"kafka", &tables}, {"upsert-kafka", &tables}} {
    std::string text = StrCat("SET 'parallelism.default' = '", shards, "';", kPipeline);
    auto opened = Pipelines::Open(env, connectors, models, {}, {{"pipelines/p.sql", std::move(text)}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (opened.ok()) pipelines = std::move(opened).value();
  }
  // Up to two hours in either direction.
  void Step() {
    env.StepWallClock(Milliseconds(static_cast<int64_t>(random.Below(2 * kStepMost)) - kStepMost));
    ++steps;
  }

  testing::SteppingEnv env;
  testing::SeededRandom random;
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  ports::Connectors connectors;
  std::unique_ptr<Pipelines> pipelines;
  int steps = 0;
};

// As Live, with a step of the clock every ten clicks or so.
Task<> LiveInSteps(World* world, SteppedLife* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  while (world->produced < kClicks + 2) {
    int i = world->produced;
    if (life->random.Below(10) == 0) life->Step();
    std::string value = i < kClicks ? Click(i) : R"({"k":"end","v":0,"ts":"2026-01-02 00:00:00"})";
    CO_RETURN_NOT_OK(world->Produce("clicks", i % 2, value));
    world->produced = i + 1;
    io::SleepUntil pause(world->sim.clock().Now() + Milliseconds(7));
    co_await pause;
  }
  for (int i = 0; i < 4; ++i) {
    life->Step();
    io::SleepUntil settle(world->sim.clock().Now() + Milliseconds(500));
    co_await settle;
  }
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

struct Rows {
  std::vector<std::string> windows, totals;
  int steps = 0;
};

Rows RunInSteps(uint64_t seed, int lives, int shards) {
  testing::SimEnv sim({.seed = seed});
  World world(sim);
  testing::SeededRandom when(seed * 31 + 7);
  Rows rows;
  for (int life = 0; life < lives; ++life) {
    auto* house = new SteppedLife(world, shards, seed * 100 + static_cast<uint64_t>(life));  // a crash leaves its tasks where they are
    bool last = life + 1 == lives;
    sim.CrashAtStep(last ? INT64_MAX / 2 : 1 + static_cast<int64_t>(when.Below(1200)));
    Status lived = sim.Run(LiveInSteps(&world, house));
    rows.steps += house->steps;
    if (sim.crashed()) {
      sim.Restart();
      continue;
    }
    EXPECT_TRUE(lived.ok()) << lived.ToString();
    delete house;
    break;
  }
  rows.windows = *sim.Run(world.Contents("windows", false));
  rows.totals = *sim.Run(world.Contents("totals", true));
  return rows;
}

TEST(ClockSteps, ChangeNothingOfWhatIsThereExactlyOnce) {
  std::vector<std::string> windows, totals;
  {
    testing::SimEnv sim({.seed = 1});
    World world(sim);
    Life calm(world, std::string(kPipeline));
    ASSERT_TRUE(sim.Run(Live(&world, &calm, Milliseconds(7))).ok());
    windows = *sim.Run(world.Contents("windows", false));
    totals = *sim.Run(world.Contents("totals", true));
  }
  ASSERT_EQ(windows.size(), 24U);

  int steps = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Rows rows = RunInSteps(seed, 4, seed % 2 == 0 ? 2 : 1);
    ASSERT_GT(rows.steps, 3) << "seed " << seed;
    ASSERT_EQ(rows.windows, windows) << "seed " << seed;
    ASSERT_EQ(rows.totals, totals) << "seed " << seed;
    steps += rows.steps;
  }
  testing::PrintFigure("F9, exactly-once pipelines: ", steps, " steps of the wall clock in 20 histories with crashes, the rows of each as without");
}

}  // namespace
}  // namespace freshet::stream
