#include "log/list_history.h"

#include "data/record_batch.h"
#include "io/task_group.h"
#include "log/transaction_world.h"

namespace freshet::testing {
namespace {

using ports::GroupError;
using ports::TransactionError;

constexpr int kPartitions = TransactionWorld::kPartitions;
constexpr int kSource = 0;  // topics
constexpr int kLists = 1;
constexpr int32_t kSessionMs = 1500;

// A worker: a member of the group, with a producer of its own.
struct Mover : TransactionalProducer {
  int number = 0;
  bool joined = false;
  bool in_transaction = false;               // that it has not seen the end of
  bool ending = false;                       // an end has no answer
  ports::GroupCaller member;
  std::vector<int> assigned;                 // partitions of this generation
  std::map<int, int64_t> positions;          // where it reads next; what is missing, the group is asked for
};

struct Outside : TransactionWorld {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : TransactionWorld(the_options, the_sim, "lists", {"source", "lists"}) {
    for (int i = 0; i < options.clients; ++i) {
      Mover mover;
      mover.number = i;
      mover.caller.id = StrCat("mover", i);
      movers.push_back(mover);
    }
  }
  io::SleepUntil Pause(int64_t ms_max) { return io::SleepUntil(sim.clock().Now() + Milliseconds(static_cast<int64_t>(choices.Below(static_cast<uint64_t>(ms_max))))); }

