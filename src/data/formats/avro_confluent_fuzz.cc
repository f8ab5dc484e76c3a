#include "data/formats/registry_format.h"

// A record against a schema that it may or may not fit.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  data::Schema columns;
  columns.Add("name", data::Type::String());
  columns.Add("n", data::Type::BigInt());
  auto decoder = formats::OpenRegistryDecoder({{"url", "http://r"}}, columns);
  std::string_view record(reinterpret_cast<const char*>(data), size);
  if (auto id = (*decoder)->MissingSchema(record)) {
    (*decoder)->TakeSchema(*id, std::string(R"({"type":"record","name":"r","fields":[{"name":"name","type":["null","string"]},{"name":"n","type":"int"}]})"));
  }
  auto slab = data::Slab::Make(size + 1);
  record.copy(slab->data(), size);
  (*decoder)->SetChunk({slab->data(), size}, slab);
  (void)(*decoder)->Append({slab->data(), size});
  (*decoder)->Finish();
  return 0;
}
