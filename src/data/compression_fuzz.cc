#include "base/check.h"
#include "data/compression.h"
#include "testing/memory_bound.h"

namespace {

constexpr size_t kPlainBytesMax = 1 << 16;
constexpr size_t kLibraryBytes = 9 << 20;  // lz4 has room for a block of 4 MiB and what is behind it, whatever comes; the others need less

}  // namespace

// First byte: codec. Whatever the rest says, nothing grows beyond the cap, and no window is as large as it announces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  auto codec = static_cast<freshet::data::Codec>(data[0] % freshet::data::kCodecs);
  std::string_view packed(reinterpret_cast<const char*>(data) + 1, size - 1);
  freshet::testing::MemoryBound bound(size * freshet::testing::kBytesForEachReceived + 2 * kPlainBytesMax + kLibraryBytes);
  auto plain = freshet::data::Decompress(codec, packed, kPlainBytesMax);
  if (plain.ok()) CHECK(plain->size() <= kPlainBytesMax);
  return 0;
}
