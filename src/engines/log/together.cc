#include <map>

#include "base/planted.h"
#include "engines/log/pending.h"

// Appends to several partitions in one unit of the journal, with frames of other rooms: all of it takes effect, or nothing.
//
// A partition's records stand in the journal in the order of their offsets, but units queued on different loops have no order
// among each other. So each partition of a joint unit rests until the unit's fate is known: its turn is held, and what had
// been queued before is durable. Its batches join the tail only then: a refused unit leaves no trace. First all turns are
// taken, home by home; then the homes do the rest at the same time, so that a unit of many partitions waits for the journal and
// for the disk as one of few does.
//
// What is more than a unit takes goes where large batches go: into the segments, synced, with references to it in the unit.

namespace freshet::log {

// What one home has in a joint unit. Touched by the unit's owner and by the home's loop, in turns.
struct SegmentLog::Joint {
  struct Share {
    data::PartitionKey key;
    std::vector<std::pair<ports::LogAppend*, ports::Appended*>> appends;
    PartitionRef partition;
    std::unique_ptr<io::Turn> turn;         // has come when its home has taken its turns
    Placed placed;
    bool reserved = false;                  // the tail's memory
    bool joined = false;
    bool through_segment = false;           // its batches go there, and the unit refers to them
    std::vector<FlushedRun> runs;           // one for each batch that stands in a segment
  };

