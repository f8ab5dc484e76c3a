#include "app/project.h"

#include <gtest/gtest.h>

#include "io/posix_files.h"
#include "testing/sim_env.h"

namespace freshet::app {
namespace {

TEST(Project, NamesFoldersThatAreNearlyOnesThatAreRead) {
  testing::SimEnv sim;
  for (const char* folder : {"project/pipelines/sub", "project/pipeline", "project/modles", "project/data", "project/notes", "project/tests"}) ASSERT_TRUE(sim.files().CreateDirectories(folder).ok());

  auto not_read = FoldersNotRead(sim.files(), "project");

  ASSERT_TRUE(not_read.ok()) << not_read.status().ToString();
  EXPECT_EQ(*not_read, (std::vector<std::string>{"project/modles is not read; did you mean 'models'?", "project/pipeline is not read; did you mean 'pipelines'?", "project/pipelines/sub is not read: only files of pipelines/ itself are"}));
  EXPECT_TRUE(FoldersNotRead(sim.files(), "nowhere")->empty());
}

TEST(Project, IsAFolder) {
  io::PosixFiles files;

  auto config = ReadProjectConfig(files, "/proc/self/status", {});

  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.fault().message().find("/proc/self/status is no folder that can be read"), std::string::npos) << config.fault().message();
}

}  // namespace
}  // namespace freshet::app
