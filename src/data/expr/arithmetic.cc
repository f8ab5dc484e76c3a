#include <cmath>
#include <limits>

#include "data/civil.h"
#include "data/expr/decimal_math.h"
#include "data/expr/kernel.h"
#include "data/expr/types.h"
#include "data/number_text.h"

// + - * / % and the numeric functions. Integers wrap as Java's do; DECIMAL overflow is NULL; division by zero
// fails for exact numbers and gives infinity or NaN for floating ones.

namespace freshet::expr {
namespace {

using data::Kind;
using data::Physical;

Fault DivisionByZero() { return Fault::Invalid("division by zero; guard the divisor with NULLIF(x, 0)"); }

// ---- binding ----

bool BothNumeric(const Site& s) { return s.type(0).IsNumeric() && s.type(1).IsNumeric(); }

bool IsMoment(const Type& t) { return t.IsTimestamp() || t.kind() == Kind::kDate || t.kind() == Kind::kTime; }

Result<Type> BindNumeric(Site& s) {
  bool nullable = s.AnyNullable();
  bool decimal = s.type(0).IsExact() && s.type(1).IsExact() && (s.type(0).kind() == Kind::kDecimal || s.type(1).kind() == Kind::kDecimal);
  if (decimal) return DecimalResult(s.name[0], s.type(0), s.type(1)).WithNullable(nullable);
  Type common = *CommonType(s.type(0), s.type(1));
  RETURN_NOT_OK(s.CastTo(0, common));
  RETURN_NOT_OK(s.CastTo(1, common));
  return common.WithNullable(nullable);
}

Result<Type> BindPlusMinus(Site& s) {
  bool nullable = s.AnyNullable();
  if (BothNumeric(s)) return BindNumeric(s);
  const Type &a = s.type(0), &b = s.type(1);
  if (a.IsInterval() && a.kind() == b.kind()) return a.WithNullable(nullable);
  if (a.IsInterval() && IsMoment(b) && s.name == "+") std::swap(s.args[0], s.args[1]);
  if (!IsMoment(s.type(0)) || !s.type(1).IsInterval()) return s.Mismatch("two numbers, or a time and an interval");
  return s.type(0).WithNullable(nullable);  // a DATE stays one: whole days of an interval count
}

Result<Type> BindTimes(Site& s) {
  if (BothNumeric(s)) return BindNumeric(s);
  if (s.type(0).IsNumeric() && s.type(1).IsInterval()) std::swap(s.args[0], s.args[1]);
  if (!s.type(0).IsInterval() || !s.type(1).IsNumeric()) return s.Mismatch("two numbers, or an interval and a number");
  RETURN_NOT_OK(s.CastTo(1, Type::BigInt()));
  return s.type(0).WithNullable(s.AnyNullable());
}

Result<Type> BindDivide(Site& s) {
  if (BothNumeric(s)) return BindNumeric(s);
  return s.Mismatch("two numbers");
}

// MOD of integers has the type of its second argument.
Result<Type> BindMod(Site& s) {
  if (!BothNumeric(s)) return s.Mismatch("two numbers");
  bool nullable = s.AnyNullable();
  if (s.type(0).IsInteger() && s.type(1).IsInteger()) {
    Type result = s.type(1);
    RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
    RETURN_NOT_OK(s.CastTo(1, Type::BigInt()));
    return result.WithNullable(nullable);
  }
  if (s.type(0).IsExact() && s.type(1).IsExact()) return DecimalResult('%', s.type(0), s.type(1)).WithNullable(nullable);
  RETURN_NOT_OK(s.CastTo(0, Type::Double()));
  RETURN_NOT_OK(s.CastTo(1, Type::Double()));
  return Type::Double().WithNullable(nullable);
}

Result<Type> BindSame(Site& s) {
  if (!s.type(0).IsNumeric() && !s.type(0).IsInterval()) return s.Mismatch("a number");
  return s.type(0);
}

Result<Type> BindDouble(Site& s) {
  bool nullable = s.AnyNullable();
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsNumeric()) return s.Mismatch("numbers");
    RETURN_NOT_OK(s.CastTo(i, Type::Double()));
  }
  return Type::Double().WithNullable(nullable);
}

