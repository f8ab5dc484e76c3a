#include "data/expr/variant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "data/expr/utf8.h"
#include "data/number_text.h"

namespace freshet::expr {
namespace {

using Text = std::string_view;

constexpr size_t kDecimalDigitsMax = 38;

// The first letters of a text, for people; no letter is cut in its middle.
Text Begin(Text text) {
  size_t bytes = std::min<size_t>(text.size(), 60);
  while (bytes > 0 && bytes < text.size() && IsContinuation(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

// Java's order of strings, that of their UTF-16: what needs two halves comes before U+E000 to U+FFFF.
bool JavaLess(Text a, Text b) {
  size_t n = std::min(a.size(), b.size());
  size_t at = static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(n), b.begin()).first - a.begin());
  if (at == n) return a.size() < b.size();
  auto x = static_cast<unsigned char>(a[at]), y = static_cast<unsigned char>(b[at]);
  constexpr unsigned char kFromE000 = 0xEE, kTwoHalves = 0xF0;
  bool apart = x >= kFromE000 && y >= kFromE000 && (x >= kTwoHalves) != (y >= kTwoHalves);
  return apart ? x >= kTwoHalves : x < y;
}

// As Java's writer does it: short names where there are any, else capital hexadecimal digits.
void AppendQuoted(std::string& out, Text text) {
  constexpr Text kSpecial = "\"\\\b\t\n\f\r", kNames = "\"\\btnfr", kHex = "0123456789ABCDEF";
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    size_t special = kSpecial.find(c);
    if (special != Text::npos) out += {'\\', kNames[special]};
    else if (byte < 0x20) out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
    else out += c;
  }
  out += '"';
}

// What was read without escapes has nothing to escape.
void AppendPlain(std::string& out, Text text) {
  out += '"';
  out += text;
  out += '"';
}

// "12.50" → "12.5", "-0.0" → "0"; nothing when it needs more than 38 digits or places.
std::optional<std::string> PlainDecimal(Text number) {
  bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  size_t point = number.find('.');
  Text whole = number.substr(0, point), fraction = point == Text::npos ? Text() : number.substr(point + 1);
  std::string digits = StrCat(whole, fraction);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > kDecimalDigitsMax || fraction.size() > kDecimalDigitsMax) return std::nullopt;
  if (digits.empty()) return "0";
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  return StrCat(negative ? "-" : "", whole, fraction.empty() ? "" : ".", fraction);
}

// Where the JSON string that begins at `at` ends: one behind its closing quote.
size_t EndOfString(Text variant, size_t at) {
  for (++at; at < variant.size() && variant[at] != '"'; ++at) {
    if (variant[at] == '\\') ++at;
  }
  return std::min(at + 1, variant.size());
}

// Where the value that begins at `at` ends. The text is canonical, so that brackets, quotes and commas are all that has to be looked for.
size_t EndOfValue(Text variant, size_t at) {
  int depth = 0;
  while (at < variant.size()) {
    switch (variant[at]) {
      case '"': at = EndOfString(variant, at); continue;
      case '[':
      case '{': ++depth; break;
      case ']':
      case '}':
        if (depth-- == 0) return at;
        break;
      case ',':
        if (depth == 0) return at;
        break;
      default: break;
    }
    ++at;
  }
  return at;
}

}  // namespace

std::string CanonicalKey(Text key) {
  std::string out;
  AppendQuoted(out, key);
  return out;
}

Result<Text> VariantReader::Read(Text json, Twice twice) {
  if (out_.capacity() > kVariantBytesKept) out_ = {};
  auto read = ReadAll(json, twice);
  document_.Trim(kVariantBytesKept);
  if (members_.capacity() * sizeof(Member) > kVariantBytesKept) members_ = {};
  if (unescaped_.capacity() > kVariantBytesKept) unescaped_ = {};
  return read;
}

Result<Text> VariantReader::ReadAll(Text json, Twice twice) {
  using Stopped = JsonDocument::Stopped;
  out_.clear();
  members_.clear();
  unescaped_.clear();
  if (json.size() > kVariantBytesMax) return Fault::TooLarge("a JSON text of ", json.size(), " bytes; at most ", kVariantBytesMax, " become a VARIANT");
  if (!document_.Parse(json, kVariantNodesMax)) {
    if (document_.stopped() == Stopped::kTooDeep) return Fault::TooLarge("arrays and objects lie in each other more than ", JsonDocument::kDepthMax, " deep");
    if (document_.stopped() == Stopped::kAtTooManyNodes) return Fault::TooLarge("a JSON text of more than ", kVariantNodesMax, " values and keys");
    return Fault::Invalid("'", Begin(json), "' is not JSON");
  }
  RETURN_NOT_OK(Append(0, twice));
  return Text(out_);
}

