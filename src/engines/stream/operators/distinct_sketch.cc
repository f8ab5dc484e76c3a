#include "engines/stream/operators/distinct_sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace freshet::stream {
namespace {

constexpr int kTail = 64 - DistinctSketch::kPrecision;  // bits of a hash behind its register's number
constexpr double kAll = DistinctSketch::kRegisters;

// The two series of Ertl's estimator (New cardinality estimation algorithms for HyperLogLog sketches, 2017), which needs no table of corrections: sigma for registers that nobody has
// met, tau for those that can grow no more.
double Sigma(double x) {
  if (x == 1) return INFINITY;
  double y = 1, z = x, before = 0;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}
double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = 0;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

}  // namespace

void DistinctSketch::BeginRegisters() {
  registers_.assign(kRegisters, '\0');
  for (uint64_t hash : hashes_) Register(hash);
  hashes_.clear();
  hashes_.shrink_to_fit();
}

void DistinctSketch::Register(uint64_t hash) {
  char& longest = registers_[hash >> kTail];
  int place = std::countl_zero(hash << kPrecision | uint64_t{1} << (kPrecision - 1)) + 1;
  longest = std::max(longest, static_cast<char>(place));
}

void DistinctSketch::Add(uint64_t hash) {
  if (!exact()) return Register(hash);
  auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() > kExactMax) BeginRegisters();
}

void DistinctSketch::Add(const DistinctSketch& other) {
  for (uint64_t hash : other.hashes_) Add(hash);
  if (other.exact()) return;
  if (exact()) BeginRegisters();
  for (size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

int64_t DistinctSketch::Count() const {
  if (exact()) return static_cast<int64_t>(hashes_.size());
  std::array<int, kTail + 2> with{};  // registers by what they hold
  for (char longest : registers_) ++with[static_cast<size_t>(longest)];
  double z = kAll * Tau(1 - with[kTail + 1] / kAll);
  for (size_t k = kTail; k >= 1; --k) z = 0.5 * (z + with[k]);
  z += kAll * Sigma(with[0] / kAll);
  return std::llround(kAll * kAll / (2 * std::log(2.0) * z));
}

void DistinctSketch::Save(ByteWriter& out) const {
  out.WriteVarUint64(exact() ? hashes_.size() : kExactMax + 1);
  for (uint64_t hash : hashes_) out.Write(hash);
  out.WriteBytes(registers_);
}

void DistinctSketch::Load(ByteReader& in) {
  uint64_t count = in.ReadVarUint64();
  if (count > kExactMax) {
    registers_.assign(in.ReadBytes(kRegisters));
    bool is_whole = std::all_of(registers_.begin(), registers_.end(), [](char longest) { return static_cast<unsigned char>(longest) <= kTail + 1; });
    if (!is_whole) in.Fail();
    return;
  }
  for (uint64_t i = 0; i < count && in.ok(); ++i) Add(in.Read<uint64_t>());
}

}  // namespace freshet::stream
