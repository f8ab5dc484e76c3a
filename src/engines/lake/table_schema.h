#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/schema.h"

// Iceberg's view of a table: types, field ids, partitions. Field ids are for ever; names are labels.

namespace freshet::lake {

enum class TypeKind : uint8_t {
  kBoolean, kInt, kLong, kFloat, kDouble, kDecimal, kString, kBinary, kFixed, kDate, kTime, kTimestamp, kTimestampTz,
  kStruct, kList, kMap,
};

struct Field;

struct FieldType {
  TypeKind kind = TypeKind::kString;
  int precision = 0;            // of kDecimal
  int scale = 0;
  int length = 0;               // of kFixed
  std::vector<Field> children;  // fields of kStruct; element of kList; key and value of kMap
  bool operator==(const FieldType&) const;
};

struct Field {
  int32_t id = 0;
  std::string name;
  bool required = false;
  FieldType type;
  bool operator==(const Field&) const = default;
};
inline bool FieldType::operator==(const FieldType& other) const {
  return kind == other.kind && precision == other.precision && scale == other.scale && length == other.length && children == other.children;
}

struct TableSchema {
  int32_t id = 0;
  std::vector<Field> fields;
  std::vector<int32_t> identifier_ids;

  const Field* Find(std::string_view name) const {  // top level
    for (const Field& field : fields) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }
  const Field* FindById(int32_t field_id) const {
    for (const Field& field : fields) {
      if (field.id == field_id) return &field;
    }
    return nullptr;
  }
  int32_t LastId() const;
};

// SQL columns as Iceberg fields, numbered from `last_id` + 1: a level's fields first, then what is inside them. A type
// that Iceberg v2 cannot hold is refused by name.
Result<std::vector<Field>> FieldsOfSql(const data::Schema& columns, int32_t& last_id);
// Fields as columns of SQL, as Flink's connector declares them: timestamp is TIMESTAMP(6), time is TIME(0).
data::Schema SqlOfFields(const std::vector<Field>& fields);
// Equal but for field ids and names of collection elements.
bool SameType(const FieldType& a, const FieldType& b);
std::string TypeText(const FieldType& type);  // as Iceberg spells it: "decimal(10, 2)", "list<string>"

std::string SchemaJson(const TableSchema& schema);
Result<TableSchema> ParseSchemaJson(std::string_view json);

struct PartitionField {
  int32_t source_id = 0;
  int32_t field_id = 0;
  std::string name;
  std::string transform;  // "identity", "day", "bucket[16]", …
};

struct PartitionSpec {
  int32_t id = 0;
  std::vector<PartitionField> fields;
};

std::string PartitionFieldsJson(const PartitionSpec& spec);
Result<PartitionSpec> ParsePartitionSpecJson(std::string_view json);

}  // namespace freshet::lake
