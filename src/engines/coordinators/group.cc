#include "engines/coordinators/group.h"

#include "base/bytes.h"
#include "base/planted.h"

namespace freshet::coordinators {

using ports::GroupError;

namespace {

// A consumer's metadata begins with version (2) and the topics it wants: count (4), each a length (2) and bytes. An empty
// metadata wants nothing; what is cut short might want anything.
bool MayWant(std::string_view metadata, std::string_view topic) {
  if (metadata.empty()) return false;
  ByteReader reader(metadata);
  reader.Skip(sizeof(int16_t));
  auto count = reader.Read<int32_t>();
  for (int32_t i = 0; i < count && reader.ok(); ++i) {
    auto length = reader.Read<int16_t>();
    if (reader.ReadBytes(static_cast<uint16_t>(length)) == topic && reader.ok()) return true;
  }
  return !reader.ok();
}

// Of what a member brings: twice, since the leader's answer repeats it.
int64_t BytesOf(const ports::GroupJoin& join) {
  size_t bytes = sizeof join + join.member_id.size() + join.instance_id.value_or("").size() + join.client_id.size() + join.client_host.size();
  for (const ports::GroupProtocol& offered : join.protocols) bytes += sizeof offered + offered.name.size() + offered.metadata.size();
  return static_cast<int64_t>(2 * bytes);
}

}  // namespace

std::string_view StateName(Group::State state) {
  switch (state) {
    case Group::State::kEmpty: return "Empty";
    case Group::State::kPreparing: return "PreparingRebalance";
    case Group::State::kCompleting: return "CompletingRebalance";
    case Group::State::kStable: return "Stable";
  }
  return "Dead";
}

const std::string& Group::MetadataOf(const ports::GroupJoin& join, const std::string& protocol) {
  static const std::string kNone;
  for (const auto& offered : join.protocols) {
    if (offered.name == protocol) return offered.metadata;
  }
  return kNone;
}

GroupError Group::Validate(const ports::GroupJoin& join) const {
  if (join.session_timeout_ms < limits_.session_timeout_min_ms || join.session_timeout_ms > limits_.session_timeout_max_ms) return GroupError::kInvalidSessionTimeout;
  if (join.protocols.empty() || join.protocol_type.empty()) return GroupError::kInconsistentProtocol;
  if (BytesOf(join) > member_bytes_max()) return GroupError::kMaxSizeReached;
  if (members_.empty()) return GroupError::kNone;
  if (join.protocol_type != protocol_type_) return GroupError::kInconsistentProtocol;
  std::set<std::string> common = CommonProtocols();
  for (const auto& offered : join.protocols) {
    if (common.contains(offered.name)) return GroupError::kNone;
  }
  bool is_alone = members_.size() == 1 && members_.contains(join.member_id);
  return is_alone ? GroupError::kNone : GroupError::kInconsistentProtocol;
}

std::set<std::string> Group::CommonProtocols() const {
  std::set<std::string> common;
  bool is_first = true;
  for (const auto& [id, member] : members_) {
    std::set<std::string> offered;
    for (const auto& protocol : member.join.protocols) {
      if (is_first || common.contains(protocol.name)) offered.insert(protocol.name);
    }
    common = std::move(offered);
    is_first = false;
  }
  return common;
}

ports::GroupJoined Group::Join(const ports::GroupJoin& join, const std::string& new_id, MonoTime now) {
  GroupError invalid = Validate(join);
  if (invalid != GroupError::kNone) return {.error = invalid, .member_id = join.member_id};
  if (join.instance_id.has_value()) return JoinStatic(join, new_id, now);
  if (!join.member_id.empty()) {
    bool known = members_.contains(join.member_id) || pending_.erase(join.member_id) > 0;
    if (!known) return {.error = GroupError::kUnknownMember, .member_id = join.member_id};
    return Enter(join, join.member_id, now);
  }
  if (!has_room_for_one()) return {.error = GroupError::kMaxSizeReached};
  if (!join.must_know_member_id) return Enter(join, new_id, now);
  auto room = io::Reservation::Take(memory_, static_cast<int64_t>(sizeof(Pending) + new_id.size() + id_.size()));
  if (!room.ok()) return {.error = GroupError::kMaxSizeReached};
  pending_[new_id] = {now + Milliseconds(join.session_timeout_ms), std::move(*room)};
  return {.error = GroupError::kMemberIdRequired, .member_id = new_id};
}

// A static member that comes back keeps its place: its old process is fenced, and while the group is stable and what it
// offers is unchanged, nobody rebalances. A returning leader rebalances, since only it may assign.
ports::GroupJoined Group::JoinStatic(const ports::GroupJoin& join, const std::string& new_id, MonoTime now) {
  auto known = static_ids_.find(*join.instance_id);
  if (known == static_ids_.end()) {
    if (!join.member_id.empty()) return {.error = GroupError::kUnknownMember, .member_id = join.member_id};
    if (!has_room_for_one()) return {.error = GroupError::kMaxSizeReached};
    return Enter(join, new_id, now);
  }
  std::string old_id = known->second;
  if (!join.member_id.empty() && join.member_id != old_id) return {.error = GroupError::kFencedInstance, .member_id = join.member_id};
  if (!join.member_id.empty()) return Enter(join, old_id, now);
  auto room = io::Reservation::Take(memory_, BytesOf(join));
  if (!room.ok()) return {.error = GroupError::kMaxSizeReached, .member_id = join.member_id};
  Member replaced = std::move(members_[old_id]);
  members_.erase(old_id);
  bool was_leader = leader_ == old_id;
  bool is_unchanged = MetadataOf(join, protocol_) == MetadataOf(replaced.join, protocol_);
  replaced.join = join;
  replaced.join_room = std::move(*room);
  replaced.joined.reset();
  replaced.joining = false;
  members_[new_id] = std::move(replaced);
  known->second = new_id;
  if (was_leader) leader_ = new_id;
  Touch(members_[new_id], now);
  if (state_ == State::kStable && is_unchanged && !was_leader) {
    members_[new_id].joined = AnswerFor(new_id);
    ++kept_version_;
    return {.member_id = new_id};
  }
  return Enter(join, new_id, now);
}

ports::GroupJoined Group::Enter(const ports::GroupJoin& join, const std::string& member_id, MonoTime now) {
  auto room = io::Reservation::Take(memory_, BytesOf(join));
  if (!room.ok()) return {.error = GroupError::kMaxSizeReached, .member_id = join.member_id};
  bool is_new = !members_.contains(member_id);
  Member& member = members_[member_id];
  bool is_unchanged = !is_new && MetadataOf(join, protocol_) == MetadataOf(member.join, protocol_) && member.join.protocols.size() == join.protocols.size();
  member.join = join;
  member.join_room = std::move(*room);
  member.joined.reset();
  if (join.instance_id.has_value()) static_ids_[*join.instance_id] = member_id;
  if (protocol_type_.empty() || members_.size() == 1) protocol_type_ = join.protocol_type;
  Touch(member, now);
  bool keeps_generation = is_unchanged && (state_ == State::kCompleting || (state_ == State::kStable && member_id != leader_));
  if (keeps_generation) {
    member.joined = AnswerFor(member_id);
    return {.member_id = member_id};
  }
  if (state_ != State::kPreparing) Prepare(now);
  member.joining = true;
  earliest_completion_ = std::min(now + limits_.first_join_delay, first_join_ + limits_.first_join_delay_max);
  if (generation_ > 0) earliest_completion_ = now;
  MaybeComplete(now);
  return {.member_id = member_id};
}

void Group::Touch(Member& member, MonoTime now) { member.expires = now + Milliseconds(member.join.session_timeout_ms); }

void Group::Prepare(MonoTime now) {
  if (state_ == State::kEmpty) first_join_ = now;
  state_ = State::kPreparing;
  int32_t longest = 0;
  for (auto& [id, member] : members_) {
    member.joining = false;
    longest = std::max(longest, member.join.rebalance_timeout_ms > 0 ? member.join.rebalance_timeout_ms : member.join.session_timeout_ms);
  }
  rebalance_due_ = now + Milliseconds(longest);
}

void Group::MaybeComplete(MonoTime now) {
  if (state_ != State::kPreparing) return;
  bool all_joined = !members_.empty();
  for (const auto& [id, member] : members_) all_joined = all_joined && member.joining;
  if ((all_joined && pending_.empty() && now >= earliest_completion_) || now >= rebalance_due_) Complete(now);
}

void Group::Complete(MonoTime now) {
  for (auto member = members_.begin(); member != members_.end();) {
    if (member->second.joining) {
      ++member;
      continue;
    }
    if (member->second.join.instance_id.has_value()) static_ids_.erase(*member->second.join.instance_id);
    member = members_.erase(member);
  }
  ++generation_;
  if (members_.empty()) {
    state_ = State::kEmpty;
    protocol_.clear();
    leader_.clear();
    return;
  }
  protocol_ = ChooseProtocol();
  if (!members_.contains(leader_)) leader_ = members_.begin()->first;
  state_ = State::kCompleting;
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    member.assignment_room = io::Reservation();
    member.joining = false;
    member.joined = AnswerFor(id);
    Touch(member, now);
  }
}