// ROUND(DECIMAL(p, s), r) = (p - s + 1 + r, r); integers and doubles keep their type.
Result<Type> BindRound(Site& s) {
  if (!s.type(0).IsNumeric()) return s.Mismatch("a number and a number of digits");
  Type type = s.type(0);
  if (s.args.size() == 2) {
    if (!s.type(1).IsInteger()) return s.Mismatch("a number and a number of digits");
    RETURN_NOT_OK(s.CastTo(1, Type::Int()));
  }
  if (type.kind() != Kind::kDecimal) return type.WithNullable(s.AnyNullable());
  int digits = 0;
  if (s.args.size() == 2) {
    if (s.args[1]->op != Op::kLiteral || s.args[1]->value.is_null()) return type.WithNullable(s.AnyNullable());  // digits that are not said keep the type
    digits = static_cast<int>(s.args[1]->value.integer());
  }
  int scale = std::min(digits, type.scale());
  if (s.name == "TRUNCATE") return Type::Decimal(type.precision(), type.scale() < scale ? type.scale() : std::max(scale, 0)).WithNullable(s.AnyNullable());
  if (scale < 0) return Type::Decimal(std::min(38, type.precision() - type.scale() + 1), 0).WithNullable(s.AnyNullable());
  return Type::Decimal(std::min(38, type.precision() - type.scale() + 1 + scale), scale).WithNullable(s.AnyNullable());
}

Result<Type> BindFloor(Site& s) {
  if (!s.type(0).IsNumeric()) return s.Mismatch("a number, or a time and a unit as in FLOOR(ts TO DAY)");
  if (s.type(0).kind() == Kind::kDecimal) return Type::Decimal(s.type(0).precision(), 0).WithNullable(s.AnyNullable());
  return s.type(0);
}

// ---- integers and floating point ----

