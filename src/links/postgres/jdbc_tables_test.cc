#include "links/postgres/jdbc_tables.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "links/postgres/options.h"
#include "testing/sim_env.h"

namespace freshet::links::postgres {
namespace {

using data::Type;

// What it is asked, and what it answers next.
struct Script {
  std::vector<std::string> asks;
  std::vector<Result<std::vector<Cells>>> answers;
  std::vector<Duration> patience;  // of each question
};
class ScriptedDatabase final : public Database {
 public:
  explicit ScriptedDatabase(Script& script) : script_(script) {}
  Result<std::vector<Cells>> Ask(const std::string& sql, const std::vector<std::string>& parameters, Duration patience) override {
    script_.patience.push_back(patience);
    std::string ask = sql;
    for (const auto& parameter : parameters) ask += StrCat(" [", parameter, "]");
    script_.asks.push_back(ask);
    auto answer = std::move(script_.answers.front());
    script_.answers.erase(script_.answers.begin());
    return answer;
  }

 private:
  Script& script_;
};

data::TableRequest Users(data::ConnectorOptions more = {}) {
  data::TableRequest table;
  table.name = "users";
  table.columns.Add("name", Type::String());
  table.columns.Add("since", Type::TimestampLtz(3));
  table.columns.Add("good", Type::Boolean());
  table.columns.Add("points", Type::Decimal(10, 2));
  table.record = table.columns;
  table.record.Add("id", Type::BigInt());
  table.metadata_keys = {"", "", "", ""};
  table.options = {{"connector", "jdbc"}, {"url", "jdbc:postgresql://db.example:5433/shop?ssl=true"}, {"table-name", "public.Users"}, {"username", "ann"}, {"password", "secret"}};
  for (auto& [key, value] : more) table.options[key] = value;
  return table;
}

data::Batch Keys(std::vector<int64_t> ids) {
  data::BatchBuilder keys({Type::BigInt()}, static_cast<int>(ids.size()));
  for (int64_t id : ids) {
    keys.column(0).AppendInt(id);
    keys.EndRow();
  }
  return keys.Build();
}

std::string Text(const ports::Lookup::Found& found) {
  std::string out;
  for (int row = 0; row < found.rows.length(); ++row) {
    out += StrCat(found.KeyOf(row), found.found[static_cast<size_t>(found.KeyOf(row))] ? ":" : " none:");
    for (int c = 0; c < found.rows.column_count(); ++c) {
      data::AppendCanonical(out, *found.rows.column(c), row);
      out += " ";
    }
  }
  return out;
}

// Asks one lookup for these keys, one batch after the other.
Task<std::string> LookUp(JdbcTables& tables, data::TableRequest table, std::vector<std::vector<int64_t>> batches, Ctx ctx = {}) {
  ports::LookupRequest request{std::move(table), {"id"}};
  CO_ASSIGN_OR_RETURN(auto lookup, tables.OpenLookup({}, std::move(request)));
  std::string out;
  for (auto& ids : batches) {
    CO_ASSIGN_OR_RETURN(auto found, lookup->Get(ctx, Keys(std::move(ids))));
    out += Text(found) + "| ";
  }
  co_return out;
}

struct World {
  testing::SimEnv sim;
  Script script;
  JdbcTables tables{sim, [this](const std::map<std::string, std::string>&) { return std::make_unique<ScriptedDatabase>(script); }};
  Result<std::string> Run(data::TableRequest table, std::vector<std::vector<int64_t>> batches) { return sim.Run(LookUp(tables, std::move(table), std::move(batches))); }
};

Cells Row(std::string number, std::string name) { return {number, name, "2026-01-01 10:00:00.5", "true", std::nullopt}; }
const Fault kGone(Code::kUnavailable, Blame::kWorld, Retry::kLater, "gone");

TEST(JdbcLookup, AsksForAllKeysAtOnce) {
  World world;
  world.script.answers.push_back(std::vector<Cells>{Row("1", "bob")});

  auto found = world.Run(Users(), {{1, 2}});

  ASSERT_TRUE(found.ok()) << found.ToString();
  EXPECT_EQ(*found, "0 none:null null null null 1:\"bob\" \"2026-01-01 10:00:00.500Z\" true null | ");
  std::string columns = R"("name"::text, ("since" AT TIME ZONE 'UTC')::text, "good"::text, "points"::text FROM "public"."users" WHERE "id" = )";
  ASSERT_EQ(world.script.asks.size(), 1U);
  EXPECT_EQ(world.script.asks[0], StrCat("(SELECT 0, ", columns, "$1::bigint LIMIT 65537) UNION ALL (SELECT 1, ", columns, "$2::bigint LIMIT 65537) [1] [2]"));
}

TEST(JdbcLookup, KeepsAnswersAsLongAsItIsTold) {
  struct Case {
    data::ConnectorOptions options;
    size_t asks;
  };
  const Case cases[] = {{{}, 3},
                        {{{"lookup.cache", "PARTIAL"}}, 1},
                        {{{"lookup.cache.max-rows", "10"}, {"lookup.cache.ttl", "10 min"}}, 1},
                        {{{"lookup.cache", "PARTIAL"}, {"lookup.partial-cache.cache-missing-key", "false"}}, 3},
                        {{{"lookup.cache", "PARTIAL"}, {"lookup.partial-cache.max-rows", "1"}}, 3}};
  for (const Case& one : cases) {
    World world;
    for (int i = 0; i < 3; ++i) world.script.answers.push_back(std::vector<Cells>{});

    auto found = world.Run(Users(one.options), {{1, 2}, {1}, {2, 1}});

    ASSERT_TRUE(found.ok()) << found.ToString();
    EXPECT_EQ(world.script.asks.size(), one.asks);
  }
}

TEST(JdbcLookup, AsksAgainWhenTheConnectionIsGone) {
  World world;
  world.script.answers.push_back(kGone);
  world.script.answers.push_back(std::vector<Cells>{Row("0", "ann")});

  EXPECT_TRUE(world.Run(Users(), {{1}}).ok());
  world.script.answers.push_back(kGone);
  world.script.answers.push_back(kGone);
  EXPECT_EQ(world.Run(Users({{"lookup.max-retries", "1"}}), {{1}}).code(), Code::kUnavailable);
  world.script.answers.push_back(Fault::Invalid("PostgreSQL says: no such table"));
  EXPECT_EQ(world.Run(Users(), {{1}}).code(), Code::kInvalid);
  EXPECT_TRUE(world.script.answers.empty());
}

TEST(JdbcLookup, GivesEveryRowOfAKey) {
  World world;
  world.script.answers.push_back(std::vector<Cells>{Row("0", "ann"), Row("2", "cid"), Row("0", "bob")});

  auto found = world.Run(Users({{"lookup.cache", "PARTIAL"}}), {{1, 2, 3}, {3, 1}});

  std::string rest = " \"2026-01-01 10:00:00.500Z\" true null ";
  ASSERT_TRUE(found.ok()) << found.ToString();
  EXPECT_EQ(*found, StrCat("0:\"ann\"", rest, "0:\"bob\"", rest, "1 none:null null null null 2:\"cid\"", rest, "| 0:\"cid\"", rest, "1:\"ann\"", rest, "1:\"bob\"", rest, "| "));
}

// What does not fit into the cache is asked for again, and lets what is there stay.
TEST(JdbcLookup, KeepsSoManyRowsNotKeys) {
  World world;
  world.script.answers.push_back(std::vector<Cells>{Row("0", "ann"), Row("0", "bob"), Row("1", "cid")});
  world.script.answers.push_back(std::vector<Cells>{Row("0", "ann"), Row("0", "bob")});

  auto found = world.Run(Users({{"lookup.cache", "PARTIAL"}, {"lookup.partial-cache.max-rows", "1"}}), {{1, 2}, {2}, {1}});

  EXPECT_TRUE(found.ok()) << found.ToString();
  EXPECT_TRUE(world.script.answers.empty());
}

TEST(JdbcLookup, RefusesMoreRowsOfAKeyThanItHolds) {
  World world;
  world.script.answers.push_back(std::vector<Cells>(65'537, Row("0", "ann")));
  EXPECT_EQ(world.Run(Users(), {{1}}).code(), Code::kTooLarge);

  world.script.answers.push_back(std::vector<Cells>(65'536, Row("0", "ann")));
  EXPECT_TRUE(world.Run(Users(), {{1}}).ok());
}

TEST(JdbcLookup, WaitsNoLongerThanItsCaller) {
  World world;
  world.script.answers.push_back(std::vector<Cells>{});
  world.script.answers.push_back(kGone);
  Ctx ctx;
  ctx.deadline = world.sim.clock().Now() + Milliseconds(500);

  auto in_time = world.sim.Run(LookUp(world.tables, Users(), {{1}}, ctx));
  auto late = world.sim.Run(LookUp(world.tables, Users(), {{1}}, ctx));

  EXPECT_TRUE(in_time.ok()) << in_time.ToString();
  EXPECT_EQ(late.code(), Code::kDeadlineExceeded) << late.ToString();
  ASSERT_EQ(world.script.patience.size(), 2U);
  EXPECT_LE(world.script.patience[0], Milliseconds(500));
}

TEST(JdbcOptions, SayWhereTheDatabaseIs) {
  auto options = ReadJdbcOptions(Users());

  ASSERT_TRUE(options.ok()) << options.ToString();
  std::map<std::string, std::string> wanted = {{"host", "db.example"}, {"port", "5433"}, {"dbname", "shop"}, {"user", "ann"}, {"password", "secret"}, {"sslmode", "require"}, {"connect_timeout", "10"}, {"tcp_user_timeout", "30000"}, {"keepalives_idle", "10"}, {"keepalives_interval", "5"}, {"keepalives_count", "4"}};
  EXPECT_EQ(options->connection, wanted);
  EXPECT_EQ(Quoted("user id"), "\"user id\"");
  EXPECT_EQ(Quoted("a\"b"), "\"a\"\"b\"");
}

TEST(JdbcOptions, RefuseTheRestByName) {
  World world;
  struct Case {
    std::string key, value, fault;
  };
  const Case cases[] = {{"url", "jdbc:mysql://h/d", "it takes jdbc:postgresql://host:port/database"},
                        {"url", "jdbc:postgresql://h/d?targetServerType=primary", "parameter 'targetServerType'"},
                        {"table-name", "", "needs the option 'table-name'"},
                        {"lookup.cache", "FULL", "it takes NONE or PARTIAL"},
                        {"lookup.max-retries", "-1", "a whole number from 0 on"},
                        {"lookup.max-retry", "1", "did you mean 'lookup.max-retries'"},
                        {"lookup.full-cache.reload-strategy", "PERIODIC", "no table is held whole"},
                        {"lookup.full-cache.periodic-reload.interval", "1 h", "no table is held whole"},
                        {"driver", "com.mysql.Driver", "it takes org.postgresql.Driver"},
                        {"sink.parallelism", "2", "is looked up, not read or written"}};
  for (const Case& one : cases) {
    Status checked = world.tables.Check(Users({{one.key, one.value}}), ports::TableUse::kLookUp);
    EXPECT_NE(checked.ToString().find(one.fault), std::string::npos) << one.key << ": " << checked.ToString();
  }
  EXPECT_NE(world.tables.Check(Users(), ports::TableUse::kRead).ToString().find("is looked up, not read"), std::string::npos);
}

}  // namespace
}  // namespace freshet::links::postgres
