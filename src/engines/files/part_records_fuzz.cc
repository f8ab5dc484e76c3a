#include <cstddef>
#include <cstdint>

#include "engines/files/part_records.h"

// Any bytes as a state or an outbox: what decodes encodes to the same again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::files;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto state = DecodeState(bytes);
  if (state.ok() && !DecodeState(EncodeState(*state)).ok()) __builtin_trap();
  auto outbox = DecodeOutbox(bytes);
  if (outbox.ok() && !DecodeOutbox(EncodeOutbox(*outbox)).ok()) __builtin_trap();
  return 0;
}