template <typename T>
T WrapAdd(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a + b;
  else return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
template <typename T>
T WrapSubtract(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a - b;
  else return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
template <typename T>
T WrapMultiply(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a * b;
  else return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
template <typename T>
T WrapDivide(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a / b;
  else return b == -1 ? WrapSubtract<T>(0, a) : static_cast<T>(a / b);
}

template <template <typename> typename Op>
ColumnPtr EachNumber(const Call& call) {
  switch (call.type().physical()) {
    case Physical::kInt8: return Op<int8_t>::Run(call);
    case Physical::kInt16: return Op<int16_t>::Run(call);
    case Physical::kInt32: return Op<int32_t>::Run(call);
    case Physical::kInt64: return Op<int64_t>::Run(call);
    case Physical::kFloat: return Op<float>::Run(call);
    case Physical::kDouble: return Op<double>::Run(call);
    default: CHECK(false);
  }
}

template <typename T>
struct Add { static ColumnPtr Run(const Call& c) { return Map2<T, T, T>(c, WrapAdd<T>); } };
template <typename T>
struct Subtract { static ColumnPtr Run(const Call& c) { return Map2<T, T, T>(c, WrapSubtract<T>); } };
template <typename T>
struct Multiply { static ColumnPtr Run(const Call& c) { return Map2<T, T, T>(c, WrapMultiply<T>); } };
template <typename T>
struct Divide { static ColumnPtr Run(const Call& c) { return Map2<T, T, T>(c, WrapDivide<T>); } };
template <typename T>
T Negated(T a) {  // zero has a sign where it can
  if constexpr (std::is_floating_point_v<T>) return -a;
  else return WrapSubtract<T>(0, a);
}
template <typename T>
struct Negate { static ColumnPtr Run(const Call& c) { return Map1<T, T>(c, Negated<T>); } };
template <typename T>
T WithoutSign(T a) {
  if constexpr (std::is_floating_point_v<T>) return std::abs(a);
  else return a < 0 ? Negated(a) : a;
}
template <typename T>
struct Absolute { static ColumnPtr Run(const Call& c) { return Map1<T, T>(c, WithoutSign<T>); } };

// ---- decimals ----

// f(a, b) answers the unscaled result at the call's scale, or nothing.
template <typename R, typename F>
ColumnPtr DecimalLoop(const Call& call, F f) {
  DecimalReader a(*call.args[0]), b(*call.args[call.args.size() > 1 ? 1 : 0]);
  Output<R> out(call.length);
  int precision = call.type().precision();
  call.sel.ForEach([&](uint32_t i) {
    if (!a.valid(i) || !b.valid(i)) return out.SetNull(i);
    std::optional<Int128> r = f(a[i], b[i]);
    if (r && Fits(*r, precision)) out.Set(i, static_cast<R>(*r));
    else out.SetNull(i);
  });
  return out.Finish(call.type());
}

template <typename F>
ColumnPtr DecimalCall(const Call& call, F f) {
  if (call.type().physical() == Physical::kInt64) return DecimalLoop<int64_t>(call, f);
  return DecimalLoop<Int128>(call, f);
}

ColumnPtr DecimalAddSubtract(const Call& call, bool subtract) {
  int s1 = DigitsOf(call.arg_type(0)).scale, s2 = DigitsOf(call.arg_type(1)).scale, s = std::max(s1, s2);
  int out_scale = call.type().scale();
  return DecimalCall(call, [=](Int128 a, Int128 b) -> std::optional<Int128> {
    auto x = RescaleDecimal(a, s1, s), y = RescaleDecimal(b, s2, s);
    Int128 sum;
    if (!x || !y || __builtin_add_overflow(*x, subtract ? -*y : *y, &sum)) return std::nullopt;
    return RescaleDecimal(sum, s, out_scale);
  });
}

bool AnyZeroDivisor(const Call& call) {
  DecimalReader a(*call.args[0]), b(*call.args[1]);
  bool zero = false;
  call.sel.ForEach([&](uint32_t i) { zero |= a.valid(i) && b.valid(i) && b[i] == 0; });
  return zero;
}

// ---- calls ----

bool IsDecimal(const Call& call) { return call.type().kind() == Kind::kDecimal; }

int64_t AddMonths(int64_t days, int64_t months) {
  auto date = data::CivilFromDays(days);
  int64_t month = date.year * 12 + date.month - 1 + months;
  date.year = data::FloorDiv(month, 12);
  date.month = static_cast<int>(data::FloorMod(month, 12)) + 1;
  date.day = std::min(date.day, data::DaysInMonth(date.year, date.month));
  return data::DaysFromCivil(date);
}

// DATE, TIME or TIMESTAMP plus `sign` times an interval.
ColumnPtr AddInterval(const Call& call, int64_t sign) {
  const Type &moment = call.arg_type(0), &interval = call.arg_type(1);
  if (interval.kind() == Kind::kIntervalMonths) {
    int64_t per_day = moment.kind() == Kind::kDate ? 1 : moment.UnitsPerSecond() * data::kSecondsPerDay;
    auto add = [=](int64_t t, int64_t months) {
      int64_t days = data::FloorDiv(t, per_day);
      return AddMonths(days, sign * months) * per_day + (t - days * per_day);
    };
    if (moment.kind() == Kind::kDate) return Map2<int32_t, int32_t, int32_t>(call, [&](int32_t d, int32_t m) { return static_cast<int32_t>(add(d, m)); });
    return Map2<int64_t, int64_t, int32_t>(call, add);
  }
  if (moment.kind() == Kind::kDate) {
    return Map2<int32_t, int32_t, int64_t>(call, [=](int32_t d, int64_t ms) { return static_cast<int32_t>(d + sign * ms / data::kMillisPerDay); });
  }
  if (moment.kind() == Kind::kTime) {
    return Map2<int32_t, int32_t, int64_t>(call, [=](int32_t t, int64_t ms) { return static_cast<int32_t>(data::FloorMod(t + sign * ms, data::kMillisPerDay)); });
  }
  int64_t per_ms = moment.UnitsPerSecond() / 1000;
  return Map2<int64_t, int64_t, int64_t>(call, [=](int64_t t, int64_t ms) { return WrapAdd<int64_t>(t, WrapMultiply<int64_t>(sign * per_ms, ms)); });
}

Result<ColumnPtr> Plus(const Call& call) {
  if (IsDecimal(call)) return DecimalAddSubtract(call, false);
  if (IsMoment(call.type())) return AddInterval(call, 1);
  return EachNumber<Add>(call);
}

Result<ColumnPtr> Minus(const Call& call) {
  if (IsDecimal(call)) return DecimalAddSubtract(call, true);
  if (IsMoment(call.type())) return AddInterval(call, -1);
  return EachNumber<Subtract>(call);
}

Result<ColumnPtr> Times(const Call& call) {
  if (call.type().kind() == Kind::kIntervalMonths) return Map2<int32_t, int32_t, int64_t>(call, [](int32_t a, int64_t b) { return static_cast<int32_t>(WrapMultiply<int64_t>(a, b)); });
  if (!IsDecimal(call)) return EachNumber<Multiply>(call);
  int drop = DigitsOf(call.arg_type(0)).scale + DigitsOf(call.arg_type(1)).scale - call.type().scale();
  return DecimalCall(call, [=](Int128 a, Int128 b) { return MultiplyDecimal(a, b, drop); });
}

Result<ColumnPtr> Over(const Call& call) {
  if (call.type().IsFloating()) return EachNumber<Divide>(call);
  if (AnyZeroDivisor(call)) return DivisionByZero();
  if (!IsDecimal(call)) {
    // Rows with a NULL on one side carry zeros; keep them out of the division.
    return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
      using T = decltype(tag);
      if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, Int128>) CHECK(false);
      else return Map2<T, T, T>(call, WrapDivide<T>);
    });
  }
  int grow = call.type().scale() - DigitsOf(call.arg_type(0)).scale + DigitsOf(call.arg_type(1)).scale;
  return DecimalCall(call, [=](Int128 a, Int128 b) { return DivideDecimal(a, b, grow); });
}

