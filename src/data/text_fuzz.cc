#include <cstdint>
#include <string>

#include "base/check.h"
#include "data/civil.h"
#include "data/number_text.h"
#include "data/quantity_text.h"

// A text as a moment, a number and a quantity: what is understood is understood again when it is said again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace freshet;
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (bool lenient : {false, true}) {
    if (auto days = data::ParseDate(text, lenient)) {
      std::string again;
      data::AppendDate(again, *days);
      CHECK(data::ParseDate(again, lenient) == days);
    }
    (void)data::ParseTimeOfDay(text, lenient);
    for (int precision : {0, 3, 6, 9}) (void)data::ParseTimestamp(text, data::Type::Timestamp(precision), ' ', lenient);
  }
  for (auto [precision, scale] : {std::pair(10, 2), std::pair(18, 18), std::pair(38, 6)}) {
    auto decimal = data::ParseDecimal(text, precision, scale);
    if (!decimal) continue;
    std::string again;
    data::AppendDecimal(again, *decimal, scale);
    CHECK(data::ParseDecimal(again, precision, scale) == decimal);
  }
  (void)data::ParseDuration(text);
  (void)data::ParseBytes(text);
  return 0;
}
