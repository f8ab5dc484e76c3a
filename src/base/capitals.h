#pragma once

#include <string>
#include <string_view>

namespace freshet {

// Of ASCII only: names and words that are compared whatever case they are in.
inline char Capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
inline std::string InCapitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = Capital(c);
  return out;
}

}  // namespace freshet
