#include "data/avro/block_codec.h"
#include "data/avro/container_reader.h"
#include "data/avro/encoder.h"
#include "data/formats/avro_rows.h"
#include "data/formats/file_format.h"

// avro as files: object container files, under the schema that Flink derives from the table, which Flink puts into a union
// with null. Read by the schema that stands in the file.

namespace freshet::formats {
namespace {

constexpr size_t kHeaderBytes = 64 << 10;       // read at first; more when it is longer
constexpr size_t kHeaderBytesMax = 16 << 20;
constexpr size_t kBlockBytesMax = 64 << 20;     // unpacked
constexpr size_t kBlockBytes = 64'000;          // a block is closed when it has grown to this, as Java's writer does
constexpr size_t kBlockPrefixMax = 20;          // two varints
constexpr size_t kSyncBytes = 16;

constexpr FormatOption kOptions[] = {
    {"codec", "snappy (default), null, deflate or zstandard: how blocks are packed; for writing"},
    {"timestamp_mapping.legacy", "true (default): TIMESTAMP(0..3) is timestamp-millis; false: TIMESTAMP is local-timestamp-millis or -micros, TIMESTAMP_LTZ timestamp-millis or -micros"},
};
constexpr FormatDescription kAbout{"avro", "object container files, by the schema that Flink derives from the table; what is read is found by name", kOptions};

Result<std::string> ReadAt(data::ByteInput& in, int64_t offset, size_t bytes) {
  std::string out(bytes, '\0');
  ASSIGN_OR_RETURN(size_t read, in.ReadAt(offset, std::span<char>(out.data(), out.size())));
  out.resize(read);
  return out;
}

class AvroFileReader final : public FileReader {
 public:
  static Result<std::unique_ptr<FileReader>> Open(const Schema& wanted, std::unique_ptr<data::ByteInput> in) {
    ASSIGN_OR_RETURN(int64_t size, in->Size());
    for (size_t bytes = kHeaderBytes;; bytes *= 4) {
      ASSIGN_OR_RETURN(std::string beginning, ReadAt(*in, 0, bytes));
      ByteReader reader(beginning);
      auto header = avro::ReadContainerHeader(reader);
      bool more = !header.ok() && static_cast<int64_t>(beginning.size()) < size && bytes < kHeaderBytesMax;
      if (more) continue;
      if (!header.ok()) return header.fault();
      ASSIGN_OR_RETURN(auto rows, AvroRowReader::Make(header->schema, wanted));
      std::unique_ptr<FileReader> opened(new AvroFileReader(std::move(*header), std::move(rows), wanted, std::move(in), size, static_cast<int64_t>(reader.position())));
      return opened;
    }
  }

  Result<Batch> Next() override {
    int rows = 0;
    while (rows < data::kMaxBatchRows) {
      if (left_ == 0) {
        if (at_ == size_) break;
        RETURN_NOT_OK(OpenBlock());
        continue;
      }
      ASSIGN_OR_RETURN(bool row, rows_.Read(*block_, builders_));
      rows += row ? 1 : 0;
      if (--left_ == 0 && !block_->AtEnd()) return Fault::Corrupt("avro: a block holds more bytes than its objects");
    }
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    return Batch(rows, std::move(columns));
  }

 private:
  AvroFileReader(avro::ContainerHeader header, AvroRowReader rows, const Schema& wanted, std::unique_ptr<data::ByteInput> in, int64_t size, int64_t at)
      : header_(std::move(header)), rows_(std::move(rows)), in_(std::move(in)), size_(size), at_(at) {
    for (const auto& field : wanted.fields()) builders_.emplace_back(field.type, 1024);
  }

  Status OpenBlock() {
    ASSIGN_OR_RETURN(std::string prefix, ReadAt(*in_, at_, kBlockPrefixMax));
    ByteReader numbers(prefix);
    int64_t count = numbers.ReadVarInt64(), bytes = numbers.ReadVarInt64();
    int64_t begin = at_ + static_cast<int64_t>(numbers.position());
    if (!numbers.ok() || count < 0 || bytes < 0 || bytes > size_ - begin - static_cast<int64_t>(kSyncBytes)) return Fault::Corrupt("avro: a block is cut");
    if (bytes > static_cast<int64_t>(kBlockBytesMax)) return Fault::TooLarge("avro: a block has more than ", kBlockBytesMax, " bytes");
    ASSIGN_OR_RETURN(std::string packed, ReadAt(*in_, begin, static_cast<size_t>(bytes) + kSyncBytes));
    if (packed.size() != static_cast<size_t>(bytes) + kSyncBytes || !packed.ends_with(header_.sync)) return Fault::Corrupt("avro: a block's sync marker does not match");
    ASSIGN_OR_RETURN(std::string plain, avro::UnpackBlock(header_.codec, std::string_view(packed).substr(0, static_cast<size_t>(bytes)), kBlockBytesMax));
    if (count > static_cast<int64_t>(plain.size())) return Fault::Corrupt("avro: a block has ", count, " objects in ", plain.size(), " bytes");
    if (count == 0 && !plain.empty()) return Fault::Corrupt("avro: a block holds more bytes than its objects");
    auto slab = data::Slab::Make(plain.size());
    if (!plain.empty()) std::memcpy(slab->data(), plain.data(), plain.size());
    std::string_view chunk(slab->data(), plain.size());
    rows_.SetChunk(chunk, slab);
    block_.emplace(chunk, Order::kLittle);
    pin_ = std::move(slab);
    left_ = count;
    at_ = begin + static_cast<int64_t>(packed.size());
    return {};
  }

