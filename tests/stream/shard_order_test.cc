#include <gtest/gtest.h>

#include <set>

#include "engines/stream/cases/inline_connector.h"
#include "engines/stream/job/script.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/sim_env.h"

// What comes out of several shards does not depend on which of their loops is faster.

namespace freshet::stream {
namespace {

// Three levels: by id, by its last digit, all.
std::string ThreeLevels(int rows) {
  std::string csv;
  for (int i = 0; i < rows; ++i) csv += StrCat("\n", i * 7919 % 1009, ",", i % 97);
  return StrCat("CREATE TABLE t (id BIGINT, v BIGINT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '", csv, "\n');",
                "CREATE VIEW best AS SELECT id, MAX(v) AS v FROM t GROUP BY id;"
                "SELECT MOD(id, 10) AS d, SUM(v) AS s, COUNT(*) AS n FROM best GROUP BY MOD(id, 10);"
                "SELECT SUM(s) AS s, MAX(n) AS n FROM (SELECT MOD(id, 10) AS d, SUM(v) AS s, COUNT(*) AS n FROM best GROUP BY MOD(id, 10));");
}

std::string Everything(const Script& script) {
  std::string out;
  for (const auto& name : script.results().names()) out += name + "\n" + script.results().table(name).Text();
  return out;
}

TEST(Shards, TellTheSameChangesWhicheverLoopIsFaster) {
  std::set<std::string> told;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    testing::SimEnv sim({.seed = seed, .loops = 4});
    InlineConnector inline_rows(77);  // the same batches each time
    ports::Connectors connectors{{"inline", &inline_rows}};
    Script script(connectors, sim.env(), ResultMode::kChangelog);
    script.UseShards(3);

    Status status = sim.Run(script.Run(Ctx(), ThreeLevels(300)));

    ASSERT_TRUE(status.ok()) << status.ToString();
    told.insert(Everything(script));
  }
  EXPECT_EQ(told.size(), 1u);
}

TEST(Shards, OnRealThreadsGiveWhatOneGives) {
  auto env = io::RealEnv::Open({.loops = 4});
  ASSERT_TRUE(env.ok());
  std::set<std::string> told;
  for (int shards : {1, 2, 3, 7}) {
    InlineConnector inline_rows(5);
    ports::Connectors connectors{{"inline", &inline_rows}};
    Script script(connectors, **env, ResultMode::kFinal);
    script.UseShards(shards);
    int polls = 0;
    script.RestAt([&] { return ++polls % 400 == 0 ? 1 + polls / 400 : 0; });  // on 2, 3, 4 … shards in turn

    Status status = io::RunToEnd(**env, script.Run(Ctx(), ThreeLevels(3000)));

    ASSERT_TRUE(status.ok()) << status.ToString();
    told.insert(Everything(script));
  }
  EXPECT_EQ(told.size(), 1u);
}

TEST(Shards, SayHowManyRowsEachHad) {
  testing::SimEnv sim({.seed = 1});
  InlineConnector inline_rows(0);
  ports::Connectors connectors{{"inline", &inline_rows}};
  Script script(connectors, sim.env(), ResultMode::kFinal);
  script.UseShards(2);

  Status status = sim.Run(script.Run(Ctx(), ThreeLevels(300)));

  ASSERT_TRUE(status.ok()) << status.ToString();
  int64_t rows[2] = {0, 0};
  for (const auto& op : script.report().operators) {
    if (op.text.starts_with("GroupAggregate(keys=[$0], calls=[MAX($1)])")) rows[op.shard] += op.counters.rows_in;
  }
  EXPECT_EQ(rows[0] + rows[1], 600) << "300 for each of two queries";
  EXPECT_GT(rows[0], 0);
  EXPECT_GT(rows[1], 0);
}

}  // namespace
}  // namespace freshet::stream
