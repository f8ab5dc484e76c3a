#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/files/files.h"
#include "engines/files/partition_folders.h"
#include "io/file.h"
#include "io/wait.h"
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

// Who decodes lines beside, in pieces of so many bytes.
struct Pieces {
  SimEnv* sim = nullptr;  // absent: nobody
  size_t bytes = 0;

  void Tell(ports::Source& source) const {
    if (sim != nullptr) source.DecodeBeside({.loops = {&sim->loop(1), &sim->loop(0)}, .piece_bytes = bytes});
  }
};

Task<std::string> ReadAll(Ctx ctx, FilesConnector& files, ports::TableRequest table, std::string from, Pieces pieces = {}) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  if (!from.empty()) {
    Status sought = source->Seek(from);
    if (!sought.ok()) co_return sought.fault();
  }
  pieces.Tell(*source);
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

Task<std::string> ReadTexts(Ctx ctx, FilesConnector& files, ports::TableRequest table, Pieces pieces = {}) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  pieces.Tell(*source);
  std::string out;
  bool ended = false;
  while (!ended) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) {
      out += polled.batch.column(0)->String(row);
      out += '|';
    }
    ended = polled.ended;
  }
  co_return out;
}

Task<> WriteRows(Ctx ctx, FilesConnector& files, ports::TableRequest table, int rows, bool commit, int rows_a_batch = 1000) {
  CO_ASSIGN_OR_RETURN(auto sink, files.OpenSink(ctx, table));
  for (int begin = 0; begin < rows; begin += rows_a_batch) {
    data::BatchBuilder builder({Type::String(), Type::Int()});
    for (int i = begin; i < std::min(rows, begin + rows_a_batch); ++i) builder.AppendRow({i % 2 == 0 ? "even" : "odd", i});
    Status written = sink->Write(builder.Build());
    if (!written.ok()) co_return written.fault();
  }
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

struct Watched {
  std::string rows;
  std::string position;
};

// Reads what is there and what comes within a second of looking; new files come after the first poll that brings nothing.
Task<Watched> Watch(SimEnv& sim, ports::TableRequest table, std::string from, std::vector<std::string> new_files, int rows_most = 1000, size_t piece_bytes = 0) {
  table.bounded = false;
  FilesConnector files(sim.env());
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource({}, table));
  Status sought = from.empty() ? Status() : source->Seek(from);
  if (!sought.ok()) co_return sought.fault();
  if (piece_bytes > 0) Pieces{&sim, piece_bytes}.Tell(*source);
  Watched out;
  int rows = 0;
  for (MonoTime until = sim.clock().Now() + Seconds(1); sim.clock().Now() < until && rows < rows_most;) {
    Ctx ctx;
    ctx.deadline = sim.clock().Now() + Milliseconds(30);
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    if (polled.ended) co_return Fault::Invalid("a folder that is watched has no end");
    for (int row = 0; row < polled.batch.length(); ++row) data::AppendCanonical(out.rows, *polled.batch.column(0), row);
    rows += polled.batch.length();
    for (const auto& path : polled.batch.length() == 0 ? std::exchange(new_files, {}) : std::vector<std::string>()) {
      Status written = io::WriteWhole(sim.disk(), path, StrCat(path, ",1\n"));
      if (!written.ok()) co_return written.fault();
    }
  }
  out.position = source->Position();
  co_return out;
}

ports::TableRequest WatchedRequest() {
  ports::TableRequest table = Request("in", "csv");
  table.options["source.monitor-interval"] = "100 ms";
  table.options["source.path.regex-pattern"] = ".*/[a-z]+";
  return table;
}

TEST(Files, ReadThoseThatComeLaterOnceEach) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/m", "in/m,1\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/m2", "fits the pattern not,1\n").ok());

  auto first = sim.Run(Watch(sim, WatchedRequest(), "", {"in/a", "in/.hidden", "in/z"}));
  ASSERT_TRUE(first.ok()) << first.ToString();
  auto second = sim.Run(Watch(sim, WatchedRequest(), first->position, {"in/b"}));

  EXPECT_EQ(first->rows, R"("in/m""in/a""in/z")");
  EXPECT_EQ(second->rows, R"("in/b")");
}

