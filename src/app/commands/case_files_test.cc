#include <gtest/gtest.h>

#include "app/commands/case_files.h"
#include "testing/sim_env.h"

namespace freshet::app {
namespace {

TEST(CaseFiles, ResolvePathsFromTheirFolder) {
  EXPECT_EQ(PathIn("tests", "../pipelines/a.sql"), "pipelines/a.sql");
  EXPECT_EQ(PathIn(".", "./tests//a.sql"), "tests/a.sql");
  EXPECT_EQ(PathIn("tests", "/data/../x"), "/x");
  EXPECT_EQ(PathIn("a", "../../x"), "../x");
  EXPECT_EQ(PathIn(".", "."), ".");
}

TEST(CaseFiles, AreFoundInFoldersWithoutThoseThatOthersRun) {
  testing::SimEnv sim;
  io::Files& files = sim.files();
  ASSERT_TRUE(files.CreateDirectories("tests/deep").ok());
  for (const auto& [path, text] : std::vector<std::pair<std::string, std::string>>{
           {"tests/b.sql", "-- runs another\n-- runs: shared.sql\n"}, {"tests/shared.sql", "SELECT ${N};"}, {"tests/deep/a.sql", "-- intent\n"}, {"tests/rows.csv", "1\n"}}) {
    ASSERT_TRUE(io::WriteWhole(files, path, text).ok());
  }

  Parameters parameters{{"N", "7"}, {"nn", "8"}};
  auto found = FindCases(files, {"tests"}, parameters);

  ASSERT_TRUE(found.ok()) << found.status().ToString();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].path, "tests/b.sql");
  EXPECT_EQ((*found)[1].path, "tests/deep/a.sql");
  ASSERT_TRUE((*found)[0].read.ok());
  EXPECT_EQ((*found)[0].read->files.at(1).text, "SELECT 7;");
  EXPECT_EQ(parameters.Unused(), std::vector<std::string>{"--param nn: no file has ${nn}"});
}

TEST(Parameters, ThatNoFileUsesAreToldWithTheNearest) {
  Parameters parameters{{"inptu", "a"}, {"rows", "b"}};

  (void)parameters.Use("rows");
  (void)parameters.Use("input");

  EXPECT_EQ(parameters.Unused(), std::vector<std::string>{"--param inptu: no file has ${inptu}; did you mean 'input'?"});
  EXPECT_EQ((Parameters{{"n", "1"}}).Unused(), std::vector<std::string>{"--param n: no file has ${n}"});
  EXPECT_TRUE(Parameters().Unused().empty());
}

TEST(CaseFiles, ThatAreNotThereAreNamed) {
  testing::SimEnv sim;

  ASSERT_TRUE(sim.files().CreateDirectories("empty").ok());
  ASSERT_TRUE(sim.files().CreateDirectories("tests").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "tests/a.sql", "-- intent\n-- runs: ../pipelines/a.sql\n").ok());

  Parameters none;
  EXPECT_EQ(FindCases(sim.files(), {"tests", "empty"}, none).fault().message(), "no case in empty: files that end in .sql");
  EXPECT_EQ((*FindCases(sim.files(), {"tests"}, none))[0].read.fault().message(), "tests/a.sql: line 2: no file pipelines/a.sql; the path behind -- runs: begins at the case's folder");
  EXPECT_EQ(FindCases(sim.files(), {"x.sql"}, none).fault().message(), "no file x.sql");
  EXPECT_EQ(FindCases(sim.files(), {"cases"}, none).fault().message(), "no folder cases; name a folder of cases, or their files");
}

}  // namespace
}  // namespace freshet::app
