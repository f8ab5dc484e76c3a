#include "data/civil.h"

#include <algorithm>

namespace freshet::data {
namespace {

void AppendPadded(std::string& out, int64_t n, int width) {
  char digits[20];
  int at = 20;
  do {
    digits[--at] = static_cast<char>('0' + n % 10);
    n /= 10;
  } while (n > 0);
  while (20 - at < width) digits[--at] = '0';
  out.append(digits + at, static_cast<size_t>(20 - at));
}

int64_t PowerOfTen(int n) {
  int64_t p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

// Walks text field by field; every Take fails for good once one has failed.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}
  bool AtEnd() const { return at_ == text_.size(); }
  bool Is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool Take(char c) {
    if (!Is(c)) return false;
    ++at_;
    return true;
  }
  bool TakeDigits(int least, int most, int64_t* out) {
    int64_t n = 0;
    int count = 0;
    while (count < most && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      n = n * 10 + (text_[at_++] - '0');
      ++count;
    }
    *out = n;
    return count >= least;
  }
  // Up to nine digits after the point, as nanoseconds; more are cut.
  bool TakeFraction(int64_t* nanos) {
    size_t begin = at_;
    if (!TakeDigits(1, 9, nanos)) return false;
    for (size_t n = at_ - begin; n < 9; ++n) *nanos *= 10;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return true;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// `clips`: days up to 31 that a month has not are its last one.
bool TakeDate(FieldReader& in, bool lenient, bool clips, int64_t* days) {
  int64_t year, month, day;
  int least = lenient ? 1 : 2;
  if (!in.TakeDigits(lenient ? 1 : 4, 4, &year) || !in.Take('-')) return false;
  if (!in.TakeDigits(least, 2, &month) || !in.Take('-') || !in.TakeDigits(least, 2, &day)) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  int last = DaysInMonth(year, static_cast<int>(month));
  if (clips && day <= 31) day = std::min<int64_t>(day, last);
  if (day > last) return false;
  *days = DaysFromCivil({year, static_cast<int>(month), static_cast<int>(day)});
  return true;
}

// `brief`: minutes and seconds may be left out.
bool TakeTime(FieldReader& in, bool lenient, bool brief, int64_t* seconds, int64_t* nanos) {
  int64_t hour, minute = 0, second = 0;
  int least = lenient ? 1 : 2;
  *nanos = 0;
  if (!in.TakeDigits(least, 2, &hour)) return false;
  bool minutes = in.Take(':');
  if (minutes && !in.TakeDigits(least, 2, &minute)) return false;
  bool with_seconds = minutes && in.Take(':');
  if (!with_seconds && !brief) return false;
  if (with_seconds) {
    if (!in.TakeDigits(least, 2, &second)) return false;
    if (in.Take('.') && !in.TakeFraction(nanos)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  *seconds = hour * 3600 + minute * 60 + second;
  return true;
}

void AppendClock(std::string& out, int64_t seconds_of_day) {
  AppendPadded(out, seconds_of_day / 3600, 2);
  out += ':';
  AppendPadded(out, seconds_of_day / 60 % 60, 2);
  out += ':';
  AppendPadded(out, seconds_of_day % 60, 2);
}

void AppendDateAndClock(std::string& out, int64_t seconds, char separator) {
  int64_t days = FloorDiv(seconds, kSecondsPerDay);
  AppendDate(out, days);
  out += separator;
  AppendClock(out, seconds - days * kSecondsPerDay);
}

}  // namespace

int64_t DaysFromCivil(CivilDate d) {
  int64_t y = d.month <= 2 ? d.year - 1 : d.year;
  int64_t era = FloorDiv(y, 400);
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilFromDays(int64_t days) {
  days += 719468;
  int64_t era = FloorDiv(days, 146097);
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t mp = (5 * day_of_year + 2) / 153;
  int day = static_cast<int>(day_of_year - (153 * mp + 2) / 5 + 1);
  int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int DaysInMonth(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

int64_t Rescale(int64_t value, int64_t from, int64_t to) {
  if (from == to) return value;
  return from < to ? value * (to / from) : FloorDiv(value, from / to);
}

int64_t CutToPrecision(int64_t value, const Type& type) {
  int64_t digits_kept = PowerOfTen(type.precision());
  int64_t step = type.UnitsPerSecond() / digits_kept;
  return step <= 1 ? value : FloorDiv(value, step) * step;
}

void AppendDate(std::string& out, int64_t days) {
  CivilDate d = CivilFromDays(days);
  if (d.year < 0) out += '-';
  AppendPadded(out, d.year < 0 ? -d.year : d.year, 4);
  out += '-';
  AppendPadded(out, d.month, 2);
  out += '-';
  AppendPadded(out, d.day, 2);
}

void AppendTimeOfDay(std::string& out, int64_t millis, int digits) {
  AppendClock(out, millis / 1000);
  if (digits <= 0) return;
  out += '.';
  int64_t nanos = millis % 1000 * 1000000;
  AppendPadded(out, nanos / PowerOfTen(9 - digits), digits);
}

void AppendTimestamp(std::string& out, int64_t value, const Type& type, char separator) {
  int64_t units = type.UnitsPerSecond();
  int64_t seconds = FloorDiv(value, units);
  AppendDateAndClock(out, seconds, separator);
  int digits = type.precision();
  if (digits == 0) return;
  out += '.';
  int64_t nanos = (value - seconds * units) * (1000000000 / units);
  AppendPadded(out, nanos / PowerOfTen(9 - digits), digits);
}

void AppendTimestampShort(std::string& out, int64_t value, const Type& type, char separator) {
  size_t begin = out.size();
  AppendTimestamp(out, value, type, separator);
  if (type.precision() == 0) return;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  CHECK(out.size() >= begin + 19);
}

std::optional<int64_t> ParseDate(std::string_view text, bool lenient) {
  FieldReader in(text);
  int64_t days;
  if (TakeDate(in, lenient, false, &days) && in.AtEnd()) return days;
  if (!lenient || text.find('-', 5) != std::string_view::npos) return std::nullopt;
  std::string whole(text);
  whole += text.find('-') == std::string_view::npos ? "-01-01" : "-01";
  FieldReader again(whole);
  return TakeDate(again, true, false, &days) && again.AtEnd() ? std::optional(days) : std::nullopt;
}

std::optional<int64_t> ParseTimeOfDay(std::string_view text, bool lenient) {
  FieldReader in(text);
  int64_t seconds, nanos;
  if (!TakeTime(in, lenient, lenient, &seconds, &nanos) || !in.AtEnd()) return std::nullopt;
  return seconds * 1000 + nanos / 1000000;
}

std::optional<int64_t> ParseTimestamp(std::string_view text, const Type& type, char separator, bool lenient) {
  FieldReader in(text);
  int64_t days, seconds = 0, nanos = 0;
  if (!TakeDate(in, lenient, lenient, &days)) return std::nullopt;
  if (!(lenient && in.AtEnd())) {
    if (!in.Take(separator) || !TakeTime(in, lenient, false, &seconds, &nanos)) return std::nullopt;
  }
  if (!in.AtEnd()) return std::nullopt;
  int64_t units = type.UnitsPerSecond();
  Int128 value = Int128{days * kSecondsPerDay + seconds} * units + nanos / (1000000000 / units);
  if (value < Int128{INT64_MIN} + units || value > INT64_MAX) return std::nullopt;
  return CutToPrecision(static_cast<int64_t>(value), type);
}

}  // namespace freshet::data
