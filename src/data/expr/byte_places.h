#pragma once

#include <emmintrin.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace freshet::expr {

// Where `byte` stands among the first 64 bytes of a text: bit i is of text[i]. Reads no byte that is not the text's.
inline uint64_t PlacesOf(char byte, std::string_view text) {
  constexpr size_t kWidth = 16, kMost = 64;
  const size_t size = text.size() < kMost ? text.size() : kMost;
  const __m128i wanted = _mm_set1_epi8(byte);
  auto at = [&](const char* bytes) -> uint64_t {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
  };
  uint64_t places = 0;
  size_t i = 0;
  for (; i + kWidth <= size; i += kWidth) places |= at(text.data() + i) << i;
  if (i == size) return places;
  if (size >= kWidth) return places | at(text.data() + size - kWidth) << (size - kWidth);
  char rest[kWidth] = {};
  std::memcpy(rest, text.data(), size);
  return at(rest) & ((uint64_t{1} << size) - 1);
}

}  // namespace freshet::expr
