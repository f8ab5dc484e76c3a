#include "data/key_partition.h"

#include "base/bytes.h"

namespace freshet::data {
namespace {

constexpr uint32_t kMultiplier = 0x5bd1e995;
constexpr uint32_t kSeed = 0x9747b28c;

uint32_t Murmur2(std::string_view key) {
  uint32_t hash = kSeed ^ static_cast<uint32_t>(key.size());
  for (; key.size() >= 4; key.remove_prefix(4)) {
    uint32_t word = LoadInt<uint32_t>(Order::kLittle, key.data()) * kMultiplier;
    word ^= word >> 24;
    hash = hash * kMultiplier ^ word * kMultiplier;
  }
  for (size_t i = key.size(); i > 0; --i) hash ^= static_cast<uint32_t>(static_cast<unsigned char>(key[i - 1])) << (8 * (i - 1));
  if (!key.empty()) hash *= kMultiplier;
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ hash >> 15;
}

}  // namespace

PartitionId PartitionOfKey(std::string_view key, int32_t partitions) {
  return PartitionId(static_cast<int32_t>((Murmur2(key) & 0x7fffffff) % static_cast<uint32_t>(partitions)));
}

}  // namespace freshet::data
