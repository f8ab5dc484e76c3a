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

bool PlainJson::Read(std::string_view record, ColumnBuilder* builders, int row) {
  at_ = record.data();
  end_ = at_ + record.size();
  ascii_ = true;
  SkipBlanks();
  if (!ReadObject(objects_.back(), builders, row)) return false;
  SkipBlanks();
  return at_ == end_ && (ascii_ || simdjson::validate_utf8(record.data(), record.size()));
}

bool PlainJson::ReadObject(const Object& object, ColumnBuilder* builders, int row) {
  if (!Take('{')) return false;
  size_t next = 0;
  int found = 0;
  SkipBlanks();
  bool more = !Take('}');
  while (more) {
    const Field* field = TakeKey(object, &next);
    SkipBlanks();
    if (at_ >= end_) return false;
    if (field == nullptr || field->column < 0 || builders[field->column].length() > row) {  // of a key that comes again the first one counts
      if (!Skip()) return false;
    } else {
      if (!ReadValue(*field, builders[field->column])) return false;
      ++found;
    }
    SkipBlanks();
    if (Take(',')) SkipBlanks();
    else if (Take('}')) more = false;
    else return false;
  }
  if (found == object.wanted) return true;
  for (const auto& field : object.fields) {
    if (field.column >= 0 && builders[field.column].length() == row) builders[field.column].AppendNull();
  }
  return true;
}

// Absent: nobody knows this key; or there is none, which leaves nothing behind it that could be read.
const PlainJson::Field* PlainJson::TakeKey(const Object& object, size_t* next) {
  if (*next < object.fields.size()) {
    const Field& expected = object.fields[*next];
    __m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at_)), _mm256_load_si256(reinterpret_cast<const __m256i*>(expected.key.text)));
    bool taken = expected.key.mask != 0 && (static_cast<uint32_t>(_mm256_movemask_epi8(same)) & expected.key.mask) == expected.key.mask;
    if (taken) {
      at_ += expected.key.length;
      ++*next;
      return &expected;
    }
  }
  std::string_view name;
  if (!PlainString(&name)) {
    at_ = end_;
    return nullptr;
  }
  SkipBlanks();
  if (!Take(':')) at_ = end_;
  for (size_t i = 0; i < object.fields.size(); ++i) {
    if (object.fields[i].name != name) continue;
    *next = i + 1;
    return &object.fields[i];
  }
  return nullptr;
}

bool PlainJson::ReadValue(const Field& field, ColumnBuilder& builder) {
  if (*at_ == 'n') {
    if (!Literal("null")) return false;
    builder.AppendNull();
    return true;
  }
  switch (field.what) {
    case What::kLong:
    case What::kInteger: return ReadInteger(field.what, builder);
    case What::kText: return ReadText(builder);
    case What::kMoment: return ReadMoment(builder);
    case What::kReal:
    case What::kDecimal: return ReadNumber(field.what, builder);
    case What::kBoolean: return ReadBoolean(builder);
    case What::kOther: return ReadParsed(builder);
    case What::kSkip: return Skip();
    case What::kRow: break;
  }
  const Object& object = objects_[static_cast<size_t>(field.object)];
  ColumnBuilder* children = object.wanted > 0 ? &builder.child(0) : nullptr;
  if (!ReadObject(object, children, builder.length())) return false;
  builder.AppendRow();
  return true;
}

bool PlainJson::ReadInteger(What what, ColumnBuilder& builder) {
  if (*at_ == '"') return ReadParsed(builder);
  bool negative = Take('-');
  const char* begin = at_;
  int64_t n = 0;
  while (at_ < end_ && static_cast<unsigned char>(*at_ - '0') <= 9 && at_ - begin < 18) n = n * 10 + (*at_++ - '0');
  bool plain = at_ > begin && !(at_ - begin > 1 && *begin == '0') && at_ < end_ && (*at_ == ',' || *at_ == '}' || IsBlank(*at_));
  if (!plain) return false;
  if (negative) n = -n;
  if (what == What::kLong) {
    builder.Append(n);
    return true;
  }
  size_t bits = data::PhysicalWidth(builder.type().physical()) * 8;
  if (n >= int64_t{1} << (bits - 1) || n < -(int64_t{1} << (bits - 1))) return false;
  builder.AppendInt(n);
  return true;
}

bool PlainJson::ReadText(ColumnBuilder& builder) {
  if (!Take('"')) return false;
  const char* begin = at_;
  at_ = StringStop(at_);
  if (at_ >= end_) return false;
  std::string_view text(begin, static_cast<size_t>(at_ - begin));
  if (*at_ == '\\') {
    if (!Unescape(begin, &text)) return false;
    builder.AppendString(text);
    return true;
  }
  if (!Take('"')) return false;
  int buffer = -1;
  bool far = text.size() > data::StringRef::kInlineMax;
  if (far && begin >= chunk_.data() && end_ <= chunk_.data() + chunk_.size()) buffer = builder.ShareBuffer(chunk_, pin_);
  if (buffer < 0) builder.AppendString(text);
  else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(begin - chunk_.data()));
  return true;
}

