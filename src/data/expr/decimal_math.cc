#include "data/expr/decimal_math.h"

#include <cmath>
#include <cstdio>

#include "data/number_text.h"

namespace freshet::expr {
namespace {

using UInt128 = unsigned __int128;

UInt128 Magnitude(Int128 n) { return n < 0 ? -static_cast<UInt128>(n) : static_cast<UInt128>(n); }

struct UInt256 {
  UInt128 high = 0;
  UInt128 low = 0;
};

UInt256 Multiply(UInt128 a, UInt128 b) {
  UInt128 a0 = static_cast<uint64_t>(a), a1 = a >> 64, b0 = static_cast<uint64_t>(b), b1 = b >> 64;
  UInt128 low = a0 * b0, mid1 = a1 * b0, mid2 = a0 * b1, high = a1 * b1;
  UInt128 mid = (low >> 64) + static_cast<uint64_t>(mid1) + static_cast<uint64_t>(mid2);
  UInt256 out;
  out.low = (mid << 64) | static_cast<uint64_t>(low);
  out.high = high + (mid1 >> 64) + (mid2 >> 64) + (mid >> 64);
  return out;
}

// Bitwise long division; rare, for quotients whose numerator leaves 128 bits. b < 2^127.
std::optional<UInt128> Divide(UInt256 a, UInt128 b) {
  if (a.high == 0) {
    UInt128 rest = a.low % b;
    return a.low / b + (rest != 0 && rest >= b - rest ? 1 : 0);
  }
  UInt128 rest = 0, quotient = 0;
  for (int bit = 255; bit >= 0; --bit) {
    UInt128 next = bit >= 128 ? (a.high >> (bit - 128)) & 1 : (a.low >> bit) & 1;
    rest = (rest << 1) | next;
    if (bit >= 127 && rest >= b) return std::nullopt;
    if (bit >= 127) continue;
    quotient <<= 1;
    if (rest >= b) {
      rest -= b;
      quotient |= 1;
    }
  }
  if (rest != 0 && rest >= b - rest) ++quotient;
  return quotient;
}

std::optional<Int128> Signed(std::optional<UInt128> magnitude, bool negative) {
  if (!magnitude || *magnitude >= UInt128{1} << 127) return std::nullopt;
  auto n = static_cast<Int128>(*magnitude);
  return negative ? -n : n;
}

}  // namespace

bool Fits(Int128 unscaled, int precision) {
  Int128 limit = data::PowerOfTen(precision);
  return unscaled < limit && unscaled > -limit;
}

std::optional<Int128> RescaleDecimal(Int128 unscaled, int from, int to) {
  if (from == to) return unscaled;
  if (to > from) {
    Int128 out;
    if (to - from > 38 || __builtin_mul_overflow(unscaled, data::PowerOfTen(to - from), &out)) {
      return unscaled == 0 ? std::optional<Int128>(0) : std::nullopt;
    }
    return out;
  }
  if (from - to > 38) return Int128{0};
  Int128 divisor = data::PowerOfTen(from - to);
  Int128 quotient = unscaled / divisor, rest = unscaled % divisor;
  if (rest < 0) rest = -rest;
  if (rest != 0 && rest >= divisor - rest) quotient += unscaled < 0 ? -1 : 1;
  return quotient;
}

std::optional<Int128> CutDecimal(Int128 unscaled, int from, int to) {
  if (to >= from) return RescaleDecimal(unscaled, from, to);
  return from - to > 38 ? Int128{0} : unscaled / data::PowerOfTen(from - to);
}

std::optional<Int128> MultiplyDecimal(Int128 a, Int128 b, int drop) {
  Int128 product;
  if (!__builtin_mul_overflow(a, b, &product)) return RescaleDecimal(product, drop, 0);
  if (drop == 0) return std::nullopt;
  UInt256 wide = Multiply(Magnitude(a), Magnitude(b));
  return Signed(Divide(wide, static_cast<UInt128>(data::PowerOfTen(drop))), (a < 0) != (b < 0));
}

std::optional<Int128> DivideDecimal(Int128 a, Int128 b, int grow) {
  if (grow < 0) {
    Int128 divisor;
    if (-grow > 38 || __builtin_mul_overflow(b, data::PowerOfTen(-grow), &divisor)) return Int128{0};
    return Signed(Divide({0, Magnitude(a)}, Magnitude(divisor)), (a < 0) != (b < 0));
  }
  UInt256 numerator{0, Magnitude(a)};
  for (int left = grow; left > 0; left -= 38) {
    if (numerator.high != 0) return std::nullopt;
    numerator = Multiply(numerator.low, static_cast<UInt128>(data::PowerOfTen(left > 38 ? 38 : left)));
  }
  return Signed(Divide(numerator, Magnitude(b)), (a < 0) != (b < 0));
}

double DecimalToDouble(Int128 unscaled, int scale) {
  constexpr Int128 kExact = Int128{1} << 53;
  if (scale <= 22 && unscaled < kExact && unscaled > -kExact) {
    return static_cast<double>(unscaled) / static_cast<double>(data::PowerOfTen(scale));
  }
  std::string text;
  data::AppendDecimal(text, unscaled, scale);
  return std::strtod(text.c_str(), nullptr);
}

std::optional<Int128> DoubleToDecimal(double value, int precision, int scale) {
  if (!std::isfinite(value)) return std::nullopt;
  std::string text;
  data::AppendRepr(text, value, false);
  return data::ParseDecimal(text, precision, scale);
}

}  // namespace freshet::expr