TEST(Files, GoOnAmidAFileOfAFolderThatIsWatched) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "read,1\n").ok());
  std::string lines;
  for (int i = 0; i < data::kMaxBatchRows + 1; ++i) lines += "x,1\n";
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", lines + "last,1\n").ok());

  auto first = sim.Run(Watch(sim, WatchedRequest(), "", {}, 2));
  ASSERT_TRUE(first.ok()) << first.ToString();
  auto rest = sim.Run(Watch(sim, WatchedRequest(), first->position, {}));
  ASSERT_TRUE(sim.disk().Remove("in/b").ok());
  auto gone = sim.Run(Watch(sim, WatchedRequest(), first->position, {}));

  EXPECT_EQ(rest->rows, R"("x""last")");
  EXPECT_NE(gone.ToString().find("file in/b was read to its byte or row"), std::string::npos) << gone.ToString();
  EXPECT_NE(sim.Run(Watch(sim, WatchedRequest(), "0:7", {})).ToString().find("is not one of a folder that is watched"), std::string::npos);
}

TEST(Files, ThatAreWatchedAreReadToWhatIsThereInARunThatEnds) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "first,1\n").ok());

  EXPECT_EQ(*sim.Run(ReadAll(Ctx(), files, WatchedRequest(), "")), "\"first\"@0:8 ");
}

TEST(Files, RefuseAPatternAndAnIntervalThatAreNone) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest pattern = WatchedRequest(), interval = WatchedRequest();
  pattern.options["source.path.regex-pattern"] = "(?<=a)b";
  interval.options["source.monitor-interval"] = "0 s";

  EXPECT_NE(files.Check(pattern, ports::TableUse::kRead).ToString().find("is not supported"), std::string::npos);
  EXPECT_NE(files.Check(interval, ports::TableUse::kRead).ToString().find("at least 1 ms"), std::string::npos);
}

TEST(Files, NamesTheFileOfABrokenLine) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "one", "x,1\ny,many\n").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, Request("one", "csv"), ""));

  ASSERT_FALSE(all.ok());
  EXPECT_NE(all.fault().message().find("table t, file one line 2: csv: column v: 'many' is not a INT"), std::string::npos) << all.ToString();
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

// What ReadAll tells of each row, its key and the position behind its batch, apart.
std::vector<std::pair<std::string, std::string>> Rows(const std::string& told) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (size_t at = 0; at < told.size();) {
    size_t end = told.find(' ', at), behind_key = told.rfind('@', end);
    rows.emplace_back(told.substr(at, behind_key - at), told.substr(behind_key + 1, end - behind_key - 1));
    at = end + 1;
  }
  return rows;
}

std::string Keys(const std::string& told) {
  std::string keys;
  for (const auto& row : Rows(told)) keys += row.first;
  return keys;
}

// Empty files and lines, lines without an end, lines that are longer than a piece.
void MakeUnevenFolder(SimEnv& sim) {
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  std::string many;
  for (int i = 0; i < 300; ++i) many += StrCat(i % 7 == 0 ? "\n" : "", "row", i, std::string(static_cast<size_t>(i % 31), 'x'), ",", i, "\n");
  for (const auto& [path, text] : std::map<std::string, std::string>{{"in/a", "first,1\n"}, {"in/b", ""}, {"in/c", many}, {"in/d", "noend,2"}, {"in/e", "\n\n"}, {"in/f", "last,3\n"}}) {
    ASSERT_TRUE(io::WriteWhole(sim.disk(), path, text).ok());
  }
}

TEST(Files, BringTheSameRowsInTheSameOrderWhenOthersDecode) {
  for (size_t bytes : {1, 7, 64, 1000, 1 << 20}) {
    SimEnv sim({.seed = bytes});
    FilesConnector files(sim.env());
    MakeUnevenFolder(sim);

    auto here = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), ""));
    auto beside = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), "", {&sim, bytes}));

    ASSERT_TRUE(here.ok() && beside.ok()) << beside.ToString();
    EXPECT_EQ(Keys(*beside), Keys(*here)) << bytes;
  }
}

