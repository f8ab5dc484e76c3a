#include "data/formats/plain_json.h"

#include <immintrin.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "data/civil.h"

namespace freshet::formats {

using data::ColumnBuilder;
using data::Kind;
using data::Type;

PlainJson::PlainJson(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted, TimestampStyle timestamps) : timestamps_(timestamps) {
  AddObject(record, wanted);
}

// Wanted fields that the record does not declare are expected behind its own.
int PlainJson::AddObject(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted) {
  Object object;
  object.wanted = static_cast<int>(wanted.size());
  auto add = [&](const data::NamedType& declared) {
    Field field;
    field.name = declared.name;
    std::string text = "\"" + declared.name + "\":";
    field.key.length = static_cast<uint32_t>(text.size());
    bool plain = std::none_of(field.name.begin(), field.name.end(), [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
    if (plain && text.size() <= Key::kMost) {
      std::memcpy(field.key.text, text.data(), text.size());
      field.key.mask = static_cast<uint32_t>((uint64_t{1} << text.size()) - 1);
    }
    auto at = std::find_if(wanted.begin(), wanted.end(), [&](const auto& w) { return w.name == declared.name; });
    if (at != wanted.end()) {
      field.column = static_cast<int>(at - wanted.begin());
      field.what = WhatOf(at->type);
      bool row = declared.type.kind() == Kind::kRow && at->type.kind() == Kind::kRow;
      if (field.what == What::kRow) field.object = AddObject(row ? declared.type.fields() : at->type.fields(), at->type.fields());
    }
    object.fields.push_back(std::move(field));
  };
  for (const auto& field : record) add(field);
  for (const auto& field : wanted) {
    bool declared = std::any_of(record.begin(), record.end(), [&](const auto& r) { return r.name == field.name; });
    if (!declared) add(field);
  }
  objects_.push_back(std::move(object));
  return static_cast<int>(objects_.size()) - 1;
}

PlainJson::What PlainJson::WhatOf(const Type& type) {
  if (type.IsString()) return What::kText;
  if (type.kind() == Kind::kBigInt) return What::kLong;
  if (type.IsInteger()) return What::kInteger;
  if (type.IsTimestamp()) return What::kMoment;
  if (type.IsFloating()) return What::kReal;
  if (type.kind() == Kind::kDecimal) return What::kDecimal;
  if (type.kind() == Kind::kBoolean) return What::kBoolean;
  if (type.kind() == Kind::kRow) return What::kRow;
  usable_ &= !type.IsNested() && !type.IsInterval() && !type.IsVariant();
  return What::kOther;
}

bool PlainJson::Key::IsAt(const char* at) const {
  __m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), _mm256_load_si256(reinterpret_cast<const __m256i*>(text)));
  return mask != 0 && (static_cast<uint32_t>(_mm256_movemask_epi8(same)) & mask) == mask;
}

bool PlainJson::Read(std::string_view record, ColumnBuilder* builders, int row) {
  end_ = record.data() + record.size();
  ascii_ = true;
  const char* at = ReadObject(objects_.back(), SkipBlanks(record.data()), builders, row);
  if (at == nullptr || SkipBlanks(at) != end_) return false;
  return ascii_ || simdjson::validate_utf8(record.data(), record.size());
}

const char* PlainJson::TakeKey(const Object& object, const char* at, size_t* next, const Field** field) {
  bool expected = *next < object.fields.size() && object.fields[*next].key.IsAt(at);
  if (!expected) return FindKey(object, at, next, field);
  *field = &object.fields[(*next)++];
  return at + (*field)->key.length;
}

const char* PlainJson::ReadObject(const Object& object, const char* at, ColumnBuilder* builders, int row) {
  if (!Is(at, '{')) return nullptr;
  size_t next = 0;
  int found = 0;
  at = SkipBlanks(at + 1);
  bool more = !Is(at, '}');
  if (!more) ++at;
  while (more) {
    const Field* field = nullptr;
    at = TakeKey(object, at, &next, &field);
    if (at == nullptr) return nullptr;
    at = SkipBlanks(at);
    if (at >= end_) return nullptr;
    bool wanted = field != nullptr && field->column >= 0 && builders[field->column].length() <= row;  // of a key that comes again the first one counts
    at = wanted ? ReadValue(*field, at, builders[field->column]) : Skip(at);
    if (at == nullptr) return nullptr;
    found += wanted ? 1 : 0;
    at = SkipBlanks(at);
    more = Is(at, ',');
    if (!more && !Is(at, '}')) return nullptr;
    ++at;
    if (more) at = SkipBlanks(at);
  }
  if (found == object.wanted) return at;
  for (const auto& field : object.fields) {
    if (field.column >= 0 && builders[field.column].length() == row) builders[field.column].AppendNull();
  }
  return at;
}

const char* PlainJson::FindKey(const Object& object, const char* at, size_t* next, const Field** field) {
  std::string_view name;
  at = PlainString(at, &name);
  if (at == nullptr) return nullptr;
  at = SkipBlanks(at);
  if (!Is(at, ':')) return nullptr;
  for (size_t i = 0; i < object.fields.size(); ++i) {
    if (object.fields[i].name != name) continue;
    *next = i + 1;
    *field = &object.fields[i];
    break;
  }
  return at + 1;
}

const char* PlainJson::ReadValue(const Field& field, const char* at, ColumnBuilder& builder) {
  if (*at == 'n') {
    at = Literal(at, "null");
    if (at != nullptr) builder.AppendNull();
    return at;
  }
  switch (field.what) {
    case What::kLong:
    case What::kInteger: return ReadInteger(field.what, at, builder);
    case What::kText: return ReadText(at, builder);
    case What::kMoment: return ReadMoment(at, builder);
    case What::kReal:
    case What::kDecimal: return ReadNumber(field.what, at, builder);
    case What::kBoolean: return ReadBoolean(at, builder);
    case What::kOther: return ReadParsed(at, builder);
    case What::kSkip: return Skip(at);
    case What::kRow: break;
  }
  const Object& object = objects_[static_cast<size_t>(field.object)];
  ColumnBuilder* children = object.wanted > 0 ? &builder.child(0) : nullptr;
  at = ReadObject(object, at, children, builder.length());
  if (at != nullptr) builder.AppendRow();
  return at;
}

namespace {

constexpr int kDigitsAtOnce = 16;

// The number that the digits at `at` say, as far as sixteen of them, and how many they are: without a loop whose end a processor would have to guess.
int64_t TakeDigits(const char* at, int* count) {
  alignas(32) static constexpr unsigned char kToTheRight[32] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                                                0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15};
  __m128i digits = _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), _mm_set1_epi8('0'));
  __m128i good = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  *count = __builtin_ctz(~static_cast<uint32_t>(_mm_movemask_epi8(good)));  // bits from the sixteenth on are set in what is counted
  digits = _mm_shuffle_epi8(digits, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kToTheRight + *count)));
  __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010a));
  __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(0x00012710));
  auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return static_cast<int64_t>((both & 0xffffffff) * 100'000'000 + (both >> 32));
}

}  // namespace

