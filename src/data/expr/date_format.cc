#include "data/expr/date_format.h"

#include <array>

#include "data/civil.h"

namespace freshet::expr {
namespace {

using data::FloorDiv;
using data::FloorMod;
using data::kMillisPerDay;

constexpr std::string_view kLetters = "yuMdHhKkmsSEaDn";
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void AppendPadded(std::string& out, int64_t n, int width) {
  std::string digits = StrCat(n);
  out.append(digits.size() < static_cast<size_t>(width) ? static_cast<size_t>(width) - digits.size() : 0, '0');
  out += digits;
}

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
      if (kLetters.find(c) == std::string_view::npos) return Fault::Unsupported("date pattern letter '", c, "' in '", pattern, "'; known are ", kLetters);
      size_t end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      out.parts_.push_back({c, static_cast<int>(end - i), {}});
      i = end - 1;
    } else {
      literal(c);
    }
  }
  return out;
}

void DatePattern::Append(std::string& out, int64_t ms) const {
  int64_t days = FloorDiv(ms, kMillisPerDay), of_day = ms - days * kMillisPerDay;
  auto date = data::CivilFromDays(days);
  int64_t hour = of_day / 3600000;
  for (const auto& part : parts_) {
    switch (part.letter) {
      case 0: out += part.text; break;
      case 'y':
      case 'u': AppendPadded(out, part.width == 2 ? date.year % 100 : date.year, part.width); break;
      case 'M':
        if (part.width <= 2) AppendPadded(out, date.month, part.width);
        else out += kMonths[static_cast<size_t>(date.month - 1)].substr(0, part.width == 3 ? 3 : std::string_view::npos);
        break;
      case 'd': AppendPadded(out, date.day, part.width); break;
      case 'D': AppendPadded(out, days - data::DaysFromCivil({date.year, 1, 1}) + 1, part.width); break;
      case 'H': AppendPadded(out, hour, part.width); break;
      case 'k': AppendPadded(out, hour == 0 ? 24 : hour, part.width); break;
      case 'K': AppendPadded(out, hour % 12, part.width); break;
      case 'h': AppendPadded(out, hour % 12 == 0 ? 12 : hour % 12, part.width); break;
      case 'm': AppendPadded(out, of_day / 60000 % 60, part.width); break;
      case 's': AppendPadded(out, of_day / 1000 % 60, part.width); break;
      case 'S': {
        std::string digits;
        AppendPadded(digits, of_day % 1000, 3);
        digits.resize(static_cast<size_t>(part.width), '0');
        out += digits;
        break;
      }
      case 'n': AppendPadded(out, of_day % 1000 * 1000000, part.width); break;
      case 'E': out += kDays[static_cast<size_t>(FloorMod(days + 3, 7))].substr(0, part.width <= 3 ? 3 : std::string_view::npos); break;
      case 'a': out += hour < 12 ? "AM" : "PM"; break;
    }
  }
}

std::optional<int64_t> DatePattern::Parse(std::string_view text) const {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0, half = -1;
  size_t at = 0;
  for (size_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    if (part.letter == 0) {
      if (!text.substr(at).starts_with(part.text)) return std::nullopt;
      at += part.text.size();
      continue;
    }
    if (part.letter == 'a') {
      if (text.substr(at, 2) != "AM" && text.substr(at, 2) != "PM") return std::nullopt;
      half = text[at] == 'P' ? 1 : 0;
      at += 2;
      continue;
    }
    if (part.letter == 'M' && part.width >= 3) {
      bool found = false;
      for (size_t m = 0; m < kMonths.size() && !found; ++m) {
        std::string_view name = kMonths[m].substr(0, part.width == 3 ? 3 : std::string_view::npos);
        if (!text.substr(at).starts_with(name)) continue;
        month = static_cast<int64_t>(m) + 1;
        at += name.size();
        found = true;
      }
      if (!found) return std::nullopt;
      continue;
    }
    bool adjacent = p + 1 < parts_.size() && parts_[p + 1].letter != 0;  // "yyyyMMdd": widths count exactly
    size_t most = adjacent || part.width > 1 ? static_cast<size_t>(part.width) : 9;
    size_t begin = at;
    int64_t n = 0;
    while (at < text.size() && at - begin < most && text[at] >= '0' && text[at] <= '9') n = n * 10 + (text[at++] - '0');
    if (at == begin || (part.width > 1 && at - begin < static_cast<size_t>(part.width))) return std::nullopt;
    switch (part.letter) {
      case 'y':
      case 'u': year = part.width == 2 ? 2000 + n : n; break;
      case 'M': month = n; break;
      case 'd': day = n; break;
      case 'H': hour = n; break;
      case 'k': hour = n % 24; break;
      case 'h': hour = n % 12; break;
      case 'K': hour = n; break;
      case 'm': minute = n; break;
      case 's': second = n; break;
      case 'S':
        for (size_t k = at - begin; k < 3; ++k) n *= 10;
        for (size_t k = at - begin; k > 3; --k) n /= 10;
        millis = n;
        break;
      default: return std::nullopt;
    }
  }
  if (half == 1) hour += 12;
  bool wrong = at != text.size() || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59;
  if (wrong) return std::nullopt;
  int last = data::DaysInMonth(year, static_cast<int>(month));
  int64_t days = data::DaysFromCivil({year, static_cast<int>(month), static_cast<int>(day > last ? last : day)});
  return days * kMillisPerDay + (hour * 3600 + minute * 60 + second) * 1000 + millis;
}

}  // namespace freshet::expr
