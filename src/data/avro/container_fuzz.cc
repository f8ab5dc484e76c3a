#include "data/avro/container_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::avro;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)ContainerReader::Open(bytes, {.block_bytes = 1 << 20, .values = 100'000});
  (void)ParseSchema(bytes);
  return 0;
}