Status VariantReader::Append(uint32_t node, Twice twice) {
  if (out_.size() > kVariantBytesMax) return Fault::TooLarge("a VARIANT of more than ", kVariantBytesMax, " bytes");
  const JsonNode& self = document_.node(node);
  if (self.kind == JsonKind::kObject) return AppendMembers(node, twice);
  if (self.kind == JsonKind::kNumber) return AppendNumber(document_.raw(self));
  if (self.kind == JsonKind::kString) {
    if (!self.escaped) {
      AppendPlain(out_, document_.raw(self));
      return {};
    }
    std::string text;
    document_.AppendScalar(text, self);
    AppendQuoted(out_, text);
    return {};
  }
  if (self.is_scalar()) {
    out_ += document_.raw(self);
    return {};
  }
  out_ += '[';
  for (uint32_t k = document_.first_child(node); k < self.next; k = document_.node(k).next) {
    if (k > document_.first_child(node)) out_ += ',';
    RETURN_NOT_OK(Append(k, twice));
  }
  out_ += ']';
  return {};
}

Text VariantReader::KeyOf(const Member& member) const {
  const JsonNode& key = document_.node(member.key);
  return key.escaped ? Text(unescaped_).substr(member.at, member.bytes) : document_.raw(key);
}

// In their order, those of one key as they came.
void VariantReader::PushMembers(uint32_t object) {
  auto first = static_cast<ptrdiff_t>(members_.size());
  for (uint32_t k = document_.first_child(object); k < document_.node(object).next; k = document_.node(k + 1).next) {
    auto at = static_cast<uint32_t>(unescaped_.size());
    if (document_.node(k).escaped) document_.AppendScalar(unescaped_, document_.node(k));
    members_.push_back({k, at, static_cast<uint32_t>(unescaped_.size()) - at});
  }
  auto less = [this](const Member& a, const Member& b) { return JavaLess(KeyOf(a), KeyOf(b)); };
  if (!std::is_sorted(members_.begin() + first, members_.end(), less)) std::stable_sort(members_.begin() + first, members_.end(), less);
}

Status VariantReader::AppendMembers(uint32_t object, Twice twice) {
  size_t begin = members_.size(), keys_begin = unescaped_.size();
  PushMembers(object);
  size_t end = members_.size();
  out_ += '{';
  for (size_t m = begin; m < end; ++m) {  // by number: what lies inside pushes its own
    Text key = KeyOf(members_[m]);
    bool again = m + 1 < end && KeyOf(members_[m + 1]) == key;
    if (again && twice == Twice::kRefused) return Fault::Invalid("key '", Begin(key), "' comes twice in one object");
    if (again) continue;
    if (out_.back() != '{') out_ += ',';
    if (document_.node(members_[m].key).escaped) AppendQuoted(out_, key);
    else AppendPlain(out_, key);
    out_ += ':';
    RETURN_NOT_OK(Append(members_[m].key + 1, twice));
  }
  members_.erase(members_.begin() + static_cast<ptrdiff_t>(begin), members_.end());
  unescaped_.resize(keys_begin);
  out_ += '}';
  return {};
}

Status VariantReader::AppendNumber(Text number) {
  if (number.size() > kVariantNumberMax) return Fault::TooLarge("a number of ", number.size(), " characters; at most ", kVariantNumberMax, " are read");
  if (number.find_first_not_of("0123456789") == Text::npos && number.size() <= kDecimalDigitsMax) {  // what most are
    out_ += number;
    return {};
  }
  if (number.find_first_of("eE") == Text::npos) {
    if (auto plain = PlainDecimal(number)) {
      out_ += *plain;
      return {};
    }
  }
  double value = std::strtod(std::string(number).c_str(), nullptr);
  if (!std::isfinite(value)) return Fault::TooLarge("number ", Begin(number), " is beyond DOUBLE");
  std::string text;
  data::AppendJavaDouble(text, value, false);
  bool plain = text.find('E') == std::string::npos;  // as it is read again: 1e2 is 100
  out_ += plain ? *PlainDecimal(text) : text;
  return {};
}

std::optional<Text> VariantMember(Text variant, Text canonical_key) {
  if (!variant.starts_with('{')) return std::nullopt;
  for (size_t at = 1; at < variant.size() && variant[at] == '"';) {
    size_t colon = EndOfString(variant, at), end = EndOfValue(variant, colon + 1);
    if (variant.substr(at, colon - at) == canonical_key) return variant.substr(colon + 1, end - colon - 1);
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<Text> VariantElement(Text variant, int64_t place) {
  if (!variant.starts_with('[') || variant == "[]" || place < 1) return std::nullopt;
  for (size_t at = 1; at < variant.size();) {
    size_t end = EndOfValue(variant, at);
    if (--place == 0) return variant.substr(at, end - at);
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace freshet::expr
