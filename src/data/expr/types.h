#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/type.h"

// Flink's rules of type derivation, apart from single functions.

namespace freshet::expr {

using data::Type;

struct Digits {
  int precision;
  int scale;
};
// DECIMAL's digits; integers count as (3|5|10|19, 0).
Digits DigitsOf(const Type& exact);

// +, -, *, /, % of two exact numbers of which one is DECIMAL, capped at 38 digits: the integer part wins, the
// scale is cut to not less than min(scale, 6).
Type DecimalResult(char op, const Type& left, const Type& right);
Type CappedDecimal(int precision, int scale);

// The type that both fit into without being asked (UNION, CASE, comparison); nothing when there is none.
std::optional<Type> CommonType(const Type& a, const Type& b);

// What INSERT INTO and function arguments convert silently.
bool ImplicitlyCastable(const Type& from, const Type& to);
// What CAST knows.
bool ExplicitlyCastable(const Type& from, const Type& to);

// Type of a number as written: 1 INT, 2147483648 BIGINT, 0.908 DECIMAL(4, 3), 1e0 DOUBLE.
Result<Type> TypeOfNumber(std::string_view text);

}  // namespace freshet::expr
