#include "data/expr/types.h"

#include <algorithm>
#include <charconv>

namespace freshet::expr {

using data::Kind;

namespace {

bool AnyNull(const Type& a, const Type& b) { return a.nullable() || b.nullable(); }

Type Wider(const Type& a, const Type& b) { return a.kind() >= b.kind() ? a : b; }

std::optional<Type> CommonNumber(const Type& a, const Type& b) {
  if (a.kind() == Kind::kDouble || b.kind() == Kind::kDouble) return Type::Double();
  if (a.IsFloating() || b.IsFloating()) {
    bool with_decimal = a.kind() == Kind::kDecimal || b.kind() == Kind::kDecimal;
    return with_decimal ? Type::Double() : Type::Float();
  }
  if (a.IsInteger() && b.IsInteger()) return Wider(a, b);
  Digits x = DigitsOf(a), y = DigitsOf(b);
  int scale = std::max(x.scale, y.scale);
  int whole = std::max(x.precision - x.scale, y.precision - y.scale);
  return CappedDecimal(whole + scale, scale);
}

std::optional<Type> CommonText(const Type& a, const Type& b) {
  int length = std::max(a.length(), b.length());
  bool fixed = a.kind() == b.kind() && a.length() == b.length() && (a.kind() == Kind::kChar || a.kind() == Kind::kBinary);
  if (fixed) return a;
  return a.IsString() ? Type::Varchar(length) : Type::Varbinary(length);
}

std::optional<Type> CommonTime(const Type& a, const Type& b) {
  int precision = std::max(a.IsTimestamp() ? a.precision() : 0, b.IsTimestamp() ? b.precision() : 0);
  if (a.kind() == Kind::kTimestampLtz || b.kind() == Kind::kTimestampLtz) return Type::TimestampLtz(precision);
  return Type::Timestamp(precision);
}

std::optional<Type> CommonNested(const Type& a, const Type& b) {
  if (a.kind() != b.kind() || a.fields().size() != b.fields().size()) return std::nullopt;
  std::vector<data::NamedType> fields;
  for (size_t i = 0; i < a.fields().size(); ++i) {
    auto common = CommonType(a.fields()[i].type, b.fields()[i].type);
    if (!common) return std::nullopt;
    fields.push_back({a.fields()[i].name, *common});
  }
  if (a.kind() == Kind::kRow) return Type::Row(std::move(fields));
  if (a.kind() == Kind::kArray) return Type::Array(fields[0].type);
  return a.kind() == Kind::kMap ? Type::Map(fields[0].type, fields[1].type) : Type::Multiset(fields[0].type);
}

std::optional<Type> CommonIgnoringNull(const Type& a, const Type& b) {
  if (a.kind() == Kind::kNull) return b;
  if (b.kind() == Kind::kNull) return a;
  if (a.SameExceptNull(b)) return a;
  if (a.IsNumeric() && b.IsNumeric()) return CommonNumber(a, b);
  if ((a.IsString() && b.IsString()) || (a.IsBinary() && b.IsBinary())) return CommonText(a, b);
  bool a_moment = a.IsTimestamp() || a.kind() == Kind::kDate, b_moment = b.IsTimestamp() || b.kind() == Kind::kDate;
  if (a_moment && b_moment) return CommonTime(a, b);
  if (a.kind() == Kind::kTime && b.kind() == Kind::kTime) return Type::Time(std::max(a.precision(), b.precision()));
  if (a.kind() == b.kind() && a.IsInterval()) return a;
  if (a.IsNested() && b.IsNested()) return CommonNested(a, b);
  return std::nullopt;
}

bool FieldsCastable(const Type& from, const Type& to, bool (*castable)(const Type&, const Type&)) {
  if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) return false;
  for (size_t i = 0; i < from.fields().size(); ++i) {
    if (!castable(from.fields()[i].type, to.fields()[i].type)) return false;
  }
  return true;
}

}  // namespace

Digits DigitsOf(const Type& exact) {
  switch (exact.kind()) {
    case Kind::kTinyInt: return {3, 0};
    case Kind::kSmallInt: return {5, 0};
    case Kind::kInt: return {10, 0};
    case Kind::kBigInt: return {19, 0};
    case Kind::kDecimal: return {exact.precision(), exact.scale()};
    default: CHECK(false);
  }
}

