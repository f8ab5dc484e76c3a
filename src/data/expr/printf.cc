#include <algorithm>
#include <cmath>

#include "base/capitals.h"
#include "data/expr/decimal_math.h"
#include "data/expr/kernel.h"
#include "data/number_text.h"

// PRINTF with the directives of java.util.Formatter that numbers, texts and booleans need: %[n$][-+ 0,(#][width][.digits] and one of d x X o f e E g s S b c n %.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

constexpr size_t kWidthMax = 10'000;

struct Directive {
  int argument = 0;  // n of n$; 0: the next one
  bool left = false, plus = false, blank = false, zero = false, groups = false, brackets = false;
  size_t width = 0;
  int digits = -1;
  char letter = 0;
};

// Takes the directive behind a '%'.
std::optional<Directive> TakeDirective(Text format, size_t* at) {
  Directive out;
  auto number = [&]() -> std::optional<size_t> {
    size_t n = 0, begin = *at;
    while (*at < format.size() && format[*at] >= '0' && format[*at] <= '9' && n <= kWidthMax) n = n * 10 + static_cast<size_t>(format[(*at)++] - '0');
    return *at == begin ? std::nullopt : std::optional(n);
  };
  size_t begin = *at;
  if (auto n = number(); n && *at < format.size() && format[*at] == '$') {
    out.argument = static_cast<int>(*n);
    ++*at;
  } else {
    *at = begin;
  }
  for (; *at < format.size(); ++*at) {
    char c = format[*at];
    bool* flag = c == '-' ? &out.left : c == '+' ? &out.plus : c == ' ' ? &out.blank : c == '0' ? &out.zero : c == ',' ? &out.groups : c == '(' ? &out.brackets : nullptr;
    if (flag == nullptr) break;
    *flag = true;
  }
  out.width = number().value_or(0);
  if (*at < format.size() && format[*at] == '.') {
    ++*at;
    auto digits = number();
    if (!digits) return std::nullopt;
    out.digits = static_cast<int>(std::min(*digits, kWidthMax));
  }
  if (*at == format.size() || out.width > kWidthMax) return std::nullopt;
  out.letter = format[(*at)++];
  bool needs_width = (out.left || out.zero) && out.width == 0;
  return needs_width || (out.left && out.zero) || (out.plus && out.blank) ? std::nullopt : std::optional(out);
}

void Pad(std::string& out, std::string text, const Directive& how) {
  auto shown = static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  size_t missing = how.width > shown ? how.width - shown : 0;
  if (how.left) out += text + std::string(missing, ' ');
  else out += std::string(missing, ' ') + text;
}

// Digits with their sign, grouped and padded as asked.
void AppendSigned(std::string& out, bool negative, std::string digits, const Directive& how) {
  if (how.groups) {
    size_t whole = std::min(digits.find('.'), digits.size());
    for (size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  }
  std::string before = negative ? (how.brackets ? "(" : "-") : how.plus ? "+" : how.blank ? " " : "";
  std::string after = negative && how.brackets ? ")" : "";
  size_t used = before.size() + digits.size() + after.size();
  if (how.zero && how.width > used) digits.insert(0, how.width - used, '0');
  Pad(out, before + digits + after, how);
}

// One value as text: %s.
std::string Plain(const Column& column, int row) {
  std::string out;
  if (column.IsNull(row)) return "null";
  switch (column.type.kind()) {
    case Kind::kBoolean: return column.Value<int8_t>(row) != 0 ? "true" : "false";
    case Kind::kFloat: data::AppendJavaDouble(out, column.Value<float>(row), true); return out;
    case Kind::kDouble: data::AppendJavaDouble(out, column.Value<double>(row), false); return out;
    case Kind::kDecimal: data::AppendDecimal(out, column.DecimalAt(row), column.type.scale()); return out;
    case Kind::kChar:
    case Kind::kVarchar: return std::string(column.String(row));
    default: return StrCat(column.IntAt(row));
  }
}

bool AppendWhole(std::string& out, const Column& column, int row, const Directive& how) {
  if (!column.type.IsInteger() || how.digits >= 0) return false;
  int64_t n = column.IntAt(row);
  if (how.letter == 'd') {
    AppendSigned(out, n < 0, StrCat(n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n)), how);
    return true;
  }
  auto bits = static_cast<uint64_t>(n);
  if (size_t width = data::PhysicalWidth(column.type.physical()); width < 8) bits &= (uint64_t{1} << (width * 8)) - 1;
  char digits[40];
  std::snprintf(digits, sizeof digits, how.letter == 'o' ? "%lo" : "%lx", static_cast<unsigned long>(bits));
  AppendSigned(out, false, how.letter == 'X' ? InCapitals(digits) : digits, how);
  return true;
}

