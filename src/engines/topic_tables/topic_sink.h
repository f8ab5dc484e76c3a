#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/record_batch.h"
#include "engines/topic_tables/options.h"
#include "io/env.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::topic_tables {

// A TopicSink makes records of rows. At least once: appended at each Flush. Exactly once: kept until Prepare, which
// hands them to the epoch. Of an upsert table only the newest change of a key between two of those is written, a
// deletion as a tombstone. On the loop that opened it; after a Fault it is thrown away, and the job goes on from its
// last epoch.
class TopicSink final : public ports::Sink {
 public:
  static Result<std::unique_ptr<TopicSink>> Open(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table);

  Status Write(const data::Batch& batch) override;
  int64_t buffered_bytes() const override { return buffered_; }
  Task<> Flush(Ctx ctx) override;
  Task<ports::Prepared> Prepare(Ctx ctx, ports::EpochToken token) override;
  Task<> Deliver(Ctx ctx, ports::EpochToken token, std::string outbox) override;

 private:
  struct Row {
    std::optional<std::string> key;
    std::optional<std::string> value;
    int64_t timestamp_ms = 0;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    int64_t bytes() const { return static_cast<int64_t>((key ? key->size() : 0) + (value ? value->size() : 0)) + 16; }
  };

  TopicSink(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table);
  Result<Row> RowOf(const data::Batch& batch, const data::Batch& keys, const data::Batch& values, int row, int64_t now_ms);
  void Keep(Row row);
  std::vector<Row> TakeRows(int64_t bytes_max);
  Result<std::vector<ports::LogAppend>> AppendsOf(std::vector<Row> rows);
  int32_t PartitionFor(const Row& row, int32_t partitions);

  Env& env_;
  ports::EventLog& log_;
  ports::Topics& topics_;
  const TopicOptions options_;
  const std::string table_;
  RecordShape shape_;
  int timestamp_column_ = -1;
  int headers_column_ = -1;
  std::unique_ptr<formats::Encoder> key_encoder_;    // absent: records have no key
  std::unique_ptr<formats::Encoder> value_encoder_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, size_t> newest_;   // upsert: a key's place in rows_
  int64_t buffered_ = 0;
  int32_t next_partition_ = 0;
  Counter& written_;
};

}  // namespace freshet::topic_tables