  Home& home;
  std::vector<Share> shares;                // by key
  bool begun = false;
  std::optional<ports::OpenUnits::Open> open = std::nullopt;  // of the home
};

Task<std::vector<ports::Appended>> SegmentLog::AppendTogether(Ctx ctx, std::vector<ports::LogAppend> appends, std::vector<data::Frame> frames) {
  Status fate = ctx.Check(env_.clock().Now());
  if (!fate.ok()) co_return fate;
  std::vector<ports::Appended> answers(appends.size());
  if (appends.empty() && frames.empty()) co_return answers;
  std::vector<std::unique_ptr<Joint>> joints = PlanJoints(appends, answers);
  bool in_doubt = false;
  fate = ChooseSegments(joints, frames);
  if (!fate.ok()) co_return fate;
  for (auto& joint : joints) {
    joint->begun = true;
    io::RunOn hop(joint->home.loop, TakeTurns(joint.get()));
    fate = co_await hop;
    if (!fate.ok()) break;
  }
  if (fate.ok()) {
    io::RunOnAll prepare;
    for (auto& joint : joints) prepare.Add(joint->home.loop, PrepareJoint(joint.get()));
    fate = co_await prepare;
  }
  if (fate.ok()) {
    auto commit = CommitJoints(ctx, &joints, &frames, &in_doubt);
    fate = co_await commit;
  }
  io::RunOnAll settle;
  for (auto& joint : joints) {
    if (joint->begun) settle.Add(joint->home.loop, SettleJoint(joint.get(), fate.ok(), in_doubt));
  }
  Status settled = co_await settle;
  CHECK(settled.ok());
  if (!fate.ok()) co_return fate;
  co_return answers;
}

// By home, then by key: everybody takes turns in this order, so nobody waits in a circle.
std::vector<std::unique_ptr<SegmentLog::Joint>> SegmentLog::PlanJoints(std::vector<ports::LogAppend>& appends, std::vector<ports::Appended>& answers) {
  std::vector<std::unique_ptr<Joint>> joints;
  for (auto& home : homes_) {
    std::map<data::PartitionKey, Joint::Share> here;
    for (size_t i = 0; i < appends.size(); ++i) {
      if (&HomeOf(appends[i].key) == home.get()) here[appends[i].key].appends.emplace_back(&appends[i], &answers[i]);
    }
    if (here.empty()) continue;
    joints.push_back(std::unique_ptr<Joint>(new Joint{.home = *home, .shares = {}}));
    for (auto& [key, share] : here) {
      share.key = key;
      joints.back()->shares.push_back(std::move(share));
    }
  }
  return joints;
}

// The largest shares pass through their segments, until the others and the frames fit into one unit.
Status SegmentLog::ChooseSegments(std::vector<std::unique_ptr<Joint>>& joints, const std::vector<data::Frame>& frames) const {
  int64_t total = 0;
  for (const data::Frame& frame : frames) total += frame.bytes();
  if (total > ports::kJointFramesMax) return Fault::TooLarge("records of ", total, " bytes are to take effect together; at most ", ports::kJointFramesMax, " do");
  std::multimap<int64_t, Joint::Share*> shares;
  for (auto& joint : joints) {
    for (Joint::Share& share : joint->shares) {
      int64_t bytes = 0;
      for (auto& [append, answer] : share.appends) bytes += static_cast<int64_t>(append->run().size());
      shares.emplace(bytes, &share);
      total += bytes;
    }
  }
  if (total > ports::kJointBytesMax) {
    return Fault::TooLarge("rows and records of ", total, " bytes are to take effect together; at most ", ports::kJointBytesMax,
                           " do: commit more often, or write fewer rows between two commits");
  }
  for (; total > options_.joint_inline_bytes && !shares.empty(); shares.erase(std::prev(shares.end()))) {
    shares.rbegin()->second->through_segment = true;
    total -= shares.rbegin()->first;
  }
  return {};
}

// All turns of the home are asked for in one step, so that whoever comes later stands behind every one of them.
Task<> SegmentLog::TakeTurns(Joint* joint) {
  for (Joint::Share& share : joint->shares) {
    auto found = Find(joint->home, share.key);
    if (!found.ok()) co_return found.status();
    share.partition = *found;
  }
  for (Joint::Share& share : joint->shares) share.turn = std::make_unique<io::Turn>(share.partition->turns);
  for (Joint::Share& share : joint->shares) {
    io::Turn& turn = *share.turn;
    co_await turn;
  }
  co_return Status::Ok();
}

// Nothing new is queued behind the turns, so one wait for the journal covers all that was.
Task<> SegmentLog::PrepareJoint(Joint* joint) {
  for (Joint::Share& share : joint->shares) {
    while (share.partition->next_offset() > share.partition->durable_end()) {
      io::Signal::Waiter wait(share.partition->moved(), MonoTime::Never());
      co_await wait;
    }
  }
  for (size_t i = 0; i < joint->shares.size(); ++i) {
    Status placed = PlaceShare(*joint, i);
    if (!placed.ok()) co_return placed;
  }
  size_t next = 0;
  io::RunOnAll stores;
  for (int i = 0; i < kSyncsAtOnce; ++i) stores.Add(joint->home.loop, StoreInTurn(joint, &next));
  Status stored = co_await stores;
  if (!stored.ok()) co_return stored;
  joint->open.emplace(joint->home.open_units, *commit_);
  co_return Status::Ok();
}

// Several of these share the joint's shares, as those of a checkpoint share its partitions.
Task<> SegmentLog::StoreInTurn(Joint* joint, size_t* next) {
  while (*next < joint->shares.size()) {
    size_t share = (*next)++;
    if (!joint->shares[share].through_segment) continue;
    auto storing = StoreShare(joint, share);
    Status stored = co_await storing;
    if (!stored.ok()) co_return stored;
  }
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
    ASSIGN_OR_RETURN(std::vector<data::RecordBatchView> views, CheckBatches(partition, append->run()));
    for (const data::RecordBatchView& view : views) {
      if (view.header().has_producer() && !view.header().control()) {
        return Fault::Invalid("partition ", share.key, ": a batch with a producer id cannot be appended together with others; leave the id out");
      }
    }
    *answer = {.base_offset = share.placed.next, .log_start = partition.start()};
    if (partition.config().log_append_time) answer->log_append_time_ms = wall_ms;
    Place(partition, views, append->TakeRun(), wall_ms, share.placed);
  }
  partition.awaits_joint = true;
  if (share.through_segment) return {};
  if (!joint.home.tail.TryReserve(share.placed.cost)) {
    MaybeFlush(joint.home, share.partition);
    return tail_budget_.Full(share.placed.cost);
  }
  share.reserved = true;
  if (Planted("epoch_visible_before_durable")) {
    JoinPlaced(partition, share.placed);
    partition.MoveDurable(share.placed.next);
    share.joined = true;
  }
  return {};
}

