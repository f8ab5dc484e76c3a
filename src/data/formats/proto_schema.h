#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

// What `protoc --descriptor_set_out` says of .proto files, as far as records need it.

namespace freshet::formats {

// As descriptors number them.
enum class ProtoType : unsigned char {
  kDouble = 1, kFloat, kInt64, kUint64, kInt32, kFixed64, kFixed32, kBool, kString, kGroup, kMessage, kBytes, kUint32, kEnum, kSfixed32, kSfixed64, kSint32, kSint64,
};

struct ProtoField {
  int32_t number = 0;
  std::string name;
  ProtoType type = ProtoType::kInt32;
  bool repeated = false;
  bool required = false;
  bool packed = false;
  bool tells_presence = false;   // whether a default value is written, too
  std::string default_text;      // of proto2
  std::string type_name;         // of a message or enum: ".package.Name"
  int of = -1;                   // its place among messages or enums
};

struct ProtoMessage {
  std::string name;              // "package.Outer.Inner"
  std::string java_class;        // "java.package.OuterClass$Outer$Inner"
  bool proto3 = false;
  bool map_entry = false;        // field 1 is a key, field 2 its value
  std::vector<ProtoField> fields;

  const ProtoField* Find(std::string_view field) const;
};

struct ProtoEnum {
  std::string name;
  std::vector<std::pair<std::string, int32_t>> values;  // as they are declared
};

struct ProtoSchema {
  std::vector<ProtoMessage> messages;
  std::vector<ProtoEnum> enums;

  // By the name of its Java class, or its own.
  const ProtoMessage* Find(std::string_view name) const;
};

// A FileDescriptorSet with everything that is imported. Editions are refused.
Result<ProtoSchema> ParseDescriptorSet(std::string_view bytes);

// One field of a message's bytes.
struct ProtoPiece {
  int32_t number = 0;
  int wire = 0;                  // 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes
  uint64_t value = 0;            // of 0, 1 and 5
  std::string_view bytes;        // of 2
};

// Cuts a message into pieces; groups are read over.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) : rest_(bytes) {}
  // False at the end.
  Result<bool> Next(ProtoPiece& piece);

 private:
  Status SkipGroup(int32_t number, int depth);
  bool Varint(uint64_t& value);
  bool Take(ProtoPiece& piece);

  std::string_view rest_;
};

}  // namespace freshet::formats
