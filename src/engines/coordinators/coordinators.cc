#include "engines/coordinators/coordinators.h"

#include "base/planted.h"

namespace freshet::coordinators {

using ports::GroupError;

namespace {

constexpr std::string_view kOffsetsTopic = "__offsets";
constexpr size_t kClientInIdMax = 255;  // bytes of a client's name in its member id
constexpr int64_t kMembersShare = 16;  // of the house's memory

}  // namespace

Coordinators::Coordinators(Env& env, CoordinatorOptions options, ports::EventLog& log, ports::Topics& topics)
    : env_(env), options_(options), members_memory_("members of groups", env.memory().bytes_max() / kMembersShare, env.memory()), log_(log), topics_(topics),
      expired_(env.metrics().AddCounter("freshet_offsets_expired_total", "committed offsets that were taken back because nobody had used them for the retention")) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), i));
}

Coordinators::~Coordinators() = default;

Coordinators::Home& Coordinators::HomeOf(std::string_view group) { return *homes_[std::hash<std::string_view>()(group) % homes_.size()]; }

Coordinators::PlaceRef Coordinators::PlaceOf(Home& home, const std::string& group) {
  auto& place = home.groups[group];
  if (place == nullptr) place = std::make_shared<Place>(group, options_.limits, members_memory_);
  return place;
}

void Coordinators::DropStale(Home& home, const std::string& group) {
  home.offsets.EraseIf(group, [this](const ports::CommittedOffset& offset) { return !offset.topic_id.is_zero() && topics_.FindById(offset.topic_id) == nullptr; });
}

