#include "engines/topic_tables/topic_sink.h"

#include "data/record_batch.h"

namespace freshet::topic_tables {
namespace {

constexpr size_t kBatchBytes = 512 << 10;      // a log batch is closed when it has grown to this
constexpr int64_t kBatchOverheadBytes = 1024;
constexpr int64_t kAppendBytesMax = 4 << 20;   // of rows appended together: the journal takes 8 MiB in one unit

}  // namespace

TopicSink::TopicSink(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table, const Uuid& topic_id, std::unique_ptr<RowRecords> rows)
    : env_(env), log_(log), topics_(topics), options_(options), table_(table.name), topic_id_(topic_id), rows_(std::move(rows)), partition_(options.partitioner),
      written_(env.metrics().AddCounter("freshet_topic_table_written_total", "records written by a table over a topic", {{"table", table.name}})) {}

// Who writes a topic that was deleted is told when it is appended.
Status TopicSink::Write(const data::Batch& batch) {
  auto topic = topics_.Find(options_.topics[0]);
  int64_t bytes_max = topic == nullptr ? RowRecords::kBlockBytes : std::min(RowRecords::kBlockBytes, topic->log.max_message_bytes - 2 * kBatchOverheadBytes);
  return rows_->Append(batch, env_.clock().WallNow().ms, bytes_max);
}

Result<std::vector<ports::LogAppend>> TopicSink::AppendsOf(std::vector<OutgoingRecord> rows) {
  auto topic = topics_.Find(options_.topics[0]);
  if (topic == nullptr) return Fault::NotFound("table ", table_, ": topic '", options_.topics[0], "' was deleted");
  if (options_.upsert && topic->id != topic_id_) return Fault::NotFound("table ", table_, ": topic '", topic->name, "' was deleted and made again");  // it lacks the keys that do not change
  struct Growing {
    data::RecordBatchBuilder builder;
    std::string done;
  };
  std::map<int32_t, Growing> partitions;
  data::RecordBatchBuilder::Options how{.codec = options_.compression};
  for (OutgoingRecord& row : rows) {
    if (row.bytes() + kBatchOverheadBytes > topic->log.max_message_bytes) return Fault::TooLarge("table ", table_, ": a record of ", row.bytes(), " bytes; topic '", topic->name, "' takes ", topic->log.max_message_bytes);
    Growing& growing = partitions.try_emplace(partition_.For(row, topic->partitions), Growing{data::RecordBatchBuilder(how), {}}).first->second;
    size_t most = std::min(kBatchBytes, static_cast<size_t>(topic->log.max_message_bytes - kBatchOverheadBytes));
    if (growing.builder.count() > 0 && growing.builder.plain_bytes() + static_cast<size_t>(row.bytes()) > most) {
      ASSIGN_OR_RETURN(std::string batch, growing.builder.Finish());
      growing.done += batch;
    }
    std::vector<data::RecordHeader> headers;
    for (const auto& [key, value] : row.headers) headers.push_back({key, value ? std::optional<std::string_view>(*value) : std::nullopt});
    growing.builder.Add(row.timestamp_ms, row.key, row.value, headers);
  }
  std::vector<ports::LogAppend> appends;
  for (auto& [partition, growing] : partitions) {
    ASSIGN_OR_RETURN(std::string batch, growing.builder.Finish());
    data::PartitionKey key{topic->id, data::PartitionId(partition)};
    appends.push_back({key, std::move(growing.done) + batch});
  }
  if (!rows.empty()) partition_.EndBatch(topic->partitions);
  written_.Add(static_cast<int64_t>(rows.size()));
  return appends;
}

Task<> TopicSink::Flush(Ctx ctx) {
  if (options_.exactly_once || rows_->empty()) co_return Status();
  Span span(env_.tracer(), ctx.trace, "engines/topic_tables", "append");
  while (!rows_->empty()) {
    auto rows = rows_->Take(kAppendBytesMax);
    if (!rows.ok()) co_return rows.status();
    auto appends = AppendsOf(std::move(rows).value());
    if (!appends.ok()) co_return appends.status();
    auto appending = log_.Append(ctx, std::move(appends).value());
    auto appended = co_await appending;
    if (!appended.ok()) co_return appended.status();
    for (const auto& one : *appended) {
      if (!one.ok()) co_return Fault(one.fault().code(), one.fault().blame(), one.fault().retry(), StrCat("table ", table_, ": ", one.fault().message()));
    }
  }
  co_return Status();
}

Task<ports::Prepared> TopicSink::Prepare(Ctx ctx, ports::EpochToken) {
  ports::Prepared prepared;
  if (options_.exactly_once) {
    auto rows = rows_->Take(INT64_MAX);
    if (!rows.ok()) co_return rows.fault();
    auto appends = AppendsOf(std::move(rows).value());
    if (!appends.ok()) co_return appends.fault();
    prepared.staged = std::move(appends).value();
    co_return prepared;
  }
  auto flushing = Flush(ctx);
  Status flushed = co_await flushing;
  if (!flushed.ok()) co_return flushed.fault();
  co_return prepared;
}

Task<> TopicSink::Deliver(Ctx, ports::EpochToken, std::string) { co_return Status(); }

}  // namespace freshet::topic_tables
