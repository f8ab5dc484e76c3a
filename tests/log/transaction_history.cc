#include "log/transaction_history.h"

#include "io/task_group.h"
#include "log/transaction_world.h"

namespace freshet::testing {
namespace {

using ports::TransactionError;

constexpr int kPartitions = TransactionWorld::kPartitions;
constexpr int kClicks = 0;  // the topic

// What its owner knows of one transaction.
struct Told {
  enum class Fate { kOpen, kEnding, kCommitted, kAborted } fate = Fate::kOpen;
  bool commits = false;                      // how it was asked to end
  bool has_offset = false;
  std::set<std::string> values;              // acknowledged
};
using Number = std::pair<int, int64_t>;      // client, transaction

struct Client : TransactionalProducer {
  int number = 0;
  int64_t transaction = 0;
  bool unfinished = false;                   // its last transaction has no end that it knows of
};

struct Outside : TransactionWorld {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : TransactionWorld(the_options, the_sim, "transactions", {"clicks"}) {
    for (int i = 0; i < options.clients; ++i) {
      Client client;
      client.number = i;
      client.caller.id = StrCat("id", i);
      clients.push_back(client);
    }
  }

  std::vector<Client> clients;
  std::map<Number, Told> told;
};

Number NumberOf(const std::string& value) {
  int64_t transaction = std::atoll(value.c_str() + value.find(':') + 1);
  return {std::atoi(value.c_str()), transaction};
}

// kFenced when somebody, or time, has ended the transaction.
Task<> Write(Outside& outside, TransactionRooms& rooms, Client& client, int partition, Told* told) {
  std::string value = StrCat(client.number, ":", client.transaction, ":", partition, ":", client.sequences[partition], ":");
  value.resize(20 + outside.choices.Below(outside.choices.Below(5) == 0 ? 1500 : 60), '.');
  std::vector<std::string> values;
  values.push_back(value);
  CO_RETURN_NOT_OK(WriteInTransaction(outside, rooms, client, outside.KeyOf(kClicks, partition), std::move(values)));
  if (told != nullptr) told->values.insert(value);
  co_return Status::Ok();
}

Task<> CommitOffset(Outside& outside, TransactionRooms& rooms, Client& client, Told* told) {
  Ctx ctx;
  std::string group = StrCat("group", client.number);
  auto add = rooms.transactions->AddGroup(ctx, client.caller, group);
  auto added = co_await add;
  Status step = outside.StatusOf(added, "adding a group");
  if (!step.ok()) co_return step;
  ports::GroupCaller member;
  member.group = group;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(client.transaction)});
  auto commit = rooms.transactions->CommitOffsets(ctx, client.caller, member, offsets);
  auto taken = co_await commit;
  if (taken.ok() && taken->error == TransactionError::kNone) told->has_offset = true;
  if (!taken.ok()) co_return outside.StatusOf(taken.fault(), "committing offsets");
  co_return outside.StatusOf(taken->error, "committing offsets");
}

// Another producer begins with the same id; the old one does not know it yet.
Task<> GoOnAsAZombie(Outside& outside, TransactionRooms& rooms, Client& client, int partition) {
  Client zombie = client;
  CO_RETURN_NOT_OK(BeginProducer(outside, rooms, client));
  auto write = Write(outside, rooms, zombie, partition, nullptr);
  Status written = co_await write;
  if (written.ok()) outside.Violation("a zombie's write was taken");
  ++outside.history.fates.fenced;
  Ctx ctx;
  auto end = rooms.transactions->End(ctx, zombie.caller, true);
  auto ended = co_await end;
  if (ended.ok() && *ended == TransactionError::kNone) outside.Violation("a zombie committed");
  co_return Fault::Fenced("replaced");
}

Task<> Fill(Outside& outside, TransactionRooms& rooms, Client& client, Told* told) {
  Ctx ctx;
  int first = static_cast<int>(outside.choices.Below(kPartitions));
  int count = 1 + static_cast<int>(outside.choices.Below(2));
  std::vector<data::PartitionKey> partitions;
  for (int i = 0; i < count; ++i) partitions.push_back(outside.KeyOf(kClicks, (first + i) % kPartitions));
  auto add = rooms.transactions->AddPartitions(ctx, client.caller, partitions);
  auto added = co_await add;
  Status step = outside.StatusOf(added, "adding partitions");
  if (!step.ok()) co_return step;
  for (int i = 0; i < 1 + count; ++i) {
    CO_RETURN_NOT_OK(Write(outside, rooms, client, (first + i % count) % kPartitions, told));
  }
  if (outside.choices.Below(2) == 0) {
    CO_RETURN_NOT_OK(CommitOffset(outside, rooms, client, told));
  }
  uint64_t choice = outside.choices.Below(14);
  if (choice == 0) {
    CO_RETURN_NOT_OK(GoOnAsAZombie(outside, rooms, client, first));
  }
  if (choice == 1) {
    io::SleepUntil pause(outside.sim.clock().Now() + Milliseconds(static_cast<int64_t>(outside.choices.Below(2 * Outside::kTimeoutMs))));
    co_await pause;
  }
  co_return Status::Ok();
}