Result<ColumnPtr> Modulo(const Call& call) {
  if (call.type().IsFloating()) return Map2<double, double, double>(call, [](double a, double b) { return std::fmod(a, b); });
  if (AnyZeroDivisor(call)) return DivisionByZero();
  if (IsDecimal(call)) {
    int s1 = DigitsOf(call.arg_type(0)).scale, s2 = DigitsOf(call.arg_type(1)).scale, s = std::max(s1, s2);
    int out_scale = call.type().scale();
    return DecimalCall(call, [=](Int128 a, Int128 b) -> std::optional<Int128> {
      auto x = RescaleDecimal(a, s1, s), y = RescaleDecimal(b, s2, s);
      if (!x || !y || *y == 0) return std::nullopt;
      return RescaleDecimal(*x % *y, s, out_scale);
    });
  }
  return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
    using T = decltype(tag);
    if constexpr (std::is_integral_v<T>) {
      return Map2<T, int64_t, int64_t>(call, [](int64_t a, int64_t b) { return static_cast<T>(b == -1 ? 0 : a % b); });
    } else {
      CHECK(false);
    }
  });
}

Result<ColumnPtr> Minus1(const Call& call) {
  if (IsDecimal(call)) return DecimalCall(call, [](Int128 a, Int128) { return std::optional<Int128>(-a); });
  return EachNumber<Negate>(call);
}

