#include "app/inspect/dump.h"

#include "app/inspect/test_folder.h"

namespace freshet::app {
namespace {

std::vector<std::string> Dumped(Folder& folder, const DumpOptions& options) {
  auto before = folder.Everything();
  std::vector<std::string> lines;
  Status dumped = DumpDataFolder(folder.disk(), kData, options, [&lines](const std::string& line) { lines.push_back(line); });
  EXPECT_TRUE(dumped.ok()) << dumped.ToString();
  EXPECT_EQ(folder.Everything(), before) << "it must read only";
  return lines;
}

TEST(Dump, ShowsEveryFramePartitionTopicPipelineAndBatch) {
  Folder folder;

  std::string all;
  for (const std::string& line : Dumped(folder, {})) all += line + "\n";

  for (std::string_view part : {R"("type":"CatalogChange")", R"("type":"LogAppend","of":"topic 'orders' partition 0")", R"("type":"EpochCommit","of":"pipeline 'totals'")", R"("type":"LogRef")",
                                R"("file":"catalog/SNAPSHOT","at":0,"topic":"clicks")", R"("file":"epochs/SNAPSHOT","at":0,"pipeline":"totals")", R"("partition":"topic 'orders' partition 0")",
                                R"("base_offset":122,)", R"("file":"FORMAT")"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all.substr(0, 3000);
  }
}

TEST(Dump, ShowsRecordsOfOneFileCutToACap) {
  Folder folder;
  std::string path = folder.Files(".seg").front().substr(std::string(kData).size() + 1);

  auto lines = Dumped(folder, {.file = path, .lines_max = 5, .records = true, .text_bytes_max = 10});

  ASSERT_EQ(lines.size(), 6u);
  EXPECT_NE(lines[2].find("xxxxxxxxxx… ("), std::string::npos) << lines[2];
  EXPECT_EQ(lines[5], R"({"left_off_after_lines":5})");
  for (size_t i = 0; i < 5; ++i) EXPECT_NE(lines[i].find(path), std::string::npos);
}

TEST(Dump, ShowsBothCopiesOfWhatIsKeptTwice) {
  for (const char* path : {"FORMAT", "catalog/SNAPSHOT", "epochs/SNAPSHOT"}) {
    Folder folder;
    folder.disk().FlipBit(StrCat(kData, "/", path), 16);

    auto damaged = Dumped(folder, {.file = path});
    auto copy = Dumped(folder, {.file = StrCat(path, ".copy")});

    ASSERT_EQ(damaged.size(), 1u);
    EXPECT_NE(damaged[0].find(R"("damaged":)"), std::string::npos) << damaged[0];
    ASSERT_GE(copy.size(), 1u);
    EXPECT_EQ(copy[0].find(R"("damaged":)"), std::string::npos) << copy[0];
  }
}

TEST(Dump, SaysWhatIsDamagedWhereItStands) {
  Folder folder;
  std::string path = folder.Files(".jnl").front();
  folder.disk().FlipBit(path, 4096 + 200);

  std::string all;
  for (const std::string& line : Dumped(folder, {})) all += line + "\n";

  EXPECT_NE(all.find("its payload does not match its checksum"), std::string::npos);
}

}  // namespace
}  // namespace freshet::app
