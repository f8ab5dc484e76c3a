#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/valid_utf8.h"

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

inline void AppendCodePoint(std::string& out, uint32_t c) {
  auto byte = [&out](uint32_t b) { out += static_cast<char>(b); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

// The code point that begins at `at`, which moves behind it. A byte that is not UTF-8 stands for itself.
inline uint32_t TakeCodePoint(std::string_view text, size_t* at) {
  auto first = static_cast<unsigned char>(text[(*at)++]);
  int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0 || *at + static_cast<size_t>(more) > text.size()) return first;
  uint32_t code = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    char next = text[*at + static_cast<size_t>(i)];
    if (!IsContinuation(next)) return first;
    code = (code << 6) | (static_cast<unsigned char>(next) & 0x3F);
  }
  *at += static_cast<size_t>(more);
  return code;
}

using ::freshet::AppendValidUtf8;

// Upper or lower case of letters of every script.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

}  // namespace freshet::expr
