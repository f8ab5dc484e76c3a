#include "engines/epochs/state_files.h"

// A state file is the one that its record names, or it is refused: only the right bytes pass.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  epochs::StateRef state{.bytes = {}, .attempt = 1, .serial = 1, .file_bytes = 3, .crc = 0};
  auto snapshot = epochs::DecodeStateFile(bytes, Uuid(), 1, state);
  if (snapshot.ok()) CHECK(snapshot->size() == 3);
  return 0;
}
