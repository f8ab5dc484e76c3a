#include "base/check.h"
#include "data/compression.h"

// First byte: codec. Whatever the rest says, nothing grows beyond the cap.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  auto codec = static_cast<freshet::data::Codec>(data[0] % freshet::data::kCodecs);
  std::string_view packed(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto plain = freshet::data::Decompress(codec, packed, 1 << 16);
  if (plain.ok()) CHECK(plain->size() <= 1 << 16);
  return 0;
}
