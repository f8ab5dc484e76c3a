#pragma once

#include "io/env.h"

namespace freshet::stream {

// The same numbers for the same seed, for ever: a linear congruence, its high half folded over the low one. One thread at a time.
class Draws final : public io::Random {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {
    Next();
    Next();
  }

  uint64_t Next() override {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return state_ ^ (state_ >> 32);
  }

 private:
  uint64_t state_;
};

}  // namespace freshet::stream
