#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace freshet {

// StrCat joins strings, characters and numbers into one string, for messages and names.
// A type of ours takes part by offering `void AppendText(std::string&, const T&)` beside it.
inline void AppendText(std::string& out, std::string_view text) { out.append(text); }
inline void AppendText(std::string& out, const char* text) { out.append(text); }
inline void AppendText(std::string& out, char c) { out.push_back(c); }
inline void AppendText(std::string& out, bool value) { out.append(value ? "true" : "false"); }

template <typename Number>
  requires(std::integral<Number> || std::floating_point<Number>)
void AppendText(std::string& out, Number value) {
  char digits[40];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

template <typename... Parts>
std::string StrCat(const Parts&... parts) {
  std::string out;
  (AppendText(out, parts), ...);
  return out;
}

// Appends `text` as a JSON string with its quotes. Bytes ≥ 0x80 pass through; control characters are escaped.
void AppendJsonString(std::string& out, std::string_view text);

// Lower-case hexadecimal of each byte.
std::string ToHex(std::string_view bytes);

}  // namespace freshet
