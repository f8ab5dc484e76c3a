#include "engines/lake/table_schema.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "data/json_tree.h"

namespace freshet::lake {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDepthMax = 32;
constexpr size_t kFieldsMax = 10'000;

constexpr std::pair<TypeKind, std::string_view> kPlainNames[] = {
    {TypeKind::kBoolean, "boolean"}, {TypeKind::kInt, "int"},       {TypeKind::kLong, "long"},           {TypeKind::kFloat, "float"},
    {TypeKind::kDouble, "double"},   {TypeKind::kString, "string"}, {TypeKind::kBinary, "binary"},       {TypeKind::kDate, "date"},
    {TypeKind::kTime, "time"},       {TypeKind::kTimestamp, "timestamp"}, {TypeKind::kTimestampTz, "timestamptz"}};

int32_t LastIdIn(const std::vector<Field>& fields) {
  int32_t last = 0;
  for (const Field& field : fields) last = std::max({last, field.id, LastIdIn(field.type.children)});
  return last;
}

bool FitsMicros(const data::Type& type) { return type.precision() <= 6; }

// The type without its children, which FieldsOfSql numbers afterwards.
Result<FieldType> ShapeOfSql(std::string_view name, const data::Type& type) {
  using data::Kind;
  switch (type.kind()) {
    case Kind::kBoolean: return FieldType{TypeKind::kBoolean};
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt: return FieldType{TypeKind::kInt};
    case Kind::kBigInt: return FieldType{TypeKind::kLong};
    case Kind::kFloat: return FieldType{TypeKind::kFloat};
    case Kind::kDouble: return FieldType{TypeKind::kDouble};
    case Kind::kDecimal: return FieldType{TypeKind::kDecimal, type.precision(), type.scale()};
    case Kind::kChar:
    case Kind::kVarchar: return FieldType{TypeKind::kString};
    case Kind::kBinary: return FieldType{.kind = TypeKind::kFixed, .length = type.length()};
    case Kind::kVarbinary: return FieldType{TypeKind::kBinary};
    case Kind::kDate: return FieldType{TypeKind::kDate};
    case Kind::kTime: return FieldType{TypeKind::kTime};
    case Kind::kTimestamp:
      if (FitsMicros(type)) return FieldType{TypeKind::kTimestamp};
      break;
    case Kind::kTimestampLtz:
      if (FitsMicros(type)) return FieldType{TypeKind::kTimestampTz};
      break;
    case Kind::kRow: return FieldType{TypeKind::kStruct};
    case Kind::kArray: return FieldType{TypeKind::kList};
    case Kind::kMap: return FieldType{TypeKind::kMap};
    default: return Fault::Unsupported("column ", name, ": an Iceberg table cannot hold ", type.ToString(), "; cast it to a type that it can");
  }
  return Fault::Unsupported("column ", name, ": an Iceberg v2 table keeps microseconds; declare ", type.ToString(), " with a precision of at most 6");
}

std::vector<data::NamedType> PartsOf(const data::Type& type) {
  if (type.kind() == data::Kind::kRow) return type.fields();
  if (type.kind() == data::Kind::kArray) return {{"element", type.element()}};
  if (type.kind() == data::Kind::kMap) return {{"key", type.key().NotNull()}, {"value", type.value()}};
  return {};
}

Result<std::vector<Field>> Numbered(const std::vector<data::NamedType>& parts, int32_t& last_id) {
  std::vector<Field> fields;
  for (const auto& part : parts) {
    ASSIGN_OR_RETURN(FieldType shape, ShapeOfSql(part.name, part.type));
    fields.push_back({++last_id, part.name, !part.type.nullable(), std::move(shape)});
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    ASSIGN_OR_RETURN(fields[i].type.children, Numbered(PartsOf(parts[i].type), last_id));
  }
  return fields;
}

void AppendType(std::string& out, const FieldType& type);

void AppendFields(std::string& out, const std::vector<Field>& fields) {
  out += "\"type\":\"struct\",\"fields\":[";
  for (size_t i = 0; i < fields.size(); ++i) {
    out += StrCat(i == 0 ? "" : ",", "{\"id\":", fields[i].id, ",\"name\":");
    AppendJsonString(out, fields[i].name);
    out += StrCat(",\"required\":", fields[i].required, ",\"type\":");
    AppendType(out, fields[i].type);
    out += "}";
  }
  out += "]";
}

void AppendType(std::string& out, const FieldType& type) {
  const auto& inner = type.children;
  if (type.kind == TypeKind::kStruct) {
    out += "{";
    AppendFields(out, inner);
    out += "}";
  } else if (type.kind == TypeKind::kList) {
    out += StrCat("{\"type\":\"list\",\"element-id\":", inner[0].id, ",\"element-required\":", inner[0].required, ",\"element\":");
    AppendType(out, inner[0].type);
    out += "}";
  } else if (type.kind == TypeKind::kMap) {
    out += StrCat("{\"type\":\"map\",\"key-id\":", inner[0].id, ",\"key\":");
    AppendType(out, inner[0].type);
    out += StrCat(",\"value-id\":", inner[1].id, ",\"value-required\":", inner[1].required, ",\"value\":");
    AppendType(out, inner[1].type);
    out += "}";
  } else {
    AppendJsonString(out, TypeText(type));
  }
}

Fault Damaged(std::string_view what) { return Fault::Corrupt("iceberg schema: ", what); }

template <typename T>
bool Get(const Json& json, const char* key, T& into) {
  auto found = json.find(key);
  if (found == json.end()) return false;
  if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) return false;
  } else if constexpr (std::is_integral_v<T>) {
    if (!found->is_number_integer()) return false;
  } else {
    if (!found->is_string()) return false;
  }
  into = found->template get<T>();
  return true;
}

