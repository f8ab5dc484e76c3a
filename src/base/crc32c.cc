#include "base/crc32c.h"

#include <nmmintrin.h>

#include <array>
#include <cstring>

namespace freshet {
namespace {

constexpr uint32_t kPolynomialReversed = 0x82f63b78;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomialReversed : 0);
    table[i] = crc;
  }
  return table;
}

constexpr auto kTable = MakeTable();

__attribute__((target("sse4.2"))) uint32_t ExtendSse42(uint32_t crc, std::string_view bytes) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t state = ~crc;
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    state = _mm_crc32_u64(state, word);
  }
  auto narrow = static_cast<uint32_t>(state);
  for (; left > 0; --left, ++at) narrow = _mm_crc32_u8(narrow, static_cast<uint8_t>(*at));
  return ~narrow;
}

}  // namespace

uint32_t Crc32cExtendPortable(uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

uint32_t Crc32cExtend(uint32_t crc, std::string_view bytes) {
  static const bool has_sse42 = __builtin_cpu_supports("sse4.2");
  return has_sse42 ? ExtendSse42(crc, bytes) : Crc32cExtendPortable(crc, bytes);
}

}  // namespace freshet
