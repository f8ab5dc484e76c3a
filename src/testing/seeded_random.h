#pragma once

#include "io/env.h"

namespace freshet::testing {

// The same numbers for the same seed, for ever (splitmix64, public domain by Sebastiano Vigna). One thread.
class SeededRandom final : public io::Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() override {
    uint64_t mixed = (state_ += 0x9e3779b97f4a7c15ull);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
    return mixed ^ (mixed >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace freshet::testing
