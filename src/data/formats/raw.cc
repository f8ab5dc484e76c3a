#include <algorithm>

#include "data/formats/charset.h"
#include "data/formats/format.h"

// raw: the whole record is the one column. Strings and bytes as they are, numbers by their bytes.

namespace freshet::formats {
namespace {

using data::Kind;
using data::Type;

// Bytes of a number or a boolean; 0 for texts.
size_t FixedWidth(const Type& type) { return type.IsString() || type.IsBinary() ? 0 : data::PhysicalWidth(type.physical()); }

bool IsRawType(const Type& type) { return type.IsString() || type.IsBinary() || type.IsInteger() || type.IsFloating() || type.kind() == Kind::kBoolean; }

struct RawOptions {
  Type type;
  bool little = false;
  Charset charset = Charset::kUtf8;
};

Result<RawOptions> ReadOptions(const Options& options, const Schema& columns) {
  if (columns.size() != 1 || !IsRawType(columns.field(0).type)) return Fault::Unsupported("format raw takes one column: a STRING, BYTES, a number or a BOOLEAN");
  RawOptions out{columns.field(0).type};
  if (auto found = options.find("charset"); found != options.end()) {
    auto charset = FindCharset(found->second);
    if (!charset) return Fault::Unsupported("raw.charset '", found->second, "' is not supported; known are ", kCharsetNames);
    out.charset = *charset;
  }
  auto order = options.find("endianness");
  if (order == options.end() || order->second == "big-endian") return out;
  if (order->second != "little-endian") return Fault::Invalid("option 'raw.endianness' is '", order->second, "'; it takes big-endian or little-endian");
  out.little = true;
  return out;
}

// Between a record's bytes and memory, which is little-endian.
std::string Ordered(std::string_view bytes, bool little) {
  std::string out(bytes);
  if (!little) std::reverse(out.begin(), out.end());
  return out;
}

class RawDecoder final : public Decoder {
 public:
  RawDecoder(RawOptions options, bool wanted) : options_(std::move(options)), width_(FixedWidth(options_.type)), builder_(options_.type, 1024), wanted_(wanted) {}
  void SetChunk(std::string_view, Pin) override {}

  Status Append(std::string_view record) override {
    if (width_ == 0) {
      AppendText(record);
      return {};
    }
    bool boolean = options_.type.kind() == Kind::kBoolean;
    if (record.size() != width_) return Fault::Invalid("raw: ", record.size(), " bytes are no ", options_.type.WithNullable(true), ", which has ", width_);
    std::string bytes = Ordered(record, options_.little);
    if (boolean) builder_.Append(static_cast<int8_t>(bytes[0] != 0));
    else if (options_.type.kind() == Kind::kFloat) builder_.Append(From<float>(bytes));
    else if (options_.type.kind() == Kind::kDouble) builder_.Append(From<double>(bytes));
    else if (width_ == 1) builder_.Append(From<int8_t>(bytes));
    else if (width_ == 2) builder_.Append(From<int16_t>(bytes));
    else if (width_ == 4) builder_.Append(From<int32_t>(bytes));
    else builder_.Append(From<int64_t>(bytes));
    return {};
  }

  int rows() const override { return builder_.length(); }
  int64_t skipped() const override { return 0; }
  Batch Finish() override {
    int rows = builder_.length();
    data::ColumnPtr column = builder_.Finish();
    return wanted_ ? Batch(rows, {column}) : Batch(rows, {});
  }

 private:
  void AppendText(std::string_view record) {
    bool as_it_is = options_.charset == Charset::kUtf8 || !options_.type.IsString();
    if (as_it_is) return builder_.AppendString(record);
    text_.clear();
    AppendDecoded(text_, record, options_.charset);
    builder_.AppendString(text_);
  }
  template <typename T>
  static T From(const std::string& bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  RawOptions options_;
  size_t width_;
  data::ColumnBuilder builder_;
  bool wanted_;
  std::string text_;
};

class RawEncoder final : public Encoder {
 public:
  explicit RawEncoder(RawOptions options) : options_(std::move(options)), width_(FixedWidth(options_.type)) {}
  Status Append(std::string& out, const Batch& batch, int row) override {
    const data::Column& column = *batch.column(0);
    if (column.IsNull(row)) return {};
    if (width_ == 0) {
      AppendEncoded(out, column.String(row), options_.type.IsString() ? options_.charset : Charset::kUtf8);
      return {};
    }
    const char* value = static_cast<const char*>(column.values) + static_cast<size_t>(column.Base(row)) * width_;
    out += Ordered({value, width_}, options_.little);
    return {};
  }

 private:
  RawOptions options_;
  size_t width_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> OpenRawDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(RawOptions read, ReadOptions(options, record));
  return std::unique_ptr<Decoder>(std::make_unique<RawDecoder>(std::move(read), wanted.size() > 0));
}

Result<std::unique_ptr<Encoder>> OpenRawEncoder(const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(RawOptions read, ReadOptions(options, columns));
  return std::unique_ptr<Encoder>(std::make_unique<RawEncoder>(std::move(read)));
}

}  // namespace freshet::formats