// Java rounds the shortest decimal text of a double half up, C its exact value.
std::string Rounded(const std::string& repr, int digits) {
  auto exact = data::ParseDecimal(repr, 38, std::min(digits, 18));
  if (!exact) return {};
  std::string out;
  data::AppendDecimal(out, *exact, std::min(digits, 18));
  if (digits > 18) out.append(static_cast<size_t>(digits - 18), '0');
  return out;
}

bool AppendFraction(std::string& out, const Column& column, int row, const Directive& how) {
  int digits = how.digits < 0 ? 6 : how.digits;
  if (column.type.kind() == Kind::kDecimal && how.letter == 'f') {
    std::string text;
    auto scaled = expr::RescaleDecimal(column.DecimalAt(row), column.type.scale(), std::min(digits, 38));
    if (!scaled) return false;
    data::AppendDecimal(text, *scaled < 0 ? -*scaled : *scaled, std::min(digits, 38));
    AppendSigned(out, *scaled < 0, text, how);
    return true;
  }
  if (!column.type.IsFloating()) return false;
  bool single = column.type.kind() == Kind::kFloat;
  double value = single ? static_cast<double>(column.Value<float>(row)) : column.Value<double>(row);
  if (!std::isfinite(value)) {
    Pad(out, Plain(column, row), how);
    return true;
  }
  std::string repr, text;
  data::AppendRepr(repr, std::fabs(value), single);
  if (how.letter == 'f') text = Rounded(repr, digits);
  if (text.empty()) {
    char space[512];
    const char* format = how.letter == 'f' ? "%.*f" : how.letter == 'g' ? "%.*g" : "%.*e";
    std::snprintf(space, sizeof space, format, std::min(digits, 120), std::fabs(value));
    text = how.letter == 'E' ? InCapitals(space) : space;
  }
  AppendSigned(out, std::signbit(value), text, how);
  return true;
}

bool AppendOne(std::string& out, const Column& column, int row, const Directive& how) {
  bool null = column.IsNull(row);
  switch (how.letter) {
    case 's':
    case 'S': {
      std::string text = Plain(column, row);
      if (how.digits >= 0) text = text.substr(0, static_cast<size_t>(how.digits));
      Pad(out, how.letter == 'S' ? InCapitals(text) : text, how);
      return true;
    }
    case 'b': Pad(out, column.type.kind() == Kind::kBoolean ? (null ? "false" : Plain(column, row)) : null ? "false" : "true", how); return true;
    case 'c': {
      if (!null && !column.type.IsInteger()) return false;
      std::string text = null ? "null" : "";
      if (!null) text += static_cast<char>(column.IntAt(row) & 0x7F);
      Pad(out, text, how);
      return null || (column.IntAt(row) >= 0 && column.IntAt(row) < 0x80);
    }
    default: break;
  }
  bool whole = Text("dxXo").find(how.letter) != Text::npos, fraction = Text("feEg").find(how.letter) != Text::npos;
  if (!whole && !fraction) return false;
  if (null) {
    Pad(out, "null", how);
    return true;
  }
  return whole ? AppendWhole(out, column, row, how) : AppendFraction(out, column, row, how);
}

// False: the format and its arguments do not go together, and the answer is NULL.
bool Print(std::string& out, Text format, const Call& call, int row) {
  size_t next = 1;
  for (size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      out += format[at++];
      continue;
    }
    ++at;
    auto how = TakeDirective(format, &at);
    if (!how) return false;
    if (how->letter == 'n' || how->letter == '%') {
      Pad(out, how->letter == 'n' ? "\n" : "%", *how);
      continue;
    }
    size_t argument = how->argument > 0 ? static_cast<size_t>(how->argument) : next++;
    if (argument >= call.args.size() || !AppendOne(out, *call.args[argument], row, *how)) return false;
  }
  return true;
}

Result<Type> BindPrintf(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a format and values");
  for (size_t i = 1; i < s.args.size(); ++i) {
    bool fine = s.type(i).IsString() || s.type(i).IsNumeric() || s.type(i).kind() == Kind::kBoolean;
    if (!fine) return s.Mismatch("numbers, strings and booleans behind its format");
  }
  return Type::String();
}

Result<ColumnPtr> Printf(const Call& call) {
  Reader<Text> format(*call.args[0]);
  Output<Text> out(call.length);
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    text.clear();
    if (format.valid(i) && Print(text, format[i], call, static_cast<int>(i))) out.Set(i, text);
    else out.SetNull(i);
  });
  return out.Finish(call.type());
}

constexpr Function kFunctions[] = {
    {"PRINTF", 1, 1000, BindPrintf, Printf,
     {"PRINTF(format, v, …)", "values in a format of Java's: %d %x %o %f %e %s %b %c with flags, width and digits; NULL when they do not go together", "PRINTF('%05d|%-4s|%.2f', 42, 'ab', 1.005e0)", "'00042|ab  |1.01'"}},
};

}  // namespace

std::span<const Function> PrintfFunctions() { return kFunctions; }

}  // namespace freshet::expr
