#include "engines/coordinators/coordinators.h"
#include "io/age_clock.h"

namespace freshet::coordinators {
namespace {

constexpr Duration kKeepInterval = Seconds(1);
constexpr size_t kUsesAtOnce = 1000;

}  // namespace

Task<> Coordinators::Tick(Home& home) {
  while (!home.leaving) {
    io::Signal::Waiter tick(home.clock.cancelled(), env_.clock().Now() + options_.tick);
    bool cancelled = co_await tick;
    if (cancelled) break;
    MonoTime now = env_.clock().Now();
    for (auto entry = home.groups.begin(); entry != home.groups.end();) {
      PlaceRef place = entry->second;
      if (place->group.Tick(now)) place->moved.NotifyAll();
      Watch(home, entry->first, place->group);
      entry = place->is_idle() ? home.groups.erase(entry) : std::next(entry);
    }
  }
  co_return Status::Ok();
}

// Notes when a group falls empty, and when one that has offsets is in use; Keep makes it durable.
void Coordinators::Watch(Home& home, const std::string& group, const Group& membership) {
  bool was_in_use = IsMarkedInUse(home, group);
  if (was_in_use == membership.has_members()) return;
  if (!was_in_use && !home.offsets.Has(group)) return;
  auto kind = was_in_use ? GroupUse::Kind::kEmpty : GroupUse::Kind::kInUse;
  home.uses[group] = {{kind, env_.clock().WallNow().ms}, false};
}

Task<> Coordinators::AwaitKept(PlaceRef place) {
  while (place->keeping) {
    io::Signal::Waiter wait(place->moved, MonoTime::Never());
    co_await wait;
  }
  co_return Status::Ok();
}

Task<> Coordinators::Keep(Home& home) {
  io::AgeClock ages(env_.clock());
  MonoTime look_due = env_.clock().Now() + options_.expiry_interval;
  while (!home.leaving) {
    io::Signal::Waiter pause(home.clock.cancelled(), env_.clock().Now() + kKeepInterval);
    bool cancelled = co_await pause;
    if (cancelled) break;
    auto save = SaveUses(home);
    Status kept = co_await save;
    if (kept.ok()) {
      auto forget = ForgetMembers(home);
      kept = co_await forget;
    }
    if (kept.ok() && env_.clock().Now() >= look_due) {
      auto expire = ExpireOffsets(home, ages.Now().ms - options_.offsets_retention.ms());
      kept = co_await expire;
      look_due = env_.clock().Now() + options_.expiry_interval;
    }
    if (!kept.ok()) env_.log().Warn("groups' offsets could not be kept; this is tried again", {{"why", kept.ToString()}});
  }
  co_return Status::Ok();
}

// What is not written yet, in one batch a partition. A group without offsets needs no mark.
Task<> Coordinators::SaveUses(Home& home) {
  std::map<data::PartitionId, std::vector<std::pair<std::string, GroupUse>>> batches;
  std::vector<PlaceRef> kept;
  for (auto& [group, use] : home.uses) {
    bool is_needless = use.use.kind == GroupUse::Kind::kEmpty && !home.offsets.Has(group);
    if (is_needless) use = {GroupUse{}, false};
    if (use.is_saved || kept.size() == kUsesAtOnce) continue;
    PlaceRef place = PlaceOf(home, group);
    if (place->storing > 0) continue;
    place->keeping = true;
    kept.push_back(place);
    batches[OffsetsPartition(group).partition].emplace_back(group, use.use);
  }
  Status saved;
  for (const auto& [partition, uses] : batches) {
    auto batch = EncodeUses(uses, env_.clock().WallNow().ms);
    if (!batch.ok()) saved = batch.status();
    if (!saved.ok()) break;
    std::vector<ports::LogAppend> appends;
    appends.push_back({{offsets_topic_->id, partition}, std::move(batch).value()});
    Ctx ctx;
    auto append = log_.Append(ctx, std::move(appends));
    auto appended = co_await append;
    saved = appended.ok() ? appended->at(0).status() : appended.status();
    if (!saved.ok()) break;
    for (const auto& [group, use] : uses) {
      auto known = home.uses.find(group);
      if (known == home.uses.end() || known->second.use != use) continue;
      known->second.is_saved = true;
      if (use.kind == GroupUse::Kind::kForgotten) home.uses.erase(known);
    }
  }
  for (const PlaceRef& place : kept) {
    place->keeping = false;
    place->moved.NotifyAll();
  }
  co_return saved;
}

Task<> Coordinators::ExpireOffsets(Home& home, int64_t horizon_ms) {
  std::vector<std::string> groups = home.offsets.Groups();
  for (const std::string& group : groups) {
    if (home.leaving) break;
    std::vector<ports::CommittedOffset> gone = Expired(home, group, horizon_ms);
    if (gone.empty()) continue;
    PlaceRef place = PlaceOf(home, group);
    place->keeping = true;
    Ctx ctx;
    auto store = Store(ctx, group, gone, true);
    auto stored = co_await store;
    for (ports::CommittedOffset& offset : gone) {
      offset.offset = data::Offset(-1);
      if (stored.ok()) home.offsets.Apply(group, offset, stored->at, stored->at_ms);
    }
    place->keeping = false;
    place->moved.NotifyAll();
    if (!stored.ok()) co_return stored.status();
    expired_.Add(static_cast<int64_t>(gone.size()));
    env_.log().Info("a group's offsets have expired", {{"group", group}, {"offsets", static_cast<int64_t>(gone.size())}});
  }
  co_return Status::Ok();
}

// Of a group that is empty: what was committed, and fell out of use, before the horizon. Of one in use: what nobody in it reads any more.
std::vector<ports::CommittedOffset> Coordinators::Expired(Home& home, const std::string& group, int64_t horizon_ms) {
  auto found = home.groups.find(group);
  const Place* place = found == home.groups.end() ? nullptr : found->second.get();
  bool is_busy = place != nullptr && (place->storing > 0 || place->keeping || place->moved.has_waiters());
  if (is_busy) return {};
  DropStale(home, group);
  std::vector<ports::CommittedOffset> old = home.offsets.CommittedBy(group, horizon_ms);
  if (place != nullptr && !place->group.empty()) {
    const Group& membership = place->group;
    bool tells_what_it_reads = membership.is_consumer() && membership.is_stable();
    std::erase_if(old, [&](const auto& offset) { return !tells_what_it_reads || membership.Reads(offset.topic); });
    return old;
  }
  auto use = home.uses.find(group);
  bool was_used_since = use != home.uses.end() && (use->second.is_in_use() || use->second.use.since_ms > horizon_ms);
  return was_used_since ? std::vector<ports::CommittedOffset>() : old;
}

}  // namespace freshet::coordinators
