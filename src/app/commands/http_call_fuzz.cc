#include <cstdint>

#include "app/commands/http_call.h"
#include "testing/memory_bound.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  constexpr size_t kHeaderBytes = 100 * 4 * sizeof(std::pair<std::string, std::string>);
  freshet::testing::MemoryBound bound(size * freshet::testing::kBytesForEachReceived + kHeaderBytes + freshet::testing::kBytesForWords);
  auto answer = app::ParseHttpAnswer(std::string_view(reinterpret_cast<const char*>(data), size));
  if (answer.ok()) CHECK(answer->status >= 100 && answer->status <= 599 && answer->body.size() < size);
  return 0;
}
