#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The logical types of Flink SQL and how each is stored. A Type is a small value, cheap to copy.

namespace freshet::data {

enum class Kind : uint8_t {
  kNull,  // the type of a bare NULL; no column has it
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInt,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,
  kBinary,
  kVarbinary,
  kDate,
  kTime,
  kTimestamp,
  kTimestampLtz,
  kIntervalMonths,
  kIntervalMillis,
  kArray,
  kMap,
  kMultiset,
  kRow,
  kVariant,  // a JSON value; behind the nested ones, whose range IsNested names
  kBitmap,   // a set of INTs
};

// How values lie in memory. BOOLEAN is int8 0 or 1; DATE is int32 days; TIME is int32 milliseconds of the day;
// TIMESTAMP(p) is int64 in units of 1 ms (p ≤ 3), 1 µs (p ≤ 6) or 1 ns; DECIMAL is int64 up to 18 digits; VARIANT is a
// string, its JSON in one canonical form, and so is BITMAP, its bytes in one (data/bitmap.h).
enum class Physical : uint8_t { kInt8, kInt16, kInt32, kInt64, kInt128, kFloat, kDouble, kString, kNested };

using Int128 = __int128;

inline constexpr int kMaxDecimalPrecision = 38;
inline constexpr int kMaxShortDecimalPrecision = 18;
inline constexpr int kUnboundedLength = 2147483647;

struct NamedType;

class Type {
 public:
  Type() = default;
  Type(const Type& other);
  Type(Type&& other) noexcept;
  Type& operator=(const Type& other);
  Type& operator=(Type&& other) noexcept;
  ~Type();

  static Type Null() { return Type(Kind::kNull); }
  static Type Boolean() { return Type(Kind::kBoolean); }
  static Type TinyInt() { return Type(Kind::kTinyInt); }
  static Type SmallInt() { return Type(Kind::kSmallInt); }
  static Type Int() { return Type(Kind::kInt); }
  static Type BigInt() { return Type(Kind::kBigInt); }
  static Type Float() { return Type(Kind::kFloat); }
  static Type Double() { return Type(Kind::kDouble); }
  static Type Decimal(int precision, int scale) { return Type(Kind::kDecimal, precision, scale); }
  static Type Char(int length) { return Type(Kind::kChar, length); }
  static Type Varchar(int length) { return Type(Kind::kVarchar, length); }
  static Type String() { return Varchar(kUnboundedLength); }
  static Type Binary(int length) { return Type(Kind::kBinary, length); }
  static Type Varbinary(int length) { return Type(Kind::kVarbinary, length); }
  static Type Bytes() { return Varbinary(kUnboundedLength); }
  static Type Date() { return Type(Kind::kDate); }
  static Type Time(int precision = 0) { return Type(Kind::kTime, precision); }
  static Type Timestamp(int precision = 6) { return Type(Kind::kTimestamp, precision); }
  static Type TimestampLtz(int precision = 6) { return Type(Kind::kTimestampLtz, precision); }
  static Type IntervalMonths() { return Type(Kind::kIntervalMonths); }
  static Type IntervalMillis() { return Type(Kind::kIntervalMillis, 3); }
  static Type Array(Type element);
  static Type Map(Type key, Type value);
  static Type Multiset(Type element);
  static Type Row(std::vector<NamedType> fields);
  static Type Variant() { return Type(Kind::kVariant); }
  static Type Bitmap() { return Type(Kind::kBitmap); }

  Kind kind() const { return kind_; }
  bool nullable() const { return nullable_; }
  Type WithNullable(bool nullable) const { Type t = *this; t.nullable_ = nullable; return t; }
  Type NotNull() const { return WithNullable(false); }

  int length() const { return a_; }     // CHAR, VARCHAR, BINARY, VARBINARY
  int precision() const { return a_; }  // DECIMAL, TIME, TIMESTAMP, TIMESTAMP_LTZ
  int scale() const { return b_; }      // DECIMAL
  const std::vector<NamedType>& fields() const { return *fields_; }  // ROW; also ARRAY and MAP by position
  const Type& element() const;          // ARRAY, MULTISET
  const Type& key() const;              // MAP, and MULTISET's element
  const Type& value() const;            // MAP, and INT for MULTISET

  Physical physical() const;
  // Units of a TIMESTAMP in one second: 1,000, 1,000,000 or 1,000,000,000.
  int64_t UnitsPerSecond() const;

  bool IsString() const { return kind_ == Kind::kChar || kind_ == Kind::kVarchar; }
  bool IsBinary() const { return kind_ == Kind::kBinary || kind_ == Kind::kVarbinary; }
  bool IsInteger() const { return kind_ >= Kind::kTinyInt && kind_ <= Kind::kBigInt; }
  bool IsExact() const { return IsInteger() || kind_ == Kind::kDecimal; }
  bool IsFloating() const { return kind_ == Kind::kFloat || kind_ == Kind::kDouble; }
  bool IsNumeric() const { return IsExact() || IsFloating(); }
  bool IsTimestamp() const { return kind_ == Kind::kTimestamp || kind_ == Kind::kTimestampLtz; }
  bool IsInterval() const { return kind_ == Kind::kIntervalMonths || kind_ == Kind::kIntervalMillis; }
  bool IsNested() const { return kind_ >= Kind::kArray && kind_ <= Kind::kRow; }
  bool IsVariant() const { return kind_ == Kind::kVariant; }
  bool IsBitmap() const { return kind_ == Kind::kBitmap; }
  // A string in memory and none in SQL: it has equality, no order, and only some formats can hold it.
  bool IsOpaque() const { return IsVariant() || IsBitmap(); }

  // As Flink prints it: "BIGINT NOT NULL", "ROW<`a` INT, `b` STRING>", "TIMESTAMP_LTZ(3)".
  std::string ToString() const;

  bool operator==(const Type& other) const { return nullable_ == other.nullable_ && SameExceptNull(other); }
  // Equal apart from the outermost NOT NULL.
  bool SameExceptNull(const Type& other) const;

  friend void AppendText(std::string& out, const Type& type) { out += type.ToString(); }

 private:
  explicit Type(Kind kind, int a = 0, int b = 0) : kind_(kind), a_(a), b_(b) {}

  Kind kind_ = Kind::kNull;
  bool nullable_ = true;
  int a_ = 0;
  int b_ = 0;
  std::shared_ptr<const std::vector<NamedType>> fields_;
};

struct NamedType {
  std::string name;
  Type type;
  bool operator==(const NamedType&) const = default;
};

size_t PhysicalWidth(Physical physical);  // bytes a value; 16 for strings, 0 for nested

}  // namespace freshet::data
