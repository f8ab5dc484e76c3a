#include "engines/files/test_files.h"

namespace freshet::files {
namespace {

TEST(Files, ReadThoseThatComeLaterOnceEach) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/m", "in/m,1\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/m2", "fits the pattern not,1\n").ok());

  auto first = sim.Run(Watch(sim, WatchedRequest(), "", {"in/a", "in/.hidden", "in/z"}));
  ASSERT_TRUE(first.ok()) << first.ToString();
  auto second = sim.Run(Watch(sim, WatchedRequest(), first->position, {"in/b"}));

  EXPECT_EQ(first->rows, R"("in/m""in/a""in/z")");
  EXPECT_EQ(second->rows, R"("in/b")");
}

TEST(Files, GoOnAmidAFileOfAFolderThatIsWatched) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "read,1\n").ok());
  std::string lines;
  for (int i = 0; i < data::kMaxBatchRows + 1; ++i) lines += "x,1\n";
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", lines + "last,1\n").ok());

  auto first = sim.Run(Watch(sim, WatchedRequest(), "", {}, 2));
  ASSERT_TRUE(first.ok()) << first.ToString();
  auto rest = sim.Run(Watch(sim, WatchedRequest(), first->position, {}));
  ASSERT_TRUE(sim.disk().Remove("in/b").ok());
  auto gone = sim.Run(Watch(sim, WatchedRequest(), first->position, {}));

  EXPECT_EQ(rest->rows, R"("x""last")");
  EXPECT_NE(gone.ToString().find("file in/b was read to its byte or row"), std::string::npos) << gone.ToString();
  EXPECT_NE(sim.Run(Watch(sim, WatchedRequest(), "0:7", {})).ToString().find("is not one of a folder that is watched"), std::string::npos);
}

TEST(Files, ThatAreWatchedAreReadToWhatIsThereInARunThatEnds) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "first,1\n").ok());

  EXPECT_EQ(*sim.Run(ReadAll(Ctx(), files, WatchedRequest(), "")), "\"first\"@0:8 ");
}

TEST(Files, RefuseAPatternAndAnIntervalThatAreNone) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest pattern = WatchedRequest(), interval = WatchedRequest();
  pattern.options["source.path.regex-pattern"] = "(?<=a)b";
  interval.options["source.monitor-interval"] = "0 s";

  EXPECT_NE(files.Check(pattern, ports::TableUse::kRead).ToString().find("is not supported"), std::string::npos);
  EXPECT_NE(files.Check(interval, ports::TableUse::kRead).ToString().find("at least 1 ms"), std::string::npos);
}

}  // namespace
}  // namespace freshet::files
