#include "data/formats/text_values.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "data/civil.h"
#include "data/formats/base64.h"
#include "data/number_text.h"

namespace freshet::formats {
namespace {

using data::Kind;
using data::Type;

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <typename T>
bool AppendInteger(data::ColumnBuilder& builder, std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  builder.Append(value);
  return true;
}

template <typename T>
bool AppendFloating(data::ColumnBuilder& builder, std::string_view text) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") {
    builder.Append(static_cast<T>(std::strtod(std::string(text).c_str(), nullptr)));
    return true;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  builder.Append(value);
  return true;
}

// As Flink reads one: true in any case, with blanks and control characters around it, and all else is false, the empty text as well.
bool AppendBoolean(data::ColumnBuilder& builder, std::string_view text) {
  auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  constexpr std::string_view kTrue = "true";
  bool yes = text.size() == kTrue.size() && std::equal(text.begin(), text.end(), kTrue.begin(), [](char a, char b) { return (a | 0x20) == b; });
  builder.Append(static_cast<int8_t>(yes));
  return true;
}

bool AppendMoment(data::ColumnBuilder& builder, std::string_view text, TimestampStyle style) {
  const Type& type = builder.type();
  if (type.kind() == Kind::kTimestampLtz) {
    if (!text.ends_with('Z')) return false;
    text.remove_suffix(1);
  }
  auto value = data::ParseTimestamp(text, type, style == TimestampStyle::kSql ? ' ' : 'T');
  if (value) builder.Append(*value);
  return value.has_value();
}

}  // namespace

bool AppendParsed(data::ColumnBuilder& builder, std::string_view text, TimestampStyle style) {
  const Type& type = builder.type();
  switch (type.kind()) {
    case Kind::kBoolean: return AppendBoolean(builder, text);
    case Kind::kTinyInt: return AppendInteger<int8_t>(builder, Trimmed(text));
    case Kind::kSmallInt: return AppendInteger<int16_t>(builder, Trimmed(text));
    case Kind::kInt: return AppendInteger<int32_t>(builder, Trimmed(text));
    case Kind::kBigInt: return AppendInteger<int64_t>(builder, Trimmed(text));
    case Kind::kFloat: return AppendFloating<float>(builder, Trimmed(text));
    case Kind::kDouble: return AppendFloating<double>(builder, Trimmed(text));
    case Kind::kDecimal: {
      auto value = data::ParseDecimal(Trimmed(text), data::kMaxDecimalPrecision, type.scale());
      if (!value) return false;
      auto limit = data::PowerOfTen(type.precision());
      if (*value < limit && *value > -limit) builder.AppendDecimal(*value);
      else builder.AppendNull();
      return true;
    }
    case Kind::kChar:
    case Kind::kVarchar: builder.AppendString(text); return true;
    case Kind::kBinary:
    case Kind::kVarbinary: {
      auto bytes = ParsePaddedBase64(text);
      if (bytes) builder.AppendString(*bytes);
      return bytes.has_value();
    }
    case Kind::kDate: {
      auto days = data::ParseDate(text);
      if (days) builder.AppendInt(*days);
      return days.has_value();
    }
    case Kind::kTime: {
      auto ms = data::ParseTimeOfDay(text);
      if (ms) builder.AppendInt(*ms);
      return ms.has_value();
    }
    case Kind::kTimestamp:
    case Kind::kTimestampLtz: return AppendMoment(builder, text, style);
    case Kind::kIntervalMonths: return AppendInteger<int32_t>(builder, Trimmed(text));
    case Kind::kIntervalMillis: return AppendInteger<int64_t>(builder, Trimmed(text));
    default: return false;
  }
}

void AppendTemporal(std::string& out, const data::Column& column, int row, TimestampStyle style) {
  const Type& type = column.type;
  if (type.kind() == Kind::kDate) return data::AppendDate(out, column.IntAt(row));
  if (type.kind() == Kind::kTime) {
    int64_t ms = column.IntAt(row);
    data::AppendTimeOfDay(out, ms, ms % 1000 == 0 ? 0 : 3);
    while (ms % 1000 != 0 && out.back() == '0') out.pop_back();
    return;
  }
  data::AppendTimestampShort(out, column.IntAt(row), type, style == TimestampStyle::kSql ? ' ' : 'T');
  if (type.kind() == Kind::kTimestampLtz) out += 'Z';
}

}  // namespace freshet::formats
