#include "data/formats/plain_values.h"

#include <charconv>
#include <cstring>

#include "data/civil.h"

namespace freshet::formats {

using data::ColumnBuilder;
using data::Kind;

namespace {

// The first byte from `at` on that is a quote or a backslash, or `end`.
const char* QuoteOrBackslash(const char* at, const char* end) {
  for (; at < end; at += JsonBlock::kBytes) {
    JsonBlock block(at);
    uint64_t stops = block.quotes | block.backslashes;
    if (stops != 0) return std::min(at + __builtin_ctzll(stops), end);
  }
  return end;
}

}  // namespace

const char* PlainValues::Read(JsonUse use, const char* at, ColumnBuilder& builder) {
  switch (use) {
    case JsonUse::kLong: return ReadInteger<int64_t>(at, builder);
    case JsonUse::kInteger: return ReadOtherInteger(at, builder);
    case JsonUse::kText: return ReadText(at, builder);
    case JsonUse::kMoment: return IsOfMilliseconds(builder.type()) ? ReadMoment(at, builder) : ReadOtherMoment(at, builder);
    case JsonUse::kReal:
    case JsonUse::kDecimal: return ReadNumber(use, at, builder);
    case JsonUse::kBoolean: return ReadBoolean(at, builder);
    case JsonUse::kOther: return ReadParsed(at, builder);
    case JsonUse::kSkip:
    case JsonUse::kRow: break;
  }
  return Skip(at);
}

// Text that is spelled in hexadecimal digits is left to others. Pieces are copied with what lies behind them, which the next one overwrites. What a long text took is
// not kept.
const char* PlainValues::ReadEscaped(const char* begin, const char* end, ColumnBuilder& builder) {
  static constexpr std::string_view kWritten = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  constexpr size_t kBlock = 32, kKept = 1 << 20;
  auto most = static_cast<size_t>(end - begin) + kBlock;
  if (scratch_.size() < most) scratch_.resize(most);
  char* out = scratch_.data();
  for (const char* at = begin;;) {
    const char* stop = QuoteOrBackslash(at, end);
    auto length = static_cast<size_t>(stop - at);
    if (length <= kBlock) std::memcpy(out, at, kBlock);
    else std::memcpy(out, at, length);
    out += length;
    if (stop == end) break;
    size_t which = kWritten.find(stop[1]);
    if (which == std::string_view::npos) return nullptr;
    *out++ = kMeant[which];
    at = stop + 2;
  }
  builder.AppendString({scratch_.data(), static_cast<size_t>(out - scratch_.data())});
  if (scratch_.size() > kKept) scratch_ = std::string();
  return end + 1;
}

const char* PlainValues::ReadOtherInteger(const char* at, ColumnBuilder& builder) {
  if (*at == '"') return ReadParsed(at, builder);
  bool negative = *at == '-';
  const char* begin = negative ? at + 1 : at;
  int count = 0;
  int64_t n = TakeDigits(begin, &count);
  at = begin + count;
  for (; count >= kDigitsAtOnce && count < 18 && static_cast<unsigned char>(*at - '0') <= 9; ++count) n = n * 10 + (*at++ - '0');
  bool plain = count > 0 && !(count > 1 && *begin == '0') && at < end_ && (*at == ',' || *at == '}' || IsBlank(*at));
  if (!plain) return nullptr;
  if (negative) n = -n;
  size_t bits = data::PhysicalWidth(builder.type().physical()) * 8;
  if (bits < 64 && (n >= int64_t{1} << (bits - 1) || n < -(int64_t{1} << (bits - 1)))) return nullptr;
  builder.AppendInt(n);
  return at;
}

const char* PlainValues::ReadOtherMoment(const char* at, ColumnBuilder& builder) {
  std::string_view text;
  at = PlainString(at, &text);
  if (at == nullptr || !AppendParsed(builder, text, timestamps_)) return nullptr;
  auto day = text.size() >= kDay ? data::ParseDate(text.substr(0, kDay)) : std::nullopt;
  day_text_[0] = '\0';
  if (day) {
    std::memcpy(day_text_, text.data(), kDay);
    day_text_[kDay] = timestamps_ == TimestampStyle::kSql ? ' ' : 'T';
    day_ms_ = *day * data::kSecondsPerDay * 1000;
  }
  return at;
}

const char* PlainValues::ReadNumber(JsonUse use, const char* at, ColumnBuilder& builder) {
  if (*at == '"') return ReadParsed(at, builder);
  std::string_view token;
  at = Number(at, &token);
  if (at == nullptr) return nullptr;
  if (use == JsonUse::kDecimal) return AppendParsed(builder, token, timestamps_) ? at : nullptr;
  double value = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return nullptr;
  if (builder.type().kind() == Kind::kDouble) builder.Append(value);
  else builder.Append(static_cast<float>(value));
  return at;
}

const char* PlainValues::ReadBoolean(const char* at, ColumnBuilder& builder) {
  if (*at == '"') return ReadParsed(at, builder);
  bool yes = *at == 't';
  at = Literal(at, yes ? "true" : "false");
  if (at != nullptr) builder.Append(static_cast<int8_t>(yes));
  return at;
}

const char* PlainValues::ReadParsed(const char* at, ColumnBuilder& builder) {
  std::string_view text;
  at = PlainString(at, &text);
  return at != nullptr && AppendParsed(builder, text, timestamps_) ? at : nullptr;
}

const char* PlainValues::Number(const char* at, std::string_view* token) {
  const char* begin = at;
  auto digits = [&] {
    const char* first = at;
    while (at < end_ && *at >= '0' && *at <= '9') ++at;
    return at - first;
  };
  if (Is(at, '-')) ++at;
  bool zero = Is(at, '0');
  auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return nullptr;
  if (Is(at, '.')) {
    ++at;
    if (digits() == 0) return nullptr;
  }
  if (Is(at, 'e') || Is(at, 'E')) {
    ++at;
    if (Is(at, '+') || Is(at, '-')) ++at;
    if (digits() == 0) return nullptr;
  }
  *token = {begin, static_cast<size_t>(at - begin)};
  return at;
}

const char* PlainValues::Skip(const char* at, int depth) {
  if (at >= end_) return nullptr;
  switch (*at) {
    case '"': return SkipString(at);
    case '{':
    case '[': return SkipNested(at, depth + 1);
    case 'n': return Literal(at, "null");
    case 't': return Literal(at, "true");
    case 'f': return Literal(at, "false");
    default: break;
  }
  std::string_view token;
  return Number(at, &token);
}

// Nobody reads it, but it must be JSON: of anything else the other reader says what it is.
const char* PlainValues::SkipNested(const char* at, int depth) {
  const bool object = *at == '{';
  const char close = object ? '}' : ']';
  nested_ = true;
  if (depth > kDepthMax) return nullptr;
  at = SkipBlanks(at + 1);
  if (Is(at, close)) return at + 1;
  while (true) {
    if (object) {
      at = Is(at, '"') ? SkipString(at) : nullptr;
      if (at != nullptr) at = SkipBlanks(at);
      if (at == nullptr || !Is(at, ':')) return nullptr;
      at = SkipBlanks(at + 1);
    }
    at = Skip(at, depth);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (Is(at, close)) return at + 1;
    if (!Is(at, ',')) return nullptr;
    at = SkipBlanks(at + 1);
  }
}

const char* PlainValues::Literal(const char* at, std::string_view text) const {
  bool there = at < end_ && static_cast<size_t>(end_ - at) >= text.size() && std::memcmp(at, text.data(), text.size()) == 0;
  return there ? at + text.size() : nullptr;
}

}  // namespace freshet::formats
