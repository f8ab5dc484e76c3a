#include "base/bytes.h"
#include "engines/journal/scan.h"

// Whatever stands in a journal file, the scan ends, and what it found lies inside the file and in order.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)journal::DecodeFileHeader(bytes);
  journal::FileHeader header{.salt = 0, .first = freshet::data::Position(4096)};
  uint64_t mark = size >= 8 ? LoadInt<uint64_t>(Order::kLittle, bytes.data()) % (1 << 20) : 0;
  journal::Scan scan = journal::ScanFile(bytes, header, freshet::data::Position(mark));
  freshet::data::Position at = header.first;
  for (const journal::Found& found : scan.found) {
    CHECK(found.begin == at && found.end > found.begin);
    at = found.end;
  }
  CHECK(at == scan.end);
  return 0;
}