const char* PlainJson::ReadInteger(What what, const char* at, ColumnBuilder& builder) {
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
  if (what == What::kLong) {
    builder.Append(n);
    return at;
  }
  size_t bits = data::PhysicalWidth(builder.type().physical()) * 8;
  if (n >= int64_t{1} << (bits - 1) || n < -(int64_t{1} << (bits - 1))) return nullptr;
  builder.AppendInt(n);
  return at;
}

const char* PlainJson::ReadText(const char* at, ColumnBuilder& builder) {
  if (!Is(at, '"')) return nullptr;
  const char* begin = at + 1;
  at = StringStop(begin);
  if (Is(at, '\\')) return ReadEscaped(begin, at, builder);
  if (!Is(at, '"')) return nullptr;
  std::string_view text(begin, static_cast<size_t>(at - begin));
  int buffer = -1;
  bool far = text.size() > data::StringRef::kInlineMax;
  if (far && begin >= chunk_.data() && end_ <= chunk_.data() + chunk_.size()) buffer = builder.ShareBuffer(chunk_, pin_);
  if (buffer < 0) builder.AppendString(text);
  else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(begin - chunk_.data()));
  return at + 1;
}

// From the first backslash on, at `at`; text that is spelled in hexadecimal digits is left to others. Pieces are copied with what lies behind them, which the next one
// overwrites. What a long text took is not kept.
const char* PlainJson::ReadEscaped(const char* begin, const char* at, ColumnBuilder& builder) {
  static constexpr std::string_view kWritten = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  constexpr size_t kBlock = 32, kKept = 1 << 20;
  const char* end = SkipString(begin - 1);
  if (end == nullptr) return nullptr;
  auto most = static_cast<size_t>(end - begin) + kBlock;
  if (scratch_.size() < most) scratch_.resize(most);
  char* out = scratch_.data();
  std::memcpy(out, begin, static_cast<size_t>(at - begin));
  out += at - begin;
  while (Is(at, '\\') && at + 1 < end_) {
    size_t which = kWritten.find(at[1]);
    if (which == std::string_view::npos) return nullptr;
    *out++ = kMeant[which];
    at += 2;
    const char* stop = StringStop(at);
    auto length = static_cast<size_t>(stop - at);
    if (length <= kBlock) std::memcpy(out, at, kBlock);
    else std::memcpy(out, at, length);
    out += length;
    at = stop;
  }
  if (!Is(at, '"')) return nullptr;
  builder.AppendString({scratch_.data(), static_cast<size_t>(out - scratch_.data())});
  if (scratch_.size() > kKept) scratch_ = std::string();
  return at + 1;
}

