#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "base/bytes.h"
#include "engines/lake/parquet/column_arrays.h"
#include "engines/lake/parquet/column_metrics.h"
#include "engines/lake/parquet/file_reader.h"
#include "engines/lake/parquet_format.h"

// The module that reads and writes Parquet through Arrow. Its one entry is at the end. Exceptions of the library end here.

namespace freshet::lake {
namespace {

constexpr int64_t kRowGroupBytes = 64_MiB;

// Arrow's output stream over ours.
class Stream final : public arrow::io::OutputStream {
 public:
  explicit Stream(ByteOutput& out) : out_(out) {}
  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t bytes) override {
    Status status = out_.Append({static_cast<const char*>(data), static_cast<size_t>(bytes)});
    if (!status.ok()) {
      if (fault_.ok()) fault_ = status;
      return arrow::Status::IOError("the file cannot be written");
    }
    position_ += bytes;
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

  int64_t position() const { return position_; }
  const Status& fault() const { return fault_; }  // the first of our own, which says more than Arrow's

 private:
  ByteOutput& out_;
  int64_t position_ = 0;
  bool closed_ = false;
  Status fault_;
};

class ArrowWriter final : public ParquetWriter {
 public:
  ArrowWriter(const TableSchema& schema, ByteOutput& out) : schema_(schema), arrow_schema_(ArrowSchema(schema)), stream_(std::make_shared<Stream>(out)) {}
  ~ArrowWriter() override {
    // The library writes a footer when it is destroyed; nobody reads that file.
    if (writer_ == nullptr) return;
    try {
      (void)writer_->Close();
      writer_.reset();
    } catch (const std::exception&) {}  // NOLINT: a destructor has nobody to tell
  }

  Status Open(ParquetCodec codec) {
    constexpr arrow::Compression::type kCodecs[] = {arrow::Compression::UNCOMPRESSED, arrow::Compression::SNAPPY, arrow::Compression::GZIP, arrow::Compression::ZSTD};
    auto properties = parquet::WriterProperties::Builder()
                          .memory_pool(arrow::system_memory_pool())
                          ->compression(kCodecs[static_cast<size_t>(codec)])
                          ->max_statistics_size(64 << 10)
                          ->enable_store_decimal_as_integer()
                          ->created_by("freshet")
                          ->build();
    return Guarded([&]() -> Status {
      auto opened = parquet::arrow::FileWriter::Open(*arrow_schema_, arrow::system_memory_pool(), stream_, properties, parquet::default_arrow_writer_properties());
      RETURN_ARROW_NOT_OK(opened.status());
      writer_ = std::move(opened).ValueUnsafe();
      return {};
    });
  }

  Status Append(const data::Batch& batch, std::span<const int> rows) override {
    std::vector<int> chosen(rows.begin(), rows.end());
    arrow::ArrayVector arrays;
    for (size_t c = 0; c < schema_.fields.size(); ++c) {
      ASSIGN_OR_RETURN(auto array, arrays_.Build(schema_.fields[c], *batch.column(static_cast<int>(c)), chosen));
      arrays.push_back(std::move(array));
    }
    auto records = arrow::RecordBatch::Make(arrow_schema_, static_cast<int64_t>(chosen.size()), arrays);
    int64_t bytes = 0;
    for (const auto& array : arrays) bytes += BytesOf(*array->data());
    return Guarded([&]() -> Status {
      RETURN_ARROW_NOT_OK(writer_->WriteRecordBatch(*records));
      group_bytes_ += bytes;
      if (group_bytes_ < kRowGroupBytes) return {};
      group_bytes_ = 0;
      RETURN_ARROW_NOT_OK(writer_->NewBufferedRowGroup());
      return {};
    });
  }

  int64_t bytes_so_far() const override { return stream_->position() + group_bytes_ / 4; }

  Result<ParquetSummary> Finish() override {
    ParquetSummary summary;
    RETURN_NOT_OK(Guarded([&]() -> Status {
      RETURN_ARROW_NOT_OK(writer_->Close());
      summary = SummaryOf(*writer_->metadata(), schema_, arrays_.nans());
      writer_.reset();
      return {};
    }));
    return summary;
  }

 private:
  static int64_t BytesOf(const arrow::ArrayData& data) {
    int64_t bytes = 0;
    for (const auto& buffer : data.buffers) bytes += buffer != nullptr ? buffer->size() : 0;
    for (const auto& child : data.child_data) bytes += BytesOf(*child);
    return bytes;
  }

  template <typename Function>
  Status Guarded(Function&& function) {
    Status status;
    try {
      status = function();
    } catch (const std::exception& e) {
      status = Fault::IoError("parquet: ", e.what());
    }
    return stream_->fault().ok() ? status : stream_->fault();
  }

  const TableSchema schema_;
  const std::shared_ptr<arrow::Schema> arrow_schema_;
  const std::shared_ptr<Stream> stream_;
  ColumnArrays arrays_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  int64_t group_bytes_ = 0;
};

class ArrowFormat final : public ParquetFormat {
 public:
  Result<std::unique_ptr<ParquetWriter>> NewWriter(const TableSchema& schema, ParquetCodec codec, ByteOutput& out) const override {
    auto writer = std::make_unique<ArrowWriter>(schema, out);
    RETURN_NOT_OK(writer->Open(codec));
    return std::unique_ptr<ParquetWriter>(std::move(writer));
  }
  Result<std::unique_ptr<ParquetReader>> NewReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in) const override {
    return OpenArrowReader(wanted, types, std::move(in));
  }
  Result<std::unique_ptr<ParquetReader>> NewReaderByName(const data::Schema& wanted, std::unique_ptr<ByteInput> in) const override { return OpenArrowReaderByName(wanted, std::move(in)); }
};

}  // namespace
}  // namespace freshet::lake

extern "C" __attribute__((visibility("default"))) const freshet::lake::ParquetFormat* freshet_parquet_format_2() {
  static const freshet::lake::ArrowFormat format;
  return &format;
}
