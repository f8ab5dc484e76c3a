#include "engines/files/test_files.h"
#include "engines/files/partition_folders.h"

namespace freshet::files {
namespace {

TEST(Files, MakesAFolderForEachPartitionValue) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest table = Request("out", "json");
  table.partitioned_by = {"k"};
  table.options["sink.partition-commit.policy.kind"] = "success-file";

  ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, table, 2, true)).ok());

  EXPECT_TRUE(*sim.disk().Exists("out/k=even/_SUCCESS"));
  auto entries = *sim.disk().List("out/k=odd");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(*io::ReadWhole(sim.disk(), "out/k=odd/" + entries[1].name, 100), "{\"v\":1}\n");
}

TEST(Files, NameFoldersAsFlinkDoesAndReadThemBack) {
  struct Case {
    data::Type type;
    data::Value value;
    std::string folder;
  };
  // The folders are Flink 2.3.0's, but for DATE, which it writes as a number of days and cannot read.
  const std::vector<Case> cases = {
      {Type::String(), "a b!\"#$%&'()*+,-./0:;<=>?@A[\\]^_`{|}~é\x01\x7f", "a b!%22%23$%25&%27()%2A+,-.%2F0%3A;<%3D>%3F@A%5B%5C%5D%5E_`%7B|}~é%01%7F"},
      {Type::String(), " ", " "},
      {Type::String(), data::Value(), "__DEFAULT_PARTITION__"},
      {Type::Boolean(), true, "true"},
      {Type::Decimal(5, 2), int64_t{150}, "1.50"},
      {Type::Double(), 1e10, "1.0E10"},
      {Type::Date(), 20455, "2026-01-02"},
      {Type::Timestamp(3), int64_t{1767323045600}, "2026-01-02T03%3A04%3A05.600"},
      {Type::Timestamp(3), int64_t{1767323040000}, "2026-01-02T03%3A04"},
      {Type::SmallInt(), -7, "-7"},
  };

  for (const auto& one : cases) {
    data::Field column{data::FieldId(1), "p q", one.type};
    data::ColumnBuilder builder(one.type);
    builder.AppendValue(one.value);
    auto values = builder.Finish();
    std::string folder = FolderOf(column, *values, 0, "__DEFAULT_PARTITION__");
    auto read = PartitionValues("in", StrCat("in/", folder, "/file"), {column}, "__DEFAULT_PARTITION__");

    EXPECT_EQ(folder, "p q=" + one.folder);
    ASSERT_TRUE(read.ok()) << read.ToString();
    EXPECT_EQ(data::ValueAt(*(*read)[0], 0), one.value) << folder;
  }
}

TEST(Files, ReadPartitionColumnsFromFolders) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest table = Request("in", "csv");
  table.partitioned_by = {"k"};
  for (const char* folder : {"in/k=a%3Ab", "in/k=__DEFAULT_PARTITION__"}) ASSERT_TRUE(sim.disk().CreateDirectories(folder).ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/k=a%3Ab/one", "1\n2\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/k=__DEFAULT_PARTITION__/two", "3\n").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, table, ""));
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/stray", "4\n").ok());
  auto stray = sim.Run(ReadAll(Ctx(), files, table, ""));

  ASSERT_TRUE(all.ok()) << all.ToString();
  EXPECT_EQ(*all, "null@0:2 \"a:b\"@1:4 \"a:b\"@1:4 ");
  EXPECT_NE(stray.ToString().find("in/stray does not lie in a folder k="), std::string::npos) << stray.ToString();
}

}  // namespace
}  // namespace freshet::files
