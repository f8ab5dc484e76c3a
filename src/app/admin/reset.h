#pragma once

#include <string>
#include <vector>

#include "app/admin/groups.h"

namespace freshet::app {

// Where a group is to go on, in which partitions.
struct ResetWish {
  enum class To : unsigned char { kEarliest, kLatest, kOffset, kTime, kShift };
  To to = To::kEarliest;
  int64_t number = 0;                    // the offset, the milliseconds since 1970, or by how many records
  std::vector<TopicPartitions> topics;   // none: every partition that the group has committed
  bool execute = false;                  // else the offsets are only shown
};

// Refused while the group has members. An offset that a partition does not have becomes the nearest that it has, with a note.
Task<Table> ResetOffsets(Broker& broker, std::string group, ResetWish wish);

// "2026-11-30T08:00:00", with a fraction or without, of UTC unless Z or +01:00 follows; in milliseconds since 1970.
Result<int64_t> ParseDateTime(std::string_view text);

}  // namespace freshet::app
