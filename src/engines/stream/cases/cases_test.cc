#include <gtest/gtest.h>

#include "engines/stream/cases/case_env.h"
#include "engines/stream/cases/goldens.h"
#include "testing/sim_env.h"

namespace freshet::stream {
namespace {

constexpr std::string_view kTable = "CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '\na,1\nb,2\na,3\n');\n";

SqlCase Parsed(const std::string& text) {
  auto c = ParseCase("t.sql", text);
  EXPECT_TRUE(c.ok()) << c.status().ToString();
  return *c;
}

RunOnce RunOf(const SqlCase& c) {
  return [&c](ResultMode mode, const Way& way) {
    testing::SimEnv sim({.seed = way.seed + 1, .loops = 3});
    CaseEnv env(sim, c.clock, sim.files());
    return RunCase(c, mode, way, {env, {}, nullptr, [&sim](Task<> task) { return sim.Run(std::move(task)); }});
  };
}

std::string Told(const SqlCase& c) {
  std::string told;
  for (const auto& difference : Judge(c, RunOf(c))) told += DifferenceText(c, difference);
  return told;
}

std::string WhyNot(const std::string& text) {
  auto c = ParseCase("t.sql", text);
  return c.ok() ? "it is read" : c.fault().message();
}

TEST(Cases, SayWhatIsWrongWithTheirForm) {
  EXPECT_EQ(WhyNot("SELECT 1;"), "the first line says what the case is for: -- each customer's total is of one minute");
  EXPECT_EQ(WhyNot("-- runs: a.sql\n"), "the first line says what the case is for: -- each customer's total is of one minute");
  EXPECT_EQ(WhyNot("-- a\nSELECT 1;\n/* expect select_1\n{\n"), "line 3: /* expect is never closed; end it with */ on a line of its own");
  EXPECT_EQ(WhyNot("-- a\n/* expect x */\n"), "line 2: write /* expect NAME, then one row a line, then */");
  EXPECT_EQ(WhyNot("-- a\n/* expect x\n{} */\n"), "line 3: the */ behind expected rows stands on a line of its own");
  EXPECT_EQ(WhyNot("-- a\n/* expect x\n*/\n/* expect x\n*/\n"), "line 4: x is expected in line 2 too");
  EXPECT_EQ(WhyNot("-- a\n-- clock: noon\n"), "line 2: write -- clock: 2026-01-01 00:00:00");
}

TEST(Cases, RefuseWhatIsNearlyAnAnswerAndWouldBeNone) {
  EXPECT_EQ(WhyNot("-- a\nSELECT 1;\n/* expected select_1\n{}\n*/\n"), "line 3: '/* expected select_1' is no answer; write /* expect NAME, then one row a line, then */");
  EXPECT_NE(WhyNot("-- a\n/*expect x\n*/\n").find("line 2: '/* expect x' is no answer"), std::string::npos);
  EXPECT_NE(WhyNot("-- a\n/* Expect x\n*/\n").find("line 2: '/* Expect x' is no answer"), std::string::npos);
  EXPECT_NE(WhyNot("-- a\n/* expect\n*/\n").find("line 2: '/* expect' is no answer"), std::string::npos);
  EXPECT_EQ(WhyNot("-- a\n/* expect changlog select_1\n*/\n"),
            "line 2: nothing is expected as 'changlog select_1'; did you mean 'changelog'? Write a result's name, changelog and a result's name, printed, or error");
  EXPECT_NE(WhyNot("-- a\n-- run: a.sql\n").find("line 2: '-- run:' says nothing to a case; write -- runs: FILE.sql, or"), std::string::npos);
  EXPECT_NE(WhyNot("-- a\n--clock: 2026-01-01 00:00:00\n").find("line 2: '--clock:' says nothing"), std::string::npos);
  EXPECT_EQ(WhyNot("-- where: rows\n-- and rows: more\nSELECT /* except this */ 1;\n/* expect select_1\n{\"a\":\"/* expected\"}\n*/\n"), "it is read");
}

TEST(Cases, ReadWhatStandsInFront) {
  SqlCase c = Parsed("-- intent\n-- runs: ../a.sql\n-- clock: 1970-01-01 00:00:01\n-- words\nSELECT 1; -- runs: not.sql\n");

  EXPECT_EQ(c.runs, std::vector<std::string>{"../a.sql"});
  EXPECT_EQ(c.clock.ms, 1000);
}

TEST(Cases, HoldInAllWays) {
  EXPECT_EQ(Told(Parsed(StrCat("-- sums\n", kTable, "SELECT k, SUM(v) AS s FROM t GROUP BY k;\n/* expect select_1\n{\"k\":\"a\",\"s\":4}\n{\"k\":\"b\",\"s\":2}\n*/\n"))), "");
}

TEST(Cases, NameFileLineResultAndRows) {
  SqlCase c = Parsed(StrCat("-- sums\n", kTable, "SELECT k, SUM(v) AS s FROM t GROUP BY k;\n/* expect select_1\n{\"k\":\"a\",\"s\":5}\n{\"k\":\"b\",\"s\":2}\n*/\n"));

  EXPECT_EQ(Told(c), "t.sql:8: result select_1, straight:\n    - {\"k\":\"a\",\"s\":5}\n    + {\"k\":\"a\",\"s\":4}\n");
}

TEST(Cases, NameTheResultsThereAre) {
  SqlCase c = Parsed(StrCat("-- sums\n", kTable, "SELECT v FROM t WHERE v = 2;\n/* expect selected\n{\"v\":2}\n*/\n"));

  EXPECT_EQ(Told(c), "t.sql:8: result selected, straight:\n    - {\"v\":2}\n    there is no result of that name; did you mean 'select_1'? results are: select_1\n");
}

TEST(Cases, ThatExpectNoRowsOfAResultThatIsNotThereDiffer) {
  EXPECT_EQ(Told(Parsed(StrCat("-- none\n", kTable, "SELECT v FROM t WHERE v = 9;\n/* expect select_1\n*/\n/* expect t$late\n*/\n"))), "");
  EXPECT_EQ(Told(Parsed(StrCat("-- none\n", kTable, "SELECT v FROM t WHERE v = 9;\n/* expect totals\n*/\n"))),
            "t.sql:8: result totals, straight:\n    there is no result of that name; results are: select_1\n");
}

TEST(Cases, ShowWhereChangesPart) {
  SqlCase c = Parsed(StrCat("-- counts\n", kTable, "SELECT COUNT(*) AS n FROM t;\n/* expect changelog select_1\n{\"op\":\"+I\",\"n\":1}\n{\"op\":\"-U\",\"n\":1}\n{\"op\":\"+U\",\"n\":3}\n*/\n"));

  EXPECT_EQ(Told(c), "t.sql:8: result changelog select_1, straight, as changes:\n    + {\"op\":\"+U\",\"n\":2}\n    + {\"op\":\"-U\",\"n\":2}\n");
}

TEST(Cases, TellAFaultWithItsFile) {
  std::string told = Told(Parsed("-- what is not there\nSELECT a FROM nothing;\n/* expect select_1\n*/\n"));

  EXPECT_TRUE(told.starts_with("t.sql: the run, straight:\n    + fails: t.sql: line 2")) << told;
}

TEST(Cases, ExpectErrorsByAPartOfTheMessage) {
  EXPECT_EQ(Told(Parsed("-- what is not there\nSELECT a FROM nothing;\n/* expect error\nnothing\n*/\n")), "");
  std::string told = Told(Parsed("-- one\nSELECT 1 AS a;\n/* expect error\nnothing\n*/\n"));
  EXPECT_EQ(told, "t.sql:3: the run, straight:\n    - fails: nothing\n    + came to its end\n");
}

TEST(Cases, KeepTheirCalendarStill) {
  EXPECT_EQ(Told(Parsed("-- the time\n-- clock: 2024-02-29 12:00:00\nSELECT CAST(LOCALTIMESTAMP AS STRING) AS now_;\n/* expect select_1\n{\"now_\":\"2024-02-29 12:00:00.000\"}\n*/\n")), "");
}

TEST(Cases, RunOtherPeoplesFilesBehindTheirTables) {
  SqlCase c = Parsed(StrCat("-- front\n-- runs: p.sql\nCREATE TEMPORARY TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'c,9');\n",
                            "CREATE TEMPORARY TABLE o (k STRING) WITH ('connector' = 'print');\n/* expect o\n{\"k\":\"c\"}\n*/\n"));
  c.files.push_back({"p.sql", StrCat(kTable, "CREATE TABLE o (k STRING) WITH ('connector' = 'kafka', 'topic' = 'o');\nINSERT INTO o SELECT k FROM t;\n")});

  EXPECT_EQ(Told(c), "");
}

std::string Updated(const std::string& text) {
  SqlCase c = Parsed(text);
  auto updated = WithItsAnswers(c, RunOf(c));
  return updated.ok() ? *updated : updated.fault().message();
}

TEST(Cases, AreFilledIn) {
  EXPECT_EQ(Updated("-- one\nSELECT 1 AS a;"), "-- one\nSELECT 1 AS a;\n/* expect select_1\n{\"a\":1}\n*/\n");
  EXPECT_EQ(Updated("-- one\nSELECT 1 AS a;\n/* expect select_1\n{\"a\":7}\n{\"a\":8}\n*/\n-- tail\n"), "-- one\nSELECT 1 AS a;\n/* expect select_1\n{\"a\":1}\n*/\n-- tail\n");
  EXPECT_EQ(Updated("-- one\nSELECT 1 AS a;\n/* expect changelog select_1\n*/\n"), "-- one\nSELECT 1 AS a;\n/* expect changelog select_1\n{\"op\":\"+I\",\"a\":1}\n*/\n");
}

TEST(Cases, AreNotFilledInWithWhatNobodyMeant) {
  EXPECT_EQ(Updated("-- one\nSELECT 1 AS a;\n/* expect error\nx\n*/\n"), "line 3: expects an error and comes to its end; take the block out, then --update writes what it answers");
  EXPECT_EQ(Updated("-- one\nCREATE TABLE t (a INT) WITH ('connector' = 'print');\n"), "answers nothing: SELECT something, or INSERT INTO a table with 'connector' = 'print'");
  EXPECT_EQ(Updated("-- none\nSELECT a FROM x;\n/* expect error\ntable\n*/\n").substr(0, 10), "-- none\nSE");
}

TEST(InlineTables, RefuseWhatTheyDoNotKnow) {
  auto why = [](const std::string& options) {
    SqlCase c = Parsed(StrCat("-- x\nCREATE TABLE t (a INT) WITH ('connector' = 'inline', ", options, ");\nSELECT a FROM t;\n/* expect select_1\n*/\n"));
    return RunOf(c)(ResultMode::kFinal, StraightWay()).status.ToString();
  };
  EXPECT_NE(why("'format' = 'csv'").find("line 2, column 1: table t: connector inline needs the option 'rows'"), std::string::npos);
  EXPECT_NE(why("'rows' = '1'").find("line 2, column 1: table t: connector inline needs the option 'format'"), std::string::npos);
  EXPECT_NE(why("'row' = '1', 'format' = 'csv'").find("connector inline has no option 'row'; did you mean 'rows'?"), std::string::npos);
  EXPECT_NE(why("'rows' = '1', 'format' = 'csv', 'row' = '1'").find("connector inline has no option 'row'"), std::string::npos);
  EXPECT_NE(why("'rows' = '1', 'format' = 'csv', 'partitions' = 'many'").find("'partitions' = 'many' is no number"), std::string::npos);
  EXPECT_NE(why("'rows' = '1\nx', 'format' = 'csv'").find("line 2, column 54: table t: record 2 of 'rows'"), std::string::npos);
}

}  // namespace
}  // namespace freshet::stream
