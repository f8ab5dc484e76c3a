#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// Nanoseconds of CLOCK_MONOTONIC, from a base on that gives them 19 digits.
inline constexpr int64_t kClockBase = 1'000'000'000'000'000'000;
int64_t Now();

// Makes records of one length: JSON, so that SQL reads them, too. `made` and `n` stand at fixed places, so that nobody has to parse.
class RecordMaker {
 public:
  explicit RecordMaker(long bytes);
  std::string_view Make(int64_t made_ns, int64_t n);

 private:
  std::string text_;
};

int64_t MadeOf(std::string_view record);

// Of every byte. Sums of it over records tell whether the same records were written and read, in whatever order.
uint64_t Checksum(std::string_view record);

}  // namespace bench