Result<ColumnPtr> Abs(const Call& call) {
  if (IsDecimal(call)) return DecimalCall(call, [](Int128 a, Int128) { return std::optional<Int128>(a < 0 ? -a : a); });
  return EachNumber<Absolute>(call);
}

double RoundDouble(double value, int digits, bool cut) {
  if (!std::isfinite(value)) return value;
  std::string text;
  data::AppendRepr(text, value, false);
  auto exact = data::ParseDecimal(text, 38, 18);
  if (!exact || digits >= 18) return value;  // beyond 20 whole digits nothing is left to round
  auto kept = cut ? CutDecimal(*exact, 18, digits < -19 ? -19 : digits) : RescaleDecimal(*exact, 18, digits < -19 ? -19 : digits);
  if (digits >= 0) return DecimalToDouble(*kept, digits);
  return DecimalToDouble(*kept * data::PowerOfTen(std::min(19, -digits)), 0);
}

int64_t RoundInteger(int64_t value, int digits, bool cut) {
  if (digits >= 0) return value;
  if (digits < -18) return 0;
  auto kept = cut ? CutDecimal(value, -digits, 0) : RescaleDecimal(value, -digits, 0);
  return static_cast<int64_t>(*kept * data::PowerOfTen(-digits));
}

ColumnPtr RoundOrCut(const Call& call, bool cut) {
  ColumnPtr digits = call.args.size() > 1 ? call.args[1] : Literal(Type::Int(), 0)->constant;
  constexpr int kDigitsMost = 100;  // more than any number has
  auto at = [&](uint32_t i) { return digits->IsNull(static_cast<int>(i)) ? 0 : std::clamp(digits->Value<int32_t>(static_cast<int>(i)), -kDigitsMost, kDigitsMost); };
  auto digits_valid = [&](uint32_t i) { return !digits->IsNull(static_cast<int>(i)); };
  if (IsDecimal(call)) {
    int from = call.arg_type(0).scale(), to = call.type().scale();
    auto rounded = [=](Int128 a, Int128 wanted) -> std::optional<Int128> {
      int place = std::min(static_cast<int>(std::clamp<Int128>(wanted, -kDigitsMost, kDigitsMost)), from);
      auto kept = cut ? CutDecimal(a, from, place) : RescaleDecimal(a, from, place);
      return kept ? RescaleDecimal(*kept, place, to) : kept;
    };
    if (call.args.size() > 1) return DecimalCall(call, rounded);
    return DecimalCall(call, [rounded](Int128 a, Int128) { return rounded(a, 0); });
  }
  return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, Int128>) {
      CHECK(false);
    } else {
      return Write1<T, T>(call, [&](Output<T>& out, uint32_t i, T v) {
        if (!digits_valid(i)) return out.SetNull(i);
        if constexpr (std::is_floating_point_v<T>) out.Set(i, static_cast<T>(RoundDouble(v, at(i), cut)));
        else out.Set(i, static_cast<T>(RoundInteger(v, at(i), cut)));
      });
    }
  });
}

Result<ColumnPtr> Round(const Call& call) { return RoundOrCut(call, false); }
Result<ColumnPtr> Truncate(const Call& call) { return RoundOrCut(call, true); }

ColumnPtr FloorOrCeil(const Call& call, bool up) {
  if (call.type().IsInteger()) return call.args[0];
  if (IsDecimal(call)) {
    int scale = call.arg_type(0).scale();
    return DecimalCall(call, [=](Int128 a, Int128) -> std::optional<Int128> {
      Int128 one = data::PowerOfTen(scale), cut = a / one, rest = a % one;
      if (rest != 0 && (a > 0) == up) cut += up ? 1 : -1;
      return cut;
    });
  }
  if (call.type().kind() == Kind::kFloat) return Map1<float, float>(call, [=](float a) { return up ? std::ceil(a) : std::floor(a); });
  return Map1<double, double>(call, [=](double a) { return up ? std::ceil(a) : std::floor(a); });
}

