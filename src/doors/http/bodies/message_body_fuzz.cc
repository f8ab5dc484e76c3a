#include <cstdint>

#include "data/json_tree.h"
#include "doors/http/bodies/message_body.h"
#include "testing/memory_bound.h"

// What was taken for it is enough.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view body(reinterpret_cast<const char*>(data), size);
  freshet::testing::MemoryBound bound(static_cast<size_t>(data::JsonTreeBytesMax(body)));
  (void)doors::http::ParseMessage(body);
  return 0;
}
