#include <gtest/gtest.h>

#include <algorithm>

#include "engines/stream/cases/inline_connector.h"
#include "engines/stream/job/script.h"
#include "io/wait.h"
#include "ports/connector.h"
#include "testing/sim_env.h"

// Jobs on several shards: what the SQL cases cannot see from the rows that come out.

namespace freshet::stream {
namespace {

constexpr int kShards = 3;
constexpr int kBatches = 20;
constexpr int kBatchRows = 8;
constexpr int kStep = 2 * kShards;  // batches that a step takes (docs/decisions/0386)
constexpr int kBadBatch = 8;  // whose keys are no numbers

// 'connector' = 'counted': batches of rows with a key each. As a lookup: each answer takes its time.
class Counted final : public ports::Connector {
 public:
  explicit Counted(Clock& clock) : clock_(clock) {}
  int polled() const { return polled_; }
  int answered() const { return answered_; }
  int most_waiting() const { return most_waiting_; }

  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest table) override { co_return std::make_unique<Rows>(*this, table.columns); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("no sink"); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest lookup) override { co_return std::make_unique<Answers>(*this, lookup.table.columns); }

 private:
  class Rows final : public ports::Source {
   public:
    Rows(Counted& owner, data::Schema columns) : owner_(owner), columns_(std::move(columns)) {}
    Task<ports::Polled> Poll(Ctx) override {
      int batch = ++owner_.polled_;
      data::BatchBuilder builder(data::TypesOf(columns_));
      for (int row = 0; row < kBatchRows; ++row) {
        std::string key = StrCat(batch == kBadBatch ? "no number " : "", batch * kBatchRows + row);
        builder.AppendRow(std::vector<data::Value>(columns_.fields().size(), data::Value(key)));
      }
      ports::Polled polled;
      polled.batch = builder.Build();
      polled.ended = batch == kBatches;
      co_return polled;
    }
    std::string Position() const override { return ""; }
    Status Seek(std::string_view) override { return {}; }
    std::vector<int32_t> Partitions() const override { return {0}; }

   private:
    Counted& owner_;
    const data::Schema columns_;
  };

  class Answers final : public ports::Lookup {
   public:
    Answers(Counted& owner, data::Schema columns) : owner_(owner), columns_(std::move(columns)) {}
    Task<Found> Get(Ctx, data::Batch keys) override {
      io::SleepUntil later(owner_.clock_.Now() + Milliseconds(20));
      co_await later;
      owner_.most_waiting_ = std::max(owner_.most_waiting_, owner_.polled_ * kBatchRows - owner_.answered_);
      owner_.answered_ += keys.length();
      data::BatchBuilder builder(data::TypesOf(columns_));
      for (int i = 0; i < keys.length(); ++i) builder.AppendRow(std::vector<data::Value>(columns_.fields().size(), data::ValueAt(*keys.column(0), i)));
      co_return Found{builder.Build(), std::vector<bool>(static_cast<size_t>(keys.length()), true)};
    }

   private:
    Counted& owner_;
    const data::Schema columns_;
  };

  Clock& clock_;
  int polled_ = 0;
  int answered_ = 0;      // keys
  int most_waiting_ = 0;  // rows that were polled and not yet answered
};

constexpr std::string_view kTables = R"(
CREATE TABLE rows_in (k STRING, pt AS PROCTIME()) WITH ('connector' = 'counted');
CREATE TABLE names (k STRING, name STRING) WITH ('connector' = 'counted');
CREATE VIEW firsts AS SELECT k, pt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY pt) AS n FROM rows_in) WHERE n = 1;
)";

struct Outcome {
  Status status;
  int64_t rows_out = 0;
};

Outcome RunScript(testing::SimEnv& sim, Counted& counted, const std::string& query) {
  ports::Connectors connectors{{"counted", &counted}};
  Script script(connectors, sim.env(), ResultMode::kFinal);
  script.UseShards(kShards);
  Outcome out;
  out.status = sim.Run(script.Run(Ctx(), StrCat(kTables, query)));
  for (const auto& name : script.results().names()) {
    std::string text = script.results().table(name).Text();
    out.rows_out += std::count(text.begin(), text.end(), '\n');
  }
  return out;
}

TEST(Shards, HoldTheSourceBackWhileTheyAreBusy) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    testing::SimEnv sim({.seed = seed, .loops = kShards + 1});
    Counted counted(sim.clock());

    Outcome out = RunScript(sim, counted, "SELECT f.k, d.name FROM firsts AS f JOIN names FOR SYSTEM_TIME AS OF f.pt AS d ON f.k = d.k;");

    ASSERT_TRUE(out.status.ok()) << out.status.ToString();
    EXPECT_EQ(counted.most_waiting(), 2 * kStep * kBatchRows) << "one step's batches are read while one's are worked on";
    EXPECT_EQ(counted.answered(), kBatches * kBatchRows);
    EXPECT_EQ(out.rows_out, kBatches * kBatchRows);
  }
}

TEST(Shards, StopTheRunWithTheFaultOfTheLowestShard) {
  std::string first;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    testing::SimEnv sim({.seed = seed, .loops = kShards + 1});
    Counted counted(sim.clock());

    Outcome out = RunScript(sim, counted, "SELECT CAST(k AS INT) AS i FROM firsts;");

    ASSERT_FALSE(out.status.ok());
    std::string message(out.status.fault().message());
    if (first.empty()) first = message;
    EXPECT_EQ(message, first) << "whichever loop was faster";
    EXPECT_NE(message.find("no number"), std::string::npos) << message;
    EXPECT_EQ(counted.polled(), 3 * kStep) << "the second step, which has the bad batch, fails while the third one's are read";
  }
}

// What comes out of a table of lines, change by change.
std::string ChangesOf(uint64_t seed, int shards, const std::string& query) {
  testing::SimEnv sim({.seed = seed, .loops = shards + 1});
  InlineConnector inline_rows(seed);
  ports::Connectors connectors{{"inline", &inline_rows}};
  Script script(connectors, sim.env(), ResultMode::kChangelog);
  script.UseShards(shards);
  std::string table = "CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '\n";
  for (int i = 0; i < 200; ++i) table += StrCat(i, ",2024-01-01 00:0", i * 7 % 10, ":", 10 + i * 13 % 50, "\n");
  Status status = sim.Run(script.Run(Ctx(), StrCat(table, "');\n", query)));
  return status.ok() ? script.results().table("select_1").Text() : status.ToString();
}

TEST(Shards, LeaveRowsThatNoKeyMovesInTheOrderOfTheTable) {
  for (const char* query : {"SELECT v FROM t;", "SELECT v * 2 AS w, CURRENT_WATERMARK(ts) AS m FROM t WHERE MOD(v, 3) <> 1;", "SELECT v FROM t WHERE v > 20 LIMIT 30;",
                            "SELECT v, 'a' AS a FROM t WHERE v < 150 UNION ALL SELECT v, 'b' AS a FROM t WHERE v > 50;"}) {
    std::string straight = ChangesOf(1, 1, query);
    ASSERT_NE(straight.find("+I"), std::string::npos) << straight;
    for (uint64_t seed = 1; seed <= 6; ++seed) EXPECT_EQ(ChangesOf(seed, 2, query), ChangesOf(seed, 1, query)) << query;
    EXPECT_EQ(ChangesOf(1, 3, query), straight) << query;
  }
}

}  // namespace
}  // namespace freshet::stream
