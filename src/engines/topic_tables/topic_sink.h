#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/records/row_records.h"
#include "io/env.h"
#include "ports/connector.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::topic_tables {

using records::OutgoingRecord;
using records::RowRecords;
using records::TopicOptions;

// A TopicSink makes records of rows. At least once: appended at each Flush. Exactly once: kept until Prepare, which
// hands them to the epoch. Of an upsert table only the newest change of a key between two of those is written, a
// deletion as a tombstone. On the loop that opened it; after a Fault it is thrown away, and the job goes on from its
// last epoch.
class TopicSink final : public ports::Sink {
 public:
  TopicSink(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table, const Uuid& topic_id, std::unique_ptr<RowRecords> rows);

  Status Write(const data::Batch& batch) override;
  int64_t buffered_bytes() const override { return rows_->bytes(); }
  Task<> Flush(Ctx ctx) override;
  Task<ports::Prepared> Prepare(Ctx ctx, ports::EpochToken token) override;
  Task<> Deliver(Ctx ctx, ports::EpochToken token, std::string outbox) override;

 private:
  Result<std::vector<ports::LogAppend>> AppendsOf(std::vector<OutgoingRecord> rows);

  Env& env_;
  ports::EventLog& log_;
  ports::Topics& topics_;
  const TopicOptions options_;
  const std::string table_;
  const Uuid topic_id_;  // when it was opened
  std::unique_ptr<RowRecords> rows_;
  records::PartitionChoice partition_;
  Counter& written_;
};

}  // namespace freshet::topic_tables