Type CappedDecimal(int precision, int scale) {
  if (precision <= data::kMaxDecimalPrecision) return Type::Decimal(precision, scale);
  int whole = precision - scale;
  int least = std::min(scale, 6);
  return Type::Decimal(data::kMaxDecimalPrecision, std::max(data::kMaxDecimalPrecision - whole, least));
}

Type DecimalResult(char op, const Type& left, const Type& right) {
  auto [p1, s1] = DigitsOf(left);
  auto [p2, s2] = DigitsOf(right);
  int scale = std::max(s1, s2);
  switch (op) {
    case '+':
    case '-': return CappedDecimal(scale + std::max(p1 - s1, p2 - s2) + 1, scale);
    case '*': return CappedDecimal(p1 + p2 + 1, s1 + s2);
    case '/': scale = std::max(6, s1 + p2 + 1); return CappedDecimal(p1 - s1 + s2 + scale, scale);
    case '%': return CappedDecimal(std::min(p1 - s1, p2 - s2) + scale, scale);
    default: CHECK(false);
  }
}

std::optional<Type> CommonType(const Type& a, const Type& b) {
  auto common = CommonIgnoringNull(a, b);
  if (!common) return std::nullopt;
  return common->WithNullable(AnyNull(a, b));
}

bool ImplicitlyCastable(const Type& from, const Type& to) {
  if (from.kind() == Kind::kNull || from.SameExceptNull(to)) return true;
  if (from.IsString() && to.IsString()) return true;
  if (from.IsBinary() && to.IsBinary()) return true;
  if (from.IsTimestamp() && to.IsTimestamp()) return true;
  if (from.kind() == Kind::kDate && to.IsTimestamp()) return true;
  if (from.kind() == Kind::kTime && to.kind() == Kind::kTime) return true;
  if (from.IsInterval() && from.kind() == to.kind()) return true;
  if (from.IsInteger() && to.IsInteger()) return from.kind() <= to.kind();
  if (from.IsExact() && to.kind() == Kind::kDecimal) return true;
  if (from.IsExact() && to.IsFloating()) return true;
  if (from.IsFloating() && to.IsFloating()) return from.kind() <= to.kind();
  if (from.IsNested() && to.IsNested()) return FieldsCastable(from, to, ImplicitlyCastable);
  return false;
}

bool ExplicitlyCastable(const Type& from, const Type& to) {
  if (ImplicitlyCastable(from, to)) return true;
  if (to.kind() == Kind::kNull || from.IsVariant() || to.IsOpaque()) return false;
  if (from.IsBitmap()) return to.IsString() || (to.IsBinary() && to.length() == data::kUnboundedLength);
  if (from.IsNested() || to.IsNested()) {
    if (to.IsString()) return true;
    return from.IsNested() && to.IsNested() && FieldsCastable(from, to, ExplicitlyCastable);
  }
  if (from.IsString()) return !to.IsInterval();
  if (to.IsString()) return true;
  if (from.IsBinary() || to.IsBinary()) return false;
  bool from_number = from.IsNumeric() || from.kind() == Kind::kBoolean;
  bool to_number = to.IsNumeric() || to.kind() == Kind::kBoolean;
  if (from_number || to_number) return from_number && to_number;
  auto temporal = [](const Type& t) { return t.IsTimestamp() || t.kind() == Kind::kDate || t.kind() == Kind::kTime; };
  if (!temporal(from) || !temporal(to)) return false;
  return !(from.kind() == Kind::kDate && to.kind() == Kind::kTime) && !(from.kind() == Kind::kTime && to.kind() == Kind::kDate);
}

Result<Type> TypeOfNumber(std::string_view text) {
  if (text.find_first_of("eE") != std::string_view::npos) return Type::Double().NotNull();
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  size_t point = digits.find('.');
  if (point == std::string_view::npos) {
    int64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc()) return (n >= INT32_MIN && n <= INT32_MAX ? Type::Int() : Type::BigInt()).NotNull();
  }
  int precision = static_cast<int>(digits.size()) - (point == std::string_view::npos ? 0 : 1);
  int scale = point == std::string_view::npos ? 0 : static_cast<int>(digits.size() - point - 1);
  if (precision > data::kMaxDecimalPrecision) return Fault::Invalid("number ", text.substr(0, 50), " has more than 38 digits; write it as a DOUBLE (1e0)");
  return Type::Decimal(precision, scale).NotNull();
}

}  // namespace freshet::expr
