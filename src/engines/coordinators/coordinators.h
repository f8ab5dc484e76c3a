#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/coordinators/group.h"
#include "engines/coordinators/offsets.h"
#include "engines/coordinators/own_topic.h"
#include "io/env.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::coordinators {

struct CoordinatorOptions {
  Group::Limits limits;
  int32_t offset_partitions = 4;
  Duration tick = Milliseconds(50);
  size_t metadata_bytes_max = 4096;  // of one committed offset
  Duration offsets_retention = Seconds(7 * 24 * 3600);
  Duration expiry_interval = Seconds(60);  // between two looks for offsets that are too old; the first is as long after the start
};

// The Coordinators hold every group on the home loop that its name chooses. Stable generations and committed offsets are
// records of the topic __offsets, read back at Begin (decision 0355). Offsets expire when nobody has been in their group, and nobody has committed them, for the
// retention (decision 0201). Owned by House.
class Coordinators final : public ports::Groups {
 public:
  Coordinators(Env& env, CoordinatorOptions options, ports::EventLog& log, ports::Topics& topics);
  ~Coordinators() override;

  // Makes the topic if it is not there, reads it, starts the clocks. On loop 0, before doors open.
  Task<> Begin();
  // Sends waiting members away with kCoordinatorLeaving and ends the clocks. On loop 0, before doors close.
  Task<> Close();

  Task<ports::GroupJoined> Join(Ctx ctx, ports::GroupJoin join) override;
  Task<ports::GroupSynced> Sync(Ctx ctx, ports::GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments) override;
  Task<ports::GroupError> Heartbeat(Ctx ctx, ports::GroupCaller caller) override;
  Task<ports::GroupError> Leave(Ctx ctx, ports::GroupCaller caller) override;
  Task<ports::GroupError> CommitOffsets(Ctx ctx, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets) override;
  Task<std::vector<ports::CommittedOffset>> FetchOffsets(Ctx ctx, std::string group, std::optional<std::vector<ports::CommittedOffset>> wanted) override;
  Task<std::vector<ports::GroupDescription>> List(Ctx ctx) override;
  Task<ports::GroupDescription> Describe(Ctx ctx, std::string group) override;
  Task<ports::OffsetsForgotten> ForgetOffsets(Ctx ctx, std::string group, std::vector<ports::CommittedOffset> places) override;
  Task<ports::GroupError> Delete(Ctx ctx, std::string group) override;

  // For transactions. Offsets that one of them will commit, or not: held until it has ended.
  Task<ports::GroupError> HoldOffsets(ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder);
  // They stand in the group's partition from `committed_at` on, or count for nothing.
  Task<> LetGoOffsets(std::string group, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder, std::optional<data::Offset> committed_at);
  data::PartitionKey OffsetsPartition(std::string_view group) const { return PartitionOf(*offsets_topic_, group); }

 private:
  // A group and those who wait for it to move. Shared with the waiting tasks, so that an emptied group may be dropped.
  struct Place {
    Place(std::string id, Group::Limits limits, io::Budget& memory) : group(std::move(id), limits, memory) {}
    Group group;
    int64_t kept_version = 0;    // of the generation that is durable, or could not be made so
    bool has_record = false;     // of a generation
    bool keeping_members = false;
    bool is_kept() const { return kept_version == group.kept_version(); }
    io::Signal moved;
    int storing = 0;       // commits and marks on their way to the log
    bool keeping = false;  // the clock writes about it; then nobody else does
    bool is_idle() const { return group.empty() && !has_record && storing == 0 && !keeping && !moved.has_waiters(); }
  };
  using PlaceRef = std::shared_ptr<Place>;
  struct Use {
    GroupUse use;
    bool is_saved = false;
    bool is_in_use() const { return use.kind == GroupUse::Kind::kInUse; }
  };
  // While a task stores something of a place, the clock leaves it alone.
  class Storing {
   public:
    explicit Storing(PlaceRef place) : place_(std::move(place)) { ++place_->storing; }
    Storing(const Storing&) = delete;
    Storing& operator=(const Storing&) = delete;
    ~Storing() { --place_->storing; }

