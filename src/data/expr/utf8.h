#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Positions in SQL strings count code points; bytes that are not UTF-8 count one each.

namespace freshet::expr {

inline bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

inline int64_t CountCodePoints(std::string_view text) {
  int64_t n = 0;
  for (char c : text) n += IsContinuation(c) ? 0 : 1;
  return n;
}

// Byte offset of code point number `count` (0 = first), or the size when there are fewer.
inline size_t ByteOffset(std::string_view text, int64_t count) {
  if (count <= 0) return 0;
  size_t i = 0;
  while (i < text.size()) {
    ++i;
    while (i < text.size() && IsContinuation(text[i])) ++i;
    if (--count == 0) break;
  }
  return i;
}

// Upper or lower case of ASCII, Latin-1, Greek and Cyrillic letters; others stay.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

}  // namespace freshet::expr
