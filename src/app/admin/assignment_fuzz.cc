#include <algorithm>
#include <cstdint>

#include "app/admin/assignment.h"
#include "testing/memory_bound.h"

// Any member of a group says what the others are given; `freshet groups` shows it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  constexpr size_t kPlaceBytes = 512;  // with the longest name that a topic has, and once more as it is shown
  freshet::testing::MemoryBound bound(size * freshet::testing::kBytesForEachReceived + size / sizeof(int32_t) * kPlaceBytes + freshet::testing::kBytesForWords);
  std::string shown = app::ShowAssignment(std::string_view(reinterpret_cast<const char*>(data), size));
  CHECK(std::all_of(shown.begin(), shown.end(), [](char letter) { return letter >= ' ' && letter <= '~'; }));
  return 0;
}
