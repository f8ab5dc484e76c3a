#include "app/inspect/plan.h"

#include "app/inspect/test_folder.h"

namespace freshet::app {
namespace {

std::string Joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

std::string PlanOf(Folder& folder) {
  auto before = folder.Everything();
  auto plan = PlanStart(folder.disk(), kData);
  EXPECT_TRUE(plan.ok()) << plan.ToString();
  EXPECT_EQ(folder.Everything(), before) << "it must read only";
  return plan.ok() ? Joined(ToLines(*plan, kData)) : "";
}

int CountOf(std::string_view text, std::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(PlanOfAStart, SaysWhatRecoveryReplaysWritesAndRemoves) {
  Folder folder;

  std::string plan = PlanOf(folder);

  EXPECT_NE(plan.find("journal recovered"), std::string::npos) << plan;
  EXPECT_NE(plan.find("makes   log/CHECKPOINT."), std::string::npos) << plan;
  EXPECT_NE(plan.find("removes epochs/"), std::string::npos) << plan;  // the state file of the epoch before
  EXPECT_EQ(CountOf(plan, "removes log/CHECKPOINT."), 2) << plan;  // the one before, and its copy
  EXPECT_EQ(CountOf(plan, "removes log/"), 2) << plan;
  EXPECT_EQ(plan.find("remains"), std::string::npos) << plan;
}

TEST(PlanOfAStart, NamesWhatIsQuarantinedAndKeepsTheRest) {
  Folder folder;
  std::string path = folder.Files(".jnl").front();
  folder.disk().FlipBit(path, 4096 + 232776 - 126776 + 300);

  std::string plan = PlanOf(folder);

  EXPECT_NE(plan.find("its offsets are quarantined"), std::string::npos) << plan;
  EXPECT_NE(plan.find("remains damage log/"), std::string::npos) << plan;
  EXPECT_NE(plan.find("offsets 200 to 200 of topic 'orders' partition 0"), std::string::npos) << plan;
}

TEST(PlanOfAStart, WritesADamagedCopyAnew) {
  Folder folder;
  folder.disk().FlipBit("data/catalog/SNAPSHOT", 40);

  std::string plan = PlanOf(folder);

  EXPECT_NE(plan.find("a damaged file that is kept twice was written anew"), std::string::npos) << plan;
  EXPECT_NE(plan.find("writes  catalog/SNAPSHOT, then"), std::string::npos) << plan;
}

TEST(PlanOfAStart, SaysWhyItWouldBeRefused) {
  Folder folder;
  for (const char* path : {"data/catalog/SNAPSHOT", "data/catalog/SNAPSHOT.copy"}) folder.disk().FlipBit(path, 40);

  std::string plan = PlanOf(folder);

  EXPECT_NE(plan.find("refuses data/catalog/SNAPSHOT: it does not match its checksum"), std::string::npos) << plan;
}

}  // namespace
}  // namespace freshet::app
