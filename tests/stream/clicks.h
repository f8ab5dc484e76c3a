#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engines/files/files.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"
#include "tests/stream/lasting.h"

// A file of three statements over the topic `clicks`, and the part of a house that runs it.

namespace freshet::stream {

inline constexpr std::string_view kPipeline = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE windows (k STRING, e TIMESTAMP(3), n BIGINT, s INT)
WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE totals (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE eager (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'eager', 'format' = 'json');
INSERT INTO windows SELECT k, window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO totals SELECT k, SUM(v) FROM clicks GROUP BY k;
INSERT INTO eager SELECT k, v FROM clicks;
)";

struct World : Lasting {
  using Lasting::Lasting;

  Task<> Produce(std::string topic, int32_t partition, std::string value) { return Append(std::move(topic), partition, Record{{}, std::move(value)}); }

  // "key=value" of each record; of an upsert topic only the newest of a key.
  Task<std::vector<std::string>> Contents(std::string topic, bool newest) {
    CO_ASSIGN_OR_RETURN(auto records, Records(std::move(topic)));
    std::vector<std::string> all;
    std::map<std::string, std::string> by_key;
    for (const Record& record : records) {
      std::string key = record.key.value_or(""), value = record.value.value_or("(none)");
      all.push_back(key + "=" + value);
      by_key[key] = value;
    }
    if (newest) {
      all.clear();
      for (const auto& [key, value] : by_key) all.push_back(key + "=" + value);
    }
    std::sort(all.begin(), all.end());
    co_return all;
  }

  int produced = 0;
};

// One life of the part of a house that runs pipelines.
struct Life {
  // `env`: in which the pipelines run, where that is not the world's own.
  Life(World& world, std::string text, io::Env* env = nullptr)
      : tables(world.sim, {}, world.log, world.topics), files(world.sim), connectors{{"kafka", &tables}, {"upsert-kafka", &tables}, {"filesystem", &files}} {
    auto opened = Pipelines::Open(env != nullptr ? *env : static_cast<io::Env&>(world.sim), connectors, models, {}, {{"pipelines/p.sql", std::move(text)}});
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    if (opened.ok()) pipelines = std::move(opened).value();
  }
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  files::FilesConnector files;
  ports::Connectors connectors;
  std::unique_ptr<Pipelines> pipelines;
};

inline constexpr int kClicks = 120;

inline std::string Click(int i) {
  int second = i;
  return StrCat(R"({"k":")", i % 3 == 0 ? "a" : "b", R"(","v":)", i, R"(,"ts":"2026-01-01 00:0)", second / 60, ":", second % 60 / 10, second % 10, R"("})");
}

inline Task<> EnsureTopic(World& world, std::string name = "clicks") { return world.MakeTopic(std::move(name), 2); }

// Goes on producing where the last life stopped, then waits until everything is through, then drains.
inline Task<> Live(World* world, Life* life, Duration gap) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  while (world->produced < kClicks + 2) {
    int i = world->produced;
    std::string value = i < kClicks ? Click(i) : R"({"k":"end","v":0,"ts":"2026-01-02 00:00:00"})";
    CO_RETURN_NOT_OK(world->Produce("clicks", i % 2, value));
    world->produced = i + 1;  // in the step of the append: a crash finds both or neither
    io::SleepUntil pause(world->sim.clock().Now() + gap);
    co_await pause;
  }
  io::SleepUntil settle(world->sim.clock().Now() + Seconds(2));
  co_await settle;
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

// Rows of one partition, while the other brings none; how far pipelines are then.
inline Task<std::vector<ports::PipelineProgress>> OnePartitionOnly(World* world, Life* life, Duration wait) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  for (const char* second : {"00", "31"}) {
    CO_RETURN_NOT_OK(world->Produce("clicks", 0, StrCat(R"({"k":"a","v":1,"ts":"2026-01-01 00:00:)", second, R"("})")));
  }
  io::SleepUntil pause(world->sim.clock().Now() + wait);
  co_await pause;
  CO_ASSIGN_OR_RETURN(auto progress, life->pipelines->Describe({}));
  CO_RETURN_NOT_OK(life->pipelines->Close());
  co_return progress;
}

}  // namespace freshet::stream
