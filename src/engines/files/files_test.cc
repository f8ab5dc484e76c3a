#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/files/files.h"
#include "io/file.h"
#include "testing/sim_env.h"

namespace freshet::files {
namespace {

using data::Type;
using testing::SimEnv;

ports::TableRequest Request(std::string path, std::string format) {
  ports::TableRequest table;
  table.name = "t";
  table.columns.Add("k", Type::String());
  table.columns.Add("v", Type::Int());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.options = {{"connector", "filesystem"}, {"path", std::move(path)}, {"format", std::move(format)}};
  return table;
}

Task<std::string> ReadAll(Ctx ctx, FilesConnector& files, ports::TableRequest table, std::string from) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  if (!from.empty()) {
    Status sought = source->Seek(from);
    if (!sought.ok()) co_return sought.fault();
  }
  std::string out;
  bool ended = false;
  while (!ended) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) {
      data::AppendCanonical(out, *polled.batch.column(0), row);
      out += StrCat("@", source->Position(), " ");
    }
    ended = polled.ended;
  }
  co_return out;
}

Task<> WriteRows(Ctx ctx, FilesConnector& files, ports::TableRequest table, int rows, bool commit) {
  CO_ASSIGN_OR_RETURN(auto sink, files.OpenSink(ctx, table));
  data::BatchBuilder builder({Type::String(), Type::Int()});
  for (int i = 0; i < rows; ++i) builder.AppendRow({i % 2 == 0 ? "even" : "odd", i});
  Status written = sink->Write(builder.Build());
  if (!written.ok()) co_return written.fault();
  CO_RETURN_NOT_OK(sink->Flush(ctx));
  if (commit) {
    const ports::EpochToken token;
    auto preparing = sink->Prepare(ctx, token);
    auto prepared = co_await preparing;
    if (!prepared.ok()) co_return prepared.fault();
    CO_RETURN_NOT_OK(sink->Deliver(ctx, token, prepared->outbox));
  }
  co_return Status();
}

TEST(Files, ReadsAFolderInTheOrderOfNamesAndGoesOnFromAPosition) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", "second,2\nthird,3").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "first,1\n\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/_SUCCESS", "").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), ""));
  auto rest = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), "1:9"));

  ASSERT_TRUE(all.ok()) << all.ToString();
  EXPECT_EQ(*all, "\"first\"@0:9 \"second\"@1:16 \"third\"@1:16 ");
  EXPECT_EQ(*rest, "\"third\"@1:16 ");
}

TEST(Files, NamesTheFileOfABrokenLine) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "one", "x,1\ny,many\n").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, Request("one", "csv"), ""));

  ASSERT_FALSE(all.ok());
  EXPECT_NE(all.fault().message().find("table t, file one: csv: column v: 'many' is not a INT"), std::string::npos) << all.ToString();
}

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

TEST(Files, ReadsLinesLongerThanAChunk) {
  SimEnv sim;
  FilesConnector files(sim.env());
  std::string line(3 << 20, 'x');
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "long", line + ",1\nshort,2\n").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, Request("long", "csv"), ""));

  ASSERT_TRUE(all.ok()) << all.ToString();
  EXPECT_NE(all->find("\"short\""), std::string::npos);
}

}  // namespace
}  // namespace freshet::files
