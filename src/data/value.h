#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "data/type.h"

namespace freshet::data {

// One value of any type, for literals, options and tests; rows in bulk live in columns. Integers, times and
// intervals are int64, decimals their unscaled Int128, nested types a list (MAP: key, value, key, value …).
struct Value {
  using List = std::vector<Value>;
  std::variant<std::monostate, int64_t, Int128, double, std::string, List> v;

  Value() = default;
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();
  Value(int64_t n) : v(n) {}                       // NOLINT: values convert
  Value(int n) : v(static_cast<int64_t>(n)) {}     // NOLINT
  Value(bool b) : v(static_cast<int64_t>(b)) {}    // NOLINT
  Value(Int128 n) : v(n) {}                        // NOLINT
  Value(double d) : v(d) {}                        // NOLINT
  Value(std::string s) : v(std::move(s)) {}        // NOLINT
  Value(const char* s) : v(std::string(s)) {}      // NOLINT
  Value(List list) : v(std::move(list)) {}         // NOLINT

  bool is_null() const { return v.index() == 0; }
  int64_t integer() const { return std::get<int64_t>(v); }
  Int128 decimal() const {
    if (auto* n = std::get_if<int64_t>(&v)) return *n;
    return std::get<Int128>(v);
  }
  double real() const { return std::get<double>(v); }
  const std::string& text() const { return std::get<std::string>(v); }
  const List& list() const { return std::get<List>(v); }
  bool operator==(const Value& other) const;
};

struct Column;
Value ValueAt(const Column& column, int row);

}  // namespace freshet::data
