#include <map>

#include "base/planted.h"
#include "engines/log/pending.h"

// Appends to several partitions in one unit of the journal, with frames of other rooms: all of it takes effect, or nothing.
//
// A partition's records stand in the journal in the order of their offsets, but units queued on different loops have no order
// among each other. So each partition of a joint unit rests until the unit's fate is known: its turn is held, and what had
// been queued before is durable. Its batches join the tail only then: a refused unit leaves no trace.

namespace freshet::log {

// What one home has in a joint unit. Touched by the unit's owner and by the home's loop, in turns.
struct SegmentLog::Joint {
  struct Share {
    data::PartitionKey key;
    std::vector<std::pair<ports::LogAppend*, ports::Appended*>> appends;
    PartitionRef partition;                 // once its turn was asked for
    std::unique_ptr<Turn> turn;
    Placed placed;
    bool reserved = false;                  // the tail's memory
    bool joined = false;
  };

  Home& home;
  uint64_t number;
  std::vector<Share> shares;                // by key
  bool begun = false;
};

Task<std::vector<ports::Appended>> SegmentLog::AppendTogether(Ctx ctx, std::vector<ports::LogAppend> appends, std::vector<data::Frame> frames) {
  Status fate = ctx.Check(env_.clock().Now());
  if (!fate.ok()) co_return fate;
  std::vector<ports::Appended> answers(appends.size());
  if (appends.empty() && frames.empty()) co_return answers;
  std::vector<std::unique_ptr<Joint>> joints = PlanJoints(appends, answers);
  for (auto& joint : joints) {
    joint->begun = true;
    io::RunOn hop(joint->home.loop, PrepareJoint(joint.get()));
    fate = co_await hop;
    if (!fate.ok()) break;
  }
  if (fate.ok()) {
    auto commit = CommitJoints(ctx, &joints, &frames);
    fate = co_await commit;
  }
  io::RunOnAll settle;
  for (auto& joint : joints) {
    if (joint->begun) settle.Add(joint->home.loop, SettleJoint(joint.get(), fate.ok()));
  }
  Status settled = co_await settle;
  CHECK(settled.ok());
  if (!fate.ok()) co_return fate;
  co_return answers;
}

// By home, then by key: everybody takes turns in this order, so nobody waits in a circle.
std::vector<std::unique_ptr<SegmentLog::Joint>> SegmentLog::PlanJoints(std::vector<ports::LogAppend>& appends, std::vector<ports::Appended>& answers) {
  std::vector<std::unique_ptr<Joint>> joints;
  uint64_t number = joints_.fetch_add(1) + 1;
  for (auto& home : homes_) {
    std::map<data::PartitionKey, Joint::Share> here;
    for (size_t i = 0; i < appends.size(); ++i) {
      if (&HomeOf(appends[i].key) == home.get()) here[appends[i].key].appends.emplace_back(&appends[i], &answers[i]);
    }
    if (here.empty()) continue;
    joints.push_back(std::unique_ptr<Joint>(new Joint{.home = *home, .number = number, .shares = {}}));
    for (auto& [key, share] : here) {
      share.key = key;
      joints.back()->shares.push_back(std::move(share));
    }
  }
  return joints;
}

Task<> SegmentLog::PrepareJoint(Joint* joint) {
  for (size_t i = 0; i < joint->shares.size(); ++i) {
    Joint::Share& share = joint->shares[i];
    auto found = Find(joint->home, share.key);
    if (!found.ok()) co_return found.status();
    share.partition = *found;
    share.turn = std::make_unique<Turn>(share.partition);
    auto come = share.turn->Come();
    co_await come;
    while (share.partition->next_offset() > share.partition->durable_end()) {
      io::Signal::Waiter wait(share.partition->moved(), MonoTime::Never());
      co_await wait;
    }
    Status placed = PlaceShare(*joint, i);
    if (!placed.ok()) co_return placed;
  }
  joint->home.joints.insert(joint->number);  // from here on a checkpoint waits for the unit
  co_return Status::Ok();
}

Status SegmentLog::PlaceShare(Joint& joint, size_t index) {
  Joint::Share& share = joint.shares[index];
  Partition& partition = *share.partition;
  if (partition.dropped) return Fault::NotFound("no partition ", share.key);
  if (partition.storage_failed) return Fault::IoError("partition ", share.key, ": its segment could not be synced; restart to replay it from the journal");
  share.placed.next = partition.next_offset();
  int64_t wall_ms = env_.clock().WallNow().ms;
  for (auto& [append, answer] : share.appends) {
    ASSIGN_OR_RETURN(std::vector<data::RecordBatchView> views, CheckBatches(partition, append->batches));
    for (const data::RecordBatchView& view : views) {
      if (view.header().has_producer()) {
        return Fault::Invalid("partition ", share.key, ": a batch with a producer id cannot be appended together with others; leave the id out");
      }
    }
    *answer = {.base_offset = share.placed.next, .log_start = partition.start()};
    if (partition.config().log_append_time) answer->log_append_time_ms = wall_ms;
    Place(partition, views, std::move(append->batches), wall_ms, share.placed);
  }
  if (!tail_budget_.TryReserve(share.placed.cost)) {
    MaybeFlush(joint.home, share.partition);
    return tail_budget_.Full(share.placed.cost);
  }
  share.reserved = true;
  partition.awaits_joint = true;
  if (Planted("epoch_visible_before_durable")) {
    JoinPlaced(partition, share.placed);
    partition.MoveDurable(share.placed.next);
    share.joined = true;
  }
  return {};
}

Task<> SegmentLog::CommitJoints(Ctx ctx, std::vector<std::unique_ptr<Joint>>* joints, std::vector<data::Frame>* frames) {
  ports::Unit unit;
  for (auto& joint : *joints) {
    for (Joint::Share& share : joint->shares) {
      for (data::Frame& frame : share.placed.frames) unit.Stage(std::move(frame));
    }
  }
  for (data::Frame& frame : *frames) unit.Stage(std::move(frame));
  if (unit.bytes() > ports::kJointBytesMax) {
    co_return Fault::TooLarge("rows and records of ", unit.bytes(), " bytes are to take effect together; at most ", ports::kJointBytesMax,
                              " do: commit more often, or write fewer rows between two commits");
  }
  env_.kill_points().Reach("log.before_joint_unit");
  auto submit = commit_->Submit(ctx, std::move(unit));
  auto submitted = co_await submit;
  env_.kill_points().Reach("log.after_joint_unit");
  co_return submitted.status();
}

Task<> SegmentLog::SettleJoint(Joint* joint, bool durable) {
  for (Joint::Share& share : joint->shares) {
    if (share.reserved) {
      Partition& partition = *share.partition;
      partition.awaits_joint = false;
      if (durable && !partition.dropped && !share.joined) {
        JoinPlaced(partition, share.placed);
        partition.MoveDurable(share.placed.next);
      } else if (!share.joined) {
        tail_budget_.Release(share.placed.cost);
      }
      MaybeFlush(joint->home, share.partition);
    }
    share.turn.reset();
  }
  joint->home.joints.erase(joint->number);
  joint->home.completion.NotifyAll();
  co_return Status::Ok();
}

}  // namespace freshet::log
