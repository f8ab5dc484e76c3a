#include "data/expr/variant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "data/number_text.h"

namespace freshet::expr {
namespace {

using Text = std::string_view;

constexpr size_t kDecimalDigitsMax = 38;

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
    char c = variant[at];
    if (depth == 0 && (c == ',' || c == ']' || c == '}')) return at;
    if (c == '"') {
      at = EndOfString(variant, at);
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
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
  if (!document_.Parse(json)) return Fault::Invalid("'", json.substr(0, 60), "' is not JSON");
  out_.clear();
  RETURN_NOT_OK(Append(0, twice));
  if (out_.size() > kVariantBytesMax) return Fault::TooLarge("a VARIANT of ", out_.size(), " bytes; at most ", kVariantBytesMax, " are kept");
  return Text(out_);
}

Status VariantReader::Append(uint32_t node, Twice twice) {
  const JsonNode& self = document_.node(node);
  if (self.kind == JsonKind::kObject) return AppendMembers(node, twice);
  if (self.kind == JsonKind::kNumber) return AppendNumber(document_.raw(self));
  if (self.kind == JsonKind::kString) {
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

Status VariantReader::AppendMembers(uint32_t object, Twice twice) {
  std::vector<std::pair<std::string, uint32_t>> members;  // key and value node
  for (uint32_t k = document_.first_child(object); k < document_.node(object).next; k = document_.node(k + 1).next) {
    members.emplace_back(std::string(), k + 1);
    document_.AppendScalar(members.back().first, document_.node(k));
  }
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return JavaLess(a.first, b.first); });
  out_ += '{';
  bool first = true;
  for (size_t m = 0; m < members.size(); ++m) {
    bool again = m + 1 < members.size() && members[m + 1].first == members[m].first;
    if (again && twice == Twice::kRefused) return Fault::Invalid("key '", members[m].first.substr(0, 60), "' comes twice in one object");
    if (again) continue;
    if (!first) out_ += ',';
    first = false;
    AppendQuoted(out_, members[m].first);
    out_ += ':';
    RETURN_NOT_OK(Append(members[m].second, twice));
  }
  out_ += '}';
  return {};
}

Status VariantReader::AppendNumber(Text number) {
  if (number.size() > kVariantNumberMax) return Fault::TooLarge("a number of ", number.size(), " characters; at most ", kVariantNumberMax, " are read");
  if (number.find_first_of("eE") == Text::npos) {
    if (auto plain = PlainDecimal(number)) {
      out_ += *plain;
      return {};
    }
  }
  double value = std::strtod(std::string(number).c_str(), nullptr);
  if (!std::isfinite(value)) return Fault::TooLarge("number ", number.substr(0, 60), " is beyond DOUBLE");
  data::AppendJavaDouble(out_, value, false);
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