  std::vector<Mover> movers;
  int64_t next_value = 0;
};

// --- Membership.

void LeaveBehind(Mover& mover, GroupError why) {
  mover.joined = false;
  mover.positions.clear();
  bool is_known = why == GroupError::kRebalanceInProgress || why == GroupError::kIllegalGeneration;
  if (!is_known) mover.member.member_id.clear();
}

// Partitions in turn, as digits.
std::vector<std::pair<std::string, std::string>> Assign(const std::vector<ports::GroupMember>& members) {
  std::vector<std::pair<std::string, std::string>> assignments;
  for (const ports::GroupMember& member : members) assignments.emplace_back(member.member_id, "");
  for (int partition = 0; partition < kPartitions && !assignments.empty(); ++partition) {
    assignments[static_cast<size_t>(partition) % assignments.size()].second += static_cast<char>('0' + partition);
  }
  return assignments;
}

Task<> JoinGroup(TransactionRooms& rooms, Mover& mover) {
  Ctx ctx;
  ports::GroupJoin join;
  join.group = "movers";
  join.member_id = mover.member.member_id;
  join.client_id = StrCat("mover", mover.number);
  join.protocol_type = "consumer";
  join.protocols.push_back({"in turn", ""});
  join.session_timeout_ms = join.rebalance_timeout_ms = kSessionMs;
  CO_ASSIGN_OR_RETURN(ports::GroupJoined joined, rooms.groups->Join(ctx, join));
  if (joined.error != GroupError::kNone) {
    LeaveBehind(mover, joined.error);
    co_return Fault::Unavailable("not in the group");
  }
  mover.member.group = "movers";
  mover.member.member_id = joined.member_id;
  mover.member.generation = joined.generation;
  auto assignments = Assign(joined.members);
  CO_ASSIGN_OR_RETURN(ports::GroupSynced synced, rooms.groups->Sync(ctx, mover.member, assignments));
  if (synced.error != GroupError::kNone) {
    LeaveBehind(mover, synced.error);
    co_return Fault::Unavailable("not in the group");
  }
  mover.joined = true;
  mover.positions.clear();
  mover.assigned.clear();
  for (char digit : synced.assignment) mover.assigned.push_back(digit - '0');
  co_return Status::Ok();
}

Task<> StayInGroup(TransactionRooms& rooms, Mover& mover) {
  if (mover.joined) {
    Ctx ctx;
    CO_ASSIGN_OR_RETURN(GroupError heard, rooms.groups->Heartbeat(ctx, mover.member));
    if (heard == GroupError::kNone) co_return Status::Ok();
    LeaveBehind(mover, heard);
  }
  auto join = JoinGroup(rooms, mover);
  co_return co_await join;
}

Task<> LeaveGroup(TransactionRooms& rooms, Mover& mover) {
  Ctx ctx;
  auto leave = rooms.groups->Leave(ctx, mover.member);
  auto left = co_await leave;
  LeaveBehind(mover, GroupError::kUnknownMember);
  co_return left.status();
}

// --- A move.

struct Move {
  int partition = 0;
  std::vector<std::string> values;
  int64_t next = 0;                          // in the source, behind them
};

// Where the group stands; a transaction that holds offsets must have ended first.
Task<> FindPosition(Outside& outside, TransactionRooms& rooms, Mover& mover, int partition) {
  Ctx ctx;
  std::vector<ports::CommittedOffset> wanted;
  wanted.push_back({.topic = "source", .partition = data::PartitionId(partition)});
  CO_ASSIGN_OR_RETURN(auto offsets, rooms.groups->FetchOffsets(ctx, "movers", wanted));
  if (offsets[0].unstable) {
    io::SleepUntil pause = outside.Pause(200);
    co_await pause;
    co_return Fault::Unavailable("unstable");
  }
  mover.positions[partition] = std::max<int64_t>(0, offsets[0].offset.get());
  co_return Status::Ok();
}

Task<> ReadSome(Outside& outside, TransactionRooms& rooms, Mover& mover, Move* move) {
  int64_t from = mover.positions[move->partition];
  CO_ASSIGN_OR_RETURN(auto slice, ReadCommitted(rooms, outside.KeyOf(kSource, move->partition), from));
  if (!slice.status.ok()) co_return slice.status;
  move->next = from;
  auto records = VisibleIn(slice, &move->next);
  if (!records.ok()) co_return records.status();
  for (const auto& [offset, value] : *records) {
    if (offset >= from) move->values.push_back(value);
  }
  co_return Status::Ok();
}

// Records and offsets, not yet decided.
Task<> Fill(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move) {
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(outside.KeyOf(kLists, move.partition));
  auto add = rooms.transactions->AddPartitions(ctx, mover.caller, partitions);
  auto added = co_await add;
  Status step = outside.StatusOf(added, "adding partitions");
  if (!step.ok()) co_return step;
  CO_RETURN_NOT_OK(WriteInTransaction(outside, rooms, mover, partitions[0], move.values));
  if (outside.choices.Below(30) == 0) {  // out of the group meanwhile, perhaps
    io::SleepUntil pause = outside.Pause(2 * kSessionMs);
    co_await pause;
  }
  auto add_group = rooms.transactions->AddGroup(ctx, mover.caller, "movers");
  auto group_added = co_await add_group;
  co_return outside.StatusOf(group_added, "adding a group");
}

// Refused to a member of an older generation: kUnavailable, and it leaves what it wrote to be aborted.
Task<> CommitOffset(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move) {
  Ctx ctx;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "source", .partition = data::PartitionId(move.partition), .offset = data::Offset(move.next)});
  auto commit = rooms.transactions->CommitOffsets(ctx, mover.caller, mover.member, offsets);
  auto taken = co_await commit;
  if (!taken.ok()) co_return outside.StatusOf(taken.fault(), "committing offsets");
  if (taken->group_error != GroupError::kNone) {
    LeaveBehind(mover, taken->group_error);
    ++outside.history.fates.fenced;
    co_return Fault::Unavailable("not in the group any more");
  }
  co_return outside.StatusOf(taken->error, "committing offsets");
}

// Its other thread has joined anew meanwhile; what it reads may be another's by now.
Task<> CommitForAnOlderGeneration(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move) {
  Mover before = mover;
  CO_RETURN_NOT_OK(JoinGroup(rooms, mover));
  if (mover.member.generation == before.member.generation) co_return Status::Ok();
  auto commit = CommitOffset(outside, rooms, before, move);
  Status committed = co_await commit;
  if (committed.ok()) outside.Violation("the offsets of a member of an older generation were taken");
  co_return Fault::Unavailable("read before it joined");
}

// Another process begins with the same id; this one does not know it yet.
Task<> GoOnAsAZombie(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move) {
  Mover zombie = mover;
  CO_RETURN_NOT_OK(BeginProducer(outside, rooms, mover));
  Ctx ctx;
  auto commit = CommitOffset(outside, rooms, zombie, move);
  Status committed = co_await commit;
  if (committed.ok()) outside.Violation("a zombie's offsets were taken");
  auto end = rooms.transactions->End(ctx, zombie.caller, true);
  auto ended = co_await end;
  if (ended.ok() && *ended == TransactionError::kNone) outside.Violation("a zombie committed");
  ++outside.history.fates.fenced;
  co_return Fault::Fenced("replaced");
}

