#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "engines/coordinators/membership.h"
#include "io/memory.h"
#include "ports/groups.h"

namespace freshet::coordinators {

// One consumer group's membership, as a machine that is told the time: no waiting, no I/O. Its answers are fetched when
// they are there. The states and their moves are those of Kafka's classic protocol (KIP-62, KIP-345, KIP-394). One
// owner, one loop.
//
//   Empty → PreparingRebalance → CompletingRebalance → Stable → (a member comes or goes) → PreparingRebalance → …
class Group {
 public:
  struct Limits {
    int32_t session_timeout_min_ms = 1000;
    int32_t session_timeout_max_ms = 1800000;
    Duration first_join_delay = Milliseconds(200);   // a new group waits this long for more members …
    Duration first_join_delay_max = Seconds(2);      // … again with each that comes, up to this
    size_t members_max = 10000;
  };
  enum class State : unsigned char { kEmpty, kPreparing, kCompleting, kStable };

  // What its members bring is taken from `memory`.
  Group(std::string id, Limits limits, io::Budget& memory) : id_(std::move(id)), limits_(limits), memory_(memory) {}

  // Takes a join. kNone with a member id means: wait for TakeJoined(member id). Any other error is the answer. `new_id`
  // becomes the id of a new member.
  ports::GroupJoined Join(const ports::GroupJoin& join, const std::string& new_id, MonoTime now);
  std::optional<ports::GroupJoined> TakeJoined(const std::string& member_id, const std::optional<std::string>& instance_id = {});

  // kNone: wait for TakeSynced.
  ports::GroupError Sync(const ports::GroupCaller& caller, const std::vector<std::pair<std::string, std::string>>& assignments, MonoTime now);
  std::optional<ports::GroupSynced> TakeSynced(const ports::GroupCaller& caller);

  ports::GroupError Heartbeat(const ports::GroupCaller& caller, MonoTime now);
  ports::GroupError Leave(const ports::GroupCaller& caller, MonoTime now);
  // Whether offsets may be committed by this caller; a member's commit counts as a heartbeat.
  ports::GroupError CheckCommit(const ports::GroupCaller& caller, MonoTime now);

  // Expires sessions and ends rebalances that are due. True when something changed.
  bool Tick(MonoTime now);

  // The stable generation, as it is to be kept; counts how often there was something else to keep.
  Membership Keep() const;
  int64_t kept_version() const { return kept_version_; }
  // A group of the house's last life goes on: its members have their session's time to come back. Of a group that nobody is in. False when there is no memory for it.
  bool Restore(const Membership& membership, MonoTime now);

  ports::GroupDescription Describe() const;
  bool is_consumer() const { return protocol_type_ == "consumer"; }
  // Whether a member of a consumer group joined to read this topic; where that cannot be told, it did.
  bool Reads(std::string_view topic) const;
  bool empty() const { return members_.empty() && pending_.empty(); }
  bool has_members() const { return !members_.empty(); }
  bool is_stable() const { return state_ == State::kStable; }

 private:
  struct Member {
    ports::GroupJoin join;
    io::Reservation join_room;
    std::string assignment;
    io::Reservation assignment_room;
    MonoTime expires;
    bool joining = false;                              // has joined the rebalance under way
    std::optional<ports::GroupJoined> joined;          // answer that waits to be fetched
  };
  struct Pending {
    MonoTime until;
    io::Reservation room;
  };

  ports::GroupError Validate(const ports::GroupJoin& join) const;
  Member* Find(const ports::GroupCaller& caller, ports::GroupError& error);
  ports::GroupJoined JoinStatic(const ports::GroupJoin& join, const std::string& new_id, MonoTime now);
  ports::GroupJoined Enter(const ports::GroupJoin& join, const std::string& member_id, MonoTime now);
  static constexpr int64_t kMembersAtLeast = 16;  // have room in the budget, whoever comes first
  int64_t member_bytes_max() const { return memory_.bytes_max() / kMembersAtLeast; }
  bool has_room_for_one() const { return members_.size() + pending_.size() < limits_.members_max; }
  ports::GroupError GoneError(const std::string& member_id, const std::optional<std::string>& instance_id) const;
  void Touch(Member& member, MonoTime now);
  ports::GroupError Assign(const std::vector<std::pair<std::string, std::string>>& assignments);
  void Prepare(MonoTime now);
  void MaybeComplete(MonoTime now);
  void Complete(MonoTime now);
  void Remove(const std::string& member_id, MonoTime now);
  std::string ChooseProtocol() const;
  std::set<std::string> CommonProtocols() const;
  ports::GroupJoined AnswerFor(const std::string& member_id) const;
  static const std::string& MetadataOf(const ports::GroupJoin& join, const std::string& protocol);

  const std::string id_;
  const Limits limits_;
  io::Budget& memory_;
  State state_ = State::kEmpty;
  int32_t generation_ = 0;
  int64_t kept_version_ = 0;
  std::string protocol_type_;
  std::string protocol_;
  std::string leader_;
  std::map<std::string, Member> members_;              // by member id
  std::map<std::string, std::string> static_ids_;      // instance id → member id
  std::map<std::string, Pending> pending_;             // ids given out, not yet joined
  MonoTime rebalance_due_;                             // while preparing: members that have not joined are dropped then
  MonoTime earliest_completion_;                       // while preparing a first generation
  MonoTime first_join_;
};

std::string_view StateName(Group::State state);

}  // namespace freshet::coordinators
