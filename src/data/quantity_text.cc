#include "data/quantity_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string>

namespace freshet::data {
namespace {

struct Unit {
  std::string_view name;
  int64_t worth;
};
constexpr Unit kTimes[] = {{"", 1},           {"ms", 1},          {"milli", 1},        {"millis", 1},    {"millisecond", 1}, {"milliseconds", 1}, {"s", 1000},
                           {"sec", 1000},     {"secs", 1000},     {"second", 1000},    {"seconds", 1000}, {"min", 60'000},  {"m", 60'000},       {"minute", 60'000},
                           {"minutes", 60'000}, {"h", 3'600'000}, {"hour", 3'600'000}, {"hours", 3'600'000}, {"d", 86'400'000}, {"day", 86'400'000}, {"days", 86'400'000}};
constexpr int64_t kLargestMs = int64_t{366} * 86'400'000;

constexpr int64_t kKilo = 1024, kMega = kKilo * kKilo, kGiga = kMega * kKilo, kTera = kGiga * kKilo;
constexpr Unit kSizes[] = {{"", 1},          {"b", 1},  {"bytes", 1},  {"k", kKilo},         {"kb", kKilo}, {"kibibytes", kKilo}, {"m", kMega},         {"mb", kMega},
                           {"mebibytes", kMega}, {"g", kGiga}, {"gb", kGiga}, {"gibibytes", kGiga}, {"t", kTera},  {"tb", kTera},        {"tebibytes", kTera}};

// A number and a unit, at most `most`.
std::optional<int64_t> Read(std::string_view text, std::span<const Unit> units, int64_t most) {
  int64_t number = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(text.substr(static_cast<size_t>(parsed.ptr - text.data())));
  unit.erase(0, unit.find_first_not_of(' '));
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& known : units) {
    if (known.name != unit || parsed.ec != std::errc() || number < 0 || number > most / known.worth) continue;
    return number * known.worth;
  }
  return std::nullopt;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  auto ms = Read(text, kTimes, kLargestMs);
  if (ms) return Milliseconds(*ms);
  return Fault::Invalid("'", text, "' is no duration up to a year; write it as 500 ms, 1 s, 10 min, 2 h or 1 d");
}

Result<Duration> ParseDurationWithUnit(std::string_view text) {
  bool bare = !text.empty() && text.find_first_not_of("0123456789 ") == std::string_view::npos;
  if (bare) return Fault::Invalid("'", text, "' has no unit; write ", text, "s, ", text, "m or ", text, "h");
  return ParseDuration(text);
}

std::string DurationText(Duration duration) { return duration >= Seconds(10) ? StrCat(duration.ms() / 1000, "s") : StrCat(duration.ms(), "ms"); }

Result<int64_t> ParseBytes(std::string_view text) {
  auto bytes = Read(text, kSizes, INT64_MAX);
  if (bytes) return *bytes;
  return Fault::Invalid("'", text, "' is no size; write it as 128 mb, 64 kb or 1 gb");
}

}  // namespace freshet::data