// "decimal(10, 2)", "fixed[16]": the numbers inside.
bool NumbersIn(std::string_view text, std::string_view name, std::vector<int>& numbers) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  while (!text.empty()) {
    size_t digit = text.find_first_of("0123456789");
    if (digit == std::string_view::npos) return true;
    int number = 0;
    auto end = std::from_chars(text.data() + digit, text.data() + text.size(), number).ptr;
    numbers.push_back(number);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
  }
  return true;
}

Result<FieldType> ReadType(const Json& json, int depth);

Result<Field> ReadPart(const Json& json, const char* id, const char* required, const char* type, std::string_view name, int depth) {
  Field field;
  field.name = name;
  field.required = true;
  bool good = Get(json, id, field.id) && (required == nullptr || Get(json, required, field.required)) && json.contains(type);
  if (!good) return Damaged("a collection without ids or types");
  ASSIGN_OR_RETURN(field.type, ReadType(json[type], depth + 1));
  return field;
}

Result<std::vector<Field>> ReadFields(const Json& json, int depth) {
  if (!json.contains("fields") || !json["fields"].is_array() || json["fields"].size() > kFieldsMax) return Damaged("a struct without fields");
  std::vector<Field> fields;
  for (const Json& entry : json["fields"]) {
    Field field;
    if (!entry.is_object() || !Get(entry, "id", field.id) || !Get(entry, "name", field.name) || !Get(entry, "required", field.required) || !entry.contains("type")) return Damaged("a field lacks id, name, required or type");
    ASSIGN_OR_RETURN(field.type, ReadType(entry["type"], depth + 1));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<FieldType> ReadPlainType(const std::string& text) {
  for (const auto& [kind, name] : kPlainNames) {
    if (name == text) return FieldType{kind};
  }
  std::vector<int> numbers;
  if (NumbersIn(text, "decimal", numbers) && numbers.size() == 2 && numbers[0] <= data::kMaxDecimalPrecision) return FieldType{TypeKind::kDecimal, numbers[0], numbers[1]};
  if (numbers.clear(); NumbersIn(text, "fixed", numbers) && numbers.size() == 1) return FieldType{.kind = TypeKind::kFixed, .length = numbers[0]};
  return Fault::Unsupported("iceberg type '", text, "'");
}

Result<FieldType> ReadType(const Json& json, int depth) {
  if (depth > kDepthMax) return Damaged("nested too deep");
  if (json.is_string()) return ReadPlainType(json.get<std::string>());
  std::string name;
  if (!json.is_object() || !Get(json, "type", name)) return Damaged("a type is neither a name nor an object");
  FieldType type;
  if (name == "struct") {
    type.kind = TypeKind::kStruct;
    ASSIGN_OR_RETURN(type.children, ReadFields(json, depth));
  } else if (name == "list") {
    type.kind = TypeKind::kList;
    ASSIGN_OR_RETURN(Field element, ReadPart(json, "element-id", "element-required", "element", "element", depth));
    type.children = {std::move(element)};
  } else if (name == "map") {
    type.kind = TypeKind::kMap;
    ASSIGN_OR_RETURN(Field key, ReadPart(json, "key-id", nullptr, "key", "key", depth));
    ASSIGN_OR_RETURN(Field value, ReadPart(json, "value-id", "value-required", "value", "value", depth));
    type.children = {std::move(key), std::move(value)};
  } else {
    return Fault::Unsupported("iceberg type '", name, "'");
  }
  return type;
}

}  // namespace

int32_t TableSchema::LastId() const { return LastIdIn(fields); }

Result<std::vector<Field>> FieldsOfSql(const data::Schema& columns, int32_t& last_id) {
  std::vector<data::NamedType> parts;
  for (const auto& field : columns.fields()) parts.push_back({field.name, field.type});
  return Numbered(parts, last_id);
}

namespace {

data::Type SqlOf(const Field& field) {
  using data::Type;
  auto type = [&field]() -> Type {
    const FieldType& from = field.type;
    switch (from.kind) {
      case TypeKind::kBoolean: return Type::Boolean();
      case TypeKind::kInt: return Type::Int();
      case TypeKind::kLong: return Type::BigInt();
      case TypeKind::kFloat: return Type::Float();
      case TypeKind::kDouble: return Type::Double();
      case TypeKind::kDecimal: return Type::Decimal(from.precision, from.scale);
      case TypeKind::kString: return Type::String();
      case TypeKind::kBinary: return Type::Bytes();
      case TypeKind::kFixed: return Type::Binary(from.length);
      case TypeKind::kDate: return Type::Date();
      case TypeKind::kTime: return Type::Time();
      case TypeKind::kTimestamp: return Type::Timestamp();
      case TypeKind::kTimestampTz: return Type::TimestampLtz();
      case TypeKind::kList: return Type::Array(SqlOf(from.children[0]));
      case TypeKind::kMap: return Type::Map(SqlOf(from.children[0]), SqlOf(from.children[1]));
      case TypeKind::kStruct: break;
    }
    std::vector<data::NamedType> parts;
    for (const Field& part : from.children) parts.push_back({part.name, SqlOf(part)});
    return Type::Row(std::move(parts));
  };
  return type().WithNullable(!field.required);
}

}  // namespace

data::Schema SqlOfFields(const std::vector<Field>& fields) {
  data::Schema columns;
  for (const Field& field : fields) columns.Add(field.name, SqlOf(field));
  return columns;
}

bool SameType(const FieldType& a, const FieldType& b) {
  if (a.kind != b.kind || a.precision != b.precision || a.scale != b.scale || a.length != b.length || a.children.size() != b.children.size()) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    bool named = a.kind == TypeKind::kStruct;
    if (named && a.children[i].name != b.children[i].name) return false;
    if (a.children[i].required != b.children[i].required || !SameType(a.children[i].type, b.children[i].type)) return false;
  }
  return true;
}

