#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace freshet::stream {

// About how many different values there were, of their 64-bit hashes, in at most 16 KiB: HyperLogLog with 2^14 registers, whose error is 0.8 % (one standard deviation). Up to kExactMax
// it keeps the hashes and is exact. What it holds depends on which values there were alone, not on their order.
class DistinctSketch {
 public:
  static constexpr int kPrecision = 14;
  static constexpr size_t kRegisters = size_t{1} << kPrecision;
  static constexpr size_t kExactMax = 1024;

  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit DistinctSketch(const allocator_type& memory) : hashes_(memory), registers_(memory) {}

  void Add(uint64_t hash);
  void Add(const DistinctSketch& other);
  int64_t Count() const;

  void Save(ByteWriter& out) const;
  void Load(ByteReader& in);  // into an empty one

 private:
  bool exact() const { return registers_.empty(); }
  void Register(uint64_t hash);
  void BeginRegisters();

  std::pmr::vector<uint64_t> hashes_;  // ascending, while it is exact
  std::pmr::string registers_;         // by the hash's first bits: how far the first bit that is set lies behind them, from 1
};

}  // namespace freshet::stream
