#include "engines/files/test_files.h"
#include "io/wait.h"

namespace freshet::files {
namespace {

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
  EXPECT_NE(all.fault().message().find("table t, file one line 2: csv: column v: 'many' is not an INT"), std::string::npos) << all.ToString();
}

// Some chunks are in memory, of some a part is, others have to be waited for.
TEST(Files, ReadsEachLineOfALargeFileOnceWhereverItLies) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  std::string content, wanted;
  for (int i = 0; i < 60'000; ++i) {
    std::string text = StrCat("line ", i, std::string(static_cast<size_t>(i % 97), 'x'));
    content += StrCat(text, ",", i, "\n");
    wanted += text + "|";
  }
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", content).ok());

  auto read = sim.Run(ReadTexts(Ctx(), files, Request("in", "csv")));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_TRUE(*read == wanted);
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

Task<std::string> ReadMetadata(Ctx ctx, FilesConnector& files, ports::TableRequest table) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  std::string out;
  for (bool ended = false; !ended;) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) {
      for (const auto& column : polled.batch.columns()) {
        data::AppendCanonical(out, *column, row);
        out += " ";
      }
    }
    ended = polled.ended;
  }
  co_return out;
}

Task<> Sleep(MonoTime until) {
  io::SleepUntil pause(until);
  co_await pause;
  co_return Status();
}

TEST(Files, TellWhenTheirFilesWereWritten) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x").ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.clock().Now() + Seconds(5))).ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", "yy").ok());
  auto table = [](std::string path, Type time) {
    ports::TableRequest out = Request(std::move(path), "raw");
    out.columns = data::Schema();
    out.columns.Add("line", Type::String());
    out.record = out.columns;
    out.columns.Add("at", time);
    out.columns.Add("bytes", Type::String());
    out.metadata_keys = {"", "file.modification-time", "file.size"};
    return out;
  };

  auto folder = sim.Run(ReadMetadata({}, files, table("in", Type::TimestampLtz(3))));
  auto alone = sim.Run(ReadMetadata({}, files, table("in/b", Type::Timestamp(0))));

  ASSERT_TRUE(folder.ok()) << folder.ToString();
  EXPECT_EQ(*folder, R"("x" "2026-01-01 00:00:00.000Z" "1" "yy" "2026-01-01 00:00:05.000Z" "2" )");
  ASSERT_TRUE(alone.ok()) << alone.ToString();
  EXPECT_EQ(*alone, R"("yy" "2026-01-01 00:00:05" "2" )");
  EXPECT_EQ(files.Check(table("in", Type::Boolean()), ports::TableUse::kRead).ToString(),
            "invalid: table t: metadata 'file.modification-time' is TIMESTAMP_LTZ(3) NOT NULL, which cannot be cast to BOOLEAN");
}

}  // namespace
}  // namespace freshet::files
