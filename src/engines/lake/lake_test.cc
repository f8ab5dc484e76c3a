#include "engines/lake/lake.h"

#include <gtest/gtest.h>

#include "engines/lake/lake_sink.h"
#include "testing/crash_states.h"
#include "testing/figure.h"
#include "testing/sim_env.h"

namespace freshet::lake {
namespace {

using data::Type;
using testing::SimEnv;

constexpr std::string_view kTable = "/wh/db/t";

// Counts rows instead of encoding them: the crash tests are about names and commits.
class CountingFormat final : public ParquetFormat {
 public:
  class Writer final : public ParquetWriter {
   public:
    explicit Writer(ByteOutput& out) : out_(out) {}
    Status Append(const data::Batch&, std::span<const int> rows) override {
      rows_ += static_cast<int64_t>(rows.size());
      return {};
    }
    int64_t bytes_so_far() const override { return rows_; }
    Result<ParquetSummary> Finish() override {
      RETURN_NOT_OK(out_.Append(StrCat(rows_, " rows")));
      return ParquetSummary{.rows = rows_, .split_offsets = {4}, .columns = {{.field_id = 1, .bytes = 8, .values = rows_}}};
    }

   private:
    ByteOutput& out_;
    int64_t rows_ = 0;
  };
  Result<std::unique_ptr<ParquetWriter>> NewWriter(const TableSchema&, ParquetCodec, ByteOutput& out) const override {
    return std::unique_ptr<ParquetWriter>(std::make_unique<Writer>(out));
  }
  Result<std::unique_ptr<ParquetReader>> NewReader(const TableSchema&, const std::vector<Type>&, std::unique_ptr<ByteInput>) const override {
    return Fault::Unsupported("reading");
  }
  Result<std::unique_ptr<ParquetReader>> NewReaderByName(const data::Schema&, std::unique_ptr<ByteInput>) const override { return Fault::Unsupported("reading"); }
};

ports::TableRequest Request(std::vector<std::pair<std::string, Type>> columns = {{"k", Type::String()}, {"v", Type::Int()}}) {
  ports::TableRequest table;
  table.name = "t";
  for (auto& [name, type] : columns) table.columns.Add(name, type);
  table.record = table.columns;
  table.options = {{"connector", "iceberg"}, {"catalog-type", "hadoop"}, {"warehouse", "/wh"}, {"catalog-database", "db"}};
  return table;
}

data::Batch Rows(int count) {
  data::BatchBuilder builder({Type::String(), Type::Int()});
  for (int i = 0; i < count; ++i) builder.AppendRow({i % 2 == 0 ? "even" : "odd", i});
  return builder.Build();
}

ports::EpochToken Epoch(int64_t number) { return {.pipeline = "p", .lineage = Uuid::FromBytes("0123456789abcdef"), .epoch = number}; }

LakeConnector Lake(SimEnv& sim) { return LakeConnector(sim.env(), std::make_unique<CountingFormat>()); }

Task<std::string> PrepareRows(Ctx ctx, LakeConnector& lake, ports::TableRequest table, int rows, int64_t epoch) {
  CO_ASSIGN_OR_RETURN(auto sink, lake.OpenSink(ctx, table));
  Status written = sink->Write(Rows(rows));
  if (!written.ok()) co_return written.fault();
  auto preparing = sink->Prepare(ctx, Epoch(epoch));
  auto prepared = co_await preparing;
  if (!prepared.ok()) co_return prepared.fault();
  co_return prepared->outbox;
}

Task<> DeliverRows(Ctx ctx, LakeConnector& lake, ports::TableRequest table, std::string outbox, int64_t epoch) {
  CO_ASSIGN_OR_RETURN(auto sink, lake.OpenSink(ctx, table));
  CO_RETURN_NOT_OK(sink->Deliver(ctx, Epoch(epoch), std::move(outbox)));
  co_return Status();
}

Task<> OpenOnly(Ctx ctx, LakeConnector& lake, ports::TableRequest table) {
  CO_ASSIGN_OR_RETURN(auto sink, lake.OpenSink(ctx, table));
  co_return Status();
}

TableMetadata Loaded(SimEnv& sim) {
  HadoopTable at(sim.env(), std::string(kTable));
  auto version = at.Load();
  CHECK(version.ok() && version->has_value());
  return std::move((*version)->metadata);
}

// Rows of every manifest that the tip lists; each of them must be readable, with all its data files.
Result<int64_t> RowsOf(Env& env) {
  HadoopTable at(env, std::string(kTable));
  ASSIGN_OR_RETURN(auto version, at.Load());
  if (!version || !version->metadata.tip()) return int64_t{0};
  ASSIGN_OR_RETURN(auto list, io::ReadWhole(env.files(), version->metadata.tip()->manifest_list, 1 << 20));
  ASSIGN_OR_RETURN(auto manifests, ReadManifestList(list));
  int64_t rows = 0;
  for (const auto& manifest : manifests) {
    ASSIGN_OR_RETURN(auto bytes, io::ReadWhole(env.files(), manifest.path, 1 << 20));
    if (static_cast<int64_t>(bytes.size()) != manifest.length) return Fault::Corrupt(manifest.path, " is not of its length");
    rows += manifest.added_rows;
  }
  return rows;
}

TEST(Lake, CreatesATableAndCommitsAnEpoch) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto outbox = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  ASSERT_TRUE(outbox.ok()) << outbox.ToString();
  ASSERT_FALSE(Loaded(sim).tip().has_value());

  ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *outbox, 1)).ok());

  TableMetadata table = Loaded(sim);
  EXPECT_EQ(*RowsOf(sim.env()), 3);
  EXPECT_EQ(table.next_sequence_number(), 2);
  EXPECT_NE(table.Text().find(R"("freshet.pipeline":"p")"), std::string::npos);
  EXPECT_NE(table.Text().find(R"("freshet.epoch":"1")"), std::string::npos);
  EXPECT_EQ(*io::ReadWhole(sim.disk(), "/wh/db/t/metadata/version-hint.text", 10), "2");
}

