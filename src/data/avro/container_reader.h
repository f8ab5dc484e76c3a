#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "data/avro/block_codec.h"
#include "data/avro/schema.h"

namespace freshet::avro {

// A decoded value; a union is its branch. Integers, booleans and enums are int64; bytes, strings and fixed are strings;
// records and arrays a list in order; maps key, value, key, value.
struct Value {
  std::variant<std::monostate, int64_t, double, std::string, std::vector<Value>> v;
  bool is_null() const { return v.index() == 0; }
};

// How an object container file begins; blocks follow, each with 16 bytes of sync marker behind it.
struct ContainerHeader {
  std::map<std::string, std::string> metadata;
  SchemaPtr schema;
  BlockCodec codec = BlockCodec::kNull;
  std::string sync;
};
Result<ContainerHeader> ReadContainerHeader(ByteReader& in);

// Reads an object container file whole. Counts, sizes and depth are checked before memory is taken, so a hostile file costs
// at most the caps.
class ContainerReader {
 public:
  struct Caps {
    size_t block_bytes = 64 << 20;  // unpacked
    int64_t values = 20'000'000;
  };
  static Result<ContainerReader> Open(std::string_view bytes) { return Open(bytes, Caps()); }
  static Result<ContainerReader> Open(std::string_view bytes, Caps caps);

  const Schema& schema() const { return *header_.schema; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  const std::vector<Value>& objects() const { return objects_; }

  // Member of a record object by Iceberg field id; absent when the schema does not have it.
  const Value* Member(const Value& record, int field_id) const;

 private:
  ContainerHeader header_;
  std::vector<Value> objects_;
};

// The same for a record inside another, by that record's own schema.
const Value* MemberOf(const Schema& record_schema, const Value& record, int field_id);

}  // namespace freshet::avro