// Each member votes for its best protocol among those that all speak.
std::string Group::ChooseProtocol() const {
  std::set<std::string> common = CommonProtocols();
  std::map<std::string, int> votes;
  for (const auto& [id, member] : members_) {
    for (const auto& offered : member.join.protocols) {
      if (!common.contains(offered.name)) continue;
      ++votes[offered.name];
      break;
    }
  }
  std::string best;
  for (const auto& [name, count] : votes) {
    if (best.empty() || count > votes[best]) best = name;
  }
  return best;
}

ports::GroupJoined Group::AnswerFor(const std::string& member_id) const {
  ports::GroupJoined answer{.member_id = member_id, .generation = generation_, .protocol_type = protocol_type_, .protocol = protocol_, .leader = leader_};
  if (member_id == leader_) answer.members = Describe().members;
  return answer;
}

// What is said to one that is no longer in: another has taken its instance's place, or nobody knows it.
GroupError Group::GoneError(const std::string& member_id, const std::optional<std::string>& instance_id) const {
  auto owner = instance_id.has_value() ? static_ids_.find(*instance_id) : static_ids_.end();
  return owner != static_ids_.end() && owner->second != member_id ? GroupError::kFencedInstance : GroupError::kUnknownMember;
}

std::optional<ports::GroupJoined> Group::TakeJoined(const std::string& member_id, const std::optional<std::string>& instance_id) {
  auto found = members_.find(member_id);
  if (found == members_.end()) return ports::GroupJoined{.error = GoneError(member_id, instance_id), .member_id = member_id};
  return std::exchange(found->second.joined, std::nullopt);
}