// Committed, aborted by request, or, as its Fault says, neither.
Task<bool> End(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move, bool commits) {
  Ctx ctx;
  mover.ending = true;
  auto end = rooms.transactions->End(ctx, mover.caller, commits);
  auto ended = co_await end;
  mover.ending = false;
  Status answer = outside.StatusOf(ended, "an end");
  if (!answer.ok()) {
    bool was_in_time = answer.code() != Code::kFenced;
    ++(was_in_time ? outside.history.fates.unknown : outside.history.fates.aborted);
    co_return answer;
  }
  mover.in_transaction = false;
  if (commits) mover.positions[move.partition] = move.next;  // in the step of the answer: a crash finds both or neither
  else mover.positions.clear();
  ++(commits ? outside.history.fates.committed : outside.history.fates.aborted);
  co_return commits;
}

Task<bool> MoveInTransaction(Outside& outside, TransactionRooms& rooms, Mover& mover, const Move& move) {
  mover.in_transaction = true;
  auto fill = Fill(outside, rooms, mover, move);
  Status filled = co_await fill;
  if (filled.ok() && outside.choices.Below(40) == 0) {
    auto go_on = GoOnAsAZombie(outside, rooms, mover, move);
    filled = co_await go_on;
  }
  if (filled.ok() && outside.choices.Below(20) == 0) {
    auto older = CommitForAnOlderGeneration(outside, rooms, mover, move);
    filled = co_await older;
  }
  if (filled.ok()) {
    auto commit = CommitOffset(outside, rooms, mover, move);
    filled = co_await commit;
  }
  if (!filled.ok()) {
    ++outside.history.fates.aborted;  // by its next producer, or by time
    co_return filled;
  }
  if (outside.choices.Below(30) == 0) {
    io::SleepUntil pause = outside.Pause(2 * Outside::kTimeoutMs);
    co_await pause;
  }
  bool commits = outside.choices.Below(10) != 0;
  auto end = End(outside, rooms, mover, move, commits);
  co_return co_await end;
}

Task<> MoveSome(Outside& outside, TransactionRooms& rooms, Mover& mover) {
  CO_RETURN_NOT_OK(StayInGroup(rooms, mover));
  if (mover.in_transaction) mover.begun = false;
  if (!mover.begun) {
    mover.positions.clear();
    CO_RETURN_NOT_OK(BeginProducer(outside, rooms, mover));
    mover.in_transaction = false;
  }
  Move move;
  if (!mover.assigned.empty()) move.partition = mover.assigned[outside.choices.Below(mover.assigned.size())];
  if (!mover.assigned.empty() && !mover.positions.contains(move.partition)) {
    CO_RETURN_NOT_OK(FindPosition(outside, rooms, mover, move.partition));
  }
  if (!mover.assigned.empty()) {
    CO_RETURN_NOT_OK(ReadSome(outside, rooms, mover, &move));
  }
  if (move.values.empty()) {
    io::SleepUntil pause = outside.Pause(50);
    co_await pause;
    co_return Status::Ok();
  }
  auto moving = MoveInTransaction(outside, rooms, mover, move);
  auto committed = co_await moving;
  if (!committed.ok()) {
    mover.positions.clear();
    mover.begun = false;
  }
  co_return committed.status();
}

// --- Everybody.

Task<> Look(Outside& outside, TransactionRooms& rooms, int partition) {
  std::map<int64_t, std::string> found;
  auto look = LookNearEnd(outside, rooms, outside.KeyOf(kLists, partition), &found);
  co_return co_await look;
}

Task<> Work(Outside& outside, TransactionRooms& rooms, Mover& mover) {
  for (int i = 0; i < outside.options.operations; ++i) {
    ++outside.open_operations;
    uint64_t choice = outside.choices.Below(40);
    if (choice < 4) {
      auto look = Look(outside, rooms, static_cast<int>(outside.choices.Below(kPartitions)));
      (void)co_await look;
    } else if (choice == 4 && mover.joined) {
      auto leave = LeaveGroup(rooms, mover);
      (void)co_await leave;
    } else {
      auto move = MoveSome(outside, rooms, mover);
      (void)co_await move;
    }
    --outside.open_operations;
  }
  auto leave = LeaveGroup(rooms, mover);  // or the others would wait for it
  (void)co_await leave;
  co_return Status::Ok();
}