TEST(Lake, DeliversOnceHoweverOftenItIsTold) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto outbox = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *outbox, 1)).ok());

  EXPECT_EQ(*RowsOf(sim.env()), 3);
}

TEST(Lake, TellsTwoSinksOfOneEpochApart) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto one = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  auto other = sim.Run(PrepareRows(Ctx(), lake, Request(), 4, 1));

  ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *one, 1)).ok());
  ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *other, 1)).ok());

  EXPECT_EQ(*RowsOf(sim.env()), 7);
}

TEST(Lake, KeepsEarlierRowsAndTotals) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);

  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    auto outbox = sim.Run(PrepareRows(Ctx(), lake, Request(), 2, epoch));
    ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *outbox, epoch)).ok());
  }

  EXPECT_EQ(*RowsOf(sim.env()), 6);
  EXPECT_NE(Loaded(sim).Text().find(R"("total-records":"6")"), std::string::npos);
}

// A writer that loses the race sees it, and builds on what the winner made.
TEST(Lake, RetriesALostRace) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto mine = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  auto theirs = sim.Run(PrepareRows(Ctx(), lake, Request(), 4, 2));
  HadoopTable at(sim.env(), std::string(kTable));
  bool raced = false;
  sim.disk().set_before_change([&](testing::FsCall call, const std::string& path) {
    if (raced || call != testing::FsCall::kLink || path.find("v2.metadata") == std::string::npos) return;
    raced = true;
    ASSERT_TRUE(DeliverOnce(sim.env(), at, Epoch(2), *DecodeOutbox(*theirs)).ok());
  });

  ASSERT_TRUE(DeliverOnce(sim.env(), at, Epoch(1), *DecodeOutbox(*mine)).ok());

  EXPECT_TRUE(raced);
  EXPECT_EQ(*RowsOf(sim.env()), 7);
}