   private:
    const PlaceRef place_;
  };
  struct Home {
    Home(io::Loop& home_loop, int number) : loop(home_loop), clock(home_loop, StrCat("coordinators ", number)) {}
    io::Loop& loop;
    io::TaskGroup clock;
    std::map<std::string, PlaceRef> groups;
    Offsets offsets;
    std::map<std::string, Use> uses;  // of groups that have committed offsets
    bool leaving = false;
  };

  Home& HomeOf(std::string_view group);
  PlaceRef PlaceOf(Home& home, const std::string& group);
  // Offsets end with the topic that they were committed for.
  void DropStale(Home& home, const std::string& group);

  Task<ports::GroupJoined> JoinAtHome(Home& home, ports::GroupJoin join);
  Task<ports::GroupSynced> SyncAtHome(Home& home, ports::GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments);
  Task<ports::GroupError> HeartbeatAtHome(Home& home, ports::GroupCaller caller);
  Task<ports::GroupError> LeaveAtHome(Home& home, ports::GroupCaller caller);
  Task<ports::GroupError> CommitAtHome(Ctx ctx, Home& home, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets);
  Task<std::vector<ports::CommittedOffset>> FetchAtHome(Home& home, std::string group, std::optional<std::vector<ports::CommittedOffset>> wanted);
  Task<std::vector<ports::GroupDescription>> ListAtHome(Home& home);
  Task<ports::GroupDescription> DescribeAtHome(Home& home, std::string group);
  Task<ports::OffsetsForgotten> ForgetAtHome(Ctx ctx, Home& home, std::string group, std::vector<ports::CommittedOffset> places);
  Task<ports::GroupError> DeleteAtHome(Ctx ctx, Home& home, std::string group);
  Task<ports::GroupError> HoldAtHome(Home& home, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder);
  Task<> LetGoAtHome(Home& home, std::string group, std::vector<ports::CommittedOffset> offsets, Offsets::Holder holder, std::optional<data::Offset> committed_at);
  // Where the records stand, and their time.
  struct Stored {
    data::Offset at;
    int64_t at_ms = 0;
  };
  Task<Stored> Store(Ctx ctx, const std::string& group, std::vector<ports::CommittedOffset> offsets, bool forget, std::optional<GroupUse> use = {});
  // Makes the stable generation durable when it is not, before anybody is told of it. Where that fails the members go on, and only a restart will have them join again.
  Task<> KeepMembers(PlaceRef place, std::string group);
  // Of groups that nobody is in any more.
  Task<> ForgetMembers(Home& home);
  Task<> StoreMembers(std::string group, Membership membership);
  // Durable before a member goes on, so that no restart takes it for a group that has been empty for long.
  Task<> MarkInUse(Home& home, PlaceRef place, std::string group);
  bool IsMarkedInUse(const Home& home, const std::string& group) const;
  Task<> Replay(data::PartitionKey partition);
  Task<> ApplyAtHome(Home& home, std::vector<OffsetRecord> records);
  Task<> StartClock(Home& home);
  Task<> StopClock(Home& home);
  // coordinators_clock.cc
  Task<> Tick(Home& home);
  void Watch(Home& home, const std::string& group, const Group& membership);
  Task<> Keep(Home& home);
  Task<> SaveUses(Home& home);
  Task<> ExpireOffsets(Home& home, int64_t horizon_ms);
  std::vector<ports::CommittedOffset> Expired(Home& home, const std::string& group, int64_t horizon_ms);
  Task<> AwaitKept(PlaceRef place);

  Env& env_;
  const CoordinatorOptions options_;
  io::Budget members_memory_;  // metadata and assignments of all members
  ports::EventLog& log_;
  ports::Topics& topics_;
  ports::Topics::Ref offsets_topic_;
  std::vector<std::unique_ptr<Home>> homes_;
  Counter& expired_;
};

}  // namespace freshet::coordinators
