#include "base/bytes.h"
#include "base/crc32c.h"
#include "control/catalog/snapshot_file.h"

// A snapshot file is read or refused; what is read is written the same way again. Its checksum is mended, so that the reader behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  constexpr size_t kHeaderBytes = 32, kCrcPlace = 24;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)catalog::DecodeSnapshotFile(bytes);
  if (size < kHeaderBytes) return 0;
  uint32_t crc = Crc32cExtend(Crc32c(std::string_view(bytes).substr(0, kCrcPlace)), std::string_view(bytes).substr(kHeaderBytes));
  StoreInt(Order::kLittle, bytes.data() + kCrcPlace, crc);
  auto file = catalog::DecodeSnapshotFile(bytes);
  if (file.ok()) CHECK(catalog::DecodeSnapshotFile(catalog::EncodeSnapshotFile(*file)).ok());
  return 0;
}