// Whether a batch is there after a crash is not known and does not matter: the source is what it holds.
Task<> Feed(Outside& outside, TransactionRooms& rooms) {
  for (int i = 0; i < outside.options.operations; ++i) {
    io::SleepUntil pause = outside.Pause(60);
    co_await pause;
    data::RecordBatchBuilder builder({});
    int64_t count = 1 + static_cast<int64_t>(outside.choices.Below(8));
    for (int64_t n = 0; n < count; ++n) {
      std::string value = StrCat(outside.next_value++, ":");
      value.resize(20 + outside.choices.Below(outside.choices.Below(20) == 0 ? 1500 : 30), '.');
      builder.Add(outside.sim.clock().WallNow().ms, std::nullopt, value);
    }
    Ctx ctx;
    std::vector<ports::LogAppend> appends;
    appends.push_back({outside.KeyOf(kSource, static_cast<int>(outside.choices.Below(kPartitions))), builder.Finish(data::kNoSequence).value()});
    auto append = rooms.house->log().Append(ctx, std::move(appends));
    auto outcomes = co_await append;
    if (outcomes.ok() && outcomes->front().ok()) outside.history.acknowledged += count;
  }
  co_return Status::Ok();
}

Task<> VerifyList(Outside& outside, TransactionRooms& rooms, int partition) {
  CO_ASSIGN_OR_RETURN(auto list, ReadAllCommitted(outside, rooms, outside.KeyOf(kLists, partition)));
  CO_ASSIGN_OR_RETURN(auto source, ReadAllCommitted(outside, rooms, outside.KeyOf(kSource, partition)));
  auto expected = source.begin();
  for (const auto& [offset, value] : list) {
    if (expected == source.end() || expected->second != value) {
      outside.Violation(StrCat("list ", partition, " has '", value.substr(0, 20), "' at ", offset, ", where the source has ",
                               expected == source.end() ? "nothing more" : StrCat("'", expected->second.substr(0, 20), "' at ", expected->first)));
      break;
    }
    ++expected;
  }
  Ctx ctx;
  std::vector<ports::CommittedOffset> wanted;
  wanted.push_back({.topic = "source", .partition = data::PartitionId(partition)});
  CO_ASSIGN_OR_RETURN(auto offsets, rooms.groups->FetchOffsets(ctx, "movers", wanted));
  if (offsets[0].unstable) outside.Violation(StrCat("list ", partition, ": its group is still told to wait"));
  int64_t stands = std::max<int64_t>(0, offsets[0].offset.get());
  if (stands != static_cast<int64_t>(list.size())) outside.Violation(StrCat("list ", partition, " has ", list.size(), " values, its group stands at ", stands));
  co_return Status::Ok();
}

Task<> Verify(Outside& outside, TransactionRooms& rooms) {
  for (Mover& mover : outside.movers) {  // what was left open is aborted
    CO_RETURN_NOT_OK(BeginProducer(outside, rooms, mover));
  }
  for (int partition = 0; partition < kPartitions; ++partition) {
    CO_RETURN_NOT_OK(VerifyList(outside, rooms, partition));
  }
  co_return Status::Ok();
}

Task<> Live(Outside& outside, TransactionRooms& rooms, bool is_last) {
  for (Mover& mover : outside.movers) {
    if (mover.ending) ++outside.history.fates.unknown;
    else if (mover.in_transaction && mover.begun) ++outside.history.fates.aborted;
    bool lives_on = !mover.writing && outside.choices.Below(2) == 0;
    mover.ending = mover.writing = false;
    if (lives_on) continue;
    mover.begun = false;
    LeaveBehind(mover, GroupError::kUnknownMember);
  }
  io::TaskGroup group(outside.sim.loop(0), "movers");
  group.Spawn(io::Lane::kNormal, Feed(outside, rooms));
  for (Mover& mover : outside.movers) group.Spawn(io::Lane::kNormal, Work(outside, rooms, mover));
  auto ended = group.Close();
  co_await ended;
  if (is_last) {
    CO_RETURN_NOT_OK(Verify(outside, rooms));
  }
  co_return Status::Ok();
}

}  // namespace

History RunListHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(36000)});
  Outside outside(options, sim);
  auto live = [&outside](TransactionRooms& rooms, bool is_last) { return Live(outside, rooms, is_last); };
  return RunTransactionLives(outside, live);
}

}  // namespace freshet::testing
