#include "data/expr/date_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "data/civil.h"

namespace freshet::expr {
namespace {

using data::FloorDiv;
using data::FloorMod;
using data::kMillisPerDay;

constexpr std::string_view kLetters = "GyuYQqMLwWDdFgEecahHkKmsSAnN";  // known
constexpr std::string_view kZoneLetters = "XxZ";                       // for reading only
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
constexpr std::array<std::string_view, 4> kQuarters = {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void AppendPadded(std::string& out, int64_t n, int width) {
  if (n < 0) out += '-';
  char digits[20];
  char* end = std::to_chars(digits, digits + sizeof(digits), n < 0 ? -n : n).ptr;
  auto count = static_cast<int>(end - digits);
  if (count < width) out.append(static_cast<size_t>(width - count), '0');
  out.append(digits, end);
}

// A name in three letters, whole, or as its first letter.
std::string_view Named(std::string_view name, int width) { return name.substr(0, width <= 3 ? 3 : width == 5 ? 1 : std::string_view::npos); }

int WidestOf(char letter) {
  switch (letter) {
    case 'd':
    case 'H':
    case 'h':
    case 'K':
    case 'k':
    case 'm':
    case 's':
    case 'w': return 2;
    case 'W':
    case 'F':
    case 'a': return 1;
    case 'D': return 3;
    case 'M':
    case 'L':
    case 'E':
    case 'e':
    case 'c':
    case 'G':
    case 'Q':
    case 'q': return 5;
    case 'S': return 9;
    default: return 19;
  }
}

// How long what a letter says stays the same.
int64_t StepOf(char letter) {
  switch (letter) {
    case 'a':
    case 'H':
    case 'k':
    case 'K':
    case 'h': return 3'600'000;
    case 'm': return 60'000;
    case 's': return 1000;
    case 'S':
    case 'A':
    case 'n':
    case 'N': return 0;
    default: return kMillisPerDay;
  }
}

// The parts of a day that letters ask for, reckoned once.
struct Day {
  int64_t days;
  data::CivilDate date;
  int64_t of_year;  // from 1
  int sunday_based;  // Sunday 1
  explicit Day(int64_t d) : days(d), date(data::CivilFromDays(d)), of_year(d - data::DaysFromCivil({date.year, 1, 1}) + 1), sunday_based(static_cast<int>(FloorMod(d + 4, 7)) + 1) {}

  // Weeks begin on Sunday and week 1 holds January 1st, as in Java's US locale.
  int64_t WeekYear() const {
    int64_t saturday = days + 7 - sunday_based;
    return data::CivilFromDays(saturday).year;
  }
  int64_t Week() const {
    int64_t first = data::DaysFromCivil({WeekYear(), 1, 1});
    return FloorDiv(days - (first - FloorMod(first + 4, 7)), 7) + 1;
  }
  int64_t WeekOfMonth() const { return FloorDiv(date.day - 1 + FloorMod(days - date.day + 1 + 4, 7), 7) + 1; }
};

}  // namespace

Result<DatePattern> DatePattern::Compile(std::string_view pattern) {
  DatePattern out;
  auto literal = [&out](char c) {
    if (out.parts_.empty() || out.parts_.back().letter != 0) out.parts_.push_back({0, 0, {}});
    out.parts_.back().text += c;
  };
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\'') {
      size_t end = pattern.find('\'', i + 1);
      if (end == std::string_view::npos) return Fault::Invalid("date pattern '", pattern, "' has a quote that is never closed");
      if (end == i + 1) literal('\'');
      for (size_t k = i + 1; k < end; ++k) literal(pattern[k]);
      i = end;
    } else if (IsLetter(c)) {
      bool known = kLetters.find(c) != std::string_view::npos || kZoneLetters.find(c) != std::string_view::npos;
      if (!known) return Fault::Unsupported("date pattern letter '", c, "' in '", pattern, "'; known are ", kLetters);
      size_t end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      if (end - i > static_cast<size_t>(WidestOf(c))) return Fault::Invalid("date pattern '", pattern, "' has too many '", c, "'");
      out.parts_.push_back({c, static_cast<int>(end - i), {}});
      i = end - 1;
    } else if (std::string_view("[]{}#").find(c) != std::string_view::npos) {
      return Fault::Unsupported("date pattern '", pattern, "': '", c, "' is not supported; put it into quotes");
    } else {
      literal(c);
    }
  }
  return out;
}

