#include "engines/files/test_files.h"

namespace freshet::files {
namespace {

TEST(Files, ShowsWhatIsWrittenOnlyAfterCommit) {
  SimEnv sim;
  FilesConnector files(sim.env());

  ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, Request("out", "json"), 3, false)).ok());
  auto hidden = sim.Run(ReadAll(Ctx(), files, Request("out", "json"), ""));
  ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, Request("out", "json"), 1, true)).ok());
  auto shown = sim.Run(ReadAll(Ctx(), files, Request("out", "json"), ""));

  EXPECT_EQ(*hidden, "");
  EXPECT_TRUE(shown->starts_with("\"even\"")) << *shown;
}

TEST(Files, EndAFileWhenItIsLargeEnough) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest table = Request("out", "csv");
  table.options["sink.rolling-policy.file-size"] = "6 b";

  ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, table, 4, true, 2)).ok());

  auto entries = *sim.disk().List("out");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(*io::ReadWhole(sim.disk(), "out/" + entries[0].name, 100), "even,0\nodd,1\n");
}

TEST(Files, AreAsLargeAsCompactionWouldMakeThem) {
  for (std::string compacts : {"true", "false"}) {
    SimEnv sim;
    FilesConnector files(sim.env());
    ports::TableRequest table = Request("out", "csv");
    table.options["auto-compaction"] = compacts;
    table.options["compaction.file-size"] = "6 b";

    ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, table, 4, true, 2)).ok());

    EXPECT_EQ(sim.disk().List("out")->size(), compacts == "true" ? 2U : 1U);
  }
}

TEST(Files, WriteAvroFilesAndReadThemFromAnyRow) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest table = Request("out", "avro");

  ASSERT_TRUE(sim.Run(WriteRows(Ctx(), files, table, 3, true)).ok());
  auto all = sim.Run(ReadAll(Ctx(), files, table, ""));
  auto rest = sim.Run(ReadAll(Ctx(), files, table, "0:2"));

  EXPECT_EQ(*all, "\"even\"@0:3 \"odd\"@0:3 \"even\"@0:3 ");
  EXPECT_EQ(*rest, "\"even\"@0:3 ");
}

TEST(Files, RefuseRowsThatAreTakenBack) {
  SimEnv sim;
  FilesConnector files(sim.env());
  data::BatchBuilder builder({Type::String(), Type::Int()});
  builder.AppendRow({"x", 1}, data::RowKind::kDelete);

  auto sink = sim.Run(files.OpenSink(Ctx(), Request("out", "json")));
  ASSERT_TRUE(sink.ok());
  Status written = (*sink)->Write(builder.Build());

  EXPECT_EQ(written.code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::files
