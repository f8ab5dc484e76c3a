#include "data/value.h"

namespace freshet::data {

// Here and not in place: what is made and dropped in every second function is compiled once.
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;
bool Value::operator==(const Value& other) const = default;

}  // namespace freshet::data
