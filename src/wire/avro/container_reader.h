#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"

namespace freshet::wire::avro {

enum class Shape : unsigned char { kNull, kBoolean, kInt, kLong, kFloat, kDouble, kBytes, kString, kFixed, kEnum, kArray, kMap, kRecord, kUnion };

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

// A schema without recursion. Iceberg's field ids are kept; -1 where there is none.
struct Schema {
  struct Field {
    std::string name;
    int field_id = -1;
    SchemaPtr type;
  };
  Shape shape = Shape::kNull;
  size_t size = 0;                 // of kFixed
  std::vector<Field> fields;       // of kRecord
  std::vector<SchemaPtr> children; // item of kArray, value of kMap, branches of kUnion
};
Result<SchemaPtr> ParseSchema(std::string_view json);

// A decoded value; a union is its branch. Integers, booleans and enums are int64; bytes, strings and fixed are strings;
// records and arrays a list in order; maps key, value, key, value.
struct Value {
  std::variant<std::monostate, int64_t, double, std::string, std::vector<Value>> v;
  bool is_null() const { return v.index() == 0; }
};

// Reads an object container file whole. Codecs null and deflate; others are refused by name. Counts, sizes and depth are
// checked before memory is taken, so a hostile file costs at most the caps.
class ContainerReader {
 public:
  struct Caps {
    size_t block_bytes = 64 << 20;  // unpacked
    int64_t values = 20'000'000;
  };
  static Result<ContainerReader> Open(std::string_view bytes) { return Open(bytes, Caps()); }
  static Result<ContainerReader> Open(std::string_view bytes, Caps caps);

  const Schema& schema() const { return *schema_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::vector<Value>& objects() const { return objects_; }

  // Member of a record object by Iceberg field id; absent when the schema does not have it.
  const Value* Member(const Value& record, int field_id) const;

 private:
  SchemaPtr schema_;
  std::map<std::string, std::string> metadata_;
  std::vector<Value> objects_;
};

// The same for a record inside another, by that record's own schema.
const Value* MemberOf(const Schema& record_schema, const Value& record, int field_id);

}  // namespace freshet::wire::avro
