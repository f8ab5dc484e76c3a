#include <cstdint>

#include "doors/http/query.h"
#include "testing/memory_bound.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  constexpr std::string_view kTaken[] = {"a", "last", "topic"};
  auto bound = freshet::testing::MemoryBound::ForReceived(size);
  auto query = doors::http::ParseQuery({reinterpret_cast<const char*>(data), size}, kTaken);
  if (query.ok()) (void)doors::http::NumberIn(*query, "last", 0, -10, 10);
  return 0;
}
