#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/ids.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// What a group protocol step can end in, beside a Fault of the house itself. A door names it in its wire's number.
enum class GroupError : unsigned char {
  kNone,
  kInvalidGroupId,
  kInvalidSessionTimeout,
  kInconsistentProtocol,   // no assignment protocol that all members speak, or another protocol type
  kMaxSizeReached,         // no more members, or no memory for what they bring
  kMemberIdRequired,       // join again with the member id given
  kUnknownMember,
  kIllegalGeneration,
  kRebalanceInProgress,    // join again
  kFencedInstance,         // another process took over this static id
  kGroupNotFound,
  kGroupNotEmpty,
  kSubscribed,             // a member reads this topic
  kCoordinatorLeaving,     // the house shuts down
};

struct GroupProtocol {
  std::string name;
  std::string metadata;  // opaque: the members' own format
};

struct GroupJoin {
  std::string group;
  std::string member_id;                     // "" for a new member
  std::optional<std::string> instance_id;    // static membership (KIP-345)
  std::string client_id;
  std::string client_host;
  std::string protocol_type;
  std::vector<GroupProtocol> protocols;      // best first
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = 0;
  bool must_know_member_id = false;          // a new dynamic member is sent back with an id first (KIP-394)
};

struct GroupMember {
  std::string member_id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  std::string metadata;                      // for the protocol chosen
  std::string assignment;
};

struct GroupJoined {
  GroupError error = GroupError::kNone;
  std::string member_id;
  int32_t generation = -1;
  std::string protocol_type;
  std::string protocol;
  std::string leader;
  std::vector<GroupMember> members;          // the leader gets them, to assign
};

// Who speaks in a step after the join.
struct GroupCaller {
  std::string group;
  std::string member_id;
  std::optional<std::string> instance_id;
  int32_t generation = -1;
  std::optional<std::string> protocol_type;  // that it takes the group to have; nullopt: it does not say
  std::optional<std::string> protocol;
};

struct GroupSynced {
  GroupError error = GroupError::kNone;
  std::string protocol_type;
  std::string protocol;
  std::string assignment;
};

struct GroupDescription {
  GroupError error = GroupError::kNone;
  std::string group;
  std::string state;                         // Empty, PreparingRebalance, CompletingRebalance, Stable, Dead
  std::string protocol_type;
  std::string protocol;
  std::vector<GroupMember> members;
};

struct CommittedOffset {
  std::string topic;
  data::PartitionId partition;
  data::Offset offset{-1};                   // -1: none committed
  data::LeaderEpoch leader_epoch{-1};
  std::string metadata;
  Uuid topic_id = {};                        // what the name meant at the commit; the house fills it in
  bool unstable = false;                     // an open transaction has another one for it
};

struct OffsetsForgotten {
  GroupError error = GroupError::kNone;      // of the whole request
  std::vector<GroupError> places;            // one a place asked for, in order
};

// Classic consumer groups: who is in, who reads what, how far they came. Callable from any loop. A generation is durable before its
// members are told their assignments, so that they go on after a restart; committed offsets are durable at return and end with their topic.
class Groups {
 public:
  virtual ~Groups() = default;

  // Waits for the rebalance to complete, at most its timeout.
  virtual Task<GroupJoined> Join(Ctx ctx, GroupJoin join) = 0;
  // The leader brings assignments (member id, bytes); the others wait for them.
  virtual Task<GroupSynced> Sync(Ctx ctx, GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments) = 0;
  virtual Task<GroupError> Heartbeat(Ctx ctx, GroupCaller caller) = 0;
  virtual Task<GroupError> Leave(Ctx ctx, GroupCaller caller) = 0;

  // generation -1 and no member id: a consumer without a group membership stores its own offsets.
  virtual Task<GroupError> CommitOffsets(Ctx ctx, GroupCaller caller, std::vector<CommittedOffset> offsets) = 0;
  // nullopt asks for every partition that has one.
  virtual Task<std::vector<CommittedOffset>> FetchOffsets(Ctx ctx, std::string group, std::optional<std::vector<CommittedOffset>> wanted) = 0;

  virtual Task<std::vector<GroupDescription>> List(Ctx ctx) = 0;
  virtual Task<GroupDescription> Describe(Ctx ctx, std::string group) = 0;
  // Takes back the offsets of these topics and partitions; topics that a member reads are left.
  virtual Task<OffsetsForgotten> ForgetOffsets(Ctx ctx, std::string group, std::vector<CommittedOffset> places) = 0;
  // An empty group and its offsets.
  virtual Task<GroupError> Delete(Ctx ctx, std::string group) = 0;
};

}  // namespace freshet::ports
