#pragma once

#include <cstdint>
#include <string_view>

namespace freshet {

// FNV-1a, the same everywhere and for ever: what it is may stand in files. Its low bits are the better ones; mix it where the high ones count.
inline uint64_t Fnv1a(std::string_view bytes) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

}  // namespace freshet
