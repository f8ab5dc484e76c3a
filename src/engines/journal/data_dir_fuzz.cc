#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/journal/data_dir.h"
#include "testing/fault_fs.h"

// A data folder's FORMAT file is read or refused; with a checksum that is right, too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  for (bool mended : {false, true}) {
    if (mended) ByteWriter(bytes, Order::kLittle).Write(Crc32c(bytes));
    freshet::testing::FaultFs files;
    CHECK(io::WriteWhole(files, "FORMAT", bytes).ok());
    (void)journal::DataDir::ReadFormat(files, ".");
  }
  return 0;
}
