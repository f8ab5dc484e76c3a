#include <algorithm>
#include <cstring>

#include "data/arrow_ipc/rows_writer.h"
#include "data/arrow_ipc/stream_reader.h"
#include "data/formats/arrow_options.h"

// arrow in topics: a record is one stream of Arrow's IPC format. Columns are views of what a record's buffers are copied to, once, and only of those that are wanted.

namespace freshet::formats {
namespace {

constexpr int64_t kEndBytes = 8;

// A record, where it lies.
class RecordInput final : public data::ByteInput {
 public:
  explicit RecordInput(std::string_view bytes) : bytes_(bytes) {}
  Result<int64_t> Size() override { return static_cast<int64_t>(bytes_.size()); }
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    std::string_view rest = bytes_.substr(std::min(bytes_.size(), static_cast<size_t>(offset)));
    size_t read = std::min(into.size(), rest.size());
    if (read > 0) std::memcpy(into.data(), rest.data(), read);
    return read;
  }

 private:
  std::string_view bytes_;
};

struct ReadingOptions {
  bool fail_on_missing = false;
  bool ignore_errors = false;
};
Result<ReadingOptions> ReadOptions(const Options& options) {
  ReadingOptions out;
  ASSIGN_OR_RETURN(out.fail_on_missing, BooleanOption(options, "fail-on-missing-field", false));
  ASSIGN_OR_RETURN(out.ignore_errors, BooleanOption(options, "ignore-parse-errors", false));
  RETURN_NOT_OK(ArrowCodecOf(options).status());
  return out;
}

Batch Together(const Schema& columns, const std::vector<Batch>& parts, int rows) {
  data::BatchBuilder all(data::TypesOf(columns), rows);
  for (const Batch& part : parts) {
    for (int row = 0; row < part.length(); ++row) {
      for (int c = 0; c < part.column_count(); ++c) all.column(c).AppendFrom(*part.column(c), row);
      all.EndRow();
    }
  }
  return all.Build();
}

class ArrowDecoder final : public Decoder {
 public:
  ArrowDecoder(ReadingOptions options, Schema wanted) : options_(options), wanted_(std::move(wanted)) {}

  void SetChunk(std::string_view, Pin) override {}
  bool copies() const override { return true; }

  Status Append(std::string_view record) override {
    Status read = Read(record);
    if (read.ok() || !options_.ignore_errors) return read;
    ++skipped_;
    return {};
  }

  int rows() const override { return rows_; }
  int rows_per_record() const override { return data::kMaxBatchRows; }
  int64_t skipped() const override { return skipped_; }

  // A record's one batch as it is.
  Batch Finish() override {
    Batch out = parts_.size() == 1 ? std::move(parts_[0]) : Together(wanted_, parts_, rows_);
    parts_.clear();
    rows_ = 0;
    return out;
  }

 private:
  Status Read(std::string_view record) {
    RecordInput in(record);
    ASSIGN_OR_RETURN(auto stream, arrow_ipc::StreamReader::Open(in, wanted_, options_.fail_on_missing, schema_));
    std::vector<Batch> parts;
    int rows = 0;
    while (true) {
      ASSIGN_OR_RETURN(Batch part, stream->Next());
      if (part.length() == 0) break;
      rows += part.length();
      if (rows > data::kMaxBatchRows) return Fault::TooLarge("arrow: the record has more than ", data::kMaxBatchRows, " rows, which is what one may have; write more records with fewer rows each");
      parts.push_back(std::move(part));
    }
    rows_ += rows;
    std::move(parts.begin(), parts.end(), std::back_inserter(parts_));
    return {};
  }

  const ReadingOptions options_;
  const Schema wanted_;
  std::shared_ptr<const arrow_ipc::FittedSchema> schema_;  // of the last record
  std::vector<Batch> parts_;
  int rows_ = 0;
  int64_t skipped_ = 0;
};

class ArrowBlockEncoder final : public BlockEncoder {
 public:
  explicit ArrowBlockEncoder(arrow_ipc::RowsWriter rows) : rows_(std::move(rows)) { arrow_ipc::AppendSchemaMessage(begin_, rows_.fields()); }

  bool HasRoom(const Batch& batch, int row, int64_t bytes_max) const override {
    if (rows_.rows() == 0) return true;
    return !rows_.full() && bytes() + arrow_ipc::RowsWriter::BytesOf(batch, row) <= bytes_max;
  }
  void Append(const Batch& batch, int row) override { rows_.Append(batch, row); }
  int rows() const override { return rows_.rows(); }
  int64_t bytes() const override { return rows_.rows() == 0 ? 0 : static_cast<int64_t>(begin_.size()) + rows_.bytes() + kEndBytes; }

  Result<std::string> Finish() override {
    std::string out = begin_;
    RETURN_NOT_OK(rows_.Flush(out));
    arrow_ipc::AppendEnd(out);
    return out;
  }

 private:
  arrow_ipc::RowsWriter rows_;
  std::string begin_;
};

}  // namespace

Result<data::Codec> ArrowCodecOf(const Options& options) {
  auto found = options.find("compression");
  if (found == options.end() || found->second == "none") return data::Codec::kNone;
  if (found->second == "lz4") return data::Codec::kLz4;
  if (found->second == "zstd") return data::Codec::kZstd;
  return Fault::Invalid("option 'arrow.compression' is '", found->second, "'; it takes none, lz4 or zstd");
}

Result<std::unique_ptr<Decoder>> OpenArrowDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(ReadingOptions read, ReadOptions(options));
  RETURN_NOT_OK(arrow_ipc::FieldsOf(record).status());
  return std::unique_ptr<Decoder>(std::make_unique<ArrowDecoder>(read, wanted));
}

Result<std::unique_ptr<Encoder>> OpenArrowEncoder(const Options&, const Schema&) {
  return Fault::Unsupported("a record of format arrow holds many rows: it is one of topics ('connector' = 'kafka') and files ('connector' = 'filesystem')");
}

Result<std::unique_ptr<BlockEncoder>> OpenArrowBlockEncoder(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(ReadOptions(options).status());
  ASSIGN_OR_RETURN(data::Codec codec, ArrowCodecOf(options));
  ASSIGN_OR_RETURN(auto rows, arrow_ipc::RowsWriter::Open(columns, codec));
  return std::unique_ptr<BlockEncoder>(std::make_unique<ArrowBlockEncoder>(std::move(rows)));
}

}  // namespace freshet::formats
