#include "engines/epochs/state_files.h"

// A state file's header is the one of what its record names, or it is refused: only the right bytes pass.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  epochs::StateRef state{.bytes = {}, .attempt = 1, .serial = 1, .file_bytes = 3, .crc = 0, .begun = 1};
  for (bool grows : {false, true}) {
    state.grows = grows;
    if (epochs::CheckStateHeader(bytes, Uuid(), state).ok()) CHECK(bytes == epochs::EncodeStateHeader(Uuid(), state));
  }
  return 0;
}
