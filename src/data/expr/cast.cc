#include <charconv>
#include <cmath>
#include <limits>

#include "data/bitmap.h"
#include "data/civil.h"
#include "data/expr/decimal_math.h"
#include "data/expr/kernel.h"
#include "data/expr/types.h"
#include "data/number_text.h"
#include "data/type_article.h"

// CAST and TRY_CAST. A conversion that has no answer is a Fault (CAST) or NULL (TRY_CAST); DECIMAL overflow is
// NULL in both; integers wrap; floating point saturates into integers.

namespace freshet::expr {
namespace {

using data::Kind;
using data::Physical;

// One cast at work: what every converter below needs.
struct Cast {
  const Column& from;
  const Type& to;
  bool try_cast;
  Selection sel;
  const Session& session;
};

// Between an instant and the session's wall time, in the units of a timestamp type.
int64_t ToLocal(int64_t instant, const Type& type, const Session& session) {
  return instant + session.zone.OffsetAt(data::Rescale(instant, type.UnitsPerSecond(), 1000)) * (type.UnitsPerSecond() / 1000);
}
int64_t ToInstant(int64_t local, const Type& type, const Session& session) {
  int64_t ms = data::Rescale(local, type.UnitsPerSecond(), 1000);
  return local + (session.zone.ToUtc(ms) - ms) * (type.UnitsPerSecond() / 1000);
}

// Zeros at the end are not told, but for one behind the point.
void AppendTime(std::string& out, int64_t millis, int precision) {
  data::AppendTimeOfDay(out, millis, precision);
  if (precision == 0) return;
  while (out.back() == '0' && out[out.size() - 2] != '.') out.pop_back();
}

// Appends one value as CAST(… AS STRING) writes it.
void AppendAsText(std::string& out, const Column& column, int row, const Session& session) {
  const Type& type = column.type;
  switch (type.kind()) {
    case Kind::kBoolean: out += column.Value<int8_t>(row) != 0 ? "TRUE" : "FALSE"; return;
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt:
    case Kind::kBigInt: AppendText(out, column.IntAt(row)); return;
    case Kind::kFloat: return data::AppendJavaDouble(out, column.Value<float>(row), true);
    case Kind::kDouble: return data::AppendJavaDouble(out, column.Value<double>(row), false);
    case Kind::kDecimal: return data::AppendDecimal(out, column.DecimalAt(row), type.scale());
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kBinary:
    case Kind::kVarbinary:
    case Kind::kVariant: out += column.String(row); return;
    case Kind::kBitmap: out += data::BitmapText(column.String(row)); return;
    case Kind::kDate: return data::AppendDate(out, column.IntAt(row));
    case Kind::kTime: return AppendTime(out, column.IntAt(row), type.precision());
    case Kind::kTimestamp: return data::AppendTimestamp(out, column.IntAt(row), type);
    case Kind::kTimestampLtz:
      return data::AppendTimestamp(out, ToLocal(column.IntAt(row), type, session), type);
    case Kind::kIntervalMonths: {
      int64_t months = column.IntAt(row);
      out += StrCat(months < 0 ? "-" : "+", std::abs(months) / 12, "-", std::abs(months) % 12 < 10 ? "0" : "", std::abs(months) % 12);
      return;
    }
    case Kind::kIntervalMillis: {
      int64_t ms = column.IntAt(row);
      out += StrCat(ms < 0 ? "-" : "+", std::abs(ms) / data::kMillisPerDay, " ");
      return data::AppendTimeOfDay(out, std::abs(ms) % data::kMillisPerDay, 3);
    }
    default: break;
  }
  auto element = [&](const Column& child, int i) {
    if (child.IsNull(i)) out += "NULL";
    else AppendAsText(out, child, i, session);
  };
  if (type.kind() == Kind::kRow) {
    out += '(';
    for (size_t c = 0; c < column.children.size(); ++c) {
      if (c > 0) out += ", ";
      element(*column.children[c], column.Base(row));
    }
    out += ')';
    return;
  }
  auto [begin, end] = column.Range(row);
  bool pairs = type.kind() != Kind::kArray;
  out += pairs ? '{' : '[';
  for (int i = begin; i < end; ++i) {
    if (i > begin) out += ", ";
    element(*column.children[0], i);
    if (!pairs) continue;
    out += '=';
    element(*column.children[1], i);
  }
  out += pairs ? '}' : ']';
}

int CodePoints(std::string_view text) {
  int n = 0;
  for (char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return n;
}

std::string_view FirstCodePoints(std::string_view text, int count) {
  size_t i = 0;
  while (i < text.size()) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && count-- == 0) break;
    ++i;
  }
  return text.substr(0, i);
}

// VARCHAR(n) cuts, CHAR(n) cuts and pads.
std::string_view FitText(std::string_view text, const Type& to, std::string& scratch) {
  if (to.length() == data::kUnboundedLength) return text;
  if (to.IsBinary()) {
    text = text.substr(0, static_cast<size_t>(to.length()));
    if (to.kind() != Kind::kBinary || text.size() == static_cast<size_t>(to.length())) return text;
    scratch.assign(text);
    scratch.resize(static_cast<size_t>(to.length()), '\0');
    return scratch;
  }
  if (static_cast<int64_t>(text.size()) > to.length()) text = FirstCodePoints(text, to.length());
  if (to.kind() != Kind::kChar) return text;
  int missing = to.length() - CodePoints(text);
  if (missing <= 0) return text;
  scratch.assign(text);
  scratch.append(static_cast<size_t>(missing), ' ');
  return scratch;
}

ColumnPtr ToText(const Cast& c, int length) {
  Output<std::string_view> out(length);
  std::string text, scratch;
  c.sel.ForEach([&](uint32_t row) {
    int i = static_cast<int>(row);
    if (c.from.IsNull(i)) return out.SetNull(row);
    if (c.from.type.physical() == Physical::kString && !c.from.type.IsBitmap()) return out.Set(row, FitText(c.from.String(i), c.to, scratch));
    text.clear();
    AppendAsText(text, c.from, i, c.session);
    out.Set(row, FitText(text, c.to, scratch));
  });
  return out.Finish(c.to);
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <typename T>
T Saturate(double value) {
  if (std::isnan(value)) return 0;
  if (value >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
  if (value <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
  return static_cast<T>(value);
}

// DOUBLE to TINYINT and SMALLINT goes through INT, as Java's (byte)(int) does.
template <typename T>
T DoubleToInteger(double value) {
  if constexpr (sizeof(T) >= 4) return Saturate<T>(value);
  else return static_cast<T>(Saturate<int32_t>(value));
}

// As Java reads: a suffix d or f is fine, and what is too large is infinite.
std::optional<double> TextToDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  if (text == "Infinity") {
    value = std::numeric_limits<double>::infinity();
  } else {
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return std::nullopt;
    if (std::string_view("dDfF").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) value = std::strtod(std::string(text).c_str(), nullptr);
  }
  return negative ? -value : value;
}

template <typename T>
std::optional<T> TextToInteger(std::string_view text) {
  size_t point = text.find('.');
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  text = text.substr(0, point);
  bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  if (plus && text.starts_with('-')) return std::nullopt;
  bool only_sign = text.empty() || text == "-";
  if (only_sign && point != std::string_view::npos) return T{};  // ".5", "-.5" and "." are 0, as in Flink
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<int8_t> TextToBoolean(std::string_view text) {
  std::string lower;
  for (char c : text.substr(0, 6)) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (std::string_view yes : {"true", "t", "yes", "y", "1"}) {
    if (lower == yes) return int8_t{1};
  }
  for (std::string_view no : {"false", "f", "no", "n", "0"}) {
    if (lower == no) return int8_t{0};
  }
  return std::nullopt;
}

std::optional<int64_t> TextToTimestamp(std::string_view text, const Type& to, const Session& session) {
  auto local = data::ParseTimestamp(text, to, ' ', true);
  return local && to.kind() == Kind::kTimestampLtz ? std::optional(ToInstant(*local, to, session)) : local;
}

// convert(row, T* out) answers whether there is a value; without one it is NULL when `null_is_right`, else the
// cast has failed.
template <typename T, typename F>
Result<ColumnPtr> Convert(const Cast& c, int length, bool null_is_right, F convert) {
  Output<T> out(length);
  int failed = -1;
  c.sel.ForEach([&](uint32_t row) {
    int i = static_cast<int>(row);
    T value{};
    if (c.from.IsNull(i)) return out.SetNull(row);
    if (convert(i, &value)) return out.Set(row, value);
    out.SetNull(row);
    if (failed < 0) failed = i;
  });
  if (failed >= 0 && !null_is_right && !c.try_cast) {
    std::string text;
    AppendAsText(text, c.from, failed, c.session);
    return Fault::Invalid("CAST: '", text.substr(0, 80), "' is not ", data::WithArticle(c.to), "; TRY_CAST gives NULL instead");
  }
  return out.Finish(c.to);
}

template <typename T>
Result<ColumnPtr> ToInteger(const Cast& c, int length) {
  const Column& f = c.from;
  switch (f.type.kind()) {
    case Kind::kFloat: return Convert<T>(c, length, true, [&](int i, T* v) { *v = DoubleToInteger<T>(f.Value<float>(i)); return true; });
    case Kind::kDouble: return Convert<T>(c, length, true, [&](int i, T* v) { *v = DoubleToInteger<T>(f.Value<double>(i)); return true; });
    case Kind::kDecimal:
      return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(*CutDecimal(f.DecimalAt(i), f.type.scale(), 0)); return true; });
    case Kind::kChar:
    case Kind::kVarchar:
      return Convert<T>(c, length, false, [&](int i, T* v) {
        auto n = TextToInteger<T>(Trimmed(f.String(i)));
        if (n) *v = *n;
        return n.has_value();
      });
    default: return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(f.IntAt(i)); return true; });
  }
}