// As a large batch goes: behind what the partition still had in memory, synced before the journal learns of it.
Task<> SegmentLog::StoreShare(Joint* joint, size_t index) {
  Joint::Share* share = &joint->shares[index];
  PartitionRef partition = share->partition;
  CO_RETURN_NOT_OK(FlushPartition(joint->home, partition));
  while (partition->flushing) {
    io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
    co_await wait;
  }
  if (partition->dropped) co_return Fault::NotFound("no partition ", share->key);
  if (!partition->tail().empty() || partition->storage_failed) co_return Fault::IoError("partition ", share->key, ": its segment could not be written");
  partition->flushing = true;
  FlushWork work = TakeTail(*partition);
  auto write = [&]() -> Status {
    env_.kill_points().Reach("log.before_joint_write");
    Status synced = WritePlaced(*partition, share->placed, work, share->runs);
    env_.kill_points().Reach("log.after_joint_write");
    return synced;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (work.sync_failed) FailStorage(*partition);
  partition->flushing = false;  // as of a large batch
  partition->used_since_checkpoint = true;
  partition->moved().NotifyAll();
  if (!written.ok()) co_return written;
  ReferToPlaced(*partition, share->runs, share->placed);
  co_return Status::Ok();
}

Task<> SegmentLog::CommitJoints(Ctx ctx, std::vector<std::unique_ptr<Joint>>* joints, std::vector<data::Frame>* frames, bool* in_doubt) {
  ports::Unit unit;
  for (auto& joint : *joints) {
    for (Joint::Share& share : joint->shares) {
      for (data::Frame& frame : share.placed.frames) unit.Stage(std::move(frame));
    }
  }
  for (data::Frame& frame : *frames) unit.Stage(std::move(frame));
  env_.kill_points().Reach("log.before_joint_unit");
  auto submit = commit_->Submit(ctx, std::move(unit));
  auto submitted = co_await submit;
  env_.kill_points().Reach("log.after_joint_unit");
  *in_doubt = submitted.code() == Code::kUnavailable || submitted.code() == Code::kIoError;
  co_return submitted.status();
}

Task<> SegmentLog::SettleJoint(Joint* joint, bool durable, bool in_doubt) {
  for (size_t i = 0; i < joint->shares.size(); ++i) {
    Joint::Share& share = joint->shares[i];
    if (share.turn == nullptr) continue;
    SettleShare(*joint, i, durable, in_doubt);
    share.turn.reset();
  }
  joint->open.reset();
  co_return Status::Ok();
}

void SegmentLog::SettleShare(Joint& joint, size_t index, bool durable, bool in_doubt) {
  Joint::Share& share = joint.shares[index];
  Partition& partition = *share.partition;
  partition.awaits_joint = false;
  durable = durable && !partition.dropped;
  if (durable && share.through_segment) {
    for (size_t i = 0; i < share.runs.size(); ++i) partition.Adopt(share.placed.joining[i], std::move(share.runs[i]));
    KeepIndex(joint.home, share.partition, partition.segments().back().base_offset);
  } else if (durable && !share.joined) {
    JoinPlaced(partition, share.placed);
    partition.MoveDurable(share.placed.next);
  } else if (share.reserved && !share.joined) {
    joint.home.tail.Release(share.placed.cost);
  }
  // The journal failed with the references perhaps written: their places in the segment must stay as they are.
  if (share.through_segment && in_doubt) FailStorage(partition);
  partition.moved().NotifyAll();
  MaybeFlush(joint.home, share.partition);
}

}  // namespace freshet::log