Group::Member* Group::Find(const ports::GroupCaller& caller, GroupError& error) {
  auto found = members_.find(caller.member_id);
  bool is_it = found != members_.end() && (!caller.instance_id.has_value() || found->second.join.instance_id == caller.instance_id);
  error = is_it ? GroupError::kNone : GoneError(caller.member_id, caller.instance_id);
  return is_it ? &found->second : nullptr;
}

GroupError Group::Sync(const ports::GroupCaller& caller, const std::vector<std::pair<std::string, std::string>>& assignments, MonoTime now) {
  GroupError error;
  Member* member = Find(caller, error);
  if (member == nullptr) return error;
  if (caller.generation != generation_) return GroupError::kIllegalGeneration;
  bool means_another = caller.protocol_type.value_or(protocol_type_) != protocol_type_ || caller.protocol.value_or(protocol_) != protocol_;
  if (means_another) return GroupError::kInconsistentProtocol;
  if (state_ == State::kPreparing) return GroupError::kRebalanceInProgress;
  Touch(*member, now);
  if (state_ != State::kCompleting || caller.member_id != leader_) return GroupError::kNone;
  GroupError no_room = Assign(assignments);
  if (no_room != GroupError::kNone) return no_room;
  state_ = State::kStable;
  ++kept_version_;
  return GroupError::kNone;
}

// All members get theirs, or none does. Where there is no room now, the leader is told to join again, as clients do by themselves; "too large", which ends
// them, is said of what would never have room.
GroupError Group::Assign(const std::vector<std::pair<std::string, std::string>>& assignments) {
  std::vector<io::Reservation> rooms;
  int64_t bytes = 0;
  for (const auto& [id, assignment] : assignments) {
    if (!members_.contains(id)) continue;
    auto of_one = static_cast<int64_t>(assignment.size());
    bytes += of_one;
    if (bytes > memory_.bytes_max()) return GroupError::kMaxSizeReached;
    auto room = io::Reservation::Take(memory_, of_one);
    if (!room.ok()) return GroupError::kRebalanceInProgress;
    rooms.push_back(std::move(*room));
  }
  auto room = rooms.begin();
  for (const auto& [id, assignment] : assignments) {
    auto assigned = members_.find(id);
    if (assigned == members_.end()) continue;
    assigned->second.assignment = assignment;
    assigned->second.assignment_room = std::move(*room++);
  }
  return GroupError::kNone;
}

std::optional<ports::GroupSynced> Group::TakeSynced(const ports::GroupCaller& caller) {
  auto found = members_.find(caller.member_id);
  if (found == members_.end()) return ports::GroupSynced{.error = GoneError(caller.member_id, caller.instance_id)};
  if (caller.generation != generation_ || state_ == State::kPreparing) return ports::GroupSynced{.error = GroupError::kRebalanceInProgress};
  if (state_ != State::kStable) return std::nullopt;
  return ports::GroupSynced{.protocol_type = protocol_type_, .protocol = protocol_, .assignment = found->second.assignment};
}

GroupError Group::Heartbeat(const ports::GroupCaller& caller, MonoTime now) {
  GroupError error;
  Member* member = Find(caller, error);
  if (member == nullptr) return error;
  if (caller.generation != generation_) return GroupError::kIllegalGeneration;
  Touch(*member, now);
  return state_ == State::kPreparing ? GroupError::kRebalanceInProgress : GroupError::kNone;
}