// From the first backslash on; text that is spelled in hexadecimal digits is left to others.
bool PlainJson::Unescape(const char* begin, std::string_view* text) {
  scratch_.assign(begin, at_);
  while (Take('\\')) {
    if (at_ >= end_) return false;
    static constexpr std::string_view kWritten = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    size_t which = kWritten.find(*at_++);
    if (which == std::string_view::npos) return false;
    scratch_ += kMeant[which];
    begin = at_;
    at_ = StringStop(at_);
    scratch_.append(begin, at_);
  }
  *text = scratch_;
  return Take('"');
}

// Years of four digits on the day of the row before are read without looking at the calendar.
bool PlainJson::ReadMoment(ColumnBuilder& builder) {
  constexpr size_t kDay = 10, kSeconds = 19, kMillis = 23;
  std::string_view text;
  if (!PlainString(&text)) return false;
  const Type& type = builder.type();
  char separator = timestamps_ == TimestampStyle::kSql ? ' ' : 'T';
  bool usual = type.kind() == Kind::kTimestamp && type.precision() == 3 && (text.size() == kSeconds || (text.size() > kSeconds + 1 && text.size() <= kMillis)) && text.substr(0, kDay) == day_text_;
  if (!usual) {
    if (!AppendParsed(builder, text, timestamps_)) return false;
    auto day = data::ParseDate(text.substr(0, kDay));
    day_text_ = day ? text.substr(0, kDay) : std::string_view();
    day_ = day.value_or(0);
    return true;
  }
  bool good = text[kDay] == separator && text[13] == ':' && text[16] == ':' && (text.size() == kSeconds || text[kSeconds] == '.');
  auto digit = [&](size_t i) {
    auto d = static_cast<unsigned char>(text[i] - '0');
    good &= d <= 9;
    return static_cast<int64_t>(d);
  };
  int64_t hour = digit(11) * 10 + digit(12), minute = digit(14) * 10 + digit(15), second = digit(17) * 10 + digit(18), millis = 0;
  for (size_t i = kSeconds + 1; i < kMillis; ++i) millis = millis * 10 + (i < text.size() ? digit(i) : 0);
  if (!good || hour > 23 || minute > 59 || second > 59) return false;
  builder.Append((day_ * data::kSecondsPerDay + hour * 3600 + minute * 60 + second) * 1000 + millis);
  return true;
}

bool PlainJson::ReadNumber(What what, ColumnBuilder& builder) {
  if (*at_ == '"') return ReadParsed(builder);
  std::string_view token;
  if (!Number(&token)) return false;
  if (what == What::kDecimal) return AppendParsed(builder, token, timestamps_);
  double value = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return false;
  if (builder.type().kind() == Kind::kDouble) builder.Append(value);
  else builder.Append(static_cast<float>(value));
  return true;
}

bool PlainJson::ReadBoolean(ColumnBuilder& builder) {
  if (*at_ == '"') return ReadParsed(builder);
  bool yes = *at_ == 't';
  if (!Literal(yes ? "true" : "false")) return false;
  builder.Append(static_cast<int8_t>(yes));
  return true;
}

bool PlainJson::ReadParsed(ColumnBuilder& builder) {
  std::string_view text;
  return PlainString(&text) && AppendParsed(builder, text, timestamps_);
}

// A string without escapes.
bool PlainJson::PlainString(std::string_view* text) {
  if (!Take('"')) return false;
  const char* begin = at_;
  at_ = StringStop(at_);
  *text = {begin, static_cast<size_t>(at_ - begin)};
  return Take('"');
}

bool PlainJson::Number(std::string_view* token) {
  const char* begin = at_;
  auto digits = [this] {
    const char* first = at_;
    while (at_ < end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ - first;
  };
  Take('-');
  bool zero = Is('0');
  auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (Take('.') && digits() == 0) return false;
  if (Take('e') || Take('E')) {
    if (!Take('+')) Take('-');
    if (digits() == 0) return false;
  }
  *token = {begin, static_cast<size_t>(at_ - begin)};
  return true;
}

bool PlainJson::Skip() {
  if (at_ >= end_) return false;
  switch (*at_) {
    case '"': return SkipString();
    case '{':
    case '[': return SkipNested();
    case 'n': return Literal("null");
    case 't': return Literal("true");
    case 'f': return Literal("false");
    default: break;
  }
  std::string_view token;
  return Number(&token);
}

bool PlainJson::SkipString() {
  ++at_;
  at_ = StringStop(at_);
  while (at_ < end_ && *at_ == '\\') at_ = StringStop(at_ + 2);
  return Take('"');
}

bool PlainJson::SkipNested() {
  int depth = 0;
  while (at_ < end_) {
    char c = *at_;
    if (c == '"') {
      if (!SkipString()) return false;
      continue;
    }
    ++at_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return true;
    if (static_cast<signed char>(c) < 0) ascii_ = false;
  }
  return false;
}

bool PlainJson::Literal(std::string_view text) {
  bool there = static_cast<size_t>(end_ - at_) >= text.size() && std::memcmp(at_, text.data(), text.size()) == 0;
  if (there) at_ += text.size();
  return there;
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