template <typename T>
Result<ColumnPtr> ToFloating(const Cast& c, int length) {
  const Column& f = c.from;
  switch (f.type.kind()) {
    case Kind::kFloat: return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(f.Value<float>(i)); return true; });
    case Kind::kDouble: return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(f.Value<double>(i)); return true; });
    case Kind::kDecimal:
      return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(DecimalToDouble(f.DecimalAt(i), f.type.scale())); return true; });
    case Kind::kChar:
    case Kind::kVarchar:
      return Convert<T>(c, length, false, [&](int i, T* v) {
        auto n = TextToDouble(Trimmed(f.String(i)));
        if (n) *v = static_cast<T>(*n);
        return n && (sizeof(T) == sizeof(double) || std::isfinite(*v));  // FLOAT must hold it
      });
    default: return Convert<T>(c, length, true, [&](int i, T* v) { *v = static_cast<T>(f.IntAt(i)); return true; });
  }
}

template <typename T>
Result<ColumnPtr> ToDecimal(const Cast& c, int length) {
  const Column& f = c.from;
  int precision = c.to.precision(), scale = c.to.scale();
  auto store = [=](std::optional<Int128> n, T* v) {
    if (!n || !Fits(*n, precision)) return false;
    *v = static_cast<T>(*n);
    return true;
  };
  switch (f.type.kind()) {
    case Kind::kFloat: return Convert<T>(c, length, true, [&](int i, T* v) { return store(DoubleToDecimal(static_cast<double>(f.Value<float>(i)), precision, scale), v); });
    case Kind::kDouble: return Convert<T>(c, length, true, [&](int i, T* v) { return store(DoubleToDecimal(f.Value<double>(i), precision, scale), v); });
    case Kind::kChar:
    case Kind::kVarchar: {
      return Convert<T>(c, length, false, [&](int i, T* v) { return store(data::ParseDecimal(Trimmed(f.String(i)), precision, scale), v); });
    }
    default: {
      int from_scale = f.type.kind() == Kind::kDecimal ? f.type.scale() : 0;
      return Convert<T>(c, length, true, [&](int i, T* v) { return store(RescaleDecimal(f.DecimalAt(i), from_scale, scale), v); });
    }
  }
}