TEST(Files, GoOnFromEveryPositionThatIsToldWhileOthersDecode) {
  SimEnv sim;
  FilesConnector files(sim.env());
  MakeUnevenFolder(sim);
  auto all = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), "", {&sim, 200}));
  ASSERT_TRUE(all.ok()) << all.ToString();
  auto rows = Rows(*all);
  ASSERT_GT(rows.size(), 300U);

  std::string behind;
  for (size_t i = rows.size(); i-- > 0;) {
    bool ends_batch = i + 1 == rows.size() || rows[i + 1].second != rows[i].second;
    if (ends_batch) {
      auto here = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), rows[i].second));
      auto beside = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), rows[i].second, {&sim, 90}));
      ASSERT_TRUE(here.ok() && beside.ok()) << beside.ToString();
      EXPECT_EQ(Keys(*here), behind) << rows[i].second;
      EXPECT_EQ(Keys(*beside), behind) << rows[i].second;
    }
    behind = rows[i].first + behind;
  }
}

TEST(Files, NameTheSameBrokenLineWhenOthersDecode) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += i == 61 || i == 80 ? "bad,many\n" : "good,1\n";
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x,1\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", lines).ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/c", "worse,\n").ok());

  auto here = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), ""));
  for (size_t bytes : {1, 20, 300, 1 << 20}) {
    auto beside = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), "", {&sim, bytes}));

    EXPECT_EQ(beside.ToString(), here.ToString()) << bytes;
  }
  EXPECT_NE(here.ToString().find("file in/b line 62: csv: column v: 'many' is not a INT"), std::string::npos) << here.ToString();
}

// Keeps letters in memory: at once, or told apart with the epoch's end.
class Letters final : public ports::DeadLetters {
 public:
  Task<> Keep(Ctx, std::vector<ports::DeadLetter> letters) override {
    Take(letters);
    co_return Status();
  }
  Task<std::vector<ports::LogAppend>> Stage(Ctx, std::vector<ports::DeadLetter> letters) override {
    Take(letters);
    co_return std::vector<ports::LogAppend>();
  }
  Task<std::vector<ports::LetterPlace>> Standing(Ctx, ports::DeadLetter) override { co_return std::vector<ports::LetterPlace>(); }
  std::vector<std::string> kept;
  std::string first_why;

 private:
  void Take(const std::vector<ports::DeadLetter>& letters) {
    if (kept.empty() && !letters.empty()) first_why = letters[0].why;
    for (const auto& letter : letters) kept.push_back(StrCat(letter.topic, " ", *letter.key, "@", letter.offset, " ", *letter.value));
  }
};

// The rows of each Poll, told with how many letters its epoch's end has brought; from a position, when one is given.
Task<std::string> ReadInEpochs(Ctx ctx, SimEnv& sim, Letters& letters, std::string format, std::string from, size_t piece_bytes) {
  ports::TableRequest table = Request("in", std::move(format));
  table.bounded = false;
  FilesConnector files(sim.env());
  files.KeepDeadLettersIn(letters);
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  Status sought = from.empty() ? Status() : source->Seek(from);
  if (!sought.ok()) co_return sought.fault();
  if (piece_bytes > 0) Pieces{&sim, piece_bytes}.Tell(*source);
  std::string out;
  for (bool ended = false; !ended;) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) out += polled.batch.column(0)->String(row);
    auto staging = source->Prepare(ctx);
    auto staged = co_await staging;
    if (!staged.ok()) co_return staged.fault();
    if (source->staged_bytes() != 0) co_return Fault::Internal("a letter has stayed behind");
    out += StrCat("@", source->Position(), "=", letters.kept.size(), " ");
    ended = polled.ended;
  }
  co_return out;
}

TEST(Files, KeepLinesThatCannotBeDecodedAndGoOnBehindThem) {
  for (size_t piece_bytes : {0, 1, 20, 1 << 20}) {
    SimEnv sim;
    ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x,1\nbad,many\ny,2\nworse,").ok());
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", "bad,more\nz,3\n").ok());
    Letters letters;

    auto rows = sim.Run(ReadInEpochs(Ctx(), sim, letters, "csv", "", piece_bytes));

    ASSERT_TRUE(rows.ok()) << rows.ToString();
    std::string keys;
    for (char c : *rows) keys += c >= 'x' && c <= 'z' ? std::string(1, c) : "";
    EXPECT_EQ(keys, "xyz") << piece_bytes;
    std::vector<std::string> all{"files.t in/a@4 bad,many", "files.t in/a@17 worse,", "files.t in/b@0 bad,more"};
    bool empty_is_null = letters.kept.size() == 2;
    if (empty_is_null) all.erase(all.begin() + 1);
    EXPECT_EQ(letters.kept, all) << piece_bytes;
    EXPECT_NE(letters.first_why.find("table t, file in/a byte 4: csv: column v: 'many' is not a INT"), std::string::npos) << letters.first_why;
  }
}

