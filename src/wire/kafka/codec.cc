#include "wire/kafka/codec.h"

#include <bit>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"

namespace freshet::wire::kafka {
namespace {

using std::string_view;
using Runs = std::vector<string_view>;

bool IsBytes(Kind kind) { return kind >= Kind::kBytesView && kind <= Kind::kRuns; }
bool IsVariable(Kind kind) { return kind >= Kind::kView && kind <= Kind::kRuns; }

template <typename T>
const T& As(const void* at) { return *static_cast<const T*>(at); }
template <typename T>
T& As(void* at) { return *static_cast<T*>(at); }

size_t ElementBytes(const Field& field) { return field.list->element_bytes; }

// ---- decoding

class Decoder {
 public:
  Decoder(string_view body, bool flexible, int version, size_t budget)
      : reader_(body), flexible_(flexible), version_(version), budget_(budget) {}

  Status Run(const Shape& shape, void* message) {
    ReadStruct(shape, message);
    if (!reader_.ok()) return Fault::Invalid("message version ", version_, ": ", reason_);
    return {};
  }

 private:
  void Fail(string_view reason) {
    if (!reader_.ok()) return;
    reason_ = reason;
    reader_.Fail();
  }

  void ReadStruct(const Shape& shape, void* object) {
    auto* base = static_cast<char*>(object);
    for (const Field& field : shape.fields) {
      if (!reader_.ok()) return;
      if (field.versions.Has(version_) && !field.tagged.Has(version_)) ReadField(field, base + field.offset);
    }
    if (flexible_) ReadTags(shape, base);
  }

  // Tags we do not know are stepped over, as the protocol asks.
  void ReadTags(const Shape& shape, char* base) {
    uint32_t count = reader_.ReadVarUint32();
    if (count > reader_.remaining() / 2) return Fail("more tags than bytes");
    for (uint32_t i = 0; i < count && reader_.ok(); ++i) {
      uint32_t tag = reader_.ReadVarUint32();
      uint32_t size = reader_.ReadVarUint32();
      if (size > reader_.remaining()) return Fail("tag cut short");
      size_t end = reader_.position() + size;
      if (const Field* field = FindTag(shape, tag)) ReadField(*field, base + field->offset);
      else reader_.Skip(size);
      if (reader_.ok() && reader_.position() != end) return Fail("tag of the wrong size");
    }
  }

  const Field* FindTag(const Shape& shape, uint32_t tag) const {
    for (const Field& field : shape.fields) {
      if (field.tagged.Has(version_) && static_cast<uint32_t>(field.tag) == tag) return &field;
    }
    return nullptr;
  }

  void ReadField(const Field& field, void* at) {
    if (field.kind == Kind::kArray) return ReadArray(field, at);
    if (field.kind == Kind::kStruct) return ReadStruct(*field.shape, at);
    if (IsVariable(field.kind)) return ReadVariable(field, field.kind, field.optional, at);
    ReadNumber(field.kind, at);
  }

  void ReadNumber(Kind kind, void* at) {
    switch (kind) {
      case Kind::kBool: As<bool>(at) = reader_.Read<int8_t>() != 0; return;
      case Kind::kInt8: As<int8_t>(at) = reader_.Read<int8_t>(); return;
      case Kind::kInt16: As<int16_t>(at) = reader_.Read<int16_t>(); return;
      case Kind::kUint16: As<uint16_t>(at) = reader_.Read<uint16_t>(); return;
      case Kind::kInt32: As<int32_t>(at) = reader_.Read<int32_t>(); return;
      case Kind::kInt64: As<int64_t>(at) = reader_.Read<int64_t>(); return;
      case Kind::kFloat64: As<double>(at) = std::bit_cast<double>(reader_.Read<uint64_t>()); return;
      case Kind::kUuid: {
        auto bytes = reader_.ReadBytes(16);
        if (reader_.ok()) As<Uuid>(at) = Uuid::FromBytes(bytes);
        return;
      }
      default: CHECK(false);
    }
  }

  // −1 is null. Strings have two bytes of length, everything else four; flexible versions one varint.
  int64_t ReadLength(bool is_string) {
    if (flexible_) return int64_t{reader_.ReadVarUint32()} - 1;
    return is_string ? int64_t{reader_.Read<int16_t>()} : int64_t{reader_.Read<int32_t>()};
  }

  void ReadVariable(const Field& field, Kind kind, bool optional, void* at) {
    int64_t length = ReadLength(!IsBytes(kind));
    if (length < -1) return Fail("negative length");
    if (length == -1) {
      if (!field.nullable.Has(version_)) return Fail("null where a value is needed");
      return SetNull(kind, optional, at);
    }
    if (length > static_cast<int64_t>(reader_.remaining())) return Fail("length beyond the end");
    auto bytes = reader_.ReadBytes(static_cast<size_t>(length));
    if (reader_.ok()) SetBytes(kind, optional, at, bytes);
  }

