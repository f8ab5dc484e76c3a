#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "base/status.h"

// The two shapes that everything in the protocol is built from.

namespace freshet::wire::resp {

// The line that starts at `at`, without its CRLF; nullopt when its end has not come yet.
inline Result<std::optional<std::string_view>> CutLine(std::string_view bytes, size_t at, size_t bytes_max) {
  size_t end = bytes.find('\n', at);
  size_t seen = (end == std::string_view::npos ? bytes.size() : end) - at;
  if (seen > bytes_max) return Fault::TooLarge("a line of more than ", bytes_max, " bytes");
  if (end == std::string_view::npos) return std::optional<std::string_view>();
  if (end == at || bytes[end - 1] != '\r') return Fault::Invalid("a line must end in CR LF");
  return std::optional<std::string_view>(bytes.substr(at, end - 1 - at));
}

// A whole decimal number and nothing else.
inline std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace freshet::wire::resp
