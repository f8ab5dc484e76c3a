#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::avro {

enum class Shape : unsigned char { kNull, kBoolean, kInt, kLong, kFloat, kDouble, kBytes, kString, kFixed, kEnum, kArray, kMap, kRecord, kUnion };
std::string_view ShapeName(Shape shape);  // as schemas write it: "long", "union"

// What a logical type makes of a plain one; those that are not known are plain, as the specification has it.
enum class Logical : unsigned char { kNone, kDecimal, kDate, kTimeMillis, kTimeMicros, kTimestampMillis, kTimestampMicros, kTimestampNanos };

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

// A schema without recursion, of a bounded number of nodes. Iceberg's field ids are kept; -1 where there is none.
struct Schema {
  struct Field {
    std::string name;
    int field_id = -1;
    SchemaPtr type;
  };
  Shape shape = Shape::kNull;
  Logical logical = Logical::kNone;  // local-timestamp-* are timestamps too: the bytes are the same
  int scale = 0;                     // of kDecimal
  size_t size = 0;                   // of kFixed
  int nodes = 1;                     // with all that is below; a type that is named again counts again
  std::vector<Field> fields;         // of kRecord
  std::vector<SchemaPtr> children;   // item of kArray, value of kMap, branches of kUnion
  std::vector<std::string> symbols;  // of kEnum
};
Result<SchemaPtr> ParseSchema(std::string_view json);

// Whether it may be the name of a record or a field.
bool IsName(std::string_view name);

}  // namespace freshet::avro
