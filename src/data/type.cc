#include "data/type.h"

#include "base/status.h"

namespace freshet::data {
namespace {

std::string Sized(std::string_view name, int n) { return StrCat(name, "(", n, ")"); }

std::string TextOf(std::string_view unbounded, std::string_view name, int length) {
  return length == kUnboundedLength ? std::string(unbounded) : Sized(name, length);
}

std::string RowText(const std::vector<NamedType>& fields) {
  std::string out = "ROW<";
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    out += StrCat("`", fields[i].name, "` ", fields[i].type);
  }
  return out + ">";
}

}  // namespace

// Here and not in place: what is made and dropped in every second function is compiled once.
Type::Type(const Type& other) = default;
Type::Type(Type&& other) noexcept = default;
Type& Type::operator=(const Type& other) = default;
Type& Type::operator=(Type&& other) noexcept = default;
Type::~Type() = default;

Type Type::Array(Type element) {
  Type t(Kind::kArray);
  t.fields_ = std::make_shared<const std::vector<NamedType>>(std::vector<NamedType>{{"element", std::move(element)}});
  return t;
}

Type Type::Map(Type key, Type value) {
  Type t(Kind::kMap);
  t.fields_ = std::make_shared<const std::vector<NamedType>>(
      std::vector<NamedType>{{"key", std::move(key)}, {"value", std::move(value)}});
  return t;
}

Type Type::Multiset(Type element) {
  Type t(Kind::kMultiset);
  t.fields_ = std::make_shared<const std::vector<NamedType>>(
      std::vector<NamedType>{{"element", std::move(element)}, {"count", Int().NotNull()}});
  return t;
}

Type Type::Row(std::vector<NamedType> fields) {
  Type t(Kind::kRow);
  t.fields_ = std::make_shared<const std::vector<NamedType>>(std::move(fields));
  return t;
}

const Type& Type::element() const { return (*fields_)[0].type; }
const Type& Type::key() const { return (*fields_)[0].type; }
const Type& Type::value() const { return (*fields_)[1].type; }

Physical Type::physical() const {
  switch (kind_) {
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kTinyInt: return Physical::kInt8;
    case Kind::kSmallInt: return Physical::kInt16;
    case Kind::kInt:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kIntervalMonths: return Physical::kInt32;
    case Kind::kBigInt:
    case Kind::kTimestamp:
    case Kind::kTimestampLtz:
    case Kind::kIntervalMillis: return Physical::kInt64;
    case Kind::kDecimal: return a_ <= kMaxShortDecimalPrecision ? Physical::kInt64 : Physical::kInt128;
    case Kind::kFloat: return Physical::kFloat;
    case Kind::kDouble: return Physical::kDouble;
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kBinary:
    case Kind::kVarbinary:
    case Kind::kVariant:
    case Kind::kBitmap: return Physical::kString;
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kMultiset:
    case Kind::kRow: return Physical::kNested;
  }
  CHECK(false);
}

int64_t Type::UnitsPerSecond() const {
  if (a_ <= 3) return 1000;
  return a_ <= 6 ? 1000000 : 1000000000;
}

std::string Type::ToString() const {
  std::string out = [this]() -> std::string {
    switch (kind_) {
      case Kind::kNull: return "NULL";
      case Kind::kBoolean: return "BOOLEAN";
      case Kind::kTinyInt: return "TINYINT";
      case Kind::kSmallInt: return "SMALLINT";
      case Kind::kInt: return "INT";
      case Kind::kBigInt: return "BIGINT";
      case Kind::kFloat: return "FLOAT";
      case Kind::kDouble: return "DOUBLE";
      case Kind::kDecimal: return StrCat("DECIMAL(", a_, ", ", b_, ")");
      case Kind::kChar: return Sized("CHAR", a_);
      case Kind::kVarchar: return TextOf("STRING", "VARCHAR", a_);
      case Kind::kBinary: return Sized("BINARY", a_);
      case Kind::kVarbinary: return TextOf("BYTES", "VARBINARY", a_);
      case Kind::kDate: return "DATE";
      case Kind::kTime: return Sized("TIME", a_);
      case Kind::kTimestamp: return Sized("TIMESTAMP", a_);
      case Kind::kTimestampLtz: return Sized("TIMESTAMP_LTZ", a_);
      case Kind::kIntervalMonths: return "INTERVAL YEAR TO MONTH";
      case Kind::kIntervalMillis: return "INTERVAL DAY TO SECOND(3)";
      case Kind::kArray: return StrCat("ARRAY<", element(), ">");
      case Kind::kMap: return StrCat("MAP<", key(), ", ", value(), ">");
      case Kind::kMultiset: return StrCat("MULTISET<", element(), ">");
      case Kind::kRow: return RowText(*fields_);
      case Kind::kVariant: return "VARIANT";
      case Kind::kBitmap: return "BITMAP";
    }
    CHECK(false);
  }();
  return nullable_ || kind_ == Kind::kNull ? out : out + " NOT NULL";
}

bool Type::SameExceptNull(const Type& other) const {
  if (kind_ != other.kind_ || a_ != other.a_ || b_ != other.b_) return false;
  if (fields_ == other.fields_) return true;
  return fields_ && other.fields_ && *fields_ == *other.fields_;
}

size_t PhysicalWidth(Physical physical) {
  switch (physical) {
    case Physical::kInt8: return 1;
    case Physical::kInt16: return 2;
    case Physical::kInt32:
    case Physical::kFloat: return 4;
    case Physical::kInt64:
    case Physical::kDouble: return 8;
    case Physical::kInt128:
    case Physical::kString: return 16;
    case Physical::kNested: return 0;
  }
  CHECK(false);
}

}  // namespace freshet::data
