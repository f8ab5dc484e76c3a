#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "data/canonical.h"
#include "data/record_batch.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/lone_groups.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

// A table over the topic `rows`, and the part of a house that has it; for this room's tests.

namespace freshet::topic_tables {

using data::Type;

using data::Type;

inline ports::TableRequest Request(std::string connector, std::map<std::string, std::string> more) {
  ports::TableRequest table;
  table.name = "t";
  table.columns.Add("k", Type::String().NotNull());
  table.columns.Add("v", Type::Int());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.bounded = false;
  table.options = std::move(more);
  table.options["connector"] = connector;
  table.options["topic"] = "rows";
  if (connector == "kafka") {
    table.options.try_emplace("format", "json");
    table.options.try_emplace("scan.startup.mode", "earliest-offset");
  } else {
    table.primary_key = {"k"};
    table.options["key.format"] = table.options["value.format"] = "json";
  }
  return table;
}

struct House {
  explicit House(testing::SimEnv& sim) : env(sim), log(sim), topics(sim, log), tables(sim, {.own_addresses = {}, .groups = [this] { return &groups; }}, log, topics) {}

  Task<> MakeTopic(int32_t partitions) {
    ports::TopicSpec spec;
    spec.name = "rows";
    spec.partitions = partitions;
    auto creating = topics.Create({}, spec, false);
    auto created = co_await creating;
    co_return created.status();
  }
  // One log batch with the values {"k":"<i>","v":i}, from first to last.
  Task<> Produce(int32_t partition, int first, int last, data::Codec codec) {
    data::RecordBatchBuilder builder({.codec = codec});
    for (int i = first; i <= last; ++i) builder.Add(i, std::nullopt, StrCat("{\"k\":\"", i, "\",\"v\":", i, "}"));
    std::vector<ports::LogAppend> appends(1);
    appends[0].key = {topics.Find("rows")->id, data::PartitionId(partition)};
    appends[0].batches = *builder.Finish();
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }
  // The same in a transaction of producer 7, which stays open.
  Task<> ProduceOpen(int first, int last) {
    data::PartitionKey key{topics.Find("rows")->id, data::PartitionId(0)};
    CO_RETURN_NOT_OK(log.AdmitTransaction({}, data::ProducerId(7), data::ProducerEpoch(0), {key}));
    data::RecordBatchBuilder builder({.producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0), .transactional = true});
    for (int i = first; i <= last; ++i) builder.Add(i, std::nullopt, StrCat("{\"k\":\"", i, "\",\"v\":", i, "}"));
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {key, *builder.Finish(data::Sequence(sent_))};
    sent_ += last - first + 1;
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }
  Task<> EndTransaction(data::ControlMarker::Kind kind) {
    data::ControlMarker marker{.kind = kind, .producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0)};
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {{topics.Find("rows")->id, data::PartitionId(0)}, data::BuildControlBatch(marker)};
    CO_RETURN_NOT_OK(log.AppendTogether({}, std::move(appends), {}));
    co_return Status::Ok();
  }
  // Rows of so many polls as "partition:v ".
  Task<std::string> Poll(ports::Source* source, int polls) {
    std::string out;
    for (int n = 0; n < polls; ++n) {
      CO_ASSIGN_OR_RETURN(auto polled, source->Poll(Ctx().WithDeadline(env.clock().Now())));
      for (int row = 0; row < polled.batch.length(); ++row) {
        out += StrCat(polled.partition, ":");
        if (polled.batch.op(row) == data::RowKind::kDelete) out += "deleted ";
        data::AppendCanonical(out, *polled.batch.column(polled.batch.op(row) == data::RowKind::kDelete ? 0 : 1), row);
        out += " ";
      }
    }
    co_return out;
  }

  Env& env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  testing::LoneGroups groups;
  TopicTables tables;
  int sent_ = 0;
};

template <typename T>
T Get(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.ToString();
  return std::move(result).value();
}

inline Task<> Sleep(MonoTime until) {
  io::SleepUntil pause(until);
  co_await pause;
  co_return Status();
}

}  // namespace freshet::topic_tables
