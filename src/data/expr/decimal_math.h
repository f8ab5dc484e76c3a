#pragma once

#include <optional>

#include "data/type.h"

// Exact decimal arithmetic on unscaled 128-bit numbers. Nothing is the answer that does not fit: Flink's
// decimals overflow to NULL.

namespace freshet::expr {

using data::Int128;

bool Fits(Int128 unscaled, int precision);

// To another scale, rounded half away from zero.
std::optional<Int128> RescaleDecimal(Int128 unscaled, int from_scale, int to_scale);
// Toward zero instead.
std::optional<Int128> CutDecimal(Int128 unscaled, int from_scale, int to_scale);

// a × b ÷ 10^drop and a × 10^grow ÷ b, through 256 bits, rounded half away from zero.
std::optional<Int128> MultiplyDecimal(Int128 a, Int128 b, int drop);
std::optional<Int128> DivideDecimal(Int128 a, Int128 b, int grow);

double DecimalToDouble(Int128 unscaled, int scale);
std::optional<Int128> DoubleToDecimal(double value, int precision, int scale);

}  // namespace freshet::expr