// The promise of the whole room: wherever the power goes while an epoch is delivered, telling it again leaves its rows
// in the table exactly once, and what was there before is still there.
TEST(Lake, EveryCrashPointOfDeliverGivesEachEpochOnceAfterARetry) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto first = sim.Run(PrepareRows(Ctx(), lake, Request(), 2, 1));
  ASSERT_TRUE(sim.Run(DeliverRows(Ctx(), lake, Request(), *first, 1)).ok());
  auto second = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 2));
  ASSERT_TRUE(second.ok());
  HadoopTable at(sim.env(), std::string(kTable));
  int64_t delivered = 0;
  testing::CrashStates states(sim.disk(), [&] { return delivered; });

  ASSERT_TRUE(DeliverOnce(sim.env(), at, Epoch(2), *DecodeOutbox(*second)).ok());
  delivered = 1;

  states.Stop();
  auto report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    SimEnv after;
    after.disk().Load(state.disk);
    HadoopTable again(after.env(), std::string(kTable));
    auto before_retry = RowsOf(after.env());
    if (!before_retry.ok()) return state.story + ": unreadable: " + before_retry.ToString();
    if (*before_retry != 2 && *before_retry != 5) return StrCat(state.story, ": ", *before_retry, " rows before the retry");
    if (state.mark == 1 && *before_retry != 5) return state.story + ": a delivered epoch is lost";
    Status retried = DeliverOnce(after.env(), again, Epoch(2), *DecodeOutbox(*second));
    if (!retried.ok()) return state.story + ": " + retried.ToString();
    auto rows = RowsOf(after.env());
    if (!rows.ok() || *rows != 5) return StrCat(state.story, ": ", rows.ok() ? *rows : -1, " rows after the retry");
    testing::SeededRandom random(7);
    after.disk().Crash(random);
    auto kept = RowsOf(after.env());
    if (!kept.ok() || *kept != 5) return state.story + ": the retried epoch did not survive the next power cut";
    return "";
  });
  testing::PrintFigure("F3, a delivery to an Iceberg table: ", report.states, " disks that ", report.cuts, " moments can leave, each told again; ", report.violations.size(), " broke a promise");
  EXPECT_GT(report.states, 10);
  EXPECT_TRUE(report.violations.empty()) << report.violations.front();
}

// What Prepare answered survives: the outbox names files that are all there.
TEST(Lake, PreparedFilesSurviveEveryPowerCut) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  ASSERT_TRUE(sim.Run(OpenOnly(Ctx(), lake, Request())).ok());
  auto outbox = sim.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  ASSERT_TRUE(outbox.ok());

  for (uint64_t seed = 0; seed < 20; ++seed) {
    SimEnv after;
    after.disk().Load(sim.disk().image());
    testing::SeededRandom random(seed);
    after.disk().Crash(random);
    HadoopTable at(after.env(), std::string(kTable));
    ASSERT_TRUE(DeliverOnce(after.env(), at, Epoch(1), *DecodeOutbox(*outbox)).ok());
    EXPECT_EQ(*RowsOf(after.env()), 3);
    EXPECT_EQ(after.disk().List("/wh/db/t/data")->size(), 1U);
  }
}

// A call that fails may have had its effect: whatever fails, telling again gives the rows once.
TEST(Lake, EveryFailingCallOfDeliverIsHarmlessAfterARetry) {
  SimEnv made;
  LakeConnector lake = Lake(made);
  auto outbox = made.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  ASSERT_TRUE(outbox.ok());
  bool failed = true;
  int failures = 0;

  for (int nth = 1; failed && nth < 200; ++nth) {
    SimEnv sim;
    sim.disk().Load(made.disk().image());
    HadoopTable at(sim.env(), std::string(kTable));
    sim.disk().Fail(testing::FsCall::kAny, "", 5, nth);
    failed = !DeliverOnce(sim.env(), at, Epoch(1), *DecodeOutbox(*outbox)).ok();
    failures += failed ? 1 : 0;
    sim.disk().ClearFaults();
    Status again = DeliverOnce(sim.env(), at, Epoch(1), *DecodeOutbox(*outbox));
    EXPECT_TRUE(again.ok()) << nth << ": " << again.ToString();
    EXPECT_EQ(*RowsOf(sim.env()), 3) << nth;
  }
  testing::PrintFigure("F7, a delivery to an Iceberg table: ", failures, " of its file calls failed, each in turn, and were told again");
}

