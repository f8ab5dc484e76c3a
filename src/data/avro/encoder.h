#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace freshet::avro {

// Appends Avro values to a string that it borrows. The caller knows the schema and keeps its order.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void Boolean(bool value) { out_.push_back(value ? '\1' : '\0'); }
  void Long(int64_t value) { ByteWriter(out_).WriteVarInt64(value); }  // int and long are written alike
  void Float(float value) { Raw(value); }
  void Double(double value) { Raw(value); }
  void Bytes(std::string_view value) {  // bytes and string
    Long(static_cast<int64_t>(value.size()));
    out_.append(value);
  }
  void Fixed(std::string_view value) { out_.append(value); }
  // Which branch of a union comes; the value follows.
  void Branch(int index) { Long(index); }
  // An array or map: Items(n), n items when n > 0, then End.
  void Items(size_t count) { if (count > 0) Long(static_cast<int64_t>(count)); }
  void End() { Long(0); }

 private:
  template <typename T>
  void Raw(T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);  // both sides are little-endian
    out_.append(bytes, sizeof bytes);
  }
  std::string& out_;
};

using FileMetadata = std::vector<std::pair<std::string, std::string>>;

// The parts of an object container file: how it begins, and each block of `count` encoded values, packed as `codec` says.
// `sync` is any 16 bytes, the same in all of them.
std::string ContainerBeginning(std::string_view schema_json, std::string_view codec, const FileMetadata& metadata, std::string_view sync);
void AppendContainerBlock(std::string& out, int64_t count, std::string_view packed, std::string_view sync);

// An object container file of one block, not compressed. `objects` are `count` encoded values.
std::string ContainerFile(std::string_view schema_json, const FileMetadata& metadata, std::string_view sync, int64_t count, std::string_view objects);

}  // namespace freshet::avro
