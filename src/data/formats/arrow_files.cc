#include "data/arrow_ipc/rows_writer.h"
#include "data/arrow_ipc/stream_reader.h"
#include "data/formats/arrow_options.h"
#include "data/formats/file_format.h"

// arrow as files: Arrow's IPC file format, which others call Feather of version 2. A file that is only a stream is read, too. Of each batch only the buffers of wanted columns are read.

namespace freshet::formats {
namespace {

constexpr FormatOption kOptions[] = {
    {"compression", "none (default), lz4 or zstd: how buffers are packed; for writing"},
    {"fail-on-missing-field", "true or false (default): whether a file without a column is bad; else the column is NULL"},
};
constexpr FormatDescription kAbout{"arrow", "files of Arrow's IPC format, of any number of batches, or streams of it; a column is the field of its name", kOptions};

class ArrowFileReader final : public FileReader {
 public:
  static Result<std::unique_ptr<FileReader>> Open(const Schema& wanted, bool fail_on_missing, std::unique_ptr<data::ByteInput> in) {
    std::shared_ptr<const arrow_ipc::FittedSchema> schema;
    ASSIGN_OR_RETURN(auto stream, arrow_ipc::StreamReader::Open(*in, wanted, fail_on_missing, schema));
    return std::unique_ptr<FileReader>(new ArrowFileReader(std::move(in), std::move(stream)));
  }
  Result<Batch> Next() override { return stream_->Next(); }

 private:
  ArrowFileReader(std::unique_ptr<data::ByteInput> in, std::unique_ptr<arrow_ipc::StreamReader> stream) : in_(std::move(in)), stream_(std::move(stream)) {}

  const std::unique_ptr<data::ByteInput> in_;
  const std::unique_ptr<arrow_ipc::StreamReader> stream_;
};

class ArrowFileWriter final : public FileWriter {
 public:
  ArrowFileWriter(arrow_ipc::RowsWriter rows, data::ByteOutput& out) : rows_(std::move(rows)), out_(out) {}

  Status Begin() {
    std::string begin(arrow_ipc::kFileMagic);
    begin.resize(arrow_ipc::kFileBegin, '\0');
    arrow_ipc::AppendSchemaMessage(begin, rows_.fields());
    return Put(begin);
  }

  Status Append(const Batch& batch, std::span<const int> rows) override {
    for (int row : rows) {
      rows_.Append(batch, row);
      if (rows_.full() || rows_.bytes() >= kBatchBytes) RETURN_NOT_OK(PutRows());
    }
    return {};
  }
  int64_t bytes_so_far() const override { return bytes_ + rows_.bytes(); }

  Status Finish() override {
    RETURN_NOT_OK(PutRows());
    std::string end;
    arrow_ipc::AppendEnd(end);
    arrow_ipc::AppendFooter(end, rows_.fields(), blocks_);
    return Put(end);
  }

 private:
  static constexpr int64_t kBatchBytes = 16 << 20;  // of a batch, if it has not got all its rows before

  // A message's metadata is what stands before its body; its length, and a word before that.
  Status PutRows() {
    if (rows_.rows() == 0) return {};
    std::string message;
    RETURN_NOT_OK(rows_.Flush(message));
    int64_t metadata_bytes = 8 + LoadInt<int32_t>(Order::kLittle, message.data() + 4);
    blocks_.push_back({bytes_, metadata_bytes, static_cast<int64_t>(message.size()) - metadata_bytes});
    return Put(message);
  }
  Status Put(std::string_view bytes) {
    bytes_ += static_cast<int64_t>(bytes.size());
    return out_.Append(bytes);
  }

  arrow_ipc::RowsWriter rows_;
  data::ByteOutput& out_;
  std::vector<arrow_ipc::Block> blocks_;
  int64_t bytes_ = 0;
};

class ArrowFileFormat final : public FileFormat {
 public:
  FormatDescription Describe() const override { return kAbout; }
  Status Check(const Options& options, const Schema& columns) const override {
    RETURN_NOT_OK(OnlyKnownOptions(kAbout, options));
    RETURN_NOT_OK(ArrowCodecOf(options).status());
    RETURN_NOT_OK(BooleanOption(options, "fail-on-missing-field", false).status());
    return arrow_ipc::FieldsOf(columns).status();
  }
  Result<std::unique_ptr<FileReader>> NewReader(const Options& options, const Schema& wanted, std::unique_ptr<data::ByteInput> in) const override {
    RETURN_NOT_OK(Check(options, wanted));
    ASSIGN_OR_RETURN(bool fail_on_missing, BooleanOption(options, "fail-on-missing-field", false));
    return ArrowFileReader::Open(wanted, fail_on_missing, std::move(in));
  }
  Result<std::unique_ptr<FileWriter>> NewWriter(const Options& options, const Schema& columns, const Uuid&, data::ByteOutput& out) const override {
    RETURN_NOT_OK(Check(options, columns));
    ASSIGN_OR_RETURN(data::Codec codec, ArrowCodecOf(options));
    ASSIGN_OR_RETURN(auto rows, arrow_ipc::RowsWriter::Open(columns, codec));
    auto writer = std::make_unique<ArrowFileWriter>(std::move(rows), out);
    RETURN_NOT_OK(writer->Begin());
    return std::unique_ptr<FileWriter>(std::move(writer));
  }
};

}  // namespace

const FileFormat& ArrowFiles() {
  static const ArrowFileFormat format;
  return format;
}

}  // namespace freshet::formats
