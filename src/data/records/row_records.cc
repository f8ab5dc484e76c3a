#include "data/records/row_records.h"

#include "data/key_partition.h"

namespace freshet::records {
namespace {

data::Batch Columns(const data::Batch& batch, const std::vector<int>& which) {
  std::vector<data::ColumnPtr> columns;
  for (int c : which) columns.push_back(batch.column(c));
  return batch.WithColumns(std::move(columns));
}

}  // namespace

Result<std::unique_ptr<RowRecords>> RowRecords::Open(const TopicOptions& options, const data::TableRequest& table) {
  std::unique_ptr<RowRecords> out(new RowRecords(options, table));
  for (int c = 0; c < table.columns.size(); ++c) {
    const std::string& key = table.metadata_keys[static_cast<size_t>(c)];
    const data::Type& type = table.columns.field(c).type;
    if (key.empty()) continue;
    if (key != "timestamp" && key != "headers") return Fault::Invalid("table ", table.name, ": metadata '", key, "' can only be read; declare the column VIRTUAL. timestamp and headers can be written");
    if (key == "timestamp" && (!type.IsTimestamp() || type.precision() > 3)) return Fault::Unsupported("table ", table.name, ": metadata 'timestamp' is written from a TIMESTAMP_LTZ(3) column, not ", type);
    if (key == "headers" && type.kind() != data::Kind::kMap) return Fault::Unsupported("table ", table.name, ": metadata 'headers' is written from a MAP<STRING, BYTES> column, not ", type);
    (key == "timestamp" ? out->timestamp_column_ : out->headers_column_) = c;
  }
  if (!options.key_format.empty()) {
    ASSIGN_OR_RETURN(out->key_encoder_, out->OpenSide(options.key_format, options.key_format_options, out->shape_.key_record, options.topics[0] + "-key"));
  }
  if (formats::IsBlockFormat(options.value_format)) {
    RETURN_NOT_OK(out->OpenBlocks(options));
    return out;
  }
  ASSIGN_OR_RETURN(out->value_encoder_, out->OpenSide(options.value_format, options.value_format_options, out->shape_.value_record, options.topics[0] + "-value"));
  return out;
}

// What is one's of a record cannot be of each of its rows.
Status RowRecords::OpenBlocks(const TopicOptions& options) {
  std::string_view what = key_encoder_ ? "key, 'key.format'" : timestamp_column_ >= 0 ? "timestamp, METADATA FROM 'timestamp'" : "list of headers, METADATA FROM 'headers'";
  bool has_one = key_encoder_ != nullptr || timestamp_column_ >= 0 || headers_column_ >= 0;
  if (has_one) return Fault::Unsupported("table ", table_, ": a record of format ", options.value_format, " holds many rows and has one ", what, "; leave it out where rows are written, or declare the column VIRTUAL");
  ASSIGN_OR_RETURN(block_encoder_, formats::OpenBlockEncoder(options.value_format, options.value_format_options, shape_.value_record));
  return {};
}

Result<std::unique_ptr<formats::Encoder>> RowRecords::OpenSide(const std::string& format, const formats::Options& options, const data::Schema& columns, const std::string& subject) {
  if (!formats::HasRegistry(format)) return formats::OpenEncoder(format, options, columns);
  ASSIGN_OR_RETURN(auto encoder, formats::OpenRegistryEncoder(options, columns));
  to_register_.push_back({encoder.get(), encoder->subject().empty() ? subject : encoder->subject()});
  return std::unique_ptr<formats::Encoder>(std::move(encoder));
}

Status RowRecords::Append(const data::Batch& batch, int64_t now_ms, int64_t block_bytes_max) {
  if (block_encoder_) return AppendToBlocks(batch, now_ms, block_bytes_max);
  data::Batch keys = Columns(batch, shape_.key), values = Columns(batch, shape_.value);
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    data::RowKind kind = batch.op(row);
    if (upsert_ && kind == data::RowKind::kUpdateBefore) continue;
    bool refused = !upsert_ && kind != data::RowKind::kInsert && !changelog_;
    if (refused) return Fault::Invalid("table ", table_, ": connector kafka takes inserts only, not ", data::RowKindText(kind), "; write to an upsert-kafka table, or debezium-json");
    ASSIGN_OR_RETURN(OutgoingRecord made, RecordOf(batch, keys, values, row, now_ms));
    Keep(std::move(made));
  }
  return {};
}

Status RowRecords::AppendToBlocks(const data::Batch& batch, int64_t now_ms, int64_t block_bytes_max) {
  data::Batch values = Columns(batch, shape_.value);
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    data::RowKind kind = batch.op(row);
    if (kind != data::RowKind::kInsert) return Fault::Invalid("table ", table_, ": connector kafka takes inserts only, not ", data::RowKindText(kind), "; write to an upsert-kafka table, or debezium-json");
    if (!block_encoder_->HasRoom(values, row, block_bytes_max)) RETURN_NOT_OK(CloseBlock());
    if (block_rows() == 0) block_timestamp_ms_ = now_ms;
    block_encoder_->Append(values, row);
  }
  return {};
}

Status RowRecords::CloseBlock() {
  if (block_rows() == 0) return {};
  OutgoingRecord record;
  record.timestamp_ms = block_timestamp_ms_;
  auto value = block_encoder_->Finish();
  if (!value.ok()) return Fault(value.fault().code(), value.fault().blame(), value.fault().retry(), StrCat("table ", table_, ": ", value.fault().message()));
  record.value = std::move(value).value();
  Keep(std::move(record));
  return {};
}

Result<OutgoingRecord> RowRecords::RecordOf(const data::Batch& batch, const data::Batch& keys, const data::Batch& values, int row, int64_t now_ms) {
  OutgoingRecord out;
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
  if (upsert_ && batch.op(row) == data::RowKind::kDelete) return out;
  out.value.emplace();
  RETURN_NOT_OK(value_encoder_->Append(*out.value, values, row));
  return out;
}

void RowRecords::Keep(OutgoingRecord row) {
  bytes_ += row.bytes();
  if (!upsert_) {
    rows_.push_back(std::move(row));
    return;
  }
  auto [at, added] = newest_.try_emplace(*row.key, rows_.size());
  if (added) {
    rows_.push_back(std::move(row));
    return;
  }
  bytes_ -= rows_[at->second].bytes();
  rows_[at->second] = std::move(row);
}

Result<std::vector<OutgoingRecord>> RowRecords::Take(int64_t bytes_max) {
  RETURN_NOT_OK(CloseBlock());
  int64_t bytes = 0;
  auto end = rows_.begin();
  while (end != rows_.end() && (end == rows_.begin() || bytes + end->bytes() <= bytes_max)) bytes += (end++)->bytes();
  std::vector<OutgoingRecord> rows(std::make_move_iterator(rows_.begin()), std::make_move_iterator(end));
  rows_.erase(rows_.begin(), end);
  newest_.clear();
  bytes_ -= bytes;
  return rows;
}

int32_t PartitionChoice::For(const OutgoingRecord& record, int32_t partitions) {
  if (partitioner_ == Partitioner::kFixed) return 0;
  if (partitioner_ == Partitioner::kRoundRobin) return next_++ % partitions;
  if (record.key) return data::PartitionOfKey(*record.key, partitions).get();
  return next_ % partitions;
}

void PartitionChoice::EndBatch(int32_t partitions) {
  if (partitioner_ == Partitioner::kDefault) next_ = (next_ + 1) % partitions;
}

}  // namespace freshet::records
