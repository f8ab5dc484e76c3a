#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engines/stream/job/changes.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"
#include "tests/stream/lasting.h"

namespace freshet::stream {

// A house that runs the file pipelines/p.sql over clicks, and lets it and others be swapped.

inline constexpr std::string_view kTables = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, w INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE totals (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE raw (v INT, w INT) WITH ('connector' = 'kafka', 'topic' = 'raw', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE timed (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE windows (e TIMESTAMP(3), n BIGINT, s INT) WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE large (v INT) WITH ('connector' = 'kafka', 'topic' = 'large', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
)";
inline constexpr std::string_view kTotals = "INSERT INTO totals SELECT k, SUM(v) FROM clicks GROUP BY k;\n";
inline constexpr std::string_view kOld = "INSERT INTO raw SELECT v, 0 FROM clicks;\n";

inline constexpr int kClicks = 120;  // one a second, in two partitions

// What outlives a house, the project's file with it.
struct World : Lasting {
  World(testing::SimEnv& the_sim, std::string text) : Lasting(the_sim), file(std::move(text)) {}

  Task<> Produce(int i) {
    std::vector<Record> records;
    if (has_broken_ones && i % 10 == 3) records.push_back({{}, StrCat("no json ", i)});
    records.push_back({{}, StrCat(R"({"k":")", i % 3 == 0 ? "a" : "b", R"(","v":)", i, R"(,"w":1,"ts":"2026-01-01 00:0)", i / 60, ":", i % 60 / 10, i % 10, R"("})")});
    return Append("clicks", i % 2, std::move(records));
  }

  // A row of somebody else in the table with a key.
  Task<> PutTotal() {
    CO_RETURN_NOT_OK(MakeTopic("totals", 1));
    Record row{R"({"k":"z"})", R"({"k":"z","s":1})"};
    CO_RETURN_NOT_OK(Append("totals", 0, std::move(row)));
    co_return Status();
  }

  // Values in their order, partition after partition; of an upsert topic only the newest of a key.
  Task<std::vector<std::string>> Contents(std::string topic, bool newest) {
    CO_ASSIGN_OR_RETURN(auto records, Records(std::move(topic)));
    if (newest) co_return Table(records);
    std::vector<std::string> all;
    for (const Record& record : records) all.push_back(record.value.value_or("(none)"));
    co_return all;
  }

  std::string file;
  int produced = 0;
  bool has_broken_ones = false;
};

// Counts how often somebody has plans compared.
struct CountedChanges final : ports::PipelineChanges {
  explicit CountedChanges(Changes& the_changes) : changes(the_changes) {}
  Task<ports::PipelineChange> Compare(Ctx ctx, std::string pipeline, std::string sql, bool accept_loss) override {
    ++compared;
    return changes.Compare(ctx, std::move(pipeline), std::move(sql), accept_loss);
  }
  Changes& changes;
  int compared = 0;
};

// One life of the part of a house that runs pipelines.
struct Life {
  explicit Life(World& world) : tables(world.sim, {}, world.log, world.topics), connectors{{"kafka", &tables}, {"upsert-kafka", &tables}}, changes(world.sim, connectors, world.log, world.topics, world.epochs) {
    auto opened = Pipelines::Open(world.sim, connectors, models, {}, {{"pipelines/p.sql", world.file}}, nullptr, Pipelines::Unplanned::kFails);
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (!opened.ok()) return;
    pipelines = std::move(opened).value();
    pipelines->AllowSwaps(counted, world.epochs, [&world, this](const std::string& name) -> Result<ScriptFile> {
      ++read;
      return ScriptFile{"pipelines/" + name + ".sql", world.file};
    });
  }
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  ports::Connectors connectors;
  Changes changes;
  CountedChanges counted{changes};
  int read = 0;  // how often a file was, in order to be swapped in
  std::unique_ptr<Pipelines> pipelines;
  std::optional<Result<ports::Swapped>> swapped;
};

inline Task<> EnsureTopic(World& world) { return world.MakeTopic("clicks", 2); }

inline Task<> Pause(World* world, Duration time) {
  io::SleepUntil pause(world->sim.clock().Now() + time);
  co_await pause;
  co_return Status();
}

inline Task<> ProduceTo(World* world, int end) {
  while (world->produced < end) {
    CO_RETURN_NOT_OK(world->Produce(world->produced));
    ++world->produced;  // in the step of the append: a crash finds both or neither
    CO_RETURN_NOT_OK(Pause(world, Milliseconds(5)));
  }
  co_return Status();
}

inline std::string File(std::string_view statements) { return StrCat(kTables, statements); }

}  // namespace freshet::stream
