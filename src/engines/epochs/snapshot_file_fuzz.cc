#include "engines/epochs/snapshot_file.h"

// A snapshot file is read or refused, and what is read can be written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  auto file = epochs::DecodeSnapshotFile(std::string_view(reinterpret_cast<const char*>(data), size));
  if (file.ok()) CHECK(epochs::DecodeSnapshotFile(epochs::EncodeSnapshotFile(*file)).ok());
  return 0;
}
