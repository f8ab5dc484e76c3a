#include "engines/topic_tables/topic_sink.h"

#include "data/key_partition.h"

namespace freshet::topic_tables {
namespace {

constexpr size_t kBatchBytes = 512 << 10;      // a log batch is closed when it has grown to this
constexpr int64_t kBatchOverheadBytes = 1024;
constexpr int64_t kAppendBytesMax = 4 << 20;   // of rows appended together: the journal takes 8 MiB in one unit

data::Batch Columns(const data::Batch& batch, const std::vector<int>& which) {
  std::vector<data::ColumnPtr> columns;
  for (int c : which) columns.push_back(batch.column(c));
  return batch.WithColumns(std::move(columns));
}

}  // namespace

TopicSink::TopicSink(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table)
    : env_(env), log_(log), topics_(topics), options_(options), table_(table.name), shape_(ShapeOf(options, table.columns, table.metadata_keys)),
      written_(env.metrics().AddCounter("freshet_topic_table_written_total", "records written by a table over a topic", {{"table", table.name}})) {}

Result<std::unique_ptr<TopicSink>> TopicSink::Open(Env& env, ports::EventLog& log, ports::Topics& topics, const TopicOptions& options, const ports::TableRequest& table) {
  std::unique_ptr<TopicSink> sink(new TopicSink(env, log, topics, options, table));
  for (int c = 0; c < table.columns.size(); ++c) {
    const std::string& key = table.metadata_keys[static_cast<size_t>(c)];
    const data::Type& type = table.columns.field(c).type;
    if (key.empty()) continue;
    if (key != "timestamp" && key != "headers") return Fault::Invalid("table ", table.name, ": metadata '", key, "' can only be read; declare the column VIRTUAL. timestamp and headers can be written");
    if (key == "timestamp" && (!type.IsTimestamp() || type.precision() > 3)) return Fault::Unsupported("table ", table.name, ": metadata 'timestamp' is written from a TIMESTAMP_LTZ(3) column, not ", type);
    if (key == "headers" && type.kind() != data::Kind::kMap) return Fault::Unsupported("table ", table.name, ": metadata 'headers' is written from a MAP<STRING, BYTES> column, not ", type);
    (key == "timestamp" ? sink->timestamp_column_ : sink->headers_column_) = c;
  }
  if (!options.key_format.empty()) {
    ASSIGN_OR_RETURN(sink->key_encoder_, formats::OpenEncoder(options.key_format, options.key_format_options, sink->shape_.key_record));
  }
  ASSIGN_OR_RETURN(sink->value_encoder_, formats::OpenEncoder(options.value_format, options.value_format_options, sink->shape_.value_record));
  return sink;
}

Status TopicSink::Write(const data::Batch& batch) {
  data::Batch keys = Columns(batch, shape_.key), values = Columns(batch, shape_.value);
  int64_t now_ms = env_.clock().WallNow().ms;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    data::RowKind kind = batch.op(row);
    if (options_.upsert && kind == data::RowKind::kUpdateBefore) continue;
    bool refused = !options_.upsert && kind != data::RowKind::kInsert && !formats::IsChangelogFormat(options_.value_format);
    if (refused) return Fault::Invalid("table ", table_, ": connector kafka takes inserts only, not ", data::RowKindText(kind), "; write to an upsert-kafka table, or debezium-json");
    ASSIGN_OR_RETURN(Row made, RowOf(batch, keys, values, row, now_ms));
    Keep(std::move(made));
  }
  return {};
}

