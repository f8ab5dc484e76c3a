#include "base/check.h"
#include "engines/log/large_ref.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view payload(reinterpret_cast<const char*>(data), size);
  auto ref = log::LargeRef::Decode(payload);
  if (!ref.ok()) return 0;
  CHECK(!ref->Holds(payload) || ref->bytes == static_cast<int64_t>(size));
  CHECK(log::LargeRef::Decode(ref->Encode())->Encode() == ref->Encode());
  return 0;
}
