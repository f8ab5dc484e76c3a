#include "record.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <random>

#include "options.h"

namespace bench {
namespace {

constexpr std::string_view kMade = "{\"made\":";
constexpr std::string_view kN = ",\"n\":";
constexpr std::string_view kPad = ",\"pad\":\"";
constexpr std::string_view kEnd = "\"}";
constexpr size_t kMadeDigits = 19;
constexpr size_t kNDigits = 13;
constexpr int64_t kNBase = 1'000'000'000'000;

void PutDigits(char* at, size_t digits, int64_t number) {
  for (size_t i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

int64_t Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return kClockBase + now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

RecordMaker::RecordMaker(long bytes) {
  text_ = std::string(kMade) + std::string(kMadeDigits, '0') + std::string(kN) + std::string(kNDigits, '0') + std::string(kPad);
  long pad = bytes - static_cast<long>(text_.size() + kEnd.size());
  if (pad < 0) Fail("a record has at least " + std::to_string(bytes - pad) + " bytes, not " + std::to_string(bytes));
  std::mt19937 letters(1);
  for (long i = 0; i < pad; ++i) text_ += static_cast<char>('a' + letters() % 26);
  text_ += kEnd;
}

std::string_view RecordMaker::Make(int64_t made_ns, int64_t n) {
  PutDigits(text_.data() + kMade.size(), kMadeDigits, made_ns);
  PutDigits(text_.data() + kMade.size() + kMadeDigits + kN.size(), kNDigits, kNBase + n);
  return text_;
}

int64_t MadeOf(std::string_view record) {
  int64_t made = 0;
  for (char digit : record.substr(kMade.size(), kMadeDigits)) made = made * 10 + (digit - '0');
  return made;
}

uint64_t Checksum(std::string_view record) {
  constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
  uint64_t sum = record.size();
  for (uint64_t word = 0; !record.empty(); record.remove_prefix(std::min(record.size(), sizeof word)), word = 0) {
    std::memcpy(&word, record.data(), std::min(record.size(), sizeof word));
    sum = (sum ^ word) * kFactor;
    sum ^= sum >> 32;
  }
  return sum;
}

}  // namespace bench
