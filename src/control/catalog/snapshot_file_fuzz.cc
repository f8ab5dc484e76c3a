#include "control/catalog/snapshot_file.h"

// A snapshot file is read or refused; what is read is written the same way again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  auto file = catalog::DecodeSnapshotFile(std::string_view(reinterpret_cast<const char*>(data), size));
  if (file.ok()) CHECK(catalog::DecodeSnapshotFile(catalog::EncodeSnapshotFile(*file)).ok());
  return 0;
}
