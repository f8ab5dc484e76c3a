#include "engines/stream/plan/duration.h"

#include <charconv>

namespace freshet::stream {
namespace {

struct Unit {
  std::string_view name;
  int64_t ms;
};
constexpr Unit kUnits[] = {{"", 1},          {"ms", 1},          {"milli", 1},         {"millis", 1},          {"millisecond", 1},   {"milliseconds", 1},
                           {"s", 1000},      {"sec", 1000},      {"secs", 1000},       {"second", 1000},       {"seconds", 1000},    {"min", 60'000},
                           {"m", 60'000},    {"minute", 60'000}, {"minutes", 60'000},  {"h", 3'600'000},       {"hour", 3'600'000},  {"hours", 3'600'000},
                           {"d", 86'400'000}, {"day", 86'400'000}, {"days", 86'400'000}};
constexpr int64_t kLargestMs = int64_t{366} * 86'400'000;

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  int64_t number = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit = text.substr(static_cast<size_t>(parsed.ptr - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& known : kUnits) {
    if (known.name != unit || parsed.ec != std::errc() || number < 0 || number > kLargestMs / known.ms) continue;
    return Milliseconds(number * known.ms);
  }
  return Fault::Invalid("'", text, "' is no duration up to a year; write it as 500 ms, 1 s, 10 min, 2 h or 1 d");
}

}  // namespace freshet::stream
