#include "data/checksum.h"

#include <array>

#include "base/crc32c.h"

namespace freshet::data {
namespace {

// Polynomials are reflected, as checksums are: bit 31 is x^0.
constexpr uint32_t kPolynomialReversed = 0x82f63b78;
constexpr uint32_t kOne = 1u << 31;

constexpr uint32_t TimesX(uint32_t polynomial) { return (polynomial >> 1) ^ ((polynomial & 1) != 0 ? kPolynomialReversed : 0); }

constexpr uint32_t Multiply(uint32_t left, uint32_t right) {
  uint32_t product = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    product ^= (left & bit) != 0 ? right : 0;
    right = TimesX(right);
  }
  return product;
}

// x^(8 * 2^i): what a checksum is multiplied by when 2^i bytes follow.
constexpr std::array<uint32_t, 64> MakePowers() {
  std::array<uint32_t, 64> powers{};
  powers[0] = kOne;
  for (int i = 0; i < 8; ++i) powers[0] = TimesX(powers[0]);
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = Multiply(powers[i - 1], powers[i - 1]);
  return powers;
}

constexpr auto kPowers = MakePowers();

}  // namespace

uint32_t Crc32cJoin(uint32_t first, uint32_t second, size_t second_bytes) {
  for (size_t i = 0; second_bytes != 0; ++i, second_bytes >>= 1) {
    if ((second_bytes & 1) != 0) first = Multiply(kPowers[i], first);
  }
  return first ^ second;
}

uint32_t Crc32cExtendKnown(uint32_t crc, std::string_view bytes, uint32_t bytes_crc) {
  return bytes.size() < kWorthJoiningBytes ? Crc32cExtend(crc, bytes) : Crc32cJoin(crc, bytes_crc, bytes.size());
}

}  // namespace freshet::data
