#include "engines/lake/manifest.h"
#include "engines/lake/metadata.h"
#include "engines/lake/outbox.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::lake;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)DecodeOutbox(bytes);
  (void)ReadManifestList(bytes);
  (void)ReadManifest(bytes);
  (void)TableMetadata::Parse(bytes);
  return 0;
}