TEST(Files, OfNothingButLinesThatCannotBeDecodedAreReadInSteps) {
  for (size_t piece_bytes : {0, 5000, 1 << 20}) {
    SimEnv sim;
    ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
    std::string lines;
    for (int i = 0; i < 2500; ++i) lines += "bad,many\n";
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", lines + "good,1\n").ok());
    Letters letters, rest;

    auto rows = sim.Run(ReadInEpochs(Ctx(), sim, letters, "csv", "", piece_bytes));
    auto behind = sim.Run(ReadInEpochs(Ctx(), sim, rest, "csv", "0:9000", piece_bytes));

    ASSERT_TRUE(rows.ok() && behind.ok()) << rows.ToString();
    EXPECT_EQ(letters.kept.size(), 2500U);
    EXPECT_EQ(rest.kept.size(), 1500U);
    EXPECT_TRUE(rows->find("=1000 ") != std::string::npos || piece_bytes == 5000) << *rows;
    EXPECT_NE(rows->find("good@0:22507"), std::string::npos) << *rows;
  }
}

TEST(Files, FailAtALineThatCannotBeDecodedWhereTheTableSaysSo) {
  SimEnv sim;
  FilesConnector files(sim.env());
  Letters letters;
  files.KeepDeadLettersIn(letters);
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x,1\nbad,many\n").ok());
  ports::TableRequest strict = Request("in", "csv"), looked_at = Request("in", "csv");
  strict.options["csv.ignore-parse-errors"] = "false";
  int told = 0;
  looked_at.unreadable = [&told](std::string) { ++told; };

  auto failed = sim.Run(ReadAll(Ctx(), files, strict, ""));
  auto looked = sim.Run(ReadAll(Ctx(), files, looked_at, ""));
  size_t before = letters.kept.size();
  auto read = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), ""));

  EXPECT_NE(failed.ToString().find("file in/a line 2: csv: column v: 'many' is not a INT"), std::string::npos) << failed.ToString();
  ASSERT_TRUE(looked.ok() && read.ok()) << looked.ToString() << read.ToString();
  EXPECT_EQ(told, 1);
  EXPECT_EQ(before, 0U);
  EXPECT_EQ(letters.kept.size(), 1U);  // a run that ends keeps them at once
}

TEST(Files, ThatAreWatchedComeOnceEachWhenOthersDecode) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/m", "one,1\ntwo,2\nthree,3\n").ok());

  auto amid = sim.Run(Watch(sim, WatchedRequest(), "", {}, 2, 4));
  ASSERT_TRUE(amid.ok()) << amid.ToString();
  auto rest = sim.Run(Watch(sim, WatchedRequest(), amid->position, {"in/a", "in/z"}, 1000, 4));
  ASSERT_TRUE(rest.ok()) << rest.ToString();
  auto later = sim.Run(Watch(sim, WatchedRequest(), rest->position, {"in/b"}));

  EXPECT_EQ(amid->rows, R"("one""two")");
  EXPECT_EQ(rest->rows, R"("three""in/a""in/z")");
  EXPECT_EQ(later->rows, R"("in/b")");
}

TEST(Files, GiveFolderColumnsToTheRightRowsWhenOthersDecode) {
  SimEnv sim;
  FilesConnector files(sim.env());
  ports::TableRequest table = Request("in", "csv");
  table.partitioned_by = {"k"};
  for (const char* folder : {"in/k=a", "in/k=b"}) ASSERT_TRUE(sim.disk().CreateDirectories(folder).ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/k=a/one", "1\n2\n3\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/k=b/two", "4\n5\n").ok());

  auto all = sim.Run(ReadAll(Ctx(), files, table, "", {&sim, 2}));

  ASSERT_TRUE(all.ok()) << all.ToString();
  EXPECT_EQ(Keys(*all), R"("a""a""a""b""b")");
}

}  // namespace
}  // namespace freshet::files
