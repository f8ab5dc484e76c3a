#include <gtest/gtest.h>

#include "tests/stream/swap_house.h"

// Files that are new to a house that runs, or could not be planned when it started, are begun by a swap.

namespace freshet::stream {
namespace {

// Two applies of a pipeline whose file could not be planned when the house started: one that does not begin, and one that does.
Task<std::vector<std::string>> MendAFile(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  std::vector<std::string> told;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  told.push_back(progress[0].failure);
  const std::string elsewhere = "CREATE TABLE nowhere (v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'group-offsets', 'properties.group.id' = 'g');\n";
  for (const std::string& file : {File(elsewhere + "INSERT INTO raw SELECT v, 0 FROM nowhere;\n"), File(kOld)}) {
    world->file = file;
    auto swapping = life->pipelines->Swap({}, {.pipeline = "p", .sql = {}});
    auto swapped = co_await swapping;
    told.push_back(swapped.ok() ? "applied" : swapped.fault().message());
    told.push_back(StrCat(life->pipelines->Failing().size(), " fail"));
  }
  CO_RETURN_NOT_OK(ProduceTo(world, 10));
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return told;
}

TEST(NewFiles, BeginAPipelineWhoseFileCouldNotBePlanned) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File("INSERT INTO raw SELECT v, x FROM clicks;\n"));
  Life life(world);

  auto told = sim.Run(MendAFile(&world, &life));

  ASSERT_TRUE(told.ok()) << told.ToString();
  ASSERT_EQ(told->size(), 5U);
  EXPECT_NE((*told)[0].find("pipelines/p.sql: line 10, column 27: no column 'x'"), std::string::npos) << (*told)[0];
  EXPECT_NE((*told)[1].find("it does not begin: table nowhere"), std::string::npos) << (*told)[1];
  EXPECT_EQ((*told)[2], "1 fail");
  EXPECT_EQ((*told)[3], "applied");
  EXPECT_EQ((*told)[4], "0 fail");
  EXPECT_EQ(sim.Run(world.Contents("raw", false))->size(), 10U);
}

Task<ports::Swapped> BeginAnother(World* world, Life* life) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(ProduceTo(world, 10));
  world->file = File(kOld);
  auto swapping = life->pipelines->Swap({}, {.pipeline = "q", .sql = {}});
  auto swapped = co_await swapping;
  CO_RETURN_NOT_OK(ProduceTo(world, 20));
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return swapped;
}

TEST(NewFiles, AreReadAndComparedOnceAndBegin) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(kTotals));
  Life life(world);

  auto swapped = sim.Run(BeginAnother(&world, &life));

  ASSERT_TRUE(swapped.ok()) << swapped.ToString();
  EXPECT_TRUE(swapped->begins);
  EXPECT_EQ(swapped->change.pipeline, "q");
  EXPECT_EQ(swapped->epoch, 1);
  EXPECT_EQ(life.read, 1);
  EXPECT_EQ(life.counted.compared, 1);
  EXPECT_EQ(sim.Run(world.Contents("raw", false))->size(), 20U);
}

Task<> AskForOthers(World* world, Life* life, std::vector<std::string>* answers) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(200)));
  for (const char* name : {"p", "q"}) {
    auto swapping = life->pipelines->Swap({}, {.pipeline = name, .sql = "SELECT 1;"});
    auto swapped = co_await swapping;
    answers->push_back(swapped.ToString());
  }
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(NewFiles, AskWhetherTheHouseReadsTheSameFile) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(kTotals));
  Life life(world);
  std::vector<std::string> answers;

  ASSERT_TRUE(sim.Run(AskForOthers(&world, &life, &answers)).ok());

  EXPECT_NE(answers[0].find("the house reads pipelines/p.sql, and that file says something else"), std::string::npos) << answers[0];
  EXPECT_NE(answers[1].find("the house reads pipelines/q.sql, and that file says something else"), std::string::npos) << answers[1];
}

Task<> CheckOnly(World* world, Life* life, std::vector<ports::Swapped>* swapped, std::vector<std::string>* refused) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(Pause(world, Milliseconds(200)));
  std::string good = File("INSERT INTO totals SELECT k, MAX(v) FROM clicks GROUP BY k;"), bad = File("INSERT INTO nothing SELECT 1;");
  for (const auto& text : {good, bad}) {
    world->file = text;
    for (const char* name : {"p", "q", "../p"}) {
      auto swapping = life->pipelines->Swap({}, {.pipeline = name, .sql = {}, .only_check = true});
      auto answer = co_await swapping;
      if (answer.ok()) swapped->push_back(std::move(answer).value());
      else refused->push_back(answer.ToString());
    }
  }
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(NewFiles, SayBeforehandWhetherTheyCanBeDone) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(kTotals));
  Life life(world);
  std::vector<ports::Swapped> swapped;
  std::vector<std::string> refused;

  ASSERT_TRUE(sim.Run(CheckOnly(&world, &life, &swapped, &refused)).ok());

  ASSERT_EQ(swapped.size(), 2U);
  EXPECT_FALSE(swapped[0].begins || swapped[0].unchanged);
  EXPECT_EQ(swapped[0].change.parts.size(), 3U);
  EXPECT_TRUE(swapped[1].begins);
  ASSERT_EQ(refused.size(), 4U);
  EXPECT_NE(refused[0].find("no pipeline '../p' runs in this house"), std::string::npos) << refused[0];
  EXPECT_NE(refused[1].find("pipelines/p.sql: line 10"), std::string::npos) << refused[1];
  EXPECT_NE(refused[2].find("pipelines/q.sql: line 10"), std::string::npos) << refused[2];
}

}  // namespace
}  // namespace freshet::stream
