#include "data/expr/json_text.h"

#include <algorithm>

#include "base/text.h"
#include "data/expr/utf8.h"

namespace freshet::expr {
namespace {



bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

uint32_t HexAt(std::string_view text, size_t at) {
  uint32_t n = 0;
  for (size_t i = at; i < at + 4; ++i) {
    char c = text[i];
    n = n * 16 + static_cast<uint32_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return n;
}

// Sign, digits without leading zeros, and the power of ten of the last digit.
struct Digits {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
};

Digits TakeApart(std::string_view number) {
  Digits out;
  out.negative = number.starts_with('-');
  size_t e = number.find_first_of("eE");
  std::string_view mantissa = number.substr(out.negative ? 1 : 0, e == std::string_view::npos ? e : e - (out.negative ? 1 : 0));
  if (e != std::string_view::npos) {
    std::string_view exponent = number.substr(e + 1);
    bool down = exponent.starts_with('-');
    if (down || exponent.starts_with('+')) exponent.remove_prefix(1);
    for (char c : exponent) out.exponent = std::min<int64_t>(out.exponent * 10 + (c - '0'), 100'000'000);
    if (down) out.exponent = -out.exponent;
  }
  bool fraction = false;
  for (char c : mantissa) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --out.exponent;
    if (c != '0' || !out.digits.empty()) out.digits += c;
  }
  if (out.digits.empty()) {
    out.digits = "0";
    out.negative = false;
  }
  return out;
}

}  // namespace

void AppendJavaNumber(std::string& out, std::string_view number) {
  bool whole = number.find_first_of(".eE") == std::string_view::npos;
  Digits n = TakeApart(number);
  if (n.negative) out += '-';
  if (whole || n.exponent == 0) {
    out += n.digits;
    return;
  }
  int64_t first_digit = n.exponent + static_cast<int64_t>(n.digits.size()) - 1;  // its power of ten
  if (n.exponent < 0 && first_digit >= -6) {
    auto places = static_cast<size_t>(-n.exponent);
    if (n.digits.size() <= places) n.digits.insert(0, places + 1 - n.digits.size(), '0');
    out += n.digits.substr(0, n.digits.size() - places) + "." + n.digits.substr(n.digits.size() - places);
    return;
  }
  out += n.digits[0];
  if (n.digits.size() > 1) out += "." + n.digits.substr(1);
  out += StrCat("E", first_digit >= 0 ? "+" : "", first_digit);
}

void AppendUnescaped(std::string& out, std::string_view inside) {
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      out += inside[i];
      continue;
    }
    char c = inside[++i];
    if (c != 'u') {
      constexpr std::string_view kNames = "btnfr", kMeanings = "\b\t\n\f\r";
      size_t place = kNames.find(c);
      out += place == std::string_view::npos ? c : kMeanings[place];
      continue;
    }
    uint32_t code = HexAt(inside, i + 1);
    i += 4;
    bool pair = code >= 0xD800 && code < 0xDC00 && inside.substr(i + 1).starts_with("\\u") && HexAt(inside, i + 3) >= 0xDC00 && HexAt(inside, i + 3) < 0xE000;
    if (pair) {
      code = 0x10000 + ((code - 0xD800) << 10) + (HexAt(inside, i + 3) - 0xDC00);
      i += 6;
    }
    bool alone = code >= 0xD800 && code < 0xE000;
    if (alone) out += '?';
    else AppendCodePoint(out, code);
  }
}

void AppendObject(std::string& out, std::vector<JsonMember> members) {
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  out += '{';
  bool first = true;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i + 1].key == members[i].key) continue;
    if (!first) out += ',';
    first = false;
    AppendJsonString(out, members[i].key);
    out += ':';
    out += members[i].value;
  }
  out += '}';
}

bool JsonDocument::Parse(std::string_view text, size_t nodes_max) {
  text_ = text;
  at_ = 0;
  nodes_max_ = nodes_max;
  stopped_ = Stopped::kNowhere;
  nodes_.clear();
  if (text.size() >= UINT32_MAX) return Stop(Stopped::kAtTooManyNodes);
  SkipBlanks();
  bool whole = Value(0) && RootEndsCleanly();
  if (!whole && stopped_ == Stopped::kNowhere) stopped_ = Stopped::kAtWhatIsNoJson;
  return whole;
}

// A number or a word at the root must end where it ends; behind a bracket or a quote anything may follow.
bool JsonDocument::RootEndsCleanly() const {
  if (at_ == text_.size() || IsBlank(text_[at_])) return true;
  return nodes_[0].kind >= JsonKind::kString;
}

void JsonDocument::SkipBlanks() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
}