// It outlived the house: an end without an answer is asked for again, anything else is aborted.
Task<> Finish(Outside& outside, TransactionRooms& rooms, Client& client) {
  Told& told = outside.told[{client.number, client.transaction}];
  bool repeats = told.fate == Told::Fate::kEnding;
  if (!repeats) told.commits = false;
  Ctx ctx;
  auto end = rooms.transactions->End(ctx, client.caller, told.commits);
  auto ended = co_await end;
  bool never_began = !repeats && ended.ok() && *ended == TransactionError::kInvalidState;
  Status answer = never_began ? Status() : outside.StatusOf(ended, "an end that is asked for again");
  if (answer.ok()) told.fate = told.commits ? Told::Fate::kCommitted : Told::Fate::kAborted;
  if (answer.code() == Code::kFenced && told.fate != Told::Fate::kEnding) told.fate = Told::Fate::kAborted;
  client.unfinished = false;
  if (!answer.ok()) client.begun = false;
  co_return answer;
}

// A batch that was on its way when its transaction ended; nobody would end what it opens.
Task<> WriteLate(Outside& outside, TransactionRooms& rooms, Client& client) {
  auto write = Write(outside, rooms, client, static_cast<int>(outside.choices.Below(kPartitions)), nullptr);
  Status written = co_await write;
  if (written.ok()) outside.Violation("a batch was taken whose transaction had ended");
  co_return Status::Ok();
}

Task<> Transact(Outside& outside, TransactionRooms& rooms, Client& client) {
  if (client.begun && client.unfinished) {
    CO_RETURN_NOT_OK(Finish(outside, rooms, client));
  }
  if (!client.begun) {
    client.unfinished = false;  // its successor knows nothing of it
    CO_RETURN_NOT_OK(BeginProducer(outside, rooms, client));
  }
  client.unfinished = true;
  data::ProducerEpoch epoch = client.caller.epoch;
  Told* told = &outside.told[{client.number, ++client.transaction}];
  auto fill = Fill(outside, rooms, client, told);
  Status filled = co_await fill;
  if (!filled.ok()) {
    client.unfinished = false;
    if (client.caller.epoch == epoch) client.begun = false;  // else it was replaced
    co_return filled;
  }
  told->fate = Told::Fate::kEnding;
  told->commits = outside.choices.Below(3) != 0;
  Ctx ctx;
  auto end = rooms.transactions->End(ctx, client.caller, told->commits);
  auto ended = co_await end;
  Status answer = outside.StatusOf(ended, "an end");
  client.unfinished = false;
  if (answer.ok()) told->fate = told->commits ? Told::Fate::kCommitted : Told::Fate::kAborted;
  else client.begun = false;
  if (answer.code() == Code::kFenced) told->fate = Told::Fate::kAborted;  // its time was up
  if (answer.ok() && outside.choices.Below(10) == 0) {
    CO_RETURN_NOT_OK(WriteLate(outside, rooms, client));
  }
  co_return answer;
}

void CheckVisible(Outside& outside, const std::string& value) {
  const Told& told = outside.told[NumberOf(value)];
  bool may_be = told.fate == Told::Fate::kCommitted || (told.fate == Told::Fate::kEnding && told.commits);
  if (!may_be) outside.Violation(StrCat("a committed reader sees '", value.substr(0, 30), "' of a transaction that was not committed"));
}

Task<> Look(Outside& outside, TransactionRooms& rooms, int partition) {
  std::map<int64_t, std::string> found;
  CO_RETURN_NOT_OK(LookNearEnd(outside, rooms, outside.KeyOf(kClicks, partition), &found));
  for (const auto& [offset, value] : found) CheckVisible(outside, value);
  co_return Status::Ok();
}

Task<> Work(Outside& outside, TransactionRooms& rooms, Client& client) {
  for (int i = 0; i < outside.options.operations; ++i) {
    ++outside.open_operations;
    if (outside.choices.Below(4) == 0) {
      auto look = Look(outside, rooms, static_cast<int>(outside.choices.Below(kPartitions)));
      (void)co_await look;
    } else {
      auto transact = Transact(outside, rooms, client);
      (void)co_await transact;
    }
    --outside.open_operations;
  }
  co_return Status::Ok();
}

