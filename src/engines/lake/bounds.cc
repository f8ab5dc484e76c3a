#include "engines/lake/bounds.h"

#include "base/bytes.h"

namespace freshet::lake {
namespace {

constexpr size_t kBoundCharacters = 16;

template <typename T>
int Order3(T a, T b) { return a < b ? -1 : (b < a ? 1 : 0); }

template <typename T>
int CompareAs(std::string_view a, std::string_view b) {
  T x, y;
  std::memcpy(&x, a.data(), sizeof x);
  std::memcpy(&y, b.data(), sizeof y);
  return Order3(x, y);
}

data::Int128 DecimalOf(std::string_view bytes) {
  data::Int128 value = !bytes.empty() && static_cast<int8_t>(bytes[0]) < 0 ? -1 : 0;
  for (char c : bytes) value = static_cast<data::Int128>(static_cast<unsigned __int128>(value) << 8) | static_cast<uint8_t>(c);
  return value;
}

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Where the first 16 characters end.
size_t CutAt(const FieldType& type, std::string_view bound) {
  if (type.kind != TypeKind::kString) return std::min(bound.size(), kBoundCharacters);
  size_t at = 0;
  for (size_t characters = 0; at < bound.size() && characters < kBoundCharacters; ++characters) {
    ++at;
    while (at < bound.size() && IsContinuation(bound[at])) ++at;
  }
  return at;
}

uint32_t LastCharacter(std::string_view text, size_t& begin) {
  begin = text.size() - 1;
  while (begin > 0 && IsContinuation(text[begin])) --begin;
  auto lead = static_cast<uint8_t>(text[begin]);
  size_t length = text.size() - begin;
  uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = begin + 1; i < text.size(); ++i) point = (point << 6) | (static_cast<uint8_t>(text[i]) & 0x3FU);
  return point;
}

void AppendCharacter(std::string& out, uint32_t point) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) return put(0xC0 | point >> 6), put(0x80 | (point & 0x3F));
  if (point < 0x10000) return put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
  put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 0x3F)), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
}

// The least text of the same length or shorter above all that begin with `text`.
std::optional<std::string> RaisedText(std::string text) {
  while (!text.empty()) {
    size_t begin;
    uint32_t point = LastCharacter(text, begin) + 1;
    text.resize(begin);
    if (point == 0xD800) point = 0xE000;  // surrogates are no characters
    if (point > 0x10FFFF) continue;
    AppendCharacter(text, point);
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> RaisedBytes(std::string bytes) {
  while (!bytes.empty()) {
    auto last = static_cast<uint8_t>(bytes.back());
    bytes.pop_back();
    if (last == 0xFF) continue;
    bytes.push_back(static_cast<char>(last + 1));
    return bytes;
  }
  return std::nullopt;
}

bool IsCut(const FieldType& type) { return type.kind == TypeKind::kString || type.kind == TypeKind::kBinary; }

}  // namespace

std::string DecimalBytes(data::Int128 unscaled) {
  char bytes[16];
  StoreInt(Order::kBig, bytes, static_cast<int64_t>(unscaled >> 64));
  StoreInt(Order::kBig, bytes + 8, static_cast<int64_t>(unscaled));
  size_t first = 0;
  auto redundant = [&bytes](size_t i) {  // the next byte's sign already says it
    return (bytes[i] == 0 && static_cast<int8_t>(bytes[i + 1]) >= 0) || (bytes[i] == -1 && static_cast<int8_t>(bytes[i + 1]) < 0);
  };
  while (first < 15 && redundant(first)) ++first;
  return {bytes + first, 16 - first};
}

int CompareSingleValues(const FieldType& type, std::string_view a, std::string_view b) {
  switch (type.kind) {
    case TypeKind::kBoolean: return CompareAs<uint8_t>(a, b);
    case TypeKind::kInt:
    case TypeKind::kDate: return CompareAs<int32_t>(a, b);
    case TypeKind::kLong:
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz: return CompareAs<int64_t>(a, b);
    case TypeKind::kFloat: return CompareAs<float>(a, b);
    case TypeKind::kDouble: return CompareAs<double>(a, b);
    case TypeKind::kDecimal: return Order3(DecimalOf(a), DecimalOf(b));
    default: return a.compare(b);
  }
}

std::string CutLowerBound(const FieldType& type, const std::string& bound) { return IsCut(type) ? bound.substr(0, CutAt(type, bound)) : bound; }

std::optional<std::string> CutUpperBound(const FieldType& type, const std::string& bound) {
  if (!IsCut(type)) return bound;
  size_t end = CutAt(type, bound);
  if (end == bound.size()) return bound;
  return type.kind == TypeKind::kString ? RaisedText(bound.substr(0, end)) : RaisedBytes(bound.substr(0, end));
}

}  // namespace freshet::lake
