#pragma once

#include <cstdint>
#include <initializer_list>

// What AdminClient calls authorized operations: one bit for each of Kafka's AclOperations that whoever was let in may carry out. Whoever may enter this door may do all that there is.

namespace freshet::doors::kafka {

enum class Operation : int8_t { kRead = 3, kWrite, kCreate, kDelete, kAlter, kDescribe, kClusterAction, kDescribeConfigs, kAlterConfigs, kIdempotentWrite };

constexpr int32_t BitsOf(std::initializer_list<Operation> operations) {
  int32_t bits = 0;
  for (Operation operation : operations) bits |= 1 << static_cast<int>(operation);
  return bits;
}

inline constexpr int32_t kTopicOperations = BitsOf({Operation::kRead, Operation::kWrite, Operation::kCreate, Operation::kDelete, Operation::kAlter, Operation::kDescribe,
                                                    Operation::kDescribeConfigs, Operation::kAlterConfigs});
inline constexpr int32_t kGroupOperations = BitsOf({Operation::kRead, Operation::kDelete, Operation::kDescribe});
inline constexpr int32_t kClusterOperations = BitsOf({Operation::kCreate, Operation::kAlter, Operation::kDescribe, Operation::kClusterAction, Operation::kDescribeConfigs,
                                                      Operation::kAlterConfigs, Operation::kIdempotentWrite});

}  // namespace freshet::doors::kafka