Task<> Coordinators::Begin() {
  auto open = OpenTopic(topics_, std::string(kOffsetsTopic), options_.offset_partitions);
  auto opened = co_await open;
  if (!opened.ok()) co_return opened.status();
  offsets_topic_ = *opened;
  for (int32_t i = 0; i < offsets_topic_->partitions; ++i) {
    CO_RETURN_NOT_OK(Replay({offsets_topic_->id, data::PartitionId(i)}));
  }
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, StartClock(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<> Coordinators::Replay(data::PartitionKey partition) {
  std::vector<std::vector<OffsetRecord>> by_home(homes_.size());
  std::function<Status(const data::Record&)> take = [&](const data::Record& record) -> Status {
    ASSIGN_OR_RETURN(OffsetRecord decoded, DecodeOffset(record));
    by_home[static_cast<size_t>(HomeOf(decoded.group).loop.index())].push_back(std::move(decoded));
    return {};
  };
  CO_RETURN_NOT_OK(ReadPartition(log_, partition, take));
  for (size_t h = 0; h < homes_.size(); ++h) {
    io::RunOn hop(homes_[h]->loop, ApplyAtHome(*homes_[h], std::move(by_home[h])));
    co_await hop;
  }
  co_return Status::Ok();
}

// Whoever was in a stable generation when the last life of the house ended is still in it; who was in another is out.
Task<> Coordinators::ApplyAtHome(Home& home, std::vector<OffsetRecord> records) {
  std::map<std::string, Membership> memberships;
  for (OffsetRecord& record : records) {
    if (record.membership.has_value()) memberships[record.group] = std::move(*record.membership);
    else if (!record.use.has_value()) home.offsets.Apply(record.group, record.committed, record.at, record.at_ms);
    else if (record.use->kind == GroupUse::Kind::kForgotten) home.uses.erase(record.group);
    else home.uses[record.group] = {*record.use, true};
  }
  for (const auto& [group, membership] : memberships) {
    if (membership.members.empty()) continue;
    PlaceRef place = PlaceOf(home, group);
    place->has_record = true;
    bool is_restored = place->group.Restore(membership, env_.clock().Now());
    if (!is_restored) env_.log().Warn("no memory for a group's members: they join again", {{"group", group}, {"members", static_cast<int64_t>(membership.members.size())}});
  }
  int64_t now_ms = env_.clock().WallNow().ms;
  for (auto& [group, use] : home.uses) {
    auto place = home.groups.find(group);
    bool has_members = place != home.groups.end() && place->second->group.has_members();
    if (use.is_in_use() && !has_members) use = {{GroupUse::Kind::kEmpty, now_ms}, false};
  }
  co_return Status::Ok();
}

Task<> Coordinators::StartClock(Home& home) {
  home.clock.Spawn(io::Lane::kUrgent, Tick(home));
  home.clock.Spawn(io::Lane::kNormal, Keep(home));
  co_return Status::Ok();
}

Task<> Coordinators::StopClock(Home& home) {
  home.leaving = true;
  for (auto& [id, place] : home.groups) place->moved.NotifyAll();
  auto close = home.clock.Close();
  Status closed = co_await close;
  if (!closed.ok()) co_return closed;
  auto save = SaveUses(home);
  Status saved = co_await save;
  auto forget = ForgetMembers(home);
  Status forgotten = co_await forget;
  co_return saved.ok() ? forgotten : saved;
}

Task<> Coordinators::Close() {
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, StopClock(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<ports::GroupJoined> Coordinators::Join(Ctx, ports::GroupJoin join) {
  if (join.group.empty()) co_return ports::GroupJoined{.error = GroupError::kInvalidGroupId};
  Home& home = HomeOf(join.group);
  io::RunOn hop(home.loop, JoinAtHome(home, std::move(join)));
  co_return co_await hop;
}

Task<ports::GroupJoined> Coordinators::JoinAtHome(Home& home, ports::GroupJoin join) {
  PlaceRef place = PlaceOf(home, join.group);
  std::string new_id = StrCat(join.client_id.empty() ? "member" : std::string_view(join.client_id).substr(0, kClientInIdMax), "-", env_.random().NewUuid());
  ports::GroupJoined entered = place->group.Join(join, new_id, env_.clock().Now());
  place->moved.NotifyAll();  // a rebalance that began sends waiting syncs away
  if (entered.error != GroupError::kNone) co_return entered;
  for (;;) {
    auto joined = place->group.TakeJoined(entered.member_id, join.instance_id);
    if (joined.has_value() && Planted("offsets_lost_on_rebalance")) home.offsets.Forget(join.group);
    if (joined.has_value()) {
      auto mark = MarkInUse(home, place, join.group);
      co_await mark;  // where it fails, the clock tries again
      auto keep = KeepMembers(place, join.group);  // an instance that is back has another member id
      co_await keep;
      co_return *joined;
    }
    if (home.leaving) co_return ports::GroupJoined{.error = GroupError::kCoordinatorLeaving, .member_id = entered.member_id};
    io::Signal::Waiter wait(place->moved, MonoTime::Never());
    co_await wait;
  }
}

Task<ports::GroupSynced> Coordinators::Sync(Ctx, ports::GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments) {
  Home& home = HomeOf(caller.group);
  io::RunOn hop(home.loop, SyncAtHome(home, std::move(caller), std::move(assignments)));
  co_return co_await hop;
}

Task<ports::GroupSynced> Coordinators::SyncAtHome(Home& home, ports::GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments) {
  PlaceRef place = PlaceOf(home, caller.group);
  GroupError taken = place->group.Sync(caller, assignments, env_.clock().Now());
  if (taken != GroupError::kNone) co_return ports::GroupSynced{.error = taken};
  place->moved.NotifyAll();
  for (;;) {
    auto synced = place->group.TakeSynced(caller);
    if (synced.has_value() && synced->error == GroupError::kNone && !place->is_kept()) {
      auto keep = KeepMembers(place, caller.group);
      co_await keep;
      continue;  // the group may have moved meanwhile
    }
    if (synced.has_value()) co_return *synced;
    if (home.leaving) co_return ports::GroupSynced{.error = GroupError::kCoordinatorLeaving};
    io::Signal::Waiter wait(place->moved, MonoTime::Never());
    co_await wait;
  }
}

Task<GroupError> Coordinators::Heartbeat(Ctx, ports::GroupCaller caller) {
  Home& home = HomeOf(caller.group);
  io::RunOn hop(home.loop, HeartbeatAtHome(home, std::move(caller)));
  co_return co_await hop;
}

Task<GroupError> Coordinators::HeartbeatAtHome(Home& home, ports::GroupCaller caller) {
  co_return PlaceOf(home, caller.group)->group.Heartbeat(caller, env_.clock().Now());
}

Task<GroupError> Coordinators::Leave(Ctx, ports::GroupCaller caller) {
  Home& home = HomeOf(caller.group);
  io::RunOn hop(home.loop, LeaveAtHome(home, std::move(caller)));
  co_return co_await hop;
}

Task<GroupError> Coordinators::LeaveAtHome(Home& home, ports::GroupCaller caller) {
  PlaceRef place = PlaceOf(home, caller.group);
  GroupError left = place->group.Leave(caller, env_.clock().Now());
  place->moved.NotifyAll();
  if (left == GroupError::kNone && place->group.empty()) {
    auto forget = ForgetMembers(home);
    co_await forget;  // where it fails, the clock tries again
  }
  co_return left;
}

Task<GroupError> Coordinators::CommitOffsets(Ctx ctx, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets) {
  if (caller.group.empty()) co_return GroupError::kInvalidGroupId;
  Home& home = HomeOf(caller.group);
  io::RunOn hop(home.loop, CommitAtHome(ctx, home, std::move(caller), std::move(offsets)));
  co_return co_await hop;
}

Task<GroupError> Coordinators::CommitAtHome(Ctx ctx, Home& home, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets) {
  PlaceRef place = PlaceOf(home, caller.group);
  CO_RETURN_NOT_OK(AwaitKept(place));
  Storing storing(place);
  GroupError allowed = place->group.CheckCommit(caller, env_.clock().Now());
  if (allowed != GroupError::kNone) co_return allowed;
  for (const ports::CommittedOffset& offset : offsets) {
    if (offset.metadata.size() > options_.metadata_bytes_max) {
      co_return Fault::TooLarge("offset metadata of ", offset.metadata.size(), " bytes; at most ", options_.metadata_bytes_max, " are kept");
    }
  }
  if (offsets.empty()) co_return GroupError::kNone;
  for (ports::CommittedOffset& offset : offsets) {
    auto topic = topics_.Find(offset.topic);
    if (topic != nullptr) offset.topic_id = topic->id;
  }
  if (Planted("offsets_answered_before_durable")) {
    for (const ports::CommittedOffset& offset : offsets) home.offsets.Apply(caller.group, offset, data::Offset(0), 0);
    co_return GroupError::kNone;
  }
  std::optional<GroupUse> use;
  if (place->group.has_members() && !IsMarkedInUse(home, caller.group)) use = GroupUse{GroupUse::Kind::kInUse, env_.clock().WallNow().ms};
  CO_ASSIGN_OR_RETURN(Stored stored, Store(ctx, caller.group, offsets, false, use));
  if (use.has_value()) home.uses[caller.group] = {*use, true};
  for (const ports::CommittedOffset& offset : offsets) home.offsets.Apply(caller.group, offset, stored.at, stored.at_ms);
  co_return GroupError::kNone;
}

Task<GroupError> Coordinators::HoldOffsets(ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder) {
  Home& home = HomeOf(caller.group);
  io::RunOn hop(home.loop, HoldAtHome(home, std::move(caller), std::move(offsets), holder));
  co_return co_await hop;
}

Task<GroupError> Coordinators::HoldAtHome(Home& home, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder) {
  bool says_who = caller.generation >= 0 || !caller.member_id.empty() || caller.instance_id.has_value();  // older producers do not
  GroupError allowed = says_who ? PlaceOf(home, caller.group)->group.CheckCommit(caller, env_.clock().Now()) : GroupError::kNone;
  if (allowed != GroupError::kNone) co_return allowed;
  for (const ports::CommittedOffset& offset : offsets) home.offsets.Hold(caller.group, offset, holder);
  co_return GroupError::kNone;
}

Task<> Coordinators::LetGoOffsets(std::string group, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder, std::optional<data::Offset> committed_at) {
  Home& home = HomeOf(group);
  io::RunOn hop(home.loop, LetGoAtHome(home, std::move(group), std::move(offsets), holder, committed_at));
  co_return co_await hop;
}

Task<> Coordinators::LetGoAtHome(Home& home, std::string group, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder, std::optional<data::Offset> committed_at) {
  for (const ports::CommittedOffset& offset : offsets) {
    if (committed_at.has_value()) home.offsets.Apply(group, offset, *committed_at, env_.clock().WallNow().ms);
    home.offsets.LetGo(group, offset, holder);
  }
  co_return Status::Ok();
}

Task<Coordinators::Stored> Coordinators::Store(Ctx ctx, const std::string& group, std::vector<ports::CommittedOffset> offsets, bool forget, std::optional<GroupUse> use) {
  int64_t now_ms = env_.clock().WallNow().ms;
  auto batch = EncodeOffsets(group, offsets, forget, now_ms, use);
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends;
  appends.push_back({OffsetsPartition(group), std::move(batch).value()});
  CO_ASSIGN_OR_RETURN(auto appended, log_.Append(ctx, std::move(appends)));
  if (!appended[0].ok()) co_return appended[0].status();
  co_return Stored{appended[0]->base_offset, now_ms};
}

Task<> Coordinators::StoreMembers(std::string group, Membership membership) {
  auto batch = EncodeMembership(group, membership, env_.clock().WallNow().ms);
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends;
  appends.push_back({OffsetsPartition(group), std::move(batch).value()});
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto appended, log_.Append(ctx, std::move(appends)));
  co_return appended[0].status();
}

Task<> Coordinators::KeepMembers(PlaceRef place, std::string group) {
  while (place->group.is_stable() && !place->is_kept()) {
    if (place->keeping_members) {
      io::Signal::Waiter wait(place->moved, MonoTime::Never());
      co_await wait;
      continue;
    }
    place->keeping_members = true;
    place->has_record = true;
    Storing storing(place);
    int64_t version = place->group.kept_version();
    Membership membership = place->group.Keep();
    auto store = StoreMembers(group, std::move(membership));
    Status stored = co_await store;
    if (!stored.ok()) env_.log().Warn("a group's generation could not be kept: after a restart its members join again", {{"group", group}, {"why", stored.ToString()}});
    place->kept_version = version;
    place->keeping_members = false;
    place->moved.NotifyAll();
  }
  co_return Status::Ok();
}

Task<> Coordinators::ForgetMembers(Home& home) {
  std::vector<std::pair<std::string, PlaceRef>> over;
  for (const auto& [group, place] : home.groups) {
    if (place->has_record && place->group.empty() && !place->keeping_members) over.emplace_back(group, place);
  }
  for (const auto& [group, place] : over) {
    if (!place->group.empty() || place->keeping_members) continue;
    place->keeping_members = true;
    Storing storing(place);
    Membership nobody;
    auto store = StoreMembers(group, std::move(nobody));
    Status stored = co_await store;
    place->has_record = !stored.ok();  // before whoever waits stores the next one
    place->keeping_members = false;
    place->moved.NotifyAll();
    if (!stored.ok()) co_return stored;
  }
  co_return Status::Ok();
}

bool Coordinators::IsMarkedInUse(const Home& home, const std::string& group) const {
  auto known = home.uses.find(group);
  return known != home.uses.end() && known->second.is_in_use();
}

Task<> Coordinators::MarkInUse(Home& home, PlaceRef place, std::string group) {
  CO_RETURN_NOT_OK(AwaitKept(place));
  if (!home.offsets.Has(group) || IsMarkedInUse(home, group)) co_return Status::Ok();
  Storing storing(place);
  GroupUse use{GroupUse::Kind::kInUse, env_.clock().WallNow().ms};
  home.uses[group] = {use, false};
  std::vector<ports::CommittedOffset> none;
  Ctx ctx;
  CO_RETURN_NOT_OK(Store(ctx, group, none, false, use));
  Use& known = home.uses[group];
  known.is_saved = known.is_saved || known.use == use;
  co_return Status::Ok();
}

Task<std::vector<ports::CommittedOffset>> Coordinators::FetchOffsets(Ctx, std::string group, std::optional<std::vector<ports::CommittedOffset>> wanted) {
  Home& home = HomeOf(group);
  io::RunOn hop(home.loop, FetchAtHome(home, std::move(group), std::move(wanted)));
  co_return co_await hop;
}

Task<std::vector<ports::CommittedOffset>> Coordinators::FetchAtHome(Home& home, std::string group, std::optional<std::vector<ports::CommittedOffset>> wanted) {
  DropStale(home, group);
  if (!wanted.has_value()) co_return home.offsets.All(group);
  std::vector<ports::CommittedOffset> found;
  for (const ports::CommittedOffset& place : *wanted) found.push_back(home.offsets.Find(group, place.topic, place.partition));
  co_return found;
}

Task<std::vector<ports::GroupDescription>> Coordinators::List(Ctx) {
  std::vector<ports::GroupDescription> all;
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, ListAtHome(*home));
    auto here = co_await hop;
    if (!here.ok()) co_return here.status();
    for (ports::GroupDescription& group : *here) all.push_back(std::move(group));
  }
  co_return all;
}

Task<std::vector<ports::GroupDescription>> Coordinators::ListAtHome(Home& home) {
  std::vector<ports::GroupDescription> all;
  for (const auto& [id, place] : home.groups) {
    if (!place->group.empty()) all.push_back(place->group.Describe());
  }
  for (const std::string& id : home.offsets.Groups()) {
    DropStale(home, id);
    if (!home.offsets.Has(id)) continue;
    auto active = home.groups.find(id);
    if (active == home.groups.end() || active->second->group.empty()) all.push_back({.group = id, .state = "Empty", .protocol_type = "consumer"});
  }
  co_return all;
}

Task<ports::GroupDescription> Coordinators::Describe(Ctx, std::string group) {
  Home& home = HomeOf(group);
  io::RunOn hop(home.loop, DescribeAtHome(home, std::move(group)));
  co_return co_await hop;
}

Task<ports::GroupDescription> Coordinators::DescribeAtHome(Home& home, std::string group) {
  auto active = home.groups.find(group);
  if (active != home.groups.end() && !active->second->group.empty()) co_return active->second->group.Describe();
  DropStale(home, group);
  if (home.offsets.Has(group)) co_return ports::GroupDescription{.group = group, .state = "Empty", .protocol_type = "consumer"};
  co_return ports::GroupDescription{.error = GroupError::kGroupNotFound, .group = group, .state = "Dead"};
}

Task<ports::OffsetsForgotten> Coordinators::ForgetOffsets(Ctx ctx, std::string group, std::vector<ports::CommittedOffset> places) {
  Home& home = HomeOf(group);
  io::RunOn hop(home.loop, ForgetAtHome(ctx, home, std::move(group), std::move(places)));
  co_return co_await hop;
}

Task<ports::OffsetsForgotten> Coordinators::ForgetAtHome(Ctx ctx, Home& home, std::string group, std::vector<ports::CommittedOffset> places) {
  auto found = home.groups.find(group);
  const Group* active = found == home.groups.end() || found->second->group.empty() ? nullptr : &found->second->group;
  DropStale(home, group);
  ports::OffsetsForgotten forgotten;
  if (active == nullptr && !home.offsets.Has(group)) forgotten.error = GroupError::kGroupNotFound;
  if (active != nullptr && !active->is_consumer()) forgotten.error = GroupError::kGroupNotEmpty;
  if (forgotten.error != GroupError::kNone) co_return forgotten;
  std::vector<ports::CommittedOffset> gone;
  for (const ports::CommittedOffset& place : places) {
    bool is_read = active != nullptr && active->Reads(place.topic);
    forgotten.places.push_back(is_read ? GroupError::kSubscribed : GroupError::kNone);
    bool is_there = home.offsets.Find(group, place.topic, place.partition).offset.get() >= 0;
    if (!is_read && is_there) gone.push_back({.topic = place.topic, .partition = place.partition});
  }
  if (gone.empty()) co_return forgotten;
  CO_ASSIGN_OR_RETURN(Stored stored, Store(ctx, group, gone, true));
  for (const ports::CommittedOffset& place : gone) home.offsets.Apply(group, place, stored.at, stored.at_ms);
  co_return forgotten;
}

Task<GroupError> Coordinators::Delete(Ctx ctx, std::string group) {
  Home& home = HomeOf(group);
  io::RunOn hop(home.loop, DeleteAtHome(ctx, home, std::move(group)));
  co_return co_await hop;
}

Task<GroupError> Coordinators::DeleteAtHome(Ctx ctx, Home& home, std::string group) {
  auto active = home.groups.find(group);
  if (active != home.groups.end() && !active->second->group.empty()) co_return GroupError::kGroupNotEmpty;
  std::vector<ports::CommittedOffset> offsets = home.offsets.All(group);
  if (offsets.empty()) co_return GroupError::kGroupNotFound;
  CO_ASSIGN_OR_RETURN(Stored stored, Store(ctx, group, offsets, true));
  for (ports::CommittedOffset& offset : offsets) {
    offset.offset = data::Offset(-1);
    home.offsets.Apply(group, offset, stored.at, stored.at_ms);
  }
  co_return GroupError::kNone;
}

}  // namespace freshet::coordinators
