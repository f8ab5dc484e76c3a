#pragma once

#include <cstdint>

namespace freshet::expr {

// The numbers of java.util.Random, whose algorithm its documentation fixes: a linear congruential generator of 48 bits.
class JavaRandom {
 public:
  explicit JavaRandom(int64_t seed) : state_((static_cast<uint64_t>(seed) ^ kFactor) & kMask) {}

  // From 0 to less than 1.
  double NextDouble() {
    int64_t high = static_cast<int64_t>(Next(26)) << 27;
    return static_cast<double>(high + Next(27)) * 0x1.0p-53;
  }
  // From 0 to less than `bound`, which is above zero.
  int32_t NextInt(int32_t bound) {
    int32_t bits = Next(31);
    bool is_power_of_two = (bound & (bound - 1)) == 0;
    if (is_power_of_two) return static_cast<int32_t>((int64_t{bound} * bits) >> 31);
    while (int64_t{bits} - bits % bound + (bound - 1) > INT32_MAX) bits = Next(31);  // of the last, incomplete row of bounds none
    return bits % bound;
  }

 private:
  static constexpr uint64_t kFactor = 0x5DEECE66D, kMask = (uint64_t{1} << 48) - 1;

  int32_t Next(int bits) {
    state_ = (state_ * kFactor + 0xB) & kMask;
    return static_cast<int32_t>(state_ >> (48 - bits));
  }

  uint64_t state_;
};

}  // namespace freshet::expr
