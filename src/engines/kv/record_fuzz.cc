#include "base/check.h"
#include "engines/kv/record.h"

// A key's record is read or refused; what is read is written and reads the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  auto entry = kv::DecodeEntry({reinterpret_cast<const char*>(data), size});
  if (!entry.ok()) return 0;
  auto again = kv::DecodeEntry(kv::EncodeEntry(*entry));
  CHECK(again.ok() && again->value == entry->value && again->expires_ms == entry->expires_ms);
  return 0;
}
