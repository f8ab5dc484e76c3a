#include "engines/journal/data_dir.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"

namespace freshet::journal {
namespace {

using testing::SimEnv;

TEST(DataDir, IsNotMadeAmongSomebodysFiles) {
  SimEnv sim;
  ASSERT_TRUE(sim.files().CreateDirectories("data/lost+found").ok());
  ASSERT_TRUE(DataDir::Open(sim, "data").ok());
  ASSERT_TRUE(DataDir::Open(sim, "data").ok());
  ASSERT_TRUE(sim.files().CreateDirectories("other").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "other/notes.txt", "mine").ok());

  EXPECT_EQ(DataDir::Open(sim, "other").ToString(),
            "invalid: data folder other holds notes.txt, and no house keeps its data there; choose an empty folder, or the one that a house keeps");
}

TEST(DataDir, IsNotMadeWhereNoFolderIs) {
  SimEnv sim;
  EXPECT_EQ(DataDir::Open(sim, "disks/fast/data/").ToString(),
            "not found: data folder disks/fast/data: there is no folder disks/fast that it could lie in; make it, or mount its disk");
  EXPECT_FALSE(sim.files().Exists("disks").value());
}

}  // namespace
}  // namespace freshet::journal