GroupError Group::Leave(const ports::GroupCaller& caller, MonoTime now) {
  if (pending_.erase(caller.member_id) > 0) {
    MaybeComplete(now);
    return GroupError::kNone;
  }
  std::string member_id = caller.member_id;
  if (caller.instance_id.has_value() && member_id.empty()) {  // an administrator removes a static member by its name
    auto owner = static_ids_.find(*caller.instance_id);
    if (owner == static_ids_.end()) return GroupError::kUnknownMember;
    member_id = owner->second;
  }
  GroupError error;
  if (Find({id_, member_id, caller.instance_id, -1}, error) == nullptr) return error;
  Remove(member_id, now);
  return GroupError::kNone;
}

GroupError Group::CheckCommit(const ports::GroupCaller& caller, MonoTime now) {
  bool is_simple = caller.generation < 0 && caller.member_id.empty();
  if (is_simple) return members_.empty() ? GroupError::kNone : GroupError::kUnknownMember;
  GroupError error;
  Member* member = Find(caller, error);
  if (member == nullptr) return error;
  if (caller.generation != generation_ && !Planted("zombie_member_commits")) return GroupError::kIllegalGeneration;
  Touch(*member, now);
  return state_ == State::kCompleting ? GroupError::kRebalanceInProgress : GroupError::kNone;
}

void Group::Remove(const std::string& member_id, MonoTime now) {
  auto found = members_.find(member_id);
  if (found->second.join.instance_id.has_value()) static_ids_.erase(*found->second.join.instance_id);
  members_.erase(found);
  if (leader_ == member_id) leader_.clear();
  if (state_ == State::kPreparing && !members_.empty()) {
    MaybeComplete(now);
    return;
  }
  Prepare(now);
  if (members_.empty()) Complete(now);
}

bool Group::Tick(MonoTime now) {
  State before = state_;
  int32_t generation_before = generation_;
  std::erase_if(pending_, [now](const auto& entry) { return now >= entry.second.until; });
  std::vector<std::string> expired;
  for (const auto& [id, member] : members_) {
    bool waits_in_join = state_ == State::kPreparing && member.joining;
    if (!waits_in_join && now >= member.expires) expired.push_back(id);
  }
  for (const std::string& id : expired) {
    if (members_.contains(id)) Remove(id, now);  // else the rebalance that the one before was waited for has ended, and dropped this one with it
  }
  MaybeComplete(now);
  return !expired.empty() || before != state_ || generation_before != generation_;
}

bool Group::Reads(std::string_view topic) const {
  for (const auto& [id, member] : members_) {
    for (const auto& offered : member.join.protocols) {
      if (MayWant(offered.metadata, topic)) return true;
    }
  }
  return false;
}

Membership Group::Keep() const {
  Membership membership{.protocol_type = protocol_type_, .protocol = protocol_, .leader = leader_, .generation = generation_};
  for (const auto& [id, member] : members_) {
    membership.members.push_back({id, member.join.instance_id, member.join.client_id, member.join.client_host, MetadataOf(member.join, protocol_), member.assignment,
                                  member.join.session_timeout_ms, member.join.rebalance_timeout_ms});
  }
  return membership;
}

bool Group::Restore(const Membership& membership, MonoTime now) {
  for (const Membership::Member& kept : membership.members) {
    Member member;
    member.join = {.group = id_, .member_id = kept.id, .instance_id = kept.instance_id, .client_id = kept.client_id, .client_host = kept.client_host,
                   .protocol_type = membership.protocol_type, .protocols = {{membership.protocol, kept.metadata}},
                   .session_timeout_ms = kept.session_timeout_ms, .rebalance_timeout_ms = kept.rebalance_timeout_ms};
    member.assignment = kept.assignment;
    auto join_room = io::Reservation::Take(memory_, BytesOf(member.join));
    auto assignment_room = io::Reservation::Take(memory_, static_cast<int64_t>(kept.assignment.size()));
    if (!join_room.ok() || !assignment_room.ok()) {
      members_.clear();
      static_ids_.clear();
      return false;
    }
    member.join_room = std::move(*join_room);
    member.assignment_room = std::move(*assignment_room);
    Touch(member, now);
    if (kept.instance_id.has_value()) static_ids_[*kept.instance_id] = kept.id;
    members_[kept.id] = std::move(member);
  }
  protocol_type_ = membership.protocol_type;
  protocol_ = membership.protocol;
  leader_ = membership.leader;
  generation_ = membership.generation;
  state_ = State::kStable;
  return true;
}

ports::GroupDescription Group::Describe() const {
  ports::GroupDescription description{.group = id_, .state = std::string(StateName(state_)), .protocol_type = protocol_type_, .protocol = protocol_};
  for (const auto& [id, member] : members_) {
    description.members.push_back({id, member.join.instance_id, member.join.client_id, member.join.client_host, MetadataOf(member.join, protocol_), member.assignment});
  }
  return description;
}

}  // namespace freshet::coordinators
