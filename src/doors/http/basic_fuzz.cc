#include <cstdint>

#include "data/formats/base64.h"
#include "doors/http/basic.h"
#include "testing/memory_bound.h"

// What was understood is understood again when it is said again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  auto words = [&] {
    auto bound = freshet::testing::MemoryBound::ForReceived(size);
    return doors::http::ParseBasic(std::string_view(reinterpret_cast<const char*>(data), size));
  }();
  if (!words.ok()) return 0;
  std::string text = "Basic ";
  formats::AppendBase64(text, StrCat(words->name, ":", words->password.Reveal()));
  auto again = doors::http::ParseBasic(text);
  CHECK(again.ok() ? again->name == words->name && again->password.Equals(words->password.Reveal()) : text.size() > 4096);
  return 0;
}
