#include "data/formats/avro_rows.h"
#include "data/formats/format.h"

// avro: a record is one Avro value, without its schema: who reads derives the schema from the table, as who wrote did.

namespace freshet::formats {
namespace {

class AvroDecoder final : public Decoder {
 public:
  AvroDecoder(AvroRowReader reader, const Schema& columns) : reader_(std::move(reader)) {
    for (const auto& field : columns.fields()) builders_.emplace_back(field.type, 1024);
  }

  void SetChunk(std::string_view chunk, Pin pin) override { reader_.SetChunk(chunk, std::move(pin)); }

  Status Append(std::string_view record) override {
    ByteReader in(record, Order::kLittle);
    auto row = reader_.Read(in, builders_);
    if (!row.ok()) {
      for (auto& builder : builders_) builder.Truncate(rows_);
      return row.status();
    }
    rows_ += *row ? 1 : 0;
    return {};
  }

  int rows() const override { return rows_; }
  int64_t skipped() const override { return 0; }
  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    return out;
  }

 private:
  AvroRowReader reader_;
  std::vector<data::ColumnBuilder> builders_;
  int rows_ = 0;
};

class AvroEncoder final : public Encoder {
 public:
  explicit AvroEncoder(Schema columns) : columns_(std::move(columns)) {}
  Status Append(std::string& out, const Batch& batch, int row) override { return AppendAvroRow(out, columns_, batch, row); }

 private:
  Schema columns_;
};

Result<std::string> SchemaBy(const Options& options, const Schema& columns) {
  auto encoding = options.find("encoding");
  if (encoding != options.end() && encoding->second == "json") return Fault::Unsupported("option 'avro.encoding' is 'json', which is not supported yet; binary is, and format json for text");
  if (encoding != options.end() && encoding->second != "binary") return Fault::Invalid("option 'avro.encoding' is '", encoding->second, "'; it takes binary");
  ASSIGN_OR_RETURN(AvroTimestamps timestamps, AvroTimestampsOf(options));
  return AvroSchemaOf(columns, timestamps);
}

}  // namespace

Result<AvroTimestamps> AvroTimestampsOf(const Options& options) {
  ASSIGN_OR_RETURN(bool legacy, BooleanOption(options, "timestamp_mapping.legacy", true));
  return legacy ? AvroTimestamps::kLegacy : AvroTimestamps::kCorrect;
}

Result<std::unique_ptr<Decoder>> OpenAvroDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(std::string json, SchemaBy(options, record));
  ASSIGN_OR_RETURN(auto writer, avro::ParseSchema(json));
  ASSIGN_OR_RETURN(auto reader, AvroRowReader::Make(std::move(writer), wanted));
  return std::unique_ptr<Decoder>(std::make_unique<AvroDecoder>(std::move(reader), wanted));
}

Result<std::unique_ptr<Encoder>> OpenAvroEncoder(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(SchemaBy(options, columns).status());
  return std::unique_ptr<Encoder>(std::make_unique<AvroEncoder>(columns));
}

}  // namespace freshet::formats
