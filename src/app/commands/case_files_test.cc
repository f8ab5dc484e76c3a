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

  auto found = FindCases(files, {"tests"}, {{"N", "7"}});

  ASSERT_TRUE(found.ok()) << found.status().ToString();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].path, "tests/b.sql");
  EXPECT_EQ((*found)[1].path, "tests/deep/a.sql");
  ASSERT_TRUE((*found)[0].read.ok());
  EXPECT_EQ((*found)[0].read->files.at(1).text, "SELECT 7;");
}

TEST(CaseFiles, ThatAreNotThereAreNamed) {
  testing::SimEnv sim;

  ASSERT_TRUE(sim.files().CreateDirectories("empty").ok());
  ASSERT_TRUE(sim.files().CreateDirectories("tests").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "tests/a.sql", "-- intent\n-- runs: ../pipelines/a.sql\n").ok());

  EXPECT_EQ(FindCases(sim.files(), {"tests", "empty"}, {}).fault().message(), "no case in empty: files that end in .sql");
  EXPECT_EQ((*FindCases(sim.files(), {"tests"}, {}))[0].read.fault().message(), "tests/a.sql: line 2: no file pipelines/a.sql; the path behind -- runs: begins at the case's folder");
  EXPECT_EQ(FindCases(sim.files(), {"x.sql"}, {}).fault().message(), "no file x.sql");
  EXPECT_EQ(FindCases(sim.files(), {"cases"}, {}).fault().message(), "no folder cases; name a folder of cases, or their files");
}

}  // namespace
}  // namespace freshet::app
