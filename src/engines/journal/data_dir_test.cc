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

}  // namespace
}  // namespace freshet::journal
