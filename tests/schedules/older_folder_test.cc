#include <gtest/gtest.h>

#include "io/wait.h"
#include "schedules/inputs.h"
#include "schedules/outputs.h"

// A data folder from before takes the place of one whose later epochs others have seen: what lies outside of it must not get rows of other epochs under the same numbers.

namespace freshet::testing {
namespace {

constexpr Duration kLife = Seconds(3);

struct World {
  explicit World(std::string_view table) : sim({.seed = 11}), peer(sim, {}, 1, figures), drawn(DrawOne(11, table)) {}

  SimEnv sim;
  ScheduleFigures figures;
  PeerCluster peer;
  Drawn drawn;
  std::vector<std::string> rows;  // of the table, when the last life ended
  std::string failure;            // of the pipeline, then
};

Task<> Live(World* world, int64_t until) {
  auto opened = ScheduleHouse::Open(world->sim, world->peer, {}, 1, world->figures);
  if (!opened.ok()) co_return opened.status();
  ScheduleHouse& house = **opened;
  CO_RETURN_NOT_OK(house.Begin());
  CO_RETURN_NOT_OK(MakeInputs(&house, &world->drawn));
  CO_RETURN_NOT_OK(ProduceFirsts(&world->sim, &house, &world->drawn));
  Status begun = house.BeginPipelines(world->drawn.files, 1);
  if (!begun.ok()) co_return begun;
  CO_RETURN_NOT_OK(ProduceUntil(&world->sim, &house, &world->drawn, until, 1));
  io::SleepUntil pause(world->sim.clock().Now() + kLife);
  co_await pause;
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto pipelines, house.pipelines().Describe(ctx));
  world->failure = pipelines.at(0).failure;
  CO_ASSIGN_OR_RETURN(world->rows, ReadOutput(&world->sim, &house, &world->peer, &world->drawn.outputs[0]));
  auto closing = house.Close();
  co_return co_await closing;
}

bool IsOfTheDataFolder(const std::string& path) { return path.starts_with("data") || path.starts_with("/data"); }

// The data folder as it was, all else as it is.
void BringBack(SimEnv& sim, const DiskImage& before) {
  auto now = sim.disk().image().Everything();
  sim.disk().Load(before);
  for (const auto& [path, content] : before.Everything()) {
    if (!IsOfTheDataFolder(path) && !path.ends_with('/')) (void)sim.disk().Remove(path);
  }
  for (const auto& [path, content] : now) {
    if (IsOfTheDataFolder(path) || path.ends_with('/')) continue;
    size_t slash = path.rfind('/');
    std::string folder = path.substr(0, slash == path.npos ? 0 : slash);
    ASSERT_TRUE(sim.disk().CreateDirectories(folder).ok()) << folder;
    ASSERT_TRUE(io::WriteWhole(sim.disk(), path, content).ok());
  }
}

class OlderFolder : public ::testing::TestWithParam<std::string_view> {};

TEST_P(OlderFolder, IsRefusedForGoodAndBeginsAnewUnderAnotherName) {
  World world(GetParam());
  int64_t all = world.drawn.rows();
  ASSERT_TRUE(world.sim.Run(Live(&world, all / 4)).ok());
  DiskImage before = world.sim.disk().image();
  ASSERT_TRUE(world.sim.Run(Live(&world, all / 2)).ok());
  ASSERT_EQ(world.failure, "");
  std::vector<std::string> seen = world.rows;
  ASSERT_FALSE(seen.empty());

  BringBack(world.sim, before);

  for (int life = 1; life <= 3; ++life) {
    Status lived = world.sim.Run(Live(&world, all));
    ASSERT_TRUE(lived.ok()) << lived.ToString();
    EXPECT_NE(world.failure.find("older than what was delivered"), std::string::npos) << "life " << life << ": " << world.failure;
    EXPECT_TRUE(world.rows == seen) << "life " << life << ": of " << seen.size() << " rows there are " << world.rows.size();
  }

  world.drawn.files[0].name = "pipelines/anew.sql";
  Status lived = world.sim.Run(Live(&world, all));
  ASSERT_TRUE(lived.ok()) << lived.ToString();
  EXPECT_EQ(world.failure, "");
  EXPECT_GT(world.rows.size(), seen.size());
}

INSTANTIATE_TEST_SUITE_P(Of, OlderFolder, ::testing::Values("sent", "lake", "lines"), [](const auto& info) { return std::string(info.param); });

class OlderFolderOfKeys : public ::testing::TestWithParam<std::string_view> {};

// What the data folder itself holds is as old as its epochs; a table by key elsewhere that is written at least once takes older values for a while.
TEST_P(OlderFolderOfKeys, GoesOn) {
  World world(GetParam());
  int64_t all = world.drawn.rows();
  ASSERT_TRUE(world.sim.Run(Live(&world, all / 4)).ok());
  DiskImage before = world.sim.disk().image();
  ASSERT_TRUE(world.sim.Run(Live(&world, all)).ok());
  std::vector<std::string> seen = world.rows;

  BringBack(world.sim, before);
  Status lived = world.sim.Run(Live(&world, all));

  ASSERT_TRUE(lived.ok()) << lived.ToString();
  EXPECT_EQ(world.failure, "");
  EXPECT_EQ(world.rows, seen);
}

INSTANTIATE_TEST_SUITE_P(Of, OlderFolderOfKeys, ::testing::Values("totals", "sent_totals"), [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace freshet::testing
