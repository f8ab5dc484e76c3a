#include "data/key_partition.h"

#include <gtest/gtest.h>

namespace freshet::data {
namespace {

// Hashes from the clients' own tests (org.apache.kafka.common.utils.UtilsTest).
TEST(KeyPartition, IsThatOfKafkaClients) {
  constexpr int32_t kPartitions = 1 << 30;
  auto expected = [](int32_t hash) { return PartitionId(static_cast<int32_t>((static_cast<uint32_t>(hash) & 0x7fffffff) % kPartitions)); };

  EXPECT_EQ(PartitionOfKey("21", kPartitions), expected(-973932308));
  EXPECT_EQ(PartitionOfKey("foobar", kPartitions), expected(-790332482));
  EXPECT_EQ(PartitionOfKey("a-little-bit-long-string", kPartitions), expected(-985981536));
}

}  // namespace
}  // namespace freshet::data
