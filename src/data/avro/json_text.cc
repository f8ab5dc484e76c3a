#include "data/avro/json_text.h"

#include <bit>
#include <cmath>

#include "base/bytes.h"
#include "data/expr/utf8.h"
#include "data/formats/base64.h"

namespace freshet::avro {
namespace {

constexpr int64_t kValuesMax = 100'000;  // also of those that take no byte

class Writer {
 public:
  Writer(std::string_view bytes, size_t json_bytes_max) : in_(bytes, Order::kLittle), json_bytes_max_(json_bytes_max) {}

  Status Write(const Schema& schema) {
    if (--values_left_ < 0 || out_.size() > json_bytes_max_) return Fault::TooLarge("avro: more than ", json_bytes_max_, " bytes of text");
    switch (schema.shape) {
      case Shape::kNull: out_ += "null"; break;
      case Shape::kBoolean: out_ += in_.Read<uint8_t>() == 0 ? "false" : "true"; break;
      case Shape::kInt:
      case Shape::kLong: AppendText(out_, in_.ReadVarInt64()); break;
      case Shape::kFloat: Number(std::bit_cast<float>(in_.Read<uint32_t>())); break;
      case Shape::kDouble: Number(std::bit_cast<double>(in_.Read<uint64_t>())); break;
      case Shape::kBytes: Bytes(Sized(in_.ReadVarInt64())); break;
      case Shape::kFixed: Bytes(Sized(static_cast<int64_t>(schema.size))); break;
      case Shape::kString: Text(Sized(in_.ReadVarInt64())); break;
      case Shape::kEnum: return Symbol(schema);
      case Shape::kRecord: return Record(schema);
      case Shape::kArray:
      case Shape::kMap: return Items(schema);
      case Shape::kUnion: return Branch(schema);
    }
    return Good();
  }

  Result<std::string> Finish() {
    if (!in_.ok() || !in_.AtEnd()) return Fault::Corrupt("avro: ", in_.remaining(), " bytes are left behind the value");
    return std::move(out_);
  }

 private:
  Status Good() const {
    if (in_.ok()) return {};
    return Fault::Corrupt("avro: the value runs over the end of the bytes");
  }

  std::string_view Sized(int64_t length) {
    if (length < 0) in_.Fail();
    return in_.ok() ? in_.ReadBytes(static_cast<size_t>(length)) : std::string_view();
  }

  template <typename Real>
  void Number(Real number) {
    if (std::isfinite(number)) AppendText(out_, number);
    else AppendJsonString(out_, std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
  }

  void Text(std::string_view text) {
    std::string valid;
    expr::AppendValidUtf8(valid, text);
    AppendJsonString(out_, valid);
  }

  void Bytes(std::string_view bytes) {
    std::string text;
    formats::AppendBase64(text, bytes);
    AppendJsonString(out_, text);
  }

  Status Symbol(const Schema& schema) {
    int64_t place = in_.ReadVarInt64();
    RETURN_NOT_OK(Good());
    if (place < 0 || place >= static_cast<int64_t>(schema.symbols.size())) return Fault::Corrupt("avro: an enum has no symbol ", place);
    AppendJsonString(out_, schema.symbols[static_cast<size_t>(place)]);
    return {};
  }

  Status Branch(const Schema& schema) {
    int64_t place = in_.ReadVarInt64();
    RETURN_NOT_OK(Good());
    if (place < 0 || place >= static_cast<int64_t>(schema.children.size())) return Fault::Corrupt("avro: a union has no branch ", place);
    return Write(*schema.children[static_cast<size_t>(place)]);
  }

  Status Record(const Schema& schema) {
    out_ += '{';
    for (size_t i = 0; i < schema.fields.size(); ++i) {
      if (i > 0) out_ += ',';
      AppendJsonString(out_, schema.fields[i].name);
      out_ += ':';
      RETURN_NOT_OK(Write(*schema.fields[i].type));
    }
    out_ += '}';
    return {};
  }

  // Blocks of a count and as many items, until a count of 0; a negative count is followed by the block's bytes.
  Status Items(const Schema& schema) {
    bool is_map = schema.shape == Shape::kMap, is_first = true;
    out_ += is_map ? '{' : '[';
    for (;;) {
      int64_t count = in_.ReadVarInt64();
      if (count < 0) {
        in_.ReadVarInt64();
        count = count == INT64_MIN ? INT64_MAX : -count;
      }
      RETURN_NOT_OK(Good());
      if (count == 0) break;
      for (int64_t i = 0; i < count; ++i) {
        if (!is_first) out_ += ',';
        is_first = false;
        if (is_map) Text(Sized(in_.ReadVarInt64()));
        if (is_map) out_ += ':';
        RETURN_NOT_OK(Write(*schema.children[0]));
      }
    }
    out_ += is_map ? '}' : ']';
    return Good();
  }

  ByteReader in_;
  const size_t json_bytes_max_;
  int64_t values_left_ = kValuesMax;
  std::string out_;
};

}  // namespace

Result<std::string> JsonTextOf(const Schema& schema, std::string_view bytes, size_t json_bytes_max) {
  Writer writer(bytes, json_bytes_max);
  RETURN_NOT_OK(writer.Write(schema));
  return writer.Finish();
}

}  // namespace freshet::avro