Result<ColumnPtr> ToBoolean(const Cast& c, int length) {
  const Column& f = c.from;
  if (f.type.IsString()) {
    return Convert<int8_t>(c, length, false, [&](int i, int8_t* v) {
      auto b = TextToBoolean(f.String(i));
      if (b) *v = *b;
      return b.has_value();
    });
  }
  if (f.type.kind() == Kind::kDouble) return Convert<int8_t>(c, length, true, [&](int i, int8_t* v) { *v = f.Value<double>(i) != 0; return true; });
  if (f.type.kind() == Kind::kFloat) return Convert<int8_t>(c, length, true, [&](int i, int8_t* v) { *v = f.Value<float>(i) != 0; return true; });
  return Convert<int8_t>(c, length, true, [&](int i, int8_t* v) { *v = f.DecimalAt(i) != 0; return true; });
}

Result<ColumnPtr> ToDate(const Cast& c, int length) {
  const Column& f = c.from;
  if (f.type.IsString()) {
    return Convert<int32_t>(c, length, false, [&](int i, int32_t* v) {
      std::string_view text = Trimmed(f.String(i));
      size_t blank = text.find(' ');
      auto days = data::ParseDate(text.substr(0, blank), true);
      if (days) *v = static_cast<int32_t>(*days);
      return days.has_value();
    });
  }
  bool instant = f.type.kind() == Kind::kTimestampLtz;
  int64_t units = f.type.UnitsPerSecond();
  return Convert<int32_t>(c, length, true, [&](int i, int32_t* v) {
    int64_t local = instant ? ToLocal(f.Value<int64_t>(i), f.type, c.session) : f.Value<int64_t>(i);
    *v = static_cast<int32_t>(data::FloorDiv(local, units * data::kSecondsPerDay));
    return true;
  });
}

