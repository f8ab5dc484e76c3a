#pragma once

#include <immintrin.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "data/column_builder.h"
#include "data/formats/json_fields.h"
#include "data/formats/text_values.h"

// Values of JSON as programs usually write them, read in one pass. Included by the readers of such records alone: they are compiled for one instruction set.

namespace freshet::formats {

// What stands where in a block of bytes, one bit each.
struct JsonBlock {
  static constexpr size_t kBytes = 64;
  uint64_t quotes, backslashes, controls, high;  // controls: bytes below a blank; high: those that are not ASCII

  explicit JsonBlock(const char* at) {
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
    __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
    quotes = Bits(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
    backslashes = Bits(_mm256_cmpeq_epi8(a, backslash), _mm256_cmpeq_epi8(b, backslash));
    controls = Bits(_mm256_cmpeq_epi8(_mm256_min_epu8(a, control), a), _mm256_cmpeq_epi8(_mm256_min_epu8(b, control), b));
    high = Bits(a, b);
  }
  // The bytes that a backslash before them escapes. `into_next`: 1 where the last byte of the block before escapes the first one of this, and so for the next one.
  // Of a row of backslashes each second one is escaped: adding a bit at its begin runs to its end, on one parity of places or the other.
  uint64_t Escaped(uint64_t* into_next) const {
    constexpr uint64_t kOdd = 0xaaaaaaaaaaaaaaaa;
    uint64_t may_escape = backslashes & ~*into_next;
    uint64_t turned = (((may_escape << 1) | kOdd) - may_escape) ^ kOdd;
    uint64_t escaped = turned ^ (backslashes | *into_next);
    *into_next = (turned & backslashes) >> 63;
    return escaped;
  }

 private:
  static uint64_t Bits(__m256i low, __m256i high_half) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(low)) | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high_half))) << 32;
  }
};

inline constexpr int kDigitsAtOnce = 16;

// How many of the sixteen bytes at `at` are digits before the first that is none.
inline int CountDigits(__m128i digits) {
  __m128i good = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  return __builtin_ctz(~static_cast<uint32_t>(_mm_movemask_epi8(good)));  // bits from the sixteenth on are set in what is counted
}
inline __m128i DigitsAt(const char* at) { return _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), _mm_set1_epi8('0')); }

// The number that the digits at `at` say, as far as sixteen of them, and how many they are: without a loop whose end a processor would have to guess.
inline int64_t TakeDigits(const char* at, int* count) {
  alignas(32) static constexpr unsigned char kToTheRight[32] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                                                0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15};
  __m128i digits = DigitsAt(at);
  *count = CountDigits(digits);
  digits = _mm_shuffle_epi8(digits, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kToTheRight + *count)));
  __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010a));
  __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(0x00012710));
  auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return static_cast<int64_t>((both & 0xffffffff) * 100'000'000 + (both >> 32));
}

// Reads values of one record after the other. Each is given where it begins and says where it ended; absent: that is none of the usual shape, and nothing was
// appended. The place is handed on and not kept, so that it stays in a register. Behind a record kBytes of a block are readable, as in every chunk. Used by one thread.
class PlainValues {
 public:
  explicit PlainValues(TimestampStyle timestamps) : timestamps_(timestamps) {}

  void SetChunk(std::string_view chunk, data::Pin pin) {
    chunk_ = chunk;
    pin_ = std::move(pin);
  }
  void Begin(const char* end) {
    end_ = end;
    high_ = 0;
    nested_ = false;
  }
  const char* end() const { return end_; }
  bool ascii() const { return high_ == 0; }  // all strings of the record so far
  bool nested() const { return nested_; }    // something was passed over that has values in it, and blanks of any kind between them

  // One that is not a row and not null.
  const char* Read(JsonUse use, const char* at, data::ColumnBuilder& builder);
  static bool IsOfMilliseconds(const data::Type& type) { return type.kind() == data::Kind::kTimestamp && type.precision() == 3; }
  // The same, in place: of a column of T, BIGINT or INT; of a text; of a TIMESTAMP(3) without a zone.
  template <typename T>
  [[gnu::always_inline]] const char* ReadInteger(const char* at, data::ColumnBuilder& builder);
  [[gnu::always_inline]] const char* ReadText(const char* at, data::ColumnBuilder& builder);
  [[gnu::always_inline]] const char* ReadMoment(const char* at, data::ColumnBuilder& builder);