Result<ColumnPtr> SignOf(const Call& call) {
  if (IsDecimal(call)) {
    Int128 one = data::PowerOfTen(call.type().scale());
    return DecimalCall(call, [=](Int128 a, Int128) { return std::optional<Int128>(a == 0 ? 0 : a > 0 ? one : -one); });
  }
  return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, Int128>) CHECK(false);
    else return Map1<T, T>(call, [](T a) { return a > 0 ? T{1} : a < 0 ? static_cast<T>(-1) : a; });  // NaN and both zeros are their own
  });
}

template <double (*F)(double)>
Result<ColumnPtr> Unary(const Call& call) {
  return Map1<double, double>(call, [](double a) { return F(a); });
}
double Degrees(double a) { return a / M_PI * 180; }
double Radians(double a) { return a / 180 * M_PI; }
double Cotangent(double a) { return 1 / std::tan(a); }

Result<ColumnPtr> Power(const Call& call) { return Map2<double, double, double>(call, [](double a, double b) { return std::pow(a, b); }); }
Result<ColumnPtr> Atan2(const Call& call) { return Map2<double, double, double>(call, [](double a, double b) { return std::atan2(a, b); }); }
Result<ColumnPtr> Log(const Call& call) {
  if (call.args.size() == 1) return Unary<std::log>(call);
  return Map2<double, double, double>(call, [](double base, double x) { return std::log(x) / std::log(base); });
}

Result<Type> BindConstant(Site&) { return Type::Double().NotNull(); }
Result<ColumnPtr> Pi(const Call& call) { return data::WithType(data::Repeat(Literal(Type::Double().NotNull(), M_PI)->constant, 0, call.length), call.type()); }
Result<ColumnPtr> Euler(const Call& call) { return data::WithType(data::Repeat(Literal(Type::Double().NotNull(), M_E)->constant, 0, call.length), call.type()); }