Result<ColumnPtr> ToTime(const Cast& c, int length) {
  const Column& f = c.from;
  int64_t step = c.to.precision() == 0 ? 1000 : c.to.precision() == 1 ? 100 : c.to.precision() == 2 ? 10 : 1;
  if (f.type.IsString()) {
    return Convert<int32_t>(c, length, false, [&](int i, int32_t* v) {
      auto ms = data::ParseTimeOfDay(Trimmed(f.String(i)), true);
      if (ms) *v = static_cast<int32_t>(*ms / step * step);
      return ms.has_value();
    });
  }
  if (f.type.kind() == Kind::kTime) return Convert<int32_t>(c, length, true, [&](int i, int32_t* v) { *v = static_cast<int32_t>(f.IntAt(i) / step * step); return true; });
  bool instant = f.type.kind() == Kind::kTimestampLtz;
  return Convert<int32_t>(c, length, true, [&](int i, int32_t* v) {
    int64_t ms = data::Rescale(instant ? ToLocal(f.Value<int64_t>(i), f.type, c.session) : f.Value<int64_t>(i), f.type.UnitsPerSecond(), 1000);
    *v = static_cast<int32_t>(data::FloorMod(ms, data::kMillisPerDay) / step * step);
    return true;
  });
}

// A moment in finer units; none when they do not reach it, be it in another zone: nanoseconds go from 1677 to 2262.
std::optional<int64_t> InUnits(int64_t value, int64_t from, int64_t to) {
  if (from >= to) return data::Rescale(value, from, to);
  data::Int128 fine = data::Int128{value} * (to / from), reach = INT64_MAX - data::Int128{data::kSecondsPerDay} * to;
  return fine > reach || fine < -reach ? std::nullopt : std::optional(static_cast<int64_t>(fine));
}

Result<ColumnPtr> ToTimestamp(const Cast& c, int length) {
  const Column& f = c.from;
  int64_t units = c.to.UnitsPerSecond();
  if (f.type.IsString()) {
    return Convert<int64_t>(c, length, false, [&](int i, int64_t* v) {
      auto t = TextToTimestamp(f.String(i), c.to, c.session);
      if (t) *v = *t;
      return t.has_value();
    });
  }
  bool to_instant = c.to.kind() == Kind::kTimestampLtz, from_instant = f.type.kind() == Kind::kTimestampLtz;
  auto shifted = [&](int64_t t) { return to_instant && !from_instant ? ToInstant(t, c.to, c.session) : from_instant && !to_instant ? ToLocal(t, c.to, c.session) : t; };
  if (f.type.kind() == Kind::kDate) {
    return Convert<int64_t>(c, length, false, [&](int i, int64_t* v) {
      auto moment = InUnits(f.IntAt(i) * data::kSecondsPerDay, 1, units);
      if (moment) *v = shifted(*moment);
      return moment.has_value();
    });
  }
  if (f.type.kind() == Kind::kTime) {
    return Convert<int64_t>(c, length, true, [&](int i, int64_t* v) { *v = shifted(f.IntAt(i) * (units / 1000)); return true; });
  }
  int64_t from_units = f.type.UnitsPerSecond();
  return Convert<int64_t>(c, length, false, [&](int i, int64_t* v) {
    auto moment = InUnits(f.Value<int64_t>(i), from_units, units);
    if (moment) *v = data::CutToPrecision(shifted(*moment), c.to);
    return moment.has_value();
  });
}

