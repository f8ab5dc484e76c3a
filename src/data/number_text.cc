#include "data/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/text.h"

namespace freshet::data {
namespace {

constexpr std::array<Int128, 39> MakePowers() {
  std::array<Int128, 39> powers{};
  Int128 p = 1;
  for (int i = 0; i < 39; ++i) {
    powers[static_cast<size_t>(i)] = p;
    if (i < 38) p *= 10;
  }
  return powers;
}
constexpr auto kPowers = MakePowers();

// The shortest digits of a finite positive number and the place of the decimal point: 0.digits × 10^point.
struct Shortest {
  std::string digits;
  int point = 0;
};

Shortest ShortestDigits(double value, bool single) {
  char text[40];
  auto end = single ? std::to_chars(text, text + sizeof text, static_cast<float>(value), std::chars_format::scientific).ptr
                    : std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  std::string_view all(text, static_cast<size_t>(end - text));
  size_t e = all.find('e');
  Shortest out;
  for (char c : all.substr(0, e)) {
    if (c != '.') out.digits += c;
  }
  int exponent = 0;
  std::string_view exponent_text = all.substr(all[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  out.point = exponent + 1;
  return out;
}

void AppendPlain(std::string& out, const Shortest& s) {
  auto length = static_cast<int>(s.digits.size());
  if (s.point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-s.point), '0');
    out += s.digits;
  } else if (s.point >= length) {
    out += s.digits;
    out.append(static_cast<size_t>(s.point - length), '0');
    out += ".0";
  } else {
    out += s.digits.substr(0, static_cast<size_t>(s.point)) + "." + s.digits.substr(static_cast<size_t>(s.point));
  }
}

bool AppendSpecial(std::string& out, double value, double* magnitude) {
  if (std::isnan(value)) {
    out += "NaN";
    return true;
  }
  if (std::signbit(value)) out += '-';
  *magnitude = std::fabs(value);
  if (!std::isinf(value)) return false;
  out += "Infinity";
  return true;
}

}  // namespace

Int128 PowerOfTen(int n) {
  CHECK(n >= 0 && n <= 38);
  return kPowers[static_cast<size_t>(n)];
}

void AppendDecimal(std::string& out, Int128 unscaled, int scale) {
  if (unscaled < 0) out += '-';
  unsigned __int128 rest = unscaled < 0 ? -static_cast<unsigned __int128>(unscaled) : static_cast<unsigned __int128>(unscaled);
  char digits[48];
  int at = 48, count = 0;
  do {
    if (count == scale && scale > 0) digits[--at] = '.';
    digits[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    ++count;
  } while (rest > 0 || count <= scale);
  out.append(digits + at, static_cast<size_t>(48 - at));
}

void AppendJavaDecimal(std::string& out, Int128 unscaled, int scale) {
  std::string digits;
  AppendDecimal(digits, unscaled < 0 ? -unscaled : unscaled, 0);
  int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (exponent >= -6) return AppendDecimal(out, unscaled, scale);
  if (unscaled < 0) out += '-';
  out += digits[0];
  if (digits.size() > 1) out += "." + digits.substr(1);
  out += 'E' + std::to_string(exponent);
}

std::optional<Int128> ParseDecimal(std::string_view text, int precision, int scale) {
  size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  std::string digits;
  int fraction = 0;
  bool point = false, any = false;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (digits.size() < 80 || c != '0') digits += c;
      if (digits.size() > 400) return std::nullopt;
      if (point) ++fraction;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  int exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t from = at + 1;
    if (from < text.size() && text[from] == '+') ++from;
    auto [end, error] = std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    if (error != std::errc() || exponent > 400 || exponent < -400) return std::nullopt;
    at = static_cast<size_t>(end - text.data());
  }
  if (at != text.size()) return std::nullopt;
  int keep = static_cast<int>(digits.size()) - fraction + exponent + scale;  // digits left of the rounding place
  Int128 value = 0;
  for (int i = 0; i < keep; ++i) {
    int digit = i < static_cast<int>(digits.size()) ? digits[static_cast<size_t>(i)] - '0' : 0;
    if (value >= kPowers[37]) return std::nullopt;
    value = value * 10 + digit;
    if (i > 500) break;
  }
  if (keep >= 0 && keep < static_cast<int>(digits.size()) && digits[static_cast<size_t>(keep)] >= '5') ++value;
  if (value >= PowerOfTen(precision)) return std::nullopt;
  return negative ? -value : value;
}

void AppendRepr(std::string& out, double value, bool single) {
  double magnitude = 0;
  if (AppendSpecial(out, value, &magnitude)) return;
  if (magnitude == 0) {
    out += "0.0";
    return;
  }
  Shortest s = ShortestDigits(magnitude, single);
  int exponent = s.point - 1;
  if (exponent >= -4 && exponent < 16) return AppendPlain(out, s);
  out += s.digits[0];
  if (s.digits.size() > 1) out += "." + s.digits.substr(1);
  int size = exponent < 0 ? -exponent : exponent;
  out += StrCat("e", exponent < 0 ? '-' : '+', size < 10 ? "0" : "", size);
}

void AppendJavaDouble(std::string& out, double value, bool single) {
  double magnitude = 0;
  if (AppendSpecial(out, value, &magnitude)) return;
  if (magnitude == 0) {
    out += "0.0";
    return;
  }
  Shortest s = ShortestDigits(magnitude, single);
  if (magnitude >= 1e-3 && magnitude < 1e7) return AppendPlain(out, s);
  out += s.digits[0];
  out += "." + (s.digits.size() > 1 ? s.digits.substr(1) : "0");
  out += StrCat("E", s.point - 1);
}

}  // namespace freshet::data
