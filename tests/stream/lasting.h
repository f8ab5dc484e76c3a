#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/record_batch.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"
#include "tests/stream/kept_epochs.h"

namespace freshet::stream {

// What outlives a house that runs pipelines: what was acknowledged.
struct Lasting {
  struct Record {
    std::optional<std::string> key;
    std::optional<std::string> value;
  };

  explicit Lasting(testing::SimEnv& the_sim) : sim(the_sim), log(the_sim), topics(the_sim, log), epochs(log) {}

  // Unless it is there.
  Task<> MakeTopic(std::string name, int32_t partitions) {
    if (topics.Find(name) != nullptr) co_return Status();
    ports::TopicSpec spec;
    spec.name = std::move(name);
    spec.partitions = partitions;
    auto creating = topics.Create({}, spec, false);
    auto created = co_await creating;
    co_return created.status();
  }

  // As one batch.
  Task<> Append(std::string topic, int32_t partition, std::vector<Record> records) {
    data::RecordBatchBuilder builder({});
    for (const Record& record : records) builder.Add(0, record.key, record.value);
    std::vector<ports::LogAppend> appends(1);
    appends[0].key = {topics.Find(topic)->id, data::PartitionId(partition)};
    appends[0].batches = *builder.Finish();
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }
  Task<> Append(std::string topic, int32_t partition, Record record) {
    std::vector<Record> records;
    records.push_back(std::move(record));
    return Append(std::move(topic), partition, std::move(records));
  }

  // In their order, partition after partition; none of a topic that is not there.
  Task<std::vector<Record>> Records(std::string topic) {
    auto found = topics.Find(topic);
    std::vector<Record> all;
    for (int32_t p = 0; found != nullptr && p < found->partitions; ++p) {
      std::vector<ports::LogRead> reads(1);
      reads[0].key = {found->id, data::PartitionId(p)};
      reads[0].bytes_max = 64 << 20;
      CO_ASSIGN_OR_RETURN(auto slices, log.Read({}, std::move(reads), {}));
      for (const auto& batch : slices[0].batches) {
        auto view = data::RecordBatchView::Parse(*batch);
        auto reader = data::RecordReader::Open(*view, 64 << 20);
        data::Record record;
        while (*reader->Next(record)) {
          all.emplace_back();
          if (record.key) all.back().key = std::string(*record.key);
          if (record.value) all.back().value = std::string(*record.value);
        }
      }
    }
    co_return all;
  }
  // Values as they stand in a table by key, in the order of keys.
  static std::vector<std::string> Table(const std::vector<Record>& records) {
    std::map<std::string, std::optional<std::string>> by_key;
    for (const Record& record : records) by_key[record.key.value_or("")] = record.value;
    std::vector<std::string> rows;
    for (auto& [key, value] : by_key) {
      if (value) rows.push_back(std::move(*value));
    }
    return rows;
  }

  testing::SimEnv& sim;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  KeptEpochs epochs;
};

}  // namespace freshet::stream
