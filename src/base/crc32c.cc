#include "base/crc32c.h"

#include <immintrin.h>

#include <array>
#include <cstring>
#include <vector>

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

// Polynomials are reflected, as checksums are: bit 31 is x^0.
constexpr uint32_t kOne = 1u << 31;

constexpr uint32_t TimesX(uint32_t polynomial) { return (polynomial >> 1) ^ ((polynomial & 1) != 0 ? kPolynomialReversed : 0); }

// x^bits, as the carry-less multiplication of a reflected state takes it.
constexpr int64_t FoldBy(int bits) {
  uint32_t power = kOne;
  for (int i = 0; i < bits; ++i) power = TimesX(power);
  return int64_t{power} << 1;
}

constexpr size_t kFoldedBytes = 256;         // four registers
constexpr size_t kWorthFolding = 1024;
constexpr int64_t kFoldLow = FoldBy(8 * kFoldedBytes + 32);
constexpr int64_t kFoldHigh = FoldBy(8 * kFoldedBytes - 32);

__attribute__((target("avx512f,vpclmulqdq"))) inline __m512i FoldInto(__m512i state, __m512i by, const char* at) {
  constexpr int kXorOfThree = 0x96;
  __m512i low = _mm512_clmulepi64_epi128(state, by, 0x00), high = _mm512_clmulepi64_epi128(state, by, 0x11);
  return _mm512_ternarylogic_epi64(low, high, _mm512_loadu_si512(at), kXorOfThree);
}

// Folds 256 bytes into the next 256 until fewer are left: what remains has the checksum of all. `bytes` has kWorthFolding or more.
__attribute__((target("avx512f,vpclmulqdq,sse4.2"))) uint32_t ExtendFolding(uint32_t crc, std::string_view bytes) {
  const __m512i by = _mm512_set_epi64(kFoldHigh, kFoldLow, kFoldHigh, kFoldLow, kFoldHigh, kFoldLow, kFoldHigh, kFoldLow);
  const char* at = bytes.data();
  __m512i first = _mm512_xor_si512(_mm512_loadu_si512(at), _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(~crc))));
  __m512i second = _mm512_loadu_si512(at + 64), third = _mm512_loadu_si512(at + 128), fourth = _mm512_loadu_si512(at + 192);
  size_t left = bytes.size() - kFoldedBytes;
  for (at += kFoldedBytes; left >= kFoldedBytes; left -= kFoldedBytes, at += kFoldedBytes) {
    first = FoldInto(first, by, at);
    second = FoldInto(second, by, at + 64);
    third = FoldInto(third, by, at + 128);
    fourth = FoldInto(fourth, by, at + 192);
  }
  alignas(64) char folded[kFoldedBytes];
  _mm512_store_si512(folded, first);
  _mm512_store_si512(folded + 64, second);
  _mm512_store_si512(folded + 128, third);
  _mm512_store_si512(folded + 192, fourth);
  uint32_t state = ExtendSse42(~0u, std::string_view(folded, sizeof folded));  // ~0 stands for a state of zero
  return ExtendSse42(state, bytes.substr(bytes.size() - left));
}

uint32_t ExtendLong(uint32_t crc, std::string_view bytes) { return bytes.size() < kWorthFolding ? ExtendSse42(crc, bytes) : ExtendFolding(crc, bytes); }

}  // namespace

uint32_t Crc32cExtendPortable(uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

using Crc32cForm = uint32_t (*)(uint32_t crc, std::string_view bytes);

// How Crc32cExtend may go on this machine: all forms that it can run, the one that is used last. The test calls this, too.
std::vector<Crc32cForm> Crc32cForms() {
  std::vector<Crc32cForm> forms = {Crc32cExtendPortable};
  if (!__builtin_cpu_supports("sse4.2")) return forms;
  forms.push_back(ExtendSse42);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq")) forms.push_back(ExtendLong);
  return forms;
}

uint32_t Crc32cExtend(uint32_t crc, std::string_view bytes) {
  static const Crc32cForm extend = Crc32cForms().back();
  return extend(crc, bytes);
}

}  // namespace freshet