  const char* Skip(const char* at, int depth = 0);
  [[gnu::always_inline]] const char* SkipString(const char* at);
  [[gnu::always_inline]] const char* SkipInteger(const char* at);  // or whatever stands there
  const char* Literal(const char* at, std::string_view text) const;
  const char* Null(const char* at, data::ColumnBuilder& builder) const {
    at = Literal(at, "null");
    if (at != nullptr) builder.AppendNull();
    return at;
  }
  // A string without escapes.
  const char* PlainString(const char* at, std::string_view* text);

  bool Is(const char* at, char c) const { return at < end_ && *at == c; }
  const char* SkipBlanks(const char* at) const {
    while (at < end_ && static_cast<unsigned char>(*at) <= ' ' && IsBlank(*at)) ++at;
    return at;
  }
  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

 private:
  static constexpr int kDepthMax = 64;
  static constexpr size_t kDay = 10;

  const char* ReadEscaped(const char* begin, const char* end, data::ColumnBuilder& builder);
  const char* ReadOtherInteger(const char* at, data::ColumnBuilder& builder);
  const char* ReadOtherMoment(const char* at, data::ColumnBuilder& builder);
  const char* ReadNumber(JsonUse use, const char* at, data::ColumnBuilder& builder);
  const char* ReadBoolean(const char* at, data::ColumnBuilder& builder);
  const char* ReadParsed(const char* at, data::ColumnBuilder& builder);
  const char* Number(const char* at, std::string_view* token);
  const char* SkipNested(const char* at, int depth);
  [[gnu::always_inline]] const char* StringEnd(const char* at, bool* escapes);
  [[gnu::always_inline]] bool IsShortInteger(const char* begin, int count) const {
    const char* behind = begin + count;
    return count > 0 && count < kDigitsAtOnce && !(count > 1 && *begin == '0') && behind < end_ && (*behind == ',' || *behind == '}');
  }
  [[gnu::always_inline]] bool TakeTime(std::string_view text, int64_t* millis) const;

  const TimestampStyle timestamps_;
  std::string_view chunk_;
  data::Pin pin_;
  const char* end_ = nullptr;    // of the record
  uint64_t high_ = 0;
  bool nested_ = false;
  std::string scratch_;
  alignas(16) char day_text_[16] = {};  // the day that was read last with what stands behind it, and its number
  int64_t day_ms_ = 0;
};

// The closing quote of a string whose text begins at `at`.
inline const char* PlainValues::StringEnd(const char* at, bool* escapes) {
  uint64_t into_next = 0, backslashes = 0;
  for (; at < end_; at += JsonBlock::kBytes) {
    JsonBlock block(at);
    uint64_t stops = (block.quotes & ~block.Escaped(&into_next)) | block.controls;
    uint64_t before = (stops - 1) & ~stops;
    high_ |= block.high & before;
    backslashes |= block.backslashes & before;
    if (stops == 0) continue;
    at += __builtin_ctzll(stops);
    *escapes = backslashes != 0;
    return Is(at, '"') ? at : nullptr;
  }
  return nullptr;
}

inline const char* PlainValues::SkipString(const char* at) {
  bool escapes = false;
  const char* end = StringEnd(at + 1, &escapes);
  return end == nullptr ? nullptr : end + 1;
}

inline const char* PlainValues::PlainString(const char* at, std::string_view* text) {
  if (!Is(at, '"')) return nullptr;
  bool escapes = false;
  const char* end = StringEnd(at + 1, &escapes);
  if (end == nullptr || escapes) return nullptr;
  *text = {at + 1, static_cast<size_t>(end - at - 1)};
  return end + 1;
}

inline const char* PlainValues::ReadText(const char* at, data::ColumnBuilder& builder) {
  if (!Is(at, '"')) return nullptr;
  const char* begin = at + 1;
  bool escapes = false;
  const char* end = StringEnd(begin, &escapes);
  if (end == nullptr) return nullptr;
  if (escapes) return ReadEscaped(begin, end, builder);
  std::string_view text(begin, static_cast<size_t>(end - begin));
  int buffer = -1;
  bool far = text.size() > data::StringRef::kInlineMax;
  if (far && begin >= chunk_.data() && end_ <= chunk_.data() + chunk_.size()) buffer = builder.ShareBuffer(chunk_, pin_);
  if (buffer < 0) builder.AppendString(text);
  else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(begin - chunk_.data()));
  return end + 1;
}