  void SetNull(Kind kind, bool optional, void* at) {
    if (kind == Kind::kRuns) return As<Runs>(at).clear();
    if (!optional) return Fail("null where a value is needed");
    if (kind == Kind::kText || kind == Kind::kBytesText) As<std::optional<std::string>>(at).reset();
    else As<std::optional<string_view>>(at).reset();
  }

  void SetBytes(Kind kind, bool optional, void* at, string_view bytes) {
    if (kind == Kind::kRuns) {
      As<Runs>(at).assign(1, bytes);
    } else if (kind == Kind::kText || kind == Kind::kBytesText) {
      if (!Spend(bytes.size() + 1, 1)) return;
      if (optional) As<std::optional<std::string>>(at).emplace(bytes);
      else As<std::string>(at).assign(bytes);
    } else {
      if (optional) As<std::optional<string_view>>(at) = bytes;
      else As<string_view>(at) = bytes;
    }
  }

  void ReadArray(const Field& field, void* at) {
    int64_t count = ReadLength(false);
    if (count < -1) return Fail("negative count");
    if (count == -1) {
      if (!field.nullable.Has(version_) || !field.optional) return Fail("null where a list is needed");
      return field.list->set_null(at);
    }
    auto n = static_cast<size_t>(count);
    if (n > reader_.remaining() || !Spend(n, ElementBytes(field))) return Fail("more elements counted than sent");
    auto* element = static_cast<char*>(field.list->resize(at, n));
    for (size_t i = 0; i < n && reader_.ok(); ++i, element += ElementBytes(field)) ReadElement(field, element);
  }

  void ReadElement(const Field& field, void* at) {
    if (field.element == Kind::kStruct) return ReadStruct(*field.shape, at);
    if (IsVariable(field.element)) return ReadVariable(field, field.element, false, at);
    ReadNumber(field.element, at);
  }

  bool Spend(size_t count, size_t bytes) {
    if (count * bytes > budget_) {
      Fail("needs more memory than its size allows");
      return false;
    }
    budget_ -= count * bytes;
    return true;
  }

  ByteReader reader_;
  const bool flexible_;
  const int version_;
  size_t budget_;
  string_view reason_ = "cut short";
};

// ---- encoding

std::optional<string_view> GetBytes(Kind kind, bool optional, const void* at) {
  if (kind == Kind::kText || kind == Kind::kBytesText) {
    if (!optional) return As<std::string>(at);
    const auto& text = As<std::optional<std::string>>(at);
    if (!text) return std::nullopt;
    return *text;
  }
  return optional ? As<std::optional<string_view>>(at) : As<string_view>(at);
}

class Encoder {
 public:
  Encoder(bool flexible, int version, std::string& out, std::vector<Apart>* apart) : writer_(out), flexible_(flexible), version_(version), apart_(apart) {}

  void WriteStruct(const Shape& shape, const void* object) {
    const auto* base = static_cast<const char*>(object);
    for (const Field& field : shape.fields) {
      if (field.versions.Has(version_) && !field.tagged.Has(version_)) WriteField(field, base + field.offset);
    }
    if (flexible_) WriteTags(shape, base);
  }

 private:
  // Tags in ascending order, those at their default left out.
  void WriteTags(const Shape& shape, const char* base) {
    constexpr int kTagsMax = 32;
    const Field* tagged[kTagsMax] = {};
    uint32_t count = 0;
    for (const Field& field : shape.fields) {
      if (!field.tagged.Has(version_) || IsDefault(field, base + field.offset)) continue;
      CHECK(field.tag >= 0 && field.tag < kTagsMax);
      tagged[field.tag] = &field;
      ++count;
    }
    writer_.WriteVarUint32(count);
    for (const Field* field : tagged) {
      if (field == nullptr) continue;
      std::string value;
      Encoder(flexible_, version_, value, nullptr).WriteField(*field, base + field->offset);
      writer_.WriteVarUint32(static_cast<uint32_t>(field->tag));
      writer_.WriteVarUint32(static_cast<uint32_t>(value.size()));
      writer_.WriteBytes(value);
    }
  }