int64_t DatePattern::step_ms() const {
  int64_t step = kMillisPerDay;
  for (const auto& part : parts_) step = std::min(step, StepOf(part.letter));
  return step;
}

void DatePattern::Append(std::string& out, LocalMoment moment) const {
  int64_t days = FloorDiv(moment.ms, kMillisPerDay), of_day = moment.ms - days * kMillisPerDay;
  Day day(days);
  int64_t hour = of_day / 3600000, quarter = (day.date.month - 1) / 3 + 1;
  for (const auto& part : parts_) {
    switch (part.letter) {
      case 0: out += part.text; break;
      case 'G': out += part.width == 4 ? (day.date.year > 0 ? "Anno Domini" : "Before Christ") : part.width == 5 ? (day.date.year > 0 ? "A" : "B") : day.date.year > 0 ? "AD" : "BC"; break;
      case 'y':
      case 'u': AppendPadded(out, part.width == 2 ? day.date.year % 100 : day.date.year, part.width); break;
      case 'Y': AppendPadded(out, part.width == 2 ? day.WeekYear() % 100 : day.WeekYear(), part.width); break;
      case 'Q':
      case 'q':
        if (part.width <= 2) AppendPadded(out, quarter, part.width);
        else if (part.width == 3) out += StrCat("Q", quarter);
        else if (part.width == 4) out += kQuarters[static_cast<size_t>(quarter - 1)];
        else out += StrCat(quarter);
        break;
      case 'M':
      case 'L':
        if (part.width <= 2) AppendPadded(out, day.date.month, part.width);
        else out += Named(kMonths[static_cast<size_t>(day.date.month - 1)], part.width);
        break;
      case 'w': AppendPadded(out, day.Week(), part.width); break;
      case 'W': AppendPadded(out, day.WeekOfMonth(), part.width); break;
      case 'D': AppendPadded(out, day.of_year, part.width); break;
      case 'd': AppendPadded(out, day.date.day, part.width); break;
      case 'F': AppendPadded(out, (day.date.day - 1) % 7 + 1, part.width); break;
      case 'g': AppendPadded(out, days + 40587, part.width); break;
      case 'E':
      case 'e':
      case 'c':
        if (part.letter != 'E' && part.width <= 2) AppendPadded(out, day.sunday_based, part.width);
        else out += Named(kDays[static_cast<size_t>(FloorMod(days + 3, 7))], part.width);
        break;
      case 'a': out += hour < 12 ? "AM" : "PM"; break;
      case 'H': AppendPadded(out, hour, part.width); break;
      case 'k': AppendPadded(out, hour == 0 ? 24 : hour, part.width); break;
      case 'K': AppendPadded(out, hour % 12, part.width); break;
      case 'h': AppendPadded(out, hour % 12 == 0 ? 12 : hour % 12, part.width); break;
      case 'm': AppendPadded(out, of_day / 60000 % 60, part.width); break;
      case 's': AppendPadded(out, of_day / 1000 % 60, part.width); break;
      case 'S': {
        std::string digits;
        AppendPadded(digits, of_day % 1000 * 1000000 + moment.nanos, 9);
        digits.resize(static_cast<size_t>(part.width), '0');
        out += digits;
        break;
      }
      case 'A': AppendPadded(out, of_day, part.width); break;
      case 'n': AppendPadded(out, of_day % 1000 * 1000000 + moment.nanos, part.width); break;
      case 'N': AppendPadded(out, of_day * 1000000 + moment.nanos, part.width); break;
    }
  }
}