  avro::ContainerHeader header_;
  AvroRowReader rows_;
  std::unique_ptr<data::ByteInput> in_;
  const int64_t size_;
  int64_t at_;                        // of the next block
  std::vector<data::ColumnBuilder> builders_;
  std::optional<ByteReader> block_;   // over pin_
  Pin pin_;
  int64_t left_ = 0;                  // objects of the block
};

class AvroFileWriter final : public FileWriter {
 public:
  AvroFileWriter(Schema columns, avro::BlockCodec codec, const Uuid& sync, data::ByteOutput& out) : columns_(std::move(columns)), codec_(codec), sync_(sync.view()), out_(out) {}

  Status Begin(const std::string& record_schema) { return Put(avro::ContainerBeginning(StrCat("[\"null\",", record_schema, "]"), avro::BlockCodecName(codec_), {}, sync_)); }

  Status Append(const Batch& batch, std::span<const int> rows) override {
    for (int row : rows) {
      avro::Encoder(block_).Branch(1);
      RETURN_NOT_OK(AppendAvroRow(block_, columns_, batch, row));
      ++count_;
      if (block_.size() >= kBlockBytes) RETURN_NOT_OK(CloseBlock());
    }
    return {};
  }
  int64_t bytes_so_far() const override { return bytes_ + static_cast<int64_t>(block_.size()); }
  Status Finish() override { return count_ > 0 ? CloseBlock() : Status(); }

 private:
  Status CloseBlock() {
    ASSIGN_OR_RETURN(std::string packed, avro::PackBlock(codec_, block_));
    std::string whole;
    avro::AppendContainerBlock(whole, count_, packed, sync_);
    block_.clear();
    count_ = 0;
    return Put(whole);
  }
  Status Put(std::string_view bytes) {
    bytes_ += static_cast<int64_t>(bytes.size());
    return out_.Append(bytes);
  }

  const Schema columns_;
  const avro::BlockCodec codec_;
  const std::string sync_;
  data::ByteOutput& out_;
  std::string block_;
  int64_t count_ = 0;  // rows in it
  int64_t bytes_ = 0;
};

struct AvroFileOptions {
  avro::BlockCodec codec;
  std::string schema;
};
Result<AvroFileOptions> ReadOptions(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(OnlyKnownOptions(kAbout, options));
  auto codec = options.find("codec");
  AvroFileOptions out;
  ASSIGN_OR_RETURN(out.codec, avro::ParseBlockCodec(codec == options.end() ? "snappy" : codec->second));
  ASSIGN_OR_RETURN(AvroTimestamps timestamps, AvroTimestampsOf(options));
  ASSIGN_OR_RETURN(out.schema, AvroSchemaOf(columns, timestamps));
  return out;
}

class AvroFileFormat final : public FileFormat {
 public:
  FormatDescription Describe() const override { return kAbout; }
  Status Check(const Options& options, const Schema& columns) const override { return ReadOptions(options, columns).status(); }
  Result<std::unique_ptr<FileReader>> NewReader(const Options& options, const Schema& wanted, std::unique_ptr<data::ByteInput> in) const override {
    RETURN_NOT_OK(Check(options, wanted));
    return AvroFileReader::Open(wanted, std::move(in));
  }
  Result<std::unique_ptr<FileWriter>> NewWriter(const Options& options, const Schema& columns, const Uuid& unique, data::ByteOutput& out) const override {
    ASSIGN_OR_RETURN(AvroFileOptions read, ReadOptions(options, columns));
    auto writer = std::make_unique<AvroFileWriter>(columns, read.codec, unique, out);
    RETURN_NOT_OK(writer->Begin(read.schema));
    return std::unique_ptr<FileWriter>(std::move(writer));
  }
};

}  // namespace

const FileFormat& AvroFiles() {
  static const AvroFileFormat format;
  return format;
}

}  // namespace freshet::formats
