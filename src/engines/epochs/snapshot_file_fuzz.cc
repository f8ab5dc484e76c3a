#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/epochs/snapshot_file.h"

namespace {

// Puts the checksums of the entries, of their table and of the header right, so that the readers behind them are reached.
void Mend(std::string& bytes) {
  using namespace freshet;
  constexpr size_t kHeaderBytes = 40, kEntryBytes = 24, kCountPlace = 24, kTableCrcPlace = 32, kHeaderCrcPlace = 36, kSizeInEntry = 16, kCrcInEntry = 20;
  std::string_view all = bytes;
  auto pipelines = LoadInt<uint32_t>(Order::kLittle, bytes.data() + kCountPlace);
  if (pipelines > (bytes.size() - kHeaderBytes) / kEntryBytes) return;
  size_t at = kHeaderBytes + pipelines * kEntryBytes;
  for (size_t row = kHeaderBytes; row < kHeaderBytes + pipelines * kEntryBytes; row += kEntryBytes) {
    auto size = LoadInt<uint32_t>(Order::kLittle, bytes.data() + row + kSizeInEntry);
    StoreInt(Order::kLittle, bytes.data() + row + kCrcInEntry, Crc32c(all.substr(std::min(at, bytes.size()), size)));
    at += size;
  }
  StoreInt(Order::kLittle, bytes.data() + kTableCrcPlace, Crc32c(all.substr(kHeaderBytes, pipelines * kEntryBytes)));
  StoreInt(Order::kLittle, bytes.data() + kHeaderCrcPlace, Crc32c(all.substr(0, kHeaderCrcPlace)));
}

}  // namespace

// A snapshot file is read or refused, and what is read can be written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)epochs::DecodeSnapshotFile(bytes);
  if (size < 40) return 0;
  Mend(bytes);
  auto file = epochs::DecodeSnapshotFile(bytes);
  if (file.ok()) CHECK(epochs::DecodeSnapshotFile(epochs::EncodeSnapshotFile(*file)).ok());
  return 0;
}
