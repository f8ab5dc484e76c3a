#include "data/arrow_ipc/fields.h"

namespace freshet::arrow_ipc {
namespace {

using data::Kind;
using data::Type;

// Numbers of the union Type in Arrow's Schema.fbs.
enum class Tag : uint8_t {
  kNone, kNull, kInt, kFloatingPoint, kBinary, kUtf8, kBool, kDecimal, kDate, kTime, kTimestamp, kInterval, kList, kStruct, kUnion, kFixedSizeBinary, kFixedSizeList, kMap, kDuration,
  kLargeBinary, kLargeUtf8, kLargeList, kRunEndEncoded, kBinaryView, kUtf8View, kListView, kLargeListView
};

// Slots of the table Field.
enum FieldSlot { kName = 0, kNullable = 1, kTypeTag = 2, kType = 3, kDictionary = 4, kChildren = 5 };

constexpr int64_t kUnits[] = {1, 1000, 1'000'000, 1'000'000'000};
constexpr std::string_view kUnitNames[] = {"s", "ms", "us", "ns"};

int UnitOf(int64_t units_per_second) {
  for (int unit = 0; unit < 4; ++unit) {
    if (kUnits[unit] == units_per_second) return unit;
  }
  return 0;
}

Status BadMetadata() { return Fault::Corrupt("arrow: the schema does not hold together"); }

Status ReadTime(const FlatTable& type, Field& out, int16_t unit) {
  if (unit < 0 || unit > 3) return BadMetadata();
  out.units_per_second = kUnits[unit];
  if (out.shape == Shape::kTime) {
    out.bits = type.Get<int32_t>(1, 32);
    if (out.bits != 32 && out.bits != 64) return BadMetadata();
    out.type_name = StrCat("time", out.bits, "[", kUnitNames[unit], "]");
    return {};
  }
  out.bits = 64;
  out.has_zone = !type.Text(1).empty();
  out.type_name = StrCat("timestamp[", kUnitNames[unit], out.has_zone ? StrCat(", tz=", type.Text(1)) : "", "]");
  return {};
}

Status ReadNumber(Tag tag, const FlatTable& type, Field& out) {
  if (tag == Tag::kInt) {
    out.shape = Shape::kInteger;
    out.bits = type.Get<int32_t>(0, 0);
    out.is_signed = type.Flag(1, false);
    out.type_name = StrCat(out.is_signed ? "int" : "uint", out.bits);
    bool known = out.bits == 8 || out.bits == 16 || out.bits == 32 || out.bits == 64;
    return known ? Status() : BadMetadata();
  }
  if (tag == Tag::kFloatingPoint) {
    auto precision = type.Get<int16_t>(0, 0);
    if (precision < 0 || precision > 2) return BadMetadata();
    out.shape = Shape::kFloat;
    out.bits = 16 << precision;
    out.type_name = StrCat("float", out.bits);
    return {};
  }
  out.shape = Shape::kDecimal;
  out.precision = type.Get<int32_t>(0, 0);
  out.scale = type.Get<int32_t>(1, 0);
  out.bits = type.Get<int32_t>(2, 128);
  out.type_name = StrCat("decimal", out.bits, "(", out.precision, ", ", out.scale, ")");
  bool known = out.bits == 32 || out.bits == 64 || out.bits == 128 || out.bits == 256;
  return known ? Status() : BadMetadata();
}

Status ReadSized(Tag tag, const FlatTable& type, Field& out) {
  out.shape = tag == Tag::kFixedSizeBinary ? Shape::kFixedBytes : Shape::kFixedList;
  out.size = type.Get<int32_t>(0, 0);
  out.type_name = StrCat(tag == Tag::kFixedSizeBinary ? "fixed_size_binary[" : "fixed_size_list[", out.size, "]");
  return out.size >= 0 ? Status() : BadMetadata();
}

void Be(Field& out, Shape shape, std::string_view name, Offsets offsets = Offsets::kShort) {
  out.shape = shape;
  out.type_name = name;
  out.offsets = offsets;
}

Status ReadType(Tag tag, const FlatTable& type, Field& out) {
  switch (tag) {
    case Tag::kInt:
    case Tag::kFloatingPoint:
    case Tag::kDecimal: return ReadNumber(tag, type, out);
    case Tag::kTime: out.shape = Shape::kTime; return ReadTime(type, out, type.Get<int16_t>(0, 1));
    case Tag::kTimestamp: out.shape = Shape::kTimestamp; return ReadTime(type, out, type.Get<int16_t>(0, 0));
    case Tag::kFixedSizeBinary:
    case Tag::kFixedSizeList: return ReadSized(tag, type, out);
    case Tag::kDate:
      out.bits = type.Get<int16_t>(0, 1) == 0 ? 32 : 64;
      Be(out, Shape::kDate, out.bits == 32 ? "date32" : "date64");
      return {};
    case Tag::kNull: Be(out, Shape::kNull, "null"); return {};
    case Tag::kBool: Be(out, Shape::kBoolean, "bool"); return {};
    case Tag::kUtf8: Be(out, Shape::kText, "utf8"); return {};
    case Tag::kLargeUtf8: Be(out, Shape::kText, "large_utf8", Offsets::kLong); return {};
    case Tag::kUtf8View: Be(out, Shape::kText, "utf8_view", Offsets::kViews); return {};
    case Tag::kBinary: Be(out, Shape::kBytes, "binary"); return {};
    case Tag::kLargeBinary: Be(out, Shape::kBytes, "large_binary", Offsets::kLong); return {};
    case Tag::kBinaryView: Be(out, Shape::kBytes, "binary_view", Offsets::kViews); return {};
    case Tag::kList: Be(out, Shape::kList, "list"); return {};
    case Tag::kLargeList: Be(out, Shape::kList, "large_list", Offsets::kLong); return {};
    case Tag::kStruct: Be(out, Shape::kStruct, "struct"); return {};
    case Tag::kMap: Be(out, Shape::kMap, "map"); return {};
    case Tag::kUnion:
      out.is_dense = type.Get<int16_t>(0, 0) == 1;
      Be(out, Shape::kUnion, "union");
      return {};
    case Tag::kListView:
    case Tag::kLargeListView: Be(out, Shape::kListView, "list_view"); return {};
    case Tag::kRunEndEncoded: Be(out, Shape::kRunEnds, "run_end_encoded"); return {};
    case Tag::kInterval: Be(out, Shape::kOther, "interval"); return {};
    case Tag::kDuration: Be(out, Shape::kOther, "duration"); return {};
    case Tag::kNone: break;
  }
  return Fault::Unsupported("arrow: a column's type has the number ", static_cast<int>(tag), ", which is none that is known");
}

Status CheckChildren(const Field& field) {
  size_t children = field.children.size();
  bool one = field.shape == Shape::kList || field.shape == Shape::kFixedList || field.shape == Shape::kMap || field.shape == Shape::kListView;
  if (one && children != 1) return BadMetadata();
  if (field.shape == Shape::kMap && (field.children[0].shape != Shape::kStruct || field.children[0].children.size() != 2 || field.children[0].is_dictionary)) return BadMetadata();
  return {};
}

Status ReadField(const FlatTable& table, int depth, int& left, Field& out) {
  if (--left < 0) return Fault::TooLarge("arrow: a schema has more than ", kFieldsMax, " fields");
  if (depth > kDepthMax) return Fault::TooLarge("arrow: types are nested deeper than ", kDepthMax);
  if (!table.present()) return BadMetadata();
  out.name = table.Text(kName);
  out.nullable = table.Flag(kNullable, false);
  RETURN_NOT_OK(ReadType(static_cast<Tag>(table.Get<uint8_t>(kTypeTag, 0)), table.Child(kType), out));
  FlatTable dictionary = table.Child(kDictionary);
  if (dictionary.present()) {
    FlatTable index = dictionary.Child(1);
    out.is_dictionary = true;
    out.dictionary = dictionary.Get<int64_t>(0, 0);
    out.index_bits = index.present() ? index.Get<int32_t>(0, 0) : 32;
    bool known = out.index_bits == 8 || out.index_bits == 16 || out.index_bits == 32 || out.index_bits == 64;
    if (!known) return BadMetadata();
  }
  FlatList children = table.List(kChildren, 4);
  for (size_t i = 0; i < children.size(); ++i) RETURN_NOT_OK(ReadField(children.Table(i), depth + 1, left, out.children.emplace_back()));
  return CheckChildren(out);
}

using Slot = FlatWriter::Slot;

Tag TagOf(const Field& field) {
  bool is_long = field.offsets == Offsets::kLong;
  switch (field.shape) {
    case Shape::kBoolean: return Tag::kBool;
    case Shape::kInteger: return Tag::kInt;
    case Shape::kFloat: return Tag::kFloatingPoint;
    case Shape::kDecimal: return Tag::kDecimal;
    case Shape::kText: return is_long ? Tag::kLargeUtf8 : Tag::kUtf8;
    case Shape::kBytes: return is_long ? Tag::kLargeBinary : Tag::kBinary;
    case Shape::kDate: return Tag::kDate;
    case Shape::kTime: return Tag::kTime;
    case Shape::kTimestamp: return Tag::kTimestamp;
    case Shape::kList: return Tag::kList;
    case Shape::kMap: return Tag::kMap;
    case Shape::kStruct: return Tag::kStruct;
    default: return Tag::kNull;
  }
}

void WriteType(FlatWriter& out, size_t from, const Field& field) {
  switch (field.shape) {
    case Shape::kInteger: out.Table(from, {Slot{0, 4, field.bits}, Slot{1, 1, field.is_signed ? 1 : 0}}); return;
    case Shape::kFloat: out.Table(from, {Slot{0, 2, field.bits / 32}}); return;
    case Shape::kDecimal: out.Table(from, {Slot{0, 4, field.precision}, Slot{1, 4, field.scale}, Slot{2, 4, field.bits}}); return;
    case Shape::kDate: out.Table(from, {Slot{0, 2, 0}}); return;
    case Shape::kTime: out.Table(from, {Slot{0, 2, UnitOf(field.units_per_second)}, Slot{1, 4, field.bits}}); return;
    case Shape::kTimestamp: break;
    default: out.Table(from, {}); return;
  }
  if (!field.has_zone) {
    out.Table(from, {Slot{0, 2, UnitOf(field.units_per_second)}});
    return;
  }
  size_t type = out.Table(from, {Slot{0, 2, UnitOf(field.units_per_second)}, Slot{1, FlatWriter::kPointer}});
  out.Text(out.Pointer(type, 1), "UTC");
}

void WriteList(FlatWriter& out, size_t from, const std::vector<Field>& fields);

void WriteField(FlatWriter& out, size_t from, const Field& field) {
  size_t table = out.Table(from, {Slot{kName, FlatWriter::kPointer}, Slot{kNullable, 1, field.nullable ? 1 : 0}, Slot{kTypeTag, 1, static_cast<int64_t>(TagOf(field))},
                                  Slot{kType, FlatWriter::kPointer}, Slot{kChildren, FlatWriter::kPointer}});
  out.Text(out.Pointer(table, kName), field.name);
  WriteType(out, out.Pointer(table, kType), field);
  WriteList(out, out.Pointer(table, kChildren), field.children);
}

void WriteList(FlatWriter& out, size_t from, const std::vector<Field>& fields) {
  out.BeginList(from, fields.size());
  std::vector<size_t> places;
  for (size_t i = 0; i < fields.size(); ++i) places.push_back(out.AppendPointer());
  for (size_t i = 0; i < fields.size(); ++i) WriteField(out, places[i], fields[i]);
}

Result<Field> FieldOf(const std::string& column, const std::string& name, const Type& type);

// Elements are of a list, or of the entries of a map.
Status AddChildren(const std::string& column, const Type& type, Field& out) {
  Field entries{.name = "entries", .nullable = false, .shape = Shape::kStruct, .type_name = "struct"};
  bool is_map = out.shape == Shape::kMap;
  std::vector<Field>& into = is_map ? entries.children : out.children;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    std::string name = out.shape == Shape::kStruct ? type.fields()[i].name : !is_map ? "item" : i == 0 ? "key" : "value";
    Type child = is_map && i == 0 ? type.fields()[i].type.NotNull() : type.fields()[i].type;
    ASSIGN_OR_RETURN(Field field, FieldOf(column, name, child));
    into.push_back(std::move(field));
  }
  if (is_map) out.children.push_back(std::move(entries));
  return {};
}

Result<Field> FieldOf(const std::string& column, const std::string& name, const Type& type) {
  Field out{.name = name, .nullable = type.nullable(), .type_name = ""};
  auto number = [&out](Shape shape, int bits) { out.shape = shape, out.bits = bits; };
  switch (type.kind()) {
    case Kind::kBoolean: out.shape = Shape::kBoolean; break;
    case Kind::kTinyInt: number(Shape::kInteger, 8); break;
    case Kind::kSmallInt: number(Shape::kInteger, 16); break;
    case Kind::kInt: number(Shape::kInteger, 32); break;
    case Kind::kBigInt: number(Shape::kInteger, 64); break;
    case Kind::kFloat: number(Shape::kFloat, 32); break;
    case Kind::kDouble: number(Shape::kFloat, 64); break;
    case Kind::kDecimal: number(Shape::kDecimal, 128), out.precision = type.precision(), out.scale = type.scale(); break;
    case Kind::kChar:
    case Kind::kVarchar: out.shape = Shape::kText; break;
    case Kind::kBinary:
    case Kind::kVarbinary: out.shape = Shape::kBytes; break;
    case Kind::kDate: number(Shape::kDate, 32); break;
    case Kind::kTime: number(Shape::kTime, 32), out.units_per_second = 1000; break;
    case Kind::kTimestamp:
    case Kind::kTimestampLtz:
      number(Shape::kTimestamp, 64);
      out.units_per_second = type.UnitsPerSecond();
      out.has_zone = type.kind() == Kind::kTimestampLtz;
      break;
    case Kind::kArray: out.shape = Shape::kList; break;
    case Kind::kMap:
    case Kind::kMultiset: out.shape = Shape::kMap; break;
    case Kind::kRow: out.shape = Shape::kStruct; break;
    default: return Fault::Unsupported("arrow: column ", column, ": Arrow has no type for ", type, "; cast it to a type that it has, such as STRING");
  }
  if (type.IsNested()) RETURN_NOT_OK(AddChildren(column, type, out));
  return out;
}

}  // namespace

Result<std::vector<Field>> ReadFields(const FlatTable& schema) {
  if (schema.Get<int16_t>(0, 0) != 0) return Fault::Unsupported("arrow: numbers are written with the highest byte first; write them in little-endian order");
  std::vector<Field> out;
  int left = kFieldsMax;
  FlatList fields = schema.List(1, 4);
  for (size_t i = 0; i < fields.size(); ++i) RETURN_NOT_OK(ReadField(fields.Table(i), 1, left, out.emplace_back()));
  return out;
}

void WriteFields(FlatWriter& out, size_t from, const std::vector<Field>& fields) {
  size_t schema = out.Table(from, {Slot{0, 2, 0}, Slot{1, FlatWriter::kPointer}});
  WriteList(out, out.Pointer(schema, 1), fields);
}

Result<std::vector<Field>> FieldsOf(const data::Schema& columns) {
  std::vector<Field> out;
  for (const auto& column : columns.fields()) {
    ASSIGN_OR_RETURN(Field field, FieldOf(column.name, column.name, column.type));
    out.push_back(std::move(field));
  }
  return out;
}

}  // namespace freshet::arrow_ipc