// Of up to fifteen digits, as nearly all are; all others are read by hand.
template <typename T>
inline const char* PlainValues::ReadInteger(const char* at, data::ColumnBuilder& builder) {
  const bool negative = *at == '-';
  const char* begin = at + (negative ? 1 : 0);
  int count = 0;
  int64_t n = TakeDigits(begin, &count);
  const char* behind = begin + count;
  if (negative) n = -n;
  bool plain = IsShortInteger(begin, count) && static_cast<T>(n) == n;
  if (!plain) return ReadOtherInteger(at, builder);
  builder.Append(static_cast<T>(n));
  return behind;
}

inline const char* PlainValues::SkipInteger(const char* at) {
  const char* begin = *at == '-' ? at + 1 : at;
  int count = CountDigits(DigitsAt(begin));
  return IsShortInteger(begin, count) ? begin + count : Skip(at);
}

// "12:34:56" with up to three digits of a second behind a point, as milliseconds of its day.
inline bool PlainValues::TakeTime(std::string_view text, int64_t* millis) const {
  constexpr size_t kSeconds = 8, kMillis = 12;
  if (text.size() > kMillis || text.size() == kSeconds + 1 || text.size() < kSeconds) return false;
  alignas(16) static constexpr char kMeans[16] = {'0', '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 0, 0, 0, 0};
  alignas(16) static constexpr char kMost[16] = {9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 9, 0, 0, 0, 0};
  __m128i means = _mm_load_si128(reinterpret_cast<const __m128i*>(kMeans)), most = _mm_load_si128(reinterpret_cast<const __m128i*>(kMost));
  __m128i places = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m128i there = _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(text.size())), places);
  __m128i bytes = _mm_blendv_epi8(means, _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data())), there);
  __m128i digits = _mm_sub_epi8(bytes, means);  // where a sign stands: 0
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, most), digits)) != 0xffff) return false;
  // Pairs of hours, minutes, seconds, and the milliseconds as one and two digits.
  __m128i pairs = _mm_maddubs_epi16(_mm_shuffle_epi8(digits, _mm_setr_epi8(0, 1, 3, 4, 6, 7, -1, -1, -1, 9, 10, 11, -1, -1, -1, -1)), _mm_set1_epi16(0x010a));
  __m128i limits = _mm_setr_epi16(23, 59, 59, 0, 9, 99, 0, 0);
  if (_mm_movemask_epi8(_mm_cmpgt_epi16(pairs, limits)) != 0) return false;
  __m128i sums = _mm_madd_epi16(pairs, _mm_setr_epi16(3600, 60, 1, 0, 100, 1, 0, 0));
  int64_t seconds = _mm_extract_epi32(sums, 0) + _mm_extract_epi32(sums, 1);
  *millis = seconds * 1000 + _mm_extract_epi32(sums, 2);
  return true;
}

// Years of four digits on the day of the row before are read without looking at the calendar.
inline const char* PlainValues::ReadMoment(const char* at, data::ColumnBuilder& builder) {
  constexpr int kSameDay = (1 << (kDay + 1)) - 1;
  const char* begin = at + 1;
  __m256i quotes = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(begin)), _mm256_set1_epi8('"'));
  size_t size = __builtin_ctzll(static_cast<uint32_t>(_mm256_movemask_epi8(quotes)) | uint64_t{1} << 32);
  __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(begin)), _mm_load_si128(reinterpret_cast<const __m128i*>(day_text_)));
  bool usual = *at == '"' && size > kDay && (_mm_movemask_epi8(same) & kSameDay) == kSameDay && begin + size < end_;
  int64_t millis = 0;
  if (!usual || !TakeTime({begin + kDay + 1, size - kDay - 1}, &millis)) return ReadOtherMoment(at, builder);
  builder.Append(day_ms_ + millis);
  return begin + size + 1;
}

}  // namespace freshet::formats