using Found = std::map<Number, std::map<std::string, int>>;  // how often each value is there

Task<> ReadPartition(Outside& outside, TransactionRooms& rooms, int partition, Found* found) {
  CO_ASSIGN_OR_RETURN(auto there, ReadAllCommitted(outside, rooms, outside.KeyOf(kClicks, partition)));
  std::map<int, int64_t> newest;  // transaction of each client
  for (const auto& [offset, value] : there) {
    CheckVisible(outside, value);
    Number number = NumberOf(value);
    ++(*found)[number][value];
    if (number.second < newest[number.first]) outside.Violation(StrCat("'", value.substr(0, 30), "' stands after a later transaction of its producer"));
    newest[number.first] = number.second;
  }
  co_return Status::Ok();
}

void CompareOne(Outside& outside, const Number& number, const Told& told, const std::map<std::string, int>& values) {
  std::string name = StrCat("transaction ", number.first, ":", number.second);
  for (const auto& [value, times] : values) {
    if (times > 1) outside.Violation(StrCat(name, ": '", value.substr(0, 30), "' is there ", times, " times"));
  }
  size_t there = 0;
  for (const std::string& value : told.values) there += values.count(value);
  bool all = there == told.values.size();
  if (told.fate == Told::Fate::kCommitted && !all) outside.Violation(StrCat(name, " was committed; ", told.values.size() - there, " of its records are lost"));
  if (!values.empty() && !all) outside.Violation(StrCat(name, " is torn: ", there, " of ", told.values.size(), " records are there"));
}

Task<> CompareOffsets(Outside& outside, TransactionRooms& rooms, const Found& found) {
  Ctx ctx;
  std::vector<ports::CommittedOffset> wanted;
  wanted.push_back({.topic = "clicks", .partition = data::PartitionId(0)});
  for (const Client& client : outside.clients) {
    int64_t expected = -1;
    for (const auto& [number, told] : outside.told) {
      if (number.first == client.number && told.has_offset && found.contains(number)) expected = std::max(expected, number.second);
    }
    CO_ASSIGN_OR_RETURN(auto offsets, rooms.groups->FetchOffsets(ctx, StrCat("group", client.number), wanted));
    if (offsets[0].offset.get() != expected) outside.Violation(StrCat("client ", client.number, ": its group stands at ", offsets[0].offset, ", its last transaction that counts says ", expected));
    if (offsets[0].unstable) outside.Violation(StrCat("client ", client.number, ": its group is still told to wait"));
  }
  co_return Status::Ok();
}

Task<> Verify(Outside& outside, TransactionRooms& rooms) {
  for (Client& client : outside.clients) {  // what was left open is aborted
    CO_RETURN_NOT_OK(BeginProducer(outside, rooms, client));
  }
  Found found;
  for (int partition = 0; partition < kPartitions; ++partition) {
    CO_RETURN_NOT_OK(ReadPartition(outside, rooms, partition, &found));
  }
  for (const auto& [number, told] : outside.told) CompareOne(outside, number, told, found.contains(number) ? found[number] : std::map<std::string, int>());
  CO_RETURN_NOT_OK(CompareOffsets(outside, rooms, found));
  co_return Status::Ok();
}

void CountFates(Outside& outside) {
  TransactionFates& fates = outside.history.fates;
  for (const auto& [number, told] : outside.told) {
    if (told.fate == Told::Fate::kCommitted) ++fates.committed;
    else if (told.fate == Told::Fate::kEnding) ++fates.unknown;
    else ++fates.aborted;
  }
}

Task<> Live(Outside& outside, TransactionRooms& rooms, bool is_last) {
  for (Client& client : outside.clients) {
    client.begun = client.begun && !client.writing && outside.choices.Below(2) == 0;  // else the process has ended, too
    client.writing = false;
  }
  io::TaskGroup group(outside.sim.loop(0), "clients");
  for (Client& client : outside.clients) group.Spawn(io::Lane::kNormal, Work(outside, rooms, client));
  auto ended = group.Close();
  co_await ended;
  if (is_last) {
    CO_RETURN_NOT_OK(Verify(outside, rooms));
  }
  co_return Status::Ok();
}

}  // namespace

History RunTransactionHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(36000)});
  Outside outside(options, sim);
  auto live = [&outside](TransactionRooms& rooms, bool is_last) { return Live(outside, rooms, is_last); };
  (void)RunTransactionLives(outside, live);
  CountFates(outside);
  return outside.history;
}

}  // namespace freshet::testing