  bool IsDefault(const Field& field, const void* at) const {
    switch (field.kind) {
      case Kind::kBool: return As<bool>(at) == (field.default_number != 0);
      case Kind::kInt8: return As<int8_t>(at) == field.default_number;
      case Kind::kInt16: return As<int16_t>(at) == field.default_number;
      case Kind::kUint16: return As<uint16_t>(at) == field.default_number;
      case Kind::kInt32: return As<int32_t>(at) == field.default_number;
      case Kind::kInt64: return As<int64_t>(at) == field.default_number;
      case Kind::kFloat64: return As<double>(at) == 0;
      case Kind::kUuid: return As<Uuid>(at).is_zero();
      case Kind::kStruct: return IsDefaultStruct(*field.shape, at);
      case Kind::kArray:
        return field.list->is_null(at) ? field.default_null : !field.default_null && field.list->bytes(at).empty();
      case Kind::kRuns: return As<Runs>(at).empty();
      default: break;
    }
    auto bytes = GetBytes(field.kind, field.optional, at);
    return bytes ? !field.default_null && bytes->empty() : field.default_null;
  }

  bool IsDefaultStruct(const Shape& shape, const void* object) const {
    const auto* base = static_cast<const char*>(object);
    for (const Field& field : shape.fields) {
      if (field.versions.Has(version_) && !IsDefault(field, base + field.offset)) return false;
    }
    return true;
  }

  void WriteField(const Field& field, const void* at) {
    if (field.kind == Kind::kArray) return WriteArray(field, at);
    if (field.kind == Kind::kStruct) return WriteStruct(*field.shape, at);
    if (field.kind == Kind::kRuns) return WriteRuns(As<Runs>(at));
    if (IsVariable(field.kind)) return WriteVariable(field, field.kind, field.optional, at);
    WriteNumber(field.kind, at);
  }

  void WriteNumber(Kind kind, const void* at) {
    switch (kind) {
      case Kind::kBool: return writer_.Write(static_cast<int8_t>(As<bool>(at)));
      case Kind::kInt8: return writer_.Write(As<int8_t>(at));
      case Kind::kInt16: return writer_.Write(As<int16_t>(at));
      case Kind::kUint16: return writer_.Write(As<uint16_t>(at));
      case Kind::kInt32: return writer_.Write(As<int32_t>(at));
      case Kind::kInt64: return writer_.Write(As<int64_t>(at));
      case Kind::kFloat64: return writer_.Write(std::bit_cast<uint64_t>(As<double>(at)));
      case Kind::kUuid: return writer_.WriteBytes(As<Uuid>(at).view());
      default: CHECK(false);
    }
  }

  void WriteLength(bool is_string, int64_t length) {
    if (flexible_) writer_.WriteVarUint32(static_cast<uint32_t>(length + 1));
    else if (is_string) writer_.Write(static_cast<int16_t>(length));
    else writer_.Write(static_cast<int32_t>(length));
  }

  void WriteVariable(const Field& field, Kind kind, bool optional, const void* at) {
    auto bytes = GetBytes(kind, optional, at);
    if (!bytes && !field.nullable.Has(version_)) bytes = "";
    // A string longer than its length can say is cut: the only ones we make ourselves are messages to people.
    if (bytes && !IsBytes(kind)) bytes = bytes->substr(0, INT16_MAX);
    WriteLength(!IsBytes(kind), bytes ? static_cast<int64_t>(bytes->size()) : -1);
    if (bytes) writer_.WriteBytes(*bytes);
  }

  void WriteRuns(const Runs& runs) {
    size_t total = 0;
    for (auto run : runs) total += run.size();
    WriteLength(false, static_cast<int64_t>(total));
    for (auto run : runs) {
      bool stays = apart_ != nullptr && run.size() >= kApartBytesMin;
      if (stays) apart_->push_back({writer_.position(), run});
      else writer_.WriteBytes(run);
    }
  }

  void WriteArray(const Field& field, const void* at) {
    if (field.list->is_null(at)) return WriteLength(false, field.nullable.Has(version_) ? -1 : 0);
    auto elements = field.list->bytes(at);
    size_t step = ElementBytes(field);
    WriteLength(false, static_cast<int64_t>(elements.size() / step));
    for (size_t i = 0; i < elements.size(); i += step) WriteElement(field, elements.data() + i);
  }

  void WriteElement(const Field& field, const void* at) {
    if (field.element == Kind::kStruct) return WriteStruct(*field.shape, at);
    if (IsVariable(field.element)) return WriteVariable(field, field.element, false, at);
    WriteNumber(field.element, at);
  }

  ByteWriter writer_;
  const bool flexible_;
  const int version_;
  std::vector<Apart>* const apart_;
};

}  // namespace

Status DecodeBody(const Shape& shape, bool flexible, int version, string_view body, size_t allocation_factor,
                  void* message) {
  size_t budget = body.size() * allocation_factor + kAllocationSlack;
  return Decoder(body, flexible, version, budget).Run(shape, message);
}

void EncodeBody(const Shape& shape, bool flexible, int version, const void* message, std::string& out, std::vector<Apart>* apart) {
  Encoder(flexible, version, out, apart).WriteStruct(shape, message);
}

}  // namespace freshet::wire::kafka
