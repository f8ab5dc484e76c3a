#include <cstddef>
#include <cstdint>
#include <string>

#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/proto_schema.h"

namespace {

// message M { int64 a = 1; string s = 2; M r = 3; repeated sint32 p = 4; map<string, double> m = 5; } of proto3, as protoc describes it.
std::string Descriptor() {
  auto text = [](char field, std::string bytes) { return std::string{static_cast<char>(field << 3 | 2), static_cast<char>(bytes.size())} + bytes; };
  auto number = [](char field, char value) { return std::string{static_cast<char>(field << 3), value}; };
  auto field = [&](const char* name, char n, char label, char type, const char* of) { return text(2, text(1, name) + number(3, n) + number(4, label) + number(5, type) + (*of != 0 ? text(6, of) : "")); };
  std::string entry = text(1, "E") + field("key", 1, 1, 9, "") + field("value", 2, 1, 1, "") + text(7, number(7, 1));
  std::string message = text(1, "M") + field("a", 1, 1, 3, "") + field("s", 2, 1, 9, "") + field("r", 3, 1, 11, ".M") + field("p", 4, 3, 17, "") + field("m", 5, 3, 11, ".M.E") + text(3, entry);
  std::string file = text(1, "m.proto");
  file += std::string{static_cast<char>(4 << 3 | 2), static_cast<char>((message.size() & 127) | 128), static_cast<char>(message.size() >> 7)} + message + text(12, "proto3");
  return std::string{10, static_cast<char>((file.size() & 127) | 128), static_cast<char>(file.size() >> 7)} + file;
}

}  // namespace

// Any bytes as a record, and as a descriptor set: rows or a Fault, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)freshet::formats::ParseDescriptorSet(bytes);
  freshet::data::Schema columns;
  columns.Add("a", Type::BigInt());
  columns.Add("s", Type::String());
  columns.Add("r", Type::Row({{"p", Type::Array(Type::Int())}, {"r", Type::Row({{"s", Type::String()}})}}));
  columns.Add("m", Type::Map(Type::String(), Type::Double()));
  static const std::string* set = [] {
    auto* out = new std::string();
    freshet::formats::AppendBase64(*out, Descriptor());
    return out;
  }();
  auto decoder = freshet::formats::OpenDecoder("protobuf", {{"message-class-name", "M"}, {"descriptor-set", *set}}, columns, columns);
  if (!decoder.ok()) __builtin_trap();
  (void)(*decoder)->Append(bytes);
  (void)(*decoder)->Finish();
  return 0;
}