Result<TopicSink::Row> TopicSink::RowOf(const data::Batch& batch, const data::Batch& keys, const data::Batch& values, int row, int64_t now_ms) {
  Row out;
  out.timestamp_ms = now_ms;
  if (timestamp_column_ >= 0 && !batch.column(timestamp_column_)->IsNull(row)) out.timestamp_ms = batch.column(timestamp_column_)->IntAt(row);
  if (headers_column_ >= 0 && !batch.column(headers_column_)->IsNull(row)) {
    const data::Column& map = *batch.column(headers_column_);
    auto [begin, end] = map.Range(row);
    for (int i = begin; i < end; ++i) {
      if (map.children[0]->IsNull(i)) return Fault::Invalid("table ", table_, ": a record header has no key");
      std::optional<std::string> value;
      if (!map.children[1]->IsNull(i)) value = std::string(map.children[1]->String(i));
      out.headers.emplace_back(map.children[0]->String(i), std::move(value));
    }
  }
  if (key_encoder_) {
    out.key.emplace();
    RETURN_NOT_OK(key_encoder_->Append(*out.key, keys, row));
  }
  if (options_.upsert && batch.op(row) == data::RowKind::kDelete) return out;
  out.value.emplace();
  RETURN_NOT_OK(value_encoder_->Append(*out.value, values, row));
  return out;
}

void TopicSink::Keep(Row row) {
  buffered_ += row.bytes();
  if (!options_.upsert) {
    rows_.push_back(std::move(row));
    return;
  }
  auto [at, added] = newest_.try_emplace(*row.key, rows_.size());
  if (added) {
    rows_.push_back(std::move(row));
    return;
  }
  buffered_ -= rows_[at->second].bytes();
  rows_[at->second] = std::move(row);
}

// Kafka's default partitioner hashes the key; records without one stay together for a while.
int32_t TopicSink::PartitionFor(const Row& row, int32_t partitions) {
  if (options_.partitioner == Partitioner::kFixed) return 0;
  if (options_.partitioner == Partitioner::kRoundRobin) return next_partition_++ % partitions;
  if (row.key) return data::PartitionOfKey(*row.key, partitions).get();
  return next_partition_ % partitions;
}

// The oldest rows, at least one.
std::vector<TopicSink::Row> TopicSink::TakeRows(int64_t bytes_max) {
  int64_t bytes = 0;
  auto end = rows_.begin();
  while (end != rows_.end() && (end == rows_.begin() || bytes + end->bytes() <= bytes_max)) bytes += (end++)->bytes();
  std::vector<Row> rows(std::make_move_iterator(rows_.begin()), std::make_move_iterator(end));
  rows_.erase(rows_.begin(), end);
  newest_.clear();
  buffered_ -= bytes;
  return rows;
}

Result<std::vector<ports::LogAppend>> TopicSink::AppendsOf(std::vector<Row> rows) {
  auto topic = topics_.Find(options_.topics[0]);
  if (topic == nullptr) return Fault::NotFound("table ", table_, ": topic '", options_.topics[0], "' was deleted");
  struct Growing {
    data::RecordBatchBuilder builder;
    std::string done;
  };
  std::map<int32_t, Growing> partitions;
  data::RecordBatchBuilder::Options how{.codec = options_.compression};
  for (Row& row : rows) {
    if (row.bytes() + kBatchOverheadBytes > topic->log.max_message_bytes) return Fault::TooLarge("table ", table_, ": a record of ", row.bytes(), " bytes; topic '", topic->name, "' takes ", topic->log.max_message_bytes);
    Growing& growing = partitions.try_emplace(PartitionFor(row, topic->partitions), Growing{data::RecordBatchBuilder(how), {}}).first->second;
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
  if (options_.partitioner == Partitioner::kDefault && !rows.empty()) next_partition_ = (next_partition_ + 1) % topic->partitions;
  written_.Add(static_cast<int64_t>(rows.size()));
  return appends;
}

Task<> TopicSink::Flush(Ctx ctx) {
  if (options_.exactly_once || rows_.empty()) co_return Status();
  Span span(env_.tracer(), ctx.trace, "engines/topic_tables", "append");
  while (!rows_.empty()) {
    auto appends = AppendsOf(TakeRows(kAppendBytesMax));
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
    auto appends = AppendsOf(TakeRows(buffered_));
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