// The process dies and the machine lives on: what the dead one made visible may not be durable yet. The retry that finds it
// answers for it, so it must survive the power cut that comes afterwards.
TEST(Lake, WhatARetryFindsSurvivesThePowerCutAfterIt) {
  SimEnv made;
  LakeConnector lake = Lake(made);
  auto outbox = made.Run(PrepareRows(Ctx(), lake, Request(), 3, 1));
  ASSERT_TRUE(outbox.ok());
  bool died = true;

  for (int64_t n = 1; died && n < 100; ++n) {
    SimEnv dying;
    dying.disk().Load(made.disk().image());
    HadoopTable at(dying.env(), std::string(kTable));
    dying.disk().FreezeAtChange(n);
    died = !DeliverOnce(dying.env(), at, Epoch(1), *DecodeOutbox(*outbox)).ok();
    for (uint64_t seed = 0; seed < 8; ++seed) {
      SimEnv after;
      after.disk().Load(dying.disk().image());
      HadoopTable again(after.env(), std::string(kTable));
      ASSERT_TRUE(DeliverOnce(after.env(), again, Epoch(1), *DecodeOutbox(*outbox)).ok()) << n;
      testing::SeededRandom random(seed);
      after.disk().Crash(random);
      auto rows = RowsOf(after.env());
      ASSERT_TRUE(rows.ok()) << n << ": " << rows.ToString();
      EXPECT_EQ(*rows, 3) << "died at change " << n << ", seed " << seed;
    }
  }
  EXPECT_FALSE(died);
}

TEST(Lake, WritesAFolderForEachPartition) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  ports::TableRequest table = Request();
  table.partitioned_by = {"k"};

  auto outbox = sim.Run(PrepareRows(Ctx(), lake, table, 3, 1));

  ASSERT_TRUE(outbox.ok()) << outbox.ToString();
  EXPECT_EQ(sim.disk().List("/wh/db/t/data/k=even")->size(), 1U);
  EXPECT_EQ(sim.disk().List("/wh/db/t/data/k=odd")->size(), 1U);
  const ManifestFile manifest = DecodeOutbox(*outbox)->manifest;
  EXPECT_EQ(manifest.added_rows, 3);
  EXPECT_EQ(manifest.partitions->at(0).lower, "even");
  EXPECT_EQ(manifest.partitions->at(0).upper, "odd");
}

TEST(Lake, AddsNullableColumnsAndRefusesWhatDoesNotFit) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  ASSERT_TRUE(sim.Run(OpenOnly(Ctx(), lake, Request())).ok());

  Status widened = sim.Run(OpenOnly(Ctx(), lake, Request({{"k", Type::String()}, {"v", Type::Int()}, {"d", Type::Double()}})));
  Status other_type = sim.Run(OpenOnly(Ctx(), lake, Request({{"k", Type::BigInt()}})));
  Status required = sim.Run(OpenOnly(Ctx(), lake, Request({{"k", Type::String()}, {"n", Type::Int().NotNull()}})));
  Status fewer = sim.Run(OpenOnly(Ctx(), lake, Request({{"v", Type::Int()}})));

  EXPECT_TRUE(widened.ok()) << widened.ToString();
  EXPECT_EQ(Loaded(sim).schema().fields.size(), 3U);
  EXPECT_EQ(Loaded(sim).schema().fields[2].id, 3);
  EXPECT_EQ(other_type.ToString(), "invalid: table t: column k is string in the table, and declared as long; declare it as it is, or cast");
  EXPECT_EQ(required.code(), Code::kInvalid);
  EXPECT_TRUE(fewer.ok()) << fewer.ToString();
}

TEST(Lake, RefusesByNameWhatItCannotWrite) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  auto with = [](std::string key, std::string value) {
    ports::TableRequest table = Request();
    table.options[key] = value;
    return table;
  };

  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, Request({{"t", Type::Timestamp(9)}}))).code(), Code::kUnsupported);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, Request({{"v", Type::Variant()}}))).code(), Code::kUnsupported);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, with("catalog-type", "hive"))).code(), Code::kUnsupported);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, with("warehouse", "relative"))).code(), Code::kInvalid);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, with("format-version", "3"))).code(), Code::kUnsupported);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, with("catalog-table", "../x"))).code(), Code::kInvalid);
  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, with("no-such", "x"))).code(), Code::kInvalid);
}

// A second table in the folder of another catalog's would hide the first.
TEST(Lake, RefusesTheFolderOfAnotherCatalog) {
  SimEnv sim;
  LakeConnector lake = Lake(sim);
  ASSERT_TRUE(sim.disk().CreateDirectories("/wh/db/t/metadata").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "/wh/db/t/metadata/00001-abc.metadata.json", "{}").ok());

  EXPECT_EQ(sim.Run(OpenOnly(Ctx(), lake, Request())).code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::lake