bool JsonDocument::Take(char c) {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool JsonDocument::Value(int depth) {
  if (at_ == text_.size()) return false;
  bool nests = text_[at_] == '{' || text_[at_] == '[';
  if (nests && depth >= kDepthMax) return Stop(Stopped::kTooDeep);
  if (nodes_.size() >= nodes_max_) return Stop(Stopped::kAtTooManyNodes);
  auto self = static_cast<uint32_t>(nodes_.size());
  switch (text_[at_]) {
    case '{': nodes_.push_back({JsonKind::kObject, false, static_cast<uint32_t>(at_++), 0, 0}); return Members(self, depth);
    case '[': nodes_.push_back({JsonKind::kArray, false, static_cast<uint32_t>(at_++), 0, 0}); return Elements(self, depth);
    case '"': return String();
    case 't': return Literal("true", JsonKind::kTrue);
    case 'f': return Literal("false", JsonKind::kFalse);
    case 'n': return Literal("null", JsonKind::kNull);
    default: return Number();
  }
}

bool JsonDocument::Members(uint32_t self, int depth) {
  SkipBlanks();
  for (bool first = true; !Take('}'); first = false) {
    if (!first && !Take(',')) return false;
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != '"' || !String()) return false;
    SkipBlanks();
    if (!Take(':')) return false;
    SkipBlanks();
    if (!Value(depth + 1)) return false;
    SkipBlanks();
  }
  nodes_[self].end = static_cast<uint32_t>(at_);
  nodes_[self].next = static_cast<uint32_t>(nodes_.size());
  return true;
}

bool JsonDocument::Elements(uint32_t self, int depth) {
  SkipBlanks();
  for (bool first = true; !Take(']'); first = false) {
    if (!first && !Take(',')) return false;
    SkipBlanks();
    if (!Value(depth + 1)) return false;
    SkipBlanks();
  }
  nodes_[self].end = static_cast<uint32_t>(at_);
  nodes_[self].next = static_cast<uint32_t>(nodes_.size());
  return true;
}

bool JsonDocument::String() {
  size_t begin = ++at_;
  bool escaped = false;
  while (at_ < text_.size() && text_[at_] != '"') {
    if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
    if (text_[at_++] != '\\') continue;
    escaped = true;
    if (at_ == text_.size()) return false;
    char c = text_[at_++];
    if (std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) continue;
    if (c != 'u' || text_.size() - at_ < 4) return false;
    for (int i = 0; i < 4; ++i) {
      if (!IsHex(text_[at_++])) return false;
    }
  }
  if (at_ == text_.size()) return false;
  auto next = static_cast<uint32_t>(nodes_.size() + 1);
  nodes_.push_back({JsonKind::kString, escaped, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_++), next});
  return true;
}

bool JsonDocument::Number() {
  size_t begin = at_;
  Take('-');
  auto digits = [this] {
    size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ - from;
  };
  size_t whole_at = at_, whole = digits();
  if (whole == 0 || (whole > 1 && text_[whole_at] == '0')) return false;
  if (Take('.') && digits() == 0) return false;
  if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
    ++at_;
    if (!Take('-')) Take('+');
    if (digits() == 0) return false;
  }
  auto next = static_cast<uint32_t>(nodes_.size() + 1);
  nodes_.push_back({JsonKind::kNumber, false, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_), next});
  return true;
}

bool JsonDocument::Literal(std::string_view word, JsonKind kind) {
  if (!text_.substr(at_).starts_with(word)) return false;
  auto begin = static_cast<uint32_t>(at_);
  at_ += word.size();
  nodes_.push_back({kind, false, begin, static_cast<uint32_t>(at_), static_cast<uint32_t>(nodes_.size() + 1)});
  return true;
}

bool JsonDocument::Says(const JsonNode& node, std::string_view wanted) const {
  if (!node.escaped) return raw(node) == wanted;
  std::string text;
  AppendUnescaped(text, raw(node));
  return text == wanted;
}

size_t JsonDocument::ChildrenOf(uint32_t i) const {
  size_t count = 0;
  for (uint32_t child = first_child(i); child < nodes_[i].next; child = nodes_[child].next) ++count;
  return nodes_[i].kind == JsonKind::kObject ? count / 2 : count;
}

uint32_t JsonDocument::Member(uint32_t object, std::string_view key) const {
  uint32_t found = 0;
  for (uint32_t i = first_child(object); i < nodes_[object].next; i = nodes_[i + 1].next) {
    if (Says(nodes_[i], key)) found = i + 1;
  }
  return found;
}

void JsonDocument::AppendScalar(std::string& out, const JsonNode& node) const {
  if (node.kind == JsonKind::kNumber) return AppendJavaNumber(out, raw(node));
  if (node.kind == JsonKind::kString && node.escaped) return AppendUnescaped(out, raw(node));
  out += raw(node);
}

void JsonDocument::AppendCompact(std::string& out, uint32_t i) const {
  const JsonNode& self = nodes_[i];
  if (self.kind == JsonKind::kString) {
    std::string text;
    AppendScalar(text, self);
    return AppendJsonString(out, text);
  }
  if (self.is_scalar()) return AppendScalar(out, self);
  if (self.kind == JsonKind::kArray) {
    out += '[';
    for (uint32_t k = first_child(i); k < self.next; k = nodes_[k].next) {
      if (k > first_child(i)) out += ',';
      AppendCompact(out, k);
    }
    out += ']';
    return;
  }
  std::vector<std::pair<std::string, uint32_t>> members;  // key and value node
  for (uint32_t k = first_child(i); k < self.next; k = nodes_[k + 1].next) {
    members.emplace_back(std::string(), k + 1);
    AppendScalar(members.back().first, nodes_[k]);
  }
  std::sort(members.begin(), members.end());
  out += '{';
  bool first = true;
  for (size_t m = 0; m < members.size(); ++m) {
    if (m + 1 < members.size() && members[m + 1].first == members[m].first) continue;  // the last one counts
    if (!first) out += ',';
    first = false;
    AppendJsonString(out, members[m].first);
    out += ':';
    AppendCompact(out, members[m].second);
  }
  out += '}';
}

}  // namespace freshet::expr
