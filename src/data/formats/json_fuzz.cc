#include <cstddef>
#include <cstdint>

#include "data/formats/format.h"

// Any bytes as a record of a wide schema: rows or a Fault, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  freshet::data::Schema schema;
  schema.Add("a", Type::BigInt());
  schema.Add("s", Type::String());
  schema.Add("r", Type::Row({{"x", Type::Array(Type::Decimal(10, 2))}, {"t", Type::Timestamp(3)}}));
  schema.Add("m", Type::Map(Type::String(), Type::Double()));
  auto slab = freshet::data::Slab::Make(size);
  std::memcpy(slab->data(), data, size);
  std::string_view record(slab->data(), size);
  for (const char* format : {"json", "debezium-json", "canal-json", "maxwell-json", "csv"}) {
    auto decoder = freshet::formats::OpenDecoder(format, {{"ignore-parse-errors", "true"}}, schema, schema);
    if (!decoder.ok()) continue;
    (*decoder)->SetChunk(record, slab);
    (void)(*decoder)->Append(record);
    (void)(*decoder)->Finish();
  }
  freshet::data::Schema number;
  number.Add("n", Type::Double());
  auto raw = freshet::formats::OpenDecoder("raw", {}, number, number);
  if (raw.ok()) {
    (void)(*raw)->Append(record);
    (void)(*raw)->Finish();
  }
  return 0;
}
