#include "engines/lake/parquet_files.h"

namespace freshet::lake {
namespace {

using formats::FileReader;
using formats::FileWriter;
using formats::Options;

constexpr formats::FormatOption kOptions[] = {
    {"compression", "SNAPPY (default), UNCOMPRESSED, GZIP or ZSTD; for writing"},
    {"utc-timezone", "true: a TIMESTAMP is kept as if it were of UTC; so it is when nothing is said, too"},
    {"write.int64.timestamp", "true: timestamps are whole numbers; so they are when nothing is said, too"},
    {"timestamp.time.unit", "micros: of the timestamps written"},
};
constexpr formats::FormatDescription kAbout{"parquet", "Parquet files, read and written by a module beside the program; columns are found by name, and those that a file does not have are NULL", kOptions};

constexpr std::pair<std::string_view, ParquetCodec> kCodecs[] = {{"SNAPPY", ParquetCodec::kSnappy}, {"UNCOMPRESSED", ParquetCodec::kNone}, {"GZIP", ParquetCodec::kGzip}, {"ZSTD", ParquetCodec::kZstd}};

Result<ParquetCodec> CodecOf(const Options& options) {
  auto found = options.find("compression");
  if (found == options.end()) return ParquetCodec::kSnappy;
  for (const auto& [name, codec] : kCodecs) {
    if (name == found->second) return codec;
  }
  return Fault::Invalid("option 'parquet.compression' is '", found->second, "'; it takes SNAPPY, UNCOMPRESSED, GZIP or ZSTD");
}

// An option of Flink's with one value that is honoured here.
Status OnlyValue(const Options& options, const std::string& key, std::string_view value, std::string_view why) {
  auto found = options.find(key);
  if (found == options.end() || found->second == value) return {};
  return Fault::Unsupported("option 'parquet.", key, "' = '", found->second, "' is not supported: ", why, "; say ", value, " or leave it out");
}

Status CheckType(const std::string& column, const data::Type& type) {
  bool plain = !type.IsInterval() && type.kind() != data::Kind::kMultiset && type.kind() != data::Kind::kNull && !type.IsOpaque();
  if (!plain) return Fault::Unsupported("parquet: column ", column, ": files do not hold ", type, "; cast it to a type that they do");
  if (type.IsTimestamp() && type.precision() > 6) return Fault::Unsupported("parquet: column ", column, " of type ", type, ": microseconds are kept; declare a precision of at most 6");
  if (!type.IsNested()) return {};
  for (const auto& part : type.fields()) RETURN_NOT_OK(CheckType(column, part.type));
  return {};
}

class TableWriter final : public FileWriter {
 public:
  explicit TableWriter(std::unique_ptr<ParquetWriter> writer) : writer_(std::move(writer)) {}
  Status Append(const data::Batch& batch, std::span<const int> rows) override { return writer_->Append(batch, rows); }
  int64_t bytes_so_far() const override { return writer_->bytes_so_far(); }
  Status Finish() override { return writer_->Finish().status(); }

 private:
  std::unique_ptr<ParquetWriter> writer_;
};

class TableReader final : public FileReader {
 public:
  explicit TableReader(std::unique_ptr<ParquetReader> reader) : reader_(std::move(reader)) {}
  Result<data::Batch> Next() override { return reader_->Next(); }

 private:
  std::unique_ptr<ParquetReader> reader_;
};

class ParquetFileFormat final : public formats::FileFormat {
 public:
  explicit ParquetFileFormat(std::unique_ptr<ParquetFormat> format) : format_(std::move(format)) {}

  formats::FormatDescription Describe() const override { return kAbout; }

  Status Check(const Options& options, const data::Schema& columns) const override {
    RETURN_NOT_OK(formats::OnlyKnownOptions(kAbout, options));
    RETURN_NOT_OK(CodecOf(options).status());
    RETURN_NOT_OK(OnlyValue(options, "utc-timezone", "true", "times are kept as they stand"));
    RETURN_NOT_OK(OnlyValue(options, "write.int64.timestamp", "true", "the older timestamps of 12 bytes are read, not written"));
    RETURN_NOT_OK(OnlyValue(options, "timestamp.time.unit", "micros", "microseconds are written"));
    for (const auto& field : columns.fields()) RETURN_NOT_OK(CheckType(field.name, field.type));
    return {};
  }

  Result<std::unique_ptr<FileReader>> NewReader(const Options& options, const data::Schema& wanted, std::unique_ptr<data::ByteInput> in) const override {
    RETURN_NOT_OK(Check(options, wanted));
    ASSIGN_OR_RETURN(auto reader, format_->NewReaderByName(wanted, std::move(in)));
    return std::unique_ptr<FileReader>(std::make_unique<TableReader>(std::move(reader)));
  }

  Result<std::unique_ptr<FileWriter>> NewWriter(const Options& options, const data::Schema& columns, const Uuid&, data::ByteOutput& out) const override {
    RETURN_NOT_OK(Check(options, columns));
    ASSIGN_OR_RETURN(ParquetCodec codec, CodecOf(options));
    TableSchema schema;
    int32_t last_id = 0;
    ASSIGN_OR_RETURN(schema.fields, FieldsOfSql(columns, last_id));
    ASSIGN_OR_RETURN(auto writer, format_->NewWriter(schema, codec, out));
    return std::unique_ptr<FileWriter>(std::make_unique<TableWriter>(std::move(writer)));
  }

 private:
  const std::unique_ptr<ParquetFormat> format_;
};

}  // namespace

std::unique_ptr<formats::FileFormat> ParquetFiles(std::unique_ptr<ParquetFormat> format) { return std::make_unique<ParquetFileFormat>(std::move(format)); }

}  // namespace freshet::lake
