#include "engines/files/test_files.h"

namespace freshet::files {
namespace {

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
  EXPECT_NE(here.ToString().find("file in/b line 62: csv: column v: 'many' is not an INT"), std::string::npos) << here.ToString();
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
