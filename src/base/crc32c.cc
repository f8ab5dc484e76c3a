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

// The instruction takes three cycles, and a new one can begin in each: so three lanes side by side are as fast as three times one.
constexpr size_t kLaneBytes = 512;

constexpr uint32_t SkipZeroes(uint32_t state, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) state = (state >> 8) ^ kTable[state & 0xff];
  return state;
}

// What becomes of a state behind a lane of zeroes, by each byte of the state: how the states of two lanes are put together.
using LaneTable = std::array<std::array<uint32_t, 256>, 4>;

constexpr LaneTable MakeLaneTable() {
  LaneTable table{};
  for (size_t byte = 0; byte < 4; ++byte) {
    for (size_t bit = 0; bit < 8; ++bit) {
      uint32_t moved = SkipZeroes(1u << (8 * byte + bit), kLaneBytes);
      for (size_t value = 0; value < 256; ++value) table[byte][value] ^= (value >> bit & 1) != 0 ? moved : 0;
    }
  }
  return table;
}

constexpr LaneTable kLaneTable = MakeLaneTable();

uint32_t SkipLane(uint32_t state) {
  return kLaneTable[0][state & 0xff] ^ kLaneTable[1][state >> 8 & 0xff] ^ kLaneTable[2][state >> 16 & 0xff] ^ kLaneTable[3][state >> 24];
}

uint64_t WordAt(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) uint32_t ExtendSse42(uint32_t crc, std::string_view bytes) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t state = ~crc;
  for (; left >= 3 * kLaneBytes; left -= 3 * kLaneBytes, at += 3 * kLaneBytes) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < kLaneBytes; i += 8) {
      state = _mm_crc32_u64(state, WordAt(at + i));
      second = _mm_crc32_u64(second, WordAt(at + kLaneBytes + i));
      third = _mm_crc32_u64(third, WordAt(at + 2 * kLaneBytes + i));
    }
    state = SkipLane(SkipLane(static_cast<uint32_t>(state)) ^ static_cast<uint32_t>(second)) ^ static_cast<uint32_t>(third);
  }
  for (; left >= 8; left -= 8, at += 8) state = _mm_crc32_u64(state, WordAt(at));
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