std::string TypeText(const FieldType& type) {
  for (const auto& [kind, name] : kPlainNames) {
    if (kind == type.kind) return std::string(name);
  }
  if (type.kind == TypeKind::kDecimal) return StrCat("decimal(", type.precision, ", ", type.scale, ")");
  if (type.kind == TypeKind::kFixed) return StrCat("fixed[", type.length, "]");
  std::string out = type.kind == TypeKind::kStruct ? "struct<" : (type.kind == TypeKind::kList ? "list<" : "map<");
  for (size_t i = 0; i < type.children.size(); ++i) {
    const Field& child = type.children[i];
    out += StrCat(i == 0 ? "" : ", ", type.kind == TypeKind::kStruct ? child.name + " " : "", TypeText(child.type), child.required ? " required" : "");
  }
  return out + ">";
}

std::string SchemaJson(const TableSchema& schema) {
  std::string out = StrCat("{\"schema-id\":", schema.id, ",");
  AppendFields(out, schema.fields);
  out += ",\"identifier-field-ids\":[";
  for (size_t i = 0; i < schema.identifier_ids.size(); ++i) out += StrCat(i == 0 ? "" : ",", schema.identifier_ids[i]);
  return out + "]}";
}

Result<TableSchema> ParseSchemaJson(std::string_view text) {
  Json json = data::ParseJson<Json>(text);
  TableSchema schema;
  if (!json.is_object() || !Get(json, "schema-id", schema.id)) return Damaged("not a schema with an id");
  ASSIGN_OR_RETURN(schema.fields, ReadFields(json, 0));
  auto identifiers = json.find("identifier-field-ids");
  if (identifiers != json.end() && identifiers->is_array()) {
    for (const Json& id : *identifiers) {
      if (id.is_number_integer()) schema.identifier_ids.push_back(id.get<int32_t>());
    }
  }
  return schema;
}

std::string PartitionFieldsJson(const PartitionSpec& spec) {
  std::string out = "[";
  for (const PartitionField& field : spec.fields) {
    out += StrCat(out.size() == 1 ? "" : ",", "{\"source-id\":", field.source_id, ",\"field-id\":", field.field_id, ",\"transform\":");
    AppendJsonString(out, field.transform);
    out += ",\"name\":";
    AppendJsonString(out, field.name);
    out += "}";
  }
  return out + "]";
}

Result<PartitionSpec> ParsePartitionSpecJson(std::string_view text) {
  Json json = data::ParseJson<Json>(text);
  PartitionSpec spec;
  if (!json.is_object() || !Get(json, "spec-id", spec.id) || !json.contains("fields") || !json["fields"].is_array()) return Damaged("not a partition spec");
  for (const Json& entry : json["fields"]) {
    PartitionField field;
    if (!entry.is_object() || !Get(entry, "source-id", field.source_id) || !Get(entry, "field-id", field.field_id) || !Get(entry, "name", field.name) || !Get(entry, "transform", field.transform)) return Damaged("a partition field lacks a part");
    spec.fields.push_back(std::move(field));
  }
  return spec;
}

}  // namespace freshet::lake
