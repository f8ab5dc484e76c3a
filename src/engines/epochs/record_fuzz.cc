#include "engines/epochs/record.h"

// Each record is read or refused; what is read is written the same way again. The first byte chooses the kind.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      if (auto record = epochs::DecodeAttempt(bytes); record.ok()) CHECK(epochs::EncodeAttempt(*record) == bytes);
      break;
    case 1:
      if (auto record = epochs::DecodeCommit(bytes, epochs::kCommitVersion); record.ok()) CHECK(epochs::EncodeCommit(*record) == bytes);
      break;
    case 2:
      if (auto record = epochs::DecodeDone(bytes); record.ok()) CHECK(epochs::EncodeDone(*record) == bytes);
      break;
    case 3:
      if (auto record = epochs::DecodeCommit(bytes, 0); record.ok()) CHECK(epochs::DecodeCommit(epochs::EncodeCommit(*record), epochs::kCommitVersion).ok());
      break;
    default:
      if (auto state = epochs::DecodePipeline(bytes, 1 + data[0] % 2); state.ok()) CHECK(epochs::DecodePipeline(epochs::EncodePipeline(*state), epochs::kPipelineVersion).ok());
  }
  return 0;
}