constexpr Function kFunctions[] = {
    {"+", 2, 2, BindPlusMinus, Plus,
     {"a + b", "the sum; integers wrap, DECIMAL overflow is NULL; times take intervals", "1 + 1.5", "'2.5'"}},
    {"-", 2, 2, BindPlusMinus, Minus,
     {"a - b", "the difference", "TIMESTAMP '2024-03-31 10:00:00' - INTERVAL '1' MONTH", "'2024-02-29 10:00:00'"}},
    {"*", 2, 2, BindTimes, Times,
     {"a * b", "the product", "1.50 * 2", "'3.00'"}},
    {"/", 2, 2, BindDivide, Over,
     {"a / b", "the quotient, cut to a whole number for integers; by zero is a Fault for exact numbers", "-7 / 2", "-3"}},
    {"%", 2, 2, BindMod, Modulo,
     {"a % b", "the rest, with the sign of a", "-7 % 3", "-1"}},
    {"MOD", 2, 2, BindMod, Modulo,
     {"MOD(a, b)", "the same as %", "MOD(7.5, 2)", "'1.5'"}},
    {"NEGATE", 1, 1, BindSame, Minus1,
     {"-a", "the opposite", "-(2)", "-2"}},
    {"ABS", 1, 1, BindSame, Abs,
     {"ABS(a)", "without its sign", "ABS(-1.50)", "'1.50'"}},
    {"SIGN", 1, 1, BindSame, SignOf,
     {"SIGN(a)", "1, 0 or -1 in the type of a", "SIGN(-2e0)", "-1.0"}},
    {"ROUND", 1, 2, BindRound, Round,
     {"ROUND(a [, digits])", "rounded half away from zero", "ROUND(2.345, 2)", "'2.35'"}},
    {"TRUNCATE", 1, 2, BindRound, Truncate,
     {"TRUNCATE(a [, digits])", "cut toward zero", "TRUNCATE(42.345, 2)", "'42.34'"}},
    {"POWER", 2, 2, BindDouble, Power,
     {"POWER(a, b)", "a to the power of b", "POWER(2, 10)", "1024.0"}},
    {"SQRT", 1, 1, BindDouble, Unary<std::sqrt>,
     {"SQRT(a)", "the square root; NaN below zero", "SQRT(9)", "3.0"}},
    {"EXP", 1, 1, BindDouble, Unary<std::exp>,
     {"EXP(a)", "e to the power of a", "EXP(0)", "1.0"}},
    {"LN", 1, 1, BindDouble, Unary<std::log>,
     {"LN(a)", "the natural logarithm", "LN(1)", "0.0"}},
    {"LOG", 1, 2, BindDouble, Log,
     {"LOG([base,] a)", "the logarithm; natural without a base", "LOG(2, 8)", "3.0"}},
    {"LOG10", 1, 1, BindDouble, Unary<std::log10>,
     {"LOG10(a)", "the logarithm to base 10", "LOG10(1000)", "3.0"}},
    {"LOG2", 1, 1, BindDouble, Unary<std::log2>,
     {"LOG2(a)", "the logarithm to base 2", "LOG2(8)", "3.0"}},
    {"SIN", 1, 1, BindDouble, Unary<std::sin>,
     {"SIN(a)", "the sine", "SIN(0)", "0.0"}},
    {"COS", 1, 1, BindDouble, Unary<std::cos>,
     {"COS(a)", "the cosine", "COS(0)", "1.0"}},
    {"TAN", 1, 1, BindDouble, Unary<std::tan>,
     {"TAN(a)", "the tangent", "TAN(0)", "0.0"}},
    {"COT", 1, 1, BindDouble, Unary<Cotangent>,
     {"COT(a)", "the cotangent", "ROUND(COT(1), 4)", "0.6421"}},
    {"ASIN", 1, 1, BindDouble, Unary<std::asin>,
     {"ASIN(a)", "the arc sine", "ASIN(0)", "0.0"}},
    {"ACOS", 1, 1, BindDouble, Unary<std::acos>,
     {"ACOS(a)", "the arc cosine", "ACOS(1)", "0.0"}},
    {"ATAN", 1, 1, BindDouble, Unary<std::atan>,
     {"ATAN(a)", "the arc tangent", "ATAN(0)", "0.0"}},
    {"SINH", 1, 1, BindDouble, Unary<std::sinh>,
     {"SINH(a)", "the hyperbolic sine", "SINH(0)", "0.0"}},
    {"COSH", 1, 1, BindDouble, Unary<std::cosh>,
     {"COSH(a)", "the hyperbolic cosine", "COSH(0)", "1.0"}},
    {"TANH", 1, 1, BindDouble, Unary<std::tanh>,
     {"TANH(a)", "the hyperbolic tangent", "TANH(0)", "0.0"}},
    {"DEGREES", 1, 1, BindDouble, Unary<Degrees>,
     {"DEGREES(a)", "radians in degrees", "DEGREES(PI())", "180.0"}},
    {"RADIANS", 1, 1, BindDouble, Unary<Radians>,
     {"RADIANS(a)", "degrees in radians", "ROUND(RADIANS(180), 4)", "3.1416"}},
    {"ATAN2", 2, 2, BindDouble, Atan2,
     {"ATAN2(y, x)", "the angle of a point", "ATAN2(0, 1)", "0.0"}},
    {"PI", 0, 0, BindConstant, Pi,
     {"PI()", "3.14159…", "ROUND(PI(), 4)", "3.1416"}},
    {"E", 0, 0, BindConstant, Euler,
     {"E()", "2.71828…", "ROUND(E(), 4)", "2.7183"}},
};

}  // namespace

std::span<const Function> ArithmeticFunctions() { return kFunctions; }

// FLOOR and CEIL of numbers; of times they are in time.cc, which calls these.
Result<Type> BindFloorNumber(Site& site) { return BindFloor(site); }
ColumnPtr FloorNumber(const Call& call, bool up) { return FloorOrCeil(call, up); }

}  // namespace freshet::expr
