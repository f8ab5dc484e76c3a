#include "control/catalog/change.h"

// A change is read or refused; what is read is written the same way again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  auto change = catalog::DecodeChange(std::string_view(reinterpret_cast<const char*>(data), size));
  if (change.ok()) CHECK(catalog::DecodeChange(catalog::EncodeChange(*change)).ok());
  return 0;
}
