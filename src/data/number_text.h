#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/type.h"

// Numbers as text: decimals exactly, floating point as the shortest digits that read back to the same value.

namespace freshet::data {

Int128 PowerOfTen(int n);  // 0 ≤ n ≤ 38

// "-12.50" for (-1250, scale 2).
void AppendDecimal(std::string& out, Int128 unscaled, int scale);

// Java's BigDecimal.toString: plain, but "1E-7" once the first digit lies more than six places right.
void AppendJavaDecimal(std::string& out, Int128 unscaled, int scale);

// Reads [+-]digits[.digits][e[+-]digits] and rounds half up to `scale`. Nothing when it is not a number or has
// more than `precision` digits.
std::optional<Int128> ParseDecimal(std::string_view text, int precision, int scale);

// Python's repr layout: 1.0, 1e+16, 1e-05; "NaN", "Infinity", "-Infinity". FLOAT when `single`.
void AppendRepr(std::string& out, double value, bool single);
// Java's Double.toString layout: 1.0E7, 1.0E-5, 0.001.
void AppendJavaDouble(std::string& out, double value, bool single);

}  // namespace freshet::data
