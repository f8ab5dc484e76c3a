#include "data/records/record_rows.h"

#include <algorithm>
#include <cstring>

#include "data/expr/expr.h"
#include "data/formats/changelog_metadata.h"

namespace freshet::records {
namespace {

using data::Type;

struct MetadataKey {
  std::string_view name;
  Type type;
};
const std::vector<MetadataKey>& MetadataKeys() {
  static const std::vector<MetadataKey> keys = {
      {"topic", Type::String().NotNull()}, {"partition", Type::Int().NotNull()}, {"offset", Type::BigInt().NotNull()},
      {"timestamp", Type::TimestampLtz(3).NotNull()}, {"timestamp-type", Type::String().NotNull()}, {"leader-epoch", Type::Int()},
      {"headers", Type::Map(Type::String().NotNull(), Type::Bytes()).NotNull()}};
  return keys;
}

constexpr std::string_view kOfValue = "value.";  // what the format says of the record

const Type* MetadataType(std::string_view format, std::string_view key) {
  for (const auto& known : MetadataKeys()) {
    if (known.name == key) return &known.type;
  }
  if (!key.starts_with(kOfValue)) return nullptr;
  for (const auto& said : formats::SaidBy(format)) {
    if (said.key == key.substr(kOfValue.size())) return &said.type;
  }
  return nullptr;
}

std::string MetadataNames(std::string_view format) {
  std::string names;
  for (const auto& said : formats::SaidBy(format)) names += StrCat(names.empty() ? "; format " : ", ", names.empty() ? format : "", names.empty() ? " has " : "", kOfValue, said.key);
  return StrCat("a topic has topic, partition, offset, timestamp, timestamp-type, leader-epoch and headers", names);
}

}  // namespace

Result<std::unique_ptr<RecordRows>> RecordRows::Open(const TopicOptions& options, const data::TableRequest& table) {
  std::unique_ptr<RecordRows> rows(new RecordRows(options, table));
  RETURN_NOT_OK(rows->Plan(options, table));
  return rows;
}

Status RecordRows::Plan(const TopicOptions& options, const data::TableRequest& table) {
  std::vector<std::string> physical(static_cast<size_t>(table.record.size()));
  RecordShape all = ShapeOf(options, table.record, physical), wanted = ShapeOf(options, table.columns, table.metadata_keys);
  from_.resize(static_cast<size_t>(table.columns.size()));
  std::vector<std::string> said;  // columns of the value's decoder behind the wanted ones
  for (size_t i = 0; i < wanted.value.size(); ++i) from_[static_cast<size_t>(wanted.value[i])].value = static_cast<int>(i);
  for (size_t i = 0; i < wanted.key.size(); ++i) from_[static_cast<size_t>(wanted.key[i])].key = static_cast<int>(i);
  for (int c = 0; c < table.columns.size(); ++c) {
    const std::string& key = table.metadata_keys[static_cast<size_t>(c)];
    if (key.empty()) continue;
    const Type* type = MetadataType(options.value_format, key);
    if (type == nullptr) return Fault::Unsupported("table ", table.name, ": metadata '", key, "'; ", MetadataNames(options.value_format));
    auto cast = expr::MakeCast(expr::Input(0, *type, key), table.columns.field(c).type);
    if (!cast.ok()) return Fault::Invalid("table ", table.name, ": metadata '", key, "' is ", *type, ", which cannot be cast to ", table.columns.field(c).type);
    from_[static_cast<size_t>(c)].metadata = key;
    from_[static_cast<size_t>(c)].own = *type;
    if (key.starts_with(kOfValue)) {
      from_[static_cast<size_t>(c)].value = static_cast<int>(wanted.value.size() + said.size());
      said.push_back(key.substr(kOfValue.size()));
    }
    if (key == "headers") headers_ = std::make_unique<data::ColumnBuilder>(*type);
  }
  bool needs_key = options.upsert || !wanted.key.empty();
  if (needs_key) {
    ASSIGN_OR_RETURN(key_decoder_, OpenSide(options.key_format, options.key_format_options, all.key_record, wanted.key_record, key_registry_));
  }
  if (!said.empty()) {
    ASSIGN_OR_RETURN(value_decoder_, formats::OpenChangelogDecoder(options.value_format, options.value_format_options, all.value_record, wanted.value_record, said));
    return {};
  }
  ASSIGN_OR_RETURN(value_decoder_, OpenSide(options.value_format, options.value_format_options, all.value_record, wanted.value_record, value_registry_));
  return {};
}

Result<std::unique_ptr<formats::Decoder>> RecordRows::OpenSide(const std::string& format, const formats::Options& options, const data::Schema& record, const data::Schema& wanted, formats::RegistryDecoder*& registry) {
  if (!formats::HasRegistry(format)) return formats::OpenDecoder(format, options, record, wanted);
  ASSIGN_OR_RETURN(auto decoder, formats::OpenRegistryDecoder(options, wanted));
  registry = decoder.get();
  return std::unique_ptr<formats::Decoder>(std::move(decoder));
}

bool RecordRows::LacksSchemas(std::span<const data::Record> records) const {
  auto lacks = [](const formats::RegistryDecoder* decoder, const std::optional<std::string_view>& bytes) { return decoder != nullptr && bytes && decoder->MissingSchema(*bytes); };
  if (!has_registry()) return false;
  return std::any_of(records.begin(), records.end(), [&](const data::Record& record) { return lacks(key_registry_, record.key) || lacks(value_registry_, record.value); });
}

void RecordRows::CopyIn(std::span<data::Record> records) {
  size_t bytes = 0;
  bool values_too = !value_decoder_->copies();
  for (const auto& record : records) bytes += (record.key ? record.key->size() : 0) + (record.value && values_too ? record.value->size() : 0);
  auto slab = data::Slab::Make(std::max<size_t>(bytes, 1));
  char* at = slab->data();
  auto copy = [&at](std::optional<std::string_view>& text) {
    if (!text) return;
    if (!text->empty()) std::memcpy(at, text->data(), text->size());
    text = std::string_view(at, text->size());
    at += text->size();
  };
  for (auto& record : records) {
    copy(record.key);
    if (values_too) copy(record.value);
  }
  if (key_decoder_) key_decoder_->SetChunk({slab->data(), bytes}, slab);
  value_decoder_->SetChunk({slab->data(), bytes}, slab);
  chunk_ = std::move(slab);
}

Result<RecordRows::Outcome> RecordRows::Append(const data::Record& record, const RecordPlace& place) {
  if (!record.value && !upsert_) return Outcome::kNothing;
  Row row{-1, -1, record.offset.get(), record.timestamp_ms, place};
  int more = 0;  // rows of a changelog record behind the first
  if (key_decoder_ && record.key) {
    int before = key_decoder_->rows();
    auto decoded = key_decoder_->Append(*record.key);
    if (!decoded.ok()) return Fault::Invalid("key: ", decoded.fault().message());
    if (key_decoder_->rows() > before) row.key = before;
  }
  if (upsert_ && row.key < 0) return Fault::Invalid("the record has no key");
  if (record.value) {
    int before = value_decoder_->rows();
    RETURN_NOT_OK(value_decoder_->Append(*record.value));
    if (value_decoder_->rows() == before) return Outcome::kNothing;
    row.value = before;
    more = value_decoder_->rows() - before - 1;
  }
  for (int i = 0; i <= more; ++i, ++row.value) Keep(row, record);
  return Outcome::kRow;
}

void RecordRows::Keep(const Row& row, const data::Record& record) {
  auto number = static_cast<int>(rows_.size());
  plain_keys_ = plain_keys_ && row.key == number;
  plain_values_ = plain_values_ && row.value == number;
  rows_.push_back(row);
  if (!headers_) return;
  for (const auto& header : record.headers) {
    headers_->child(0).AppendString(header.key);
    if (header.value) headers_->child(1).AppendString(*header.value);
    else headers_->child(1).AppendNull();
  }
  headers_->AppendList();
}

data::ColumnPtr RecordRows::Decoded(const ColumnFrom& from, const Type& type, const data::Batch& keys, const data::Batch& values) const {
  if (from.value >= 0 && plain_values_) return values.column(from.value);
  if (from.value < 0 && plain_keys_) return keys.column(from.key);
  data::ColumnBuilder builder(type, rows());
  for (const Row& row : rows_) {
    if (from.value >= 0 && row.value >= 0) builder.AppendFrom(*values.column(from.value), row.value);
    else if (from.key >= 0 && row.key >= 0) builder.AppendFrom(*keys.column(from.key), row.key);
    else builder.AppendNull();
  }
  return builder.Finish();
}

Result<data::ColumnPtr> RecordRows::Metadata(const ColumnFrom& from, const Type& type, const data::Batch& keys, const data::Batch& values) {
  const std::string& key = from.metadata;
  const Type& own = from.own;
  data::ColumnPtr column;
  if (from.value >= 0) {
    column = Decoded(from, own, keys, values);
  } else if (key == "headers") {
    column = headers_->Finish();
  } else {
    data::ColumnBuilder builder(own, rows());
    for (const Row& row : rows_) {
      if (key == "topic") builder.AppendString(row.place.topic);
      else if (key == "partition") builder.AppendInt(row.place.partition);
      else if (key == "offset") builder.AppendInt(row.offset);
      else if (key == "timestamp") builder.AppendInt(row.timestamp_ms);
      else if (key == "timestamp-type") builder.AppendString(row.place.log_append_time ? "LogAppendTime" : "CreateTime");
      else builder.AppendInt(row.place.leader_epoch);
    }
    column = builder.Finish();
  }
  if (own.SameExceptNull(type)) return column;
  ASSIGN_OR_RETURN(auto cast, expr::MakeCast(expr::Input(0, own, key), type));
  expr::Session session{.zone = zone_};
  data::Batch one(rows(), {column});
  return expr::Evaluate(*cast, one, one.selection(), session);
}

Result<data::Batch> RecordRows::Finish() {
  data::Batch keys = key_decoder_ ? key_decoder_->Finish() : data::Batch();
  data::Batch values = value_decoder_->Finish();
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < from_.size(); ++c) {
    const Type& type = columns_.field(static_cast<int>(c)).type;
    if (from_[c].metadata.empty()) {
      columns.push_back(Decoded(from_[c], type, keys, values));
      continue;
    }
    ASSIGN_OR_RETURN(auto column, Metadata(from_[c], type, keys, values));
    columns.push_back(std::move(column));
  }
  data::Batch batch(rows(), std::move(columns));
  if (upsert_) {
    std::vector<int8_t> ops;
    for (const Row& row : rows_) ops.push_back(static_cast<int8_t>(row.value >= 0 ? data::RowKind::kUpdateAfter : data::RowKind::kDelete));
    batch = batch.WithOps(std::move(ops));
  }
  if (!upsert_ && !values.append_only()) {
    std::vector<int8_t> ops;
    for (const Row& row : rows_) ops.push_back(static_cast<int8_t>(values.op(row.value)));
    batch = batch.WithOps(std::move(ops));
  }
  offsets_.clear();
  for (const Row& row : rows_) offsets_.push_back(row.offset);
  rows_.clear();
  plain_keys_ = plain_values_ = true;
  return batch;
}

}  // namespace freshet::records
