#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/record_batch.h"

namespace freshet::coordinators {

// What of a group outlives the house: its last stable generation, as its members were told it. One without members is over.
struct Membership {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    std::string metadata;  // for the protocol chosen; what it offered beside is not kept
    std::string assignment;
    int32_t session_timeout_ms = 0;
    int32_t rebalance_timeout_ms = 0;

    bool operator==(const Member&) const = default;
  };
  std::string protocol_type;
  std::string protocol;
  std::string leader;
  int32_t generation = 0;
  std::vector<Member> members;

  bool operator==(const Membership&) const = default;
};

// The key's version of its records in __offsets (docs/formats/offsets.md).
inline constexpr uint8_t kMembershipKeyVersion = 3;

// One record batch.
Result<std::string> EncodeMembership(const std::string& group, const Membership& membership, int64_t now_ms);

// The value of such a record; nullopt when it is not one of ours. No value: the group is over.
std::optional<Membership> DecodeMembership(std::optional<std::string_view> value);

}  // namespace freshet::coordinators
