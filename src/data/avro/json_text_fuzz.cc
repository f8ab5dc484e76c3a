#include "data/avro/json_text.h"

// Any bytes as a value of one schema that has every shape: never more than the bound.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto schema = freshet::avro::ParseSchema(R"({"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":"null"}},{"name":"m","type":{"type":"map","values":"double"}},
    {"name":"u","type":["null","string","bytes"]},{"name":"e","type":{"type":"enum","name":"e","symbols":["x","y"]}},{"name":"f","type":{"type":"fixed","name":"f","size":3}},{"name":"l","type":"long"}]})");
  auto text = freshet::avro::JsonTextOf(**schema, {reinterpret_cast<const char*>(data), size}, 1 << 16);
  if (text.ok() && text->size() > (1 << 16) + 8 * size + 64) __builtin_trap();
  return 0;
}