// Years of four digits on the day of the row before are read without looking at the calendar.
const char* PlainJson::ReadMoment(const char* at, ColumnBuilder& builder) {
  constexpr size_t kSeconds = 19, kMillis = 23;
  std::string_view text;
  at = PlainString(at, &text);
  if (at == nullptr) return nullptr;
  const Type& type = builder.type();
  char separator = timestamps_ == TimestampStyle::kSql ? ' ' : 'T';
  bool usual = type.kind() == Kind::kTimestamp && type.precision() == 3 && (text.size() == kSeconds || (text.size() > kSeconds + 1 && text.size() <= kMillis)) && std::memcmp(text.data(), day_text_, kDay) == 0;
  if (!usual) {
    if (!AppendParsed(builder, text, timestamps_)) return nullptr;
    auto day = data::ParseDate(text.substr(0, kDay));
    if (day && text.size() >= kDay) std::memcpy(day_text_, text.data(), kDay);
    else day_text_[0] = '\0';
    day_ = day.value_or(0);
    return at;
  }
  bool good = text[kDay] == separator && text[13] == ':' && text[16] == ':' && (text.size() == kSeconds || text[kSeconds] == '.');
  auto digit = [&](size_t i) {
    auto d = static_cast<unsigned char>(text[i] - '0');
    good &= d <= 9;
    return static_cast<int64_t>(d);
  };
  int64_t hour = digit(11) * 10 + digit(12), minute = digit(14) * 10 + digit(15), second = digit(17) * 10 + digit(18), millis = 0;
  for (size_t i = kSeconds + 1; i < kMillis; ++i) millis = millis * 10 + (i < text.size() ? digit(i) : 0);
  if (!good || hour > 23 || minute > 59 || second > 59) return nullptr;
  builder.Append((day_ * data::kSecondsPerDay + hour * 3600 + minute * 60 + second) * 1000 + millis);
  return at;
}

const char* PlainJson::ReadNumber(What what, const char* at, ColumnBuilder& builder) {
  if (*at == '"') return ReadParsed(at, builder);
  std::string_view token;
  at = Number(at, &token);
  if (at == nullptr) return nullptr;
  if (what == What::kDecimal) return AppendParsed(builder, token, timestamps_) ? at : nullptr;
  double value = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return nullptr;
  if (builder.type().kind() == Kind::kDouble) builder.Append(value);
  else builder.Append(static_cast<float>(value));
  return at;
}

const char* PlainJson::ReadBoolean(const char* at, ColumnBuilder& builder) {
  if (*at == '"') return ReadParsed(at, builder);
  bool yes = *at == 't';
  at = Literal(at, yes ? "true" : "false");
  if (at != nullptr) builder.Append(static_cast<int8_t>(yes));
  return at;
}

const char* PlainJson::ReadParsed(const char* at, ColumnBuilder& builder) {
  std::string_view text;
  at = PlainString(at, &text);
  return at != nullptr && AppendParsed(builder, text, timestamps_) ? at : nullptr;
}

// A string without escapes.
const char* PlainJson::PlainString(const char* at, std::string_view* text) {
  if (!Is(at, '"')) return nullptr;
  const char* begin = at + 1;
  at = StringStop(begin);
  *text = {begin, static_cast<size_t>(at - begin)};
  return Is(at, '"') ? at + 1 : nullptr;
}

const char* PlainJson::Number(const char* at, std::string_view* token) {
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

const char* PlainJson::Skip(const char* at, int depth) {
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

const char* PlainJson::SkipString(const char* at) {
  at = StringStop(at + 1);
  while (Is(at, '\\')) {
    auto escaped = static_cast<unsigned char>(at[1]);
    if (escaped < ' ') return nullptr;
    if (escaped >= 0x80) ascii_ = false;
    at = StringStop(at + 2);
  }
  return Is(at, '"') ? at + 1 : nullptr;
}

// Nobody reads it, but it must be JSON: of anything else the other reader says what it is.
const char* PlainJson::SkipNested(const char* at, int depth) {
  const bool object = *at == '{';
  const char close = object ? '}' : ']';
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

const char* PlainJson::Literal(const char* at, std::string_view text) const {
  bool there = static_cast<size_t>(end_ - at) >= text.size() && std::memcmp(at, text.data(), text.size()) == 0;
  return there ? at + text.size() : nullptr;
}

// The first byte from `at` on that is a quote, a backslash or a control character, or the record's end.
const char* PlainJson::StringStop(const char* at) {
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  for (; at < end_; at += 32) {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    __m256i stops = _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, backslash)), _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, control), bytes));
    auto mask = static_cast<uint32_t>(_mm256_movemask_epi8(stops));
    auto high = static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
    if (mask != 0) {
      auto n = static_cast<uint32_t>(__builtin_ctz(mask));
      if ((high & ((uint32_t{1} << n) - 1)) != 0) ascii_ = false;
      return std::min(at + n, end_);
    }
    if (high != 0) ascii_ = false;
  }
  return end_;
}

}  // namespace freshet::formats