// Whether a conversion lost an element of the row: TRY_CAST then gives NULL for the whole.
bool LostElement(const Column& before, const Column& after, int row) {
  bool list = before.type.kind() != Kind::kRow;
  auto [begin, end] = list ? before.Range(row) : std::pair(before.Base(row), before.Base(row) + 1);
  for (size_t c = 0; c < before.children.size(); ++c) {
    for (int k = begin; k < end; ++k) {
      if (!before.children[c]->IsNull(k) && after.children[c]->IsNull(k)) return true;
    }
  }
  return false;
}

// ROW, ARRAY and MAP convert part by part.
Result<ColumnPtr> ToNested(const ColumnPtr& from, const Cast& c) {
  auto out = std::make_shared<Column>(*from);
  out->type = c.to;
  for (size_t i = 0; i < from->children.size(); ++i) {
    const ColumnPtr& child = from->children[i];
    const Type& to = c.to.fields()[i].type;
    if (child->type.SameExceptNull(to)) continue;
    ASSIGN_OR_RETURN(out->children[i], EvaluateCast(child, to, c.try_cast, {nullptr, child->length}, c.session));
  }
  if (!c.try_cast) return ColumnPtr(out);
  data::ColumnBuilder whole(c.to, from->length);
  for (int row = 0; row < from->length; ++row) {
    if (from->IsNull(row) || LostElement(*from, *out, row)) whole.AppendNull();
    else whole.AppendFrom(*out, row);
  }
  return whole.Finish();
}

bool OnlyRelabels(const Type& from, const Type& to) {
  if (from.SameExceptNull(to)) return true;
  if (from.IsString() && to.kind() == Kind::kVarchar) return from.length() <= to.length();
  if (from.IsBinary() && to.kind() == Kind::kVarbinary) return from.length() <= to.length();
  if ((from.IsString() || from.IsBitmap()) && to.kind() == Kind::kVarbinary) return to.length() == data::kUnboundedLength;
  return from.kind() == to.kind() && from.kind() == Kind::kDecimal && from.scale() == to.scale() && from.precision() <= to.precision() && from.physical() == to.physical();
}

}  // namespace

Result<ColumnPtr> EvaluateCast(const ColumnPtr& from, const Type& to, bool try_cast, Selection sel, const Session& session) {
  if (OnlyRelabels(from->type, to)) return data::WithType(from, to);
  Cast c{*from, to, try_cast, sel, session};
  int length = from->length;
  if (to.physical() == Physical::kString) return ToText(c, length);
  switch (to.kind()) {
    case Kind::kBoolean: return ToBoolean(c, length);
    case Kind::kTinyInt: return ToInteger<int8_t>(c, length);
    case Kind::kSmallInt: return ToInteger<int16_t>(c, length);
    case Kind::kInt: return ToInteger<int32_t>(c, length);
    case Kind::kBigInt: return ToInteger<int64_t>(c, length);
    case Kind::kFloat: return ToFloating<float>(c, length);
    case Kind::kDouble: return ToFloating<double>(c, length);
    case Kind::kDecimal: return to.physical() == Physical::kInt64 ? ToDecimal<int64_t>(c, length) : ToDecimal<Int128>(c, length);
    case Kind::kDate: return ToDate(c, length);
    case Kind::kTime: return ToTime(c, length);
    case Kind::kTimestamp:
    case Kind::kTimestampLtz: return ToTimestamp(c, length);
    default: return ToNested(from, c);
  }
}

}  // namespace freshet::expr
