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

TEST(DataDir, OutlivesAFlippedBitAndAMissingFile) {
  SimEnv sim;
  Uuid house = DataDir::Open(sim, "data").value().house();
  for (int byte = 0; byte < 36; ++byte) {
    for (const char* path : {"data/FORMAT", "data/FORMAT.copy"}) {
      sim.disk().FlipBit(path, byte);
      auto opened = DataDir::Open(sim, "data");
      ASSERT_TRUE(opened.ok()) << path << " at " << byte << ": " << opened.ToString();
      EXPECT_EQ(opened->house(), house);
    }
  }
  for (const char* path : {"data/FORMAT", "data/FORMAT.copy"}) {
    ASSERT_TRUE(sim.files().Remove(path).ok());
    EXPECT_EQ(DataDir::Open(sim, "data").value().house(), house);
    EXPECT_TRUE(sim.files().Exists(path).value());
  }
  for (const char* path : {"data/FORMAT", "data/FORMAT.copy"}) sim.disk().FlipBit(path, 20);
  EXPECT_EQ(DataDir::Open(sim, "data").ToString(),
            "corrupt: data/FORMAT: it is not the FORMAT file of a data folder, or is damaged; its copy: it is not the FORMAT file of a data folder, or is damaged; restore one of them "
            "from a backup");
}

TEST(DataDir, IsNotMadeWhereNoFolderIs) {
  SimEnv sim;
  EXPECT_EQ(DataDir::Open(sim, "disks/fast/data/").ToString(),
            "not found: data folder disks/fast/data: there is no folder disks/fast that it could lie in; make it, or mount its disk");
  EXPECT_FALSE(sim.files().Exists("disks").value());
}

}  // namespace
}  // namespace freshet::journal