namespace {

// Reads a text part by part.
class MomentReader {
 public:
  explicit MomentReader(std::string_view text) : text_(text) {}
  bool AtEnd() const { return at_ == text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  bool Take(std::string_view wanted) {
    if (!rest().starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }
  // A name of a list, whole or cut to the width; its place.
  template <size_t kSize>
  std::optional<int64_t> TakeName(const std::array<std::string_view, kSize>& names, int width) {
    for (size_t i = 0; i < kSize; ++i) {
      if (Take(Named(names[i], width))) return static_cast<int64_t>(i);
    }
    return std::nullopt;
  }
  std::optional<int64_t> TakeNumber(size_t least, size_t most) {
    size_t begin = at_;
    int64_t n = 0;
    while (at_ < text_.size() && at_ - begin < most && text_[at_] >= '0' && text_[at_] <= '9') n = n * 10 + (text_[at_++] - '0');
    taken_ = at_ - begin;
    return taken_ >= least && taken_ > 0 ? std::optional(n) : std::nullopt;
  }
  size_t taken() const { return taken_; }  // digits of the last number
  // "Z", "+08", "+0800", "+08:00" in milliseconds.
  std::optional<int64_t> TakeOffset() {
    if (Take("Z")) return 0;
    bool east = Take("+");
    if (!east && !Take("-")) return std::nullopt;
    auto hours = TakeNumber(2, 2);
    if (!hours) return std::nullopt;
    Take(":");
    int64_t minutes = TakeNumber(2, 2).value_or(0), ms = (*hours * 60 + minutes) * 60000;
    return east ? ms : -ms;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t taken_ = 0;
};

struct Fields {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0;
  int half = -1;
  std::optional<int64_t> of_year;
  std::optional<int64_t> offset_ms;

  bool Set(char letter, int width, int64_t n, size_t digits) {
    switch (letter) {
      case 'y':
      case 'u': year = width == 2 && digits == 2 ? 2000 + n : n; return true;
      case 'M':
      case 'L': month = n; return true;
      case 'd': day = n; return true;
      case 'D': of_year = n; return true;
      case 'H': hour = n; return true;
      case 'k': hour = n % 24; return true;
      case 'h': hour = n % 12; return true;
      case 'K': hour = n; return true;
      case 'm': minute = n; return true;
      case 's': second = n; return true;
      case 'S':
        for (size_t k = digits; k < 3; ++k) n *= 10;
        for (size_t k = digits; k > 3; --k) n /= 10;
        millis = n;
        return true;
      default: return false;  // a week, an era: written, not read
    }
  }

  std::optional<ReadMoment> Moment() const {
    int64_t h = hour + (half == 1 ? 12 : 0);
    bool midnight = h == 24 && minute == 0 && second == 0 && millis == 0;
    if (month < 1 || month > 12 || day < 1 || day > 31 || (h > 23 && !midnight) || minute > 59 || second > 59) return std::nullopt;
    int last = data::DaysInMonth(year, static_cast<int>(month));  // February 30 is its last day
    int64_t days = data::DaysFromCivil({year, static_cast<int>(month), static_cast<int>(day > last ? last : day)});
    if (of_year) {
      if (*of_year < 1 || *of_year > (data::IsLeapYear(year) ? 366 : 365)) return std::nullopt;
      days = data::DaysFromCivil({year, 1, 1}) + *of_year - 1;
    }
    return ReadMoment{days * kMillisPerDay + (h * 3600 + minute * 60 + second) * 1000 + millis, offset_ms};
  }
};

}  // namespace

std::optional<ReadMoment> DatePattern::Parse(std::string_view text, bool prefix) const {
  MomentReader in(text);
  Fields fields;
  for (size_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    if (part.letter == 0) {
      if (!in.Take(part.text)) return std::nullopt;
    } else if (part.letter == 'a') {
      fields.half = in.Take("AM") ? 0 : in.Take("PM") ? 1 : -1;
      if (fields.half < 0) return std::nullopt;
    } else if (kZoneLetters.find(part.letter) != std::string_view::npos) {
      fields.offset_ms = in.TakeOffset();
      if (!fields.offset_ms) return std::nullopt;
    } else if ((part.letter == 'M' || part.letter == 'L') && part.width >= 3) {
      auto month = in.TakeName(kMonths, part.width);
      if (!month) return std::nullopt;
      fields.month = *month + 1;
    } else if (part.letter == 'E') {
      if (!in.TakeName(kDays, part.width)) return std::nullopt;
    } else {
      bool adjacent = p + 1 < parts_.size() && parts_[p + 1].letter != 0;  // "yyyyMMdd": widths count exactly
      size_t most = adjacent || part.width > 1 ? static_cast<size_t>(part.width) : 9;
      auto n = in.TakeNumber(part.width > 1 ? static_cast<size_t>(part.width) : 1, most);
      if (!n || !fields.Set(part.letter, part.width, *n, in.taken())) return std::nullopt;
    }
  }
  if (!in.AtEnd() && !prefix) return std::nullopt;
  return fields.Moment();
}

}  // namespace freshet::expr
