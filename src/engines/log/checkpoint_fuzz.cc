#include "base/crc32c.h"
#include "engines/log/checkpoint.h"

// A checkpoint is read or refused. Checksums are mended, so that the reader behind them is reached.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string body(reinterpret_cast<const char*>(data), size);
  (void)log::DecodeCheckpoint(body);
  std::string bytes = log::EncodeCheckpoint({}).substr(0, 32) + body;
  StoreInt<uint32_t>(Order::kLittle, bytes.data() + 24, Crc32c(body));
  StoreInt<uint32_t>(Order::kLittle, bytes.data() + 28, Crc32c(std::string_view(bytes).substr(0, 28)));
  auto checkpoint = log::DecodeCheckpoint(bytes);
  if (checkpoint.ok()) CHECK(log::DecodeCheckpoint(log::EncodeCheckpoint(*checkpoint)).ok());
  return 0;
}
