#include "log/transaction_history.h"

#include <map>
#include <set>

#include "data/record_batch.h"
#include "engines/coordinators/transactions.h"
#include "io/task_group.h"
#include "log/plans.h"

namespace freshet::testing {
namespace {

using coordinators::Coordinators;
using coordinators::Transactions;
using ports::TransactionError;

constexpr int kPartitions = 3;
constexpr int32_t kTimeoutMs = 3000;
constexpr std::string_view kPoints[] = {
    "transactions.before_admit", "transactions.after_end", "log.before_joint_unit", "log.after_joint_unit", "log.before_joint_write", "log.after_joint_write",
    "log.before_checkpoint", "log.after_checkpoint", "log.after_segment_write", "journal.before_write", "journal.before_sync", "journal.after_sync", "journal.before_ack"};

// Topics that are always there.
class FixedTopics final : public ports::Topics {
 public:
  explicit FixedTopics(std::vector<Ref> topics) : topics_(std::move(topics)) {}
  Ref Find(std::string_view name) const override {
    for (const Ref& topic : topics_) {
      if (topic->name == name) return topic;
    }
    return nullptr;
  }
  Ref FindById(const Uuid& id) const override {
    for (const Ref& topic : topics_) {
      if (topic->id == id) return topic;
    }
    return nullptr;
  }
  std::vector<Ref> List() const override { return topics_; }
  Task<Ref> Create(Ctx, ports::TopicSpec spec, bool) override { co_return Fault::AlreadyExists("topic ", spec.name); }
  Task<> Delete(Ctx, std::string name) override { co_return Fault::Unsupported("topic ", name, " stays"); }
  Task<Ref> AddPartitions(Ctx, std::string name, int32_t, bool) override { co_return Fault::Unsupported("topic ", name, " stays as it is"); }
  Task<Ref> AlterConfigs(Ctx, std::string name, std::vector<ports::ConfigEdit>, bool) override { co_return Fault::Unsupported("topic ", name, " stays as it is"); }
  std::vector<ports::ConfigEntry> DescribeConfigs(const data::Topic&) const override { return {}; }

 private:
  const std::vector<Ref> topics_;
};

class CountedIds final : public ports::ProducerIds {
 public:
  Task<data::ProducerId> Allocate(Ctx) override { co_return data::ProducerId(next_++); }

 private:
  int64_t next_ = 500;
};

// What its owner knows of one transaction.
struct Told {
  enum class Fate { kOpen, kEnding, kCommitted, kAborted } fate = Fate::kOpen;
  bool commits = false;                      // how it was asked to end
  bool has_offset = false;
  std::set<std::string> values;              // acknowledged
};
using Number = std::pair<int, int64_t>;      // client, transaction

struct Client {
  int number = 0;
  int64_t transaction = 0;
  bool begun = false;                        // has a producer
  bool unfinished = false;                   // its last transaction has no end that it knows of
  bool writing = false;                      // a batch has no answer: its sequence may be taken, so only a new producer goes on
  ports::TransactionCaller caller;
  std::map<int, int32_t> sequences;          // by partition
};

struct Outside {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : options(the_options), sim(the_sim), choices(the_options.seed * 5471 + 3) {
    data::LogConfig config;
    config.segment_bytes = 4000;
    config.retention_ms = -1;
    auto make = [&](std::string_view id, std::string name, int32_t partitions) {
      return std::make_shared<const data::Topic>(data::Topic{.id = Uuid::Parse(id).value(), .name = std::move(name), .partitions = partitions, .configs = {}, .log = config});
    };
    topic = make("aaaaaaaa-bbbb-4ccc-8ddd-000000000001", "clicks", kPartitions);
    config.compacted = true;
    config.deleted = false;
    config.min_cleanable_dirty_ratio = 0.1;
    topics = {topic, make("aaaaaaaa-bbbb-4ccc-8ddd-000000000002", "__offsets", 2), make("aaaaaaaa-bbbb-4ccc-8ddd-000000000003", "__transactions", 2)};
    for (int i = 0; i < options.clients; ++i) {
      Client client;
      client.number = i;
      client.caller.id = StrCat("id", i);
      clients.push_back(client);
    }
  }
  data::PartitionKey KeyOf(int partition) const { return {topic->id, data::PartitionId(partition)}; }
  void Violation(const std::string& what) {
    if (history.violations.size() < 10) history.violations.push_back(StrCat("transactions, seed ", options.seed, ": ", what));
  }
  // Whether a step may be refused without a word of ours.
  bool may_fail(Code code) const { return faults_on || sim.disk().frozen() || code == Code::kExhausted || code == Code::kUnavailable; }

  HistoryOptions options;
  SimEnv& sim;
  SeededRandom choices;
  std::shared_ptr<const data::Topic> topic;
  std::vector<std::shared_ptr<const data::Topic>> topics;
  CountedIds ids;
  std::vector<Client> clients;
  std::map<Number, Told> told;
  std::map<std::pair<int, int64_t>, std::string> seen;  // by a committed reader: partition, offset → value
  int64_t open_operations = 0;
  bool faults_on = false;
  History history;
};

// The rooms that a transaction passes through.
struct Rooms {
  std::unique_ptr<LogHouse> house;
  std::unique_ptr<FixedTopics> topics;
  std::unique_ptr<Coordinators> groups;
  std::unique_ptr<Transactions> transactions;
};

Number NumberOf(const std::string& value) {
  int64_t transaction = std::atoll(value.c_str() + value.find(':') + 1);
  return {std::atoi(value.c_str()), transaction};
}

Task<> Begin(Outside& outside, Rooms& rooms, Client& client) {
  Ctx ctx;
  ports::TransactionInit init;
  init.id = client.caller.id;
  init.timeout_ms = kTimeoutMs;
  auto begin = rooms.transactions->Init(ctx, init);
  auto inited = co_await begin;
  if (!inited.ok()) {
    if (!outside.may_fail(inited.code())) outside.Violation(StrCat("a producer could not begin: ", inited.ToString()));
    co_return inited.status();
  }
  if (inited->error != TransactionError::kNone) outside.Violation("a producer was not let in");
  client.caller.producer = inited->producer;
  client.caller.epoch = inited->epoch;
  client.sequences.clear();
  client.begun = true;
  co_return Status::Ok();
}

// kFenced when somebody, or time, has ended the transaction.
Task<> Write(Outside& outside, Rooms& rooms, Client& client, int partition, Told* told) {
  std::string value = StrCat(client.number, ":", client.transaction, ":", partition, ":", client.sequences[partition], ":");
  value.resize(20 + outside.choices.Below(outside.choices.Below(5) == 0 ? 1500 : 60), '.');
  data::RecordBatchBuilder builder({.producer_id = client.caller.producer, .producer_epoch = client.caller.epoch, .transactional = true});
  builder.Add(outside.sim.clock().WallNow().ms, std::nullopt, value);
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({outside.KeyOf(partition), builder.Finish(data::Sequence(client.sequences[partition])).value()});
  client.writing = true;
  auto append = rooms.house->log().Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  client.writing = false;
  if (!outcomes.ok()) co_return outcomes.status();
  Status outcome = outcomes->front().status();
  if (outcome.ok()) {
    if (outcomes->front()->duplicate) outside.Violation(StrCat("'", value.substr(0, 30), "' was taken for another batch"));
    ++client.sequences[partition];
    ++outside.history.acknowledged;
    if (told != nullptr) told->values.insert(value);
    co_return Status::Ok();
  }
  bool is_late = outcome.code() == Code::kFenced || outcome.code() == Code::kConflict;
  if (!is_late && !outside.may_fail(outcome.code())) outside.Violation(StrCat("a write was refused: ", outcome.ToString()));
  if (is_late) co_return Fault::Fenced("late");
  co_return outcome;
}

Status StatusOf(Outside& outside, const Result<TransactionError>& outcome, std::string_view step) {
  if (!outcome.ok()) {
    if (!outside.may_fail(outcome.code())) outside.Violation(StrCat(step, ": ", outcome.ToString()));
    return outcome.status();
  }
  if (*outcome == TransactionError::kNone) return {};
  if (*outcome != TransactionError::kFenced) outside.Violation(StrCat(step, " was answered with ", static_cast<int>(*outcome)));
  return Fault::Fenced("late");
}

Task<> CommitOffset(Outside& outside, Rooms& rooms, Client& client, Told* told) {
  Ctx ctx;
  std::string group = StrCat("group", client.number);
  auto add = rooms.transactions->AddGroup(ctx, client.caller, group);
  auto added = co_await add;
  Status step = StatusOf(outside, added, "adding a group");
  if (!step.ok()) co_return step;
  ports::GroupCaller member;
  member.group = group;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(client.transaction)});
  auto commit = rooms.transactions->CommitOffsets(ctx, client.caller, member, offsets);
  auto taken = co_await commit;
  if (taken.ok() && taken->error == TransactionError::kNone) told->has_offset = true;
  if (!taken.ok()) co_return StatusOf(outside, taken.fault(), "committing offsets");
  co_return StatusOf(outside, taken->error, "committing offsets");
}

// Another producer begins with the same id; the old one does not know it yet.
Task<> GoOnAsAZombie(Outside& outside, Rooms& rooms, Client& client, int partition) {
  Client zombie = client;
  CO_RETURN_NOT_OK(Begin(outside, rooms, client));
  auto write = Write(outside, rooms, zombie, partition, nullptr);
  Status written = co_await write;
  if (written.ok()) outside.Violation("a zombie's write was taken");
  Ctx ctx;
  auto end = rooms.transactions->End(ctx, zombie.caller, true);
  auto ended = co_await end;
  if (ended.ok() && *ended == TransactionError::kNone) outside.Violation("a zombie committed");
  co_return Fault::Fenced("replaced");
}

Task<> Fill(Outside& outside, Rooms& rooms, Client& client, Told* told) {
  Ctx ctx;
  int first = static_cast<int>(outside.choices.Below(kPartitions));
  int count = 1 + static_cast<int>(outside.choices.Below(2));
  std::vector<data::PartitionKey> partitions;
  for (int i = 0; i < count; ++i) partitions.push_back(outside.KeyOf((first + i) % kPartitions));
  auto add = rooms.transactions->AddPartitions(ctx, client.caller, partitions);
  auto added = co_await add;
  Status step = StatusOf(outside, added, "adding partitions");
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
    io::SleepUntil pause(outside.sim.clock().Now() + Milliseconds(static_cast<int64_t>(outside.choices.Below(2 * kTimeoutMs))));
    co_await pause;
  }
  co_return Status::Ok();
}

// It outlived the house: an end without an answer is asked for again, anything else is aborted.
Task<> Finish(Outside& outside, Rooms& rooms, Client& client) {
  Told& told = outside.told[{client.number, client.transaction}];
  bool repeats = told.fate == Told::Fate::kEnding;
  if (!repeats) told.commits = false;
  Ctx ctx;
  auto end = rooms.transactions->End(ctx, client.caller, told.commits);
  auto ended = co_await end;
  bool never_began = !repeats && ended.ok() && *ended == TransactionError::kInvalidState;
  Status answer = never_began ? Status() : StatusOf(outside, ended, "an end that is asked for again");
  if (answer.ok()) told.fate = told.commits ? Told::Fate::kCommitted : Told::Fate::kAborted;
  if (answer.code() == Code::kFenced && told.fate != Told::Fate::kEnding) told.fate = Told::Fate::kAborted;
  client.unfinished = false;
  if (!answer.ok()) client.begun = false;
  co_return answer;
}

Task<> Transact(Outside& outside, Rooms& rooms, Client& client) {
  if (client.begun && client.unfinished) {
    CO_RETURN_NOT_OK(Finish(outside, rooms, client));
  }
  if (!client.begun) {
    CO_RETURN_NOT_OK(Begin(outside, rooms, client));
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
  Status answer = StatusOf(outside, ended, "an end");
  client.unfinished = false;
  if (answer.ok()) told->fate = told->commits ? Told::Fate::kCommitted : Told::Fate::kAborted;
  else client.begun = false;
  if (answer.code() == Code::kFenced) told->fate = Told::Fate::kAborted;  // its time was up
  co_return answer;
}

// What a committed reader makes of a slice: records by offset, without those of aborted transactions.
Result<std::map<int64_t, std::string>> Visible(const ports::LogSlice& slice, int64_t* next) {
  std::map<int64_t, std::string> records;
  std::set<int64_t> aborting;
  auto aborted = slice.aborted.begin();
  for (const auto& bytes : slice.batches) {
    ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(*bytes));
    RETURN_NOT_OK(view.Validate());
    const auto& header = view.header();
    *next = header.next_offset().get();
    for (; aborted != slice.aborted.end() && aborted->first <= header.last_offset(); ++aborted) aborting.insert(aborted->producer.get());
    if (header.control()) {
      ASSIGN_OR_RETURN(data::ControlMarker marker, data::ParseControlBatch(view));
      if (marker.kind == data::ControlMarker::Kind::kAbort) aborting.erase(header.producer_id.get());  // as the Java client does
      continue;
    }
    if (header.transactional() && aborting.contains(header.producer_id.get())) continue;
    ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(view, 1 << 20));
    data::Record record;
    for (;;) {
      ASSIGN_OR_RETURN(bool more, reader.Next(record));
      if (!more) break;
      records[record.offset.get()] = std::string(record.value.value_or(""));
    }
  }
  return records;
}

Task<ports::LogSlice> ReadCommitted(Outside& outside, Rooms& rooms, int partition, int64_t from) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({outside.KeyOf(partition), data::Offset(from), 2500, true});
  ports::ReadWait wait;
  auto read = rooms.house->log().Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

void CheckVisible(Outside& outside, const std::string& value) {
  const Told& told = outside.told[NumberOf(value)];
  bool may_be = told.fate == Told::Fate::kCommitted || (told.fate == Told::Fate::kEnding && told.commits);
  if (!may_be) outside.Violation(StrCat("a committed reader sees '", value.substr(0, 30), "' of a transaction that was not committed"));
}

Task<> Look(Outside& outside, Rooms& rooms, int partition) {
  Ctx ctx;
  auto ask = rooms.house->log().Bounds(ctx, outside.KeyOf(partition));
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  int64_t from = std::max<int64_t>(0, bounds->last_stable.get() - static_cast<int64_t>(outside.choices.Below(12)));
  auto read = ReadCommitted(outside, rooms, partition, from);
  auto slice = co_await read;
  if (!slice.ok() || !slice->status.ok()) {
    Status why = slice.ok() ? slice->status : slice.status();
    if (!outside.may_fail(why.code())) outside.Violation(StrCat("a read failed: ", why.ToString()));
    co_return Status::Ok();
  }
  int64_t next = from;
  auto records = Visible(*slice, &next);
  if (!records.ok()) co_return records.status();
  for (const auto& [offset, value] : *records) {
    if (offset < from) continue;
    CheckVisible(outside, value);
    outside.seen[{partition, offset}] = value;
  }
  co_return Status::Ok();
}

Task<> Work(Outside& outside, Rooms& rooms, Client& client) {
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

Task<> ReadPartition(Outside& outside, Rooms& rooms, int partition, Found* found) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto bounds, rooms.house->log().Bounds(ctx, outside.KeyOf(partition)));
  if (bounds.last_stable != bounds.end) outside.Violation(StrCat("partition ", partition, " ends at ", bounds.end, " and holds readers back at ", bounds.last_stable));
  std::map<int64_t, std::string> there;
  for (int64_t at = 0; at < bounds.last_stable.get();) {
    CO_ASSIGN_OR_RETURN(auto slice, ReadCommitted(outside, rooms, partition, at));
    if (!slice.status.ok()) co_return slice.status;
    int64_t next = at;
    auto records = Visible(slice, &next);
    if (!records.ok()) co_return records.status();
    for (const auto& [offset, value] : *records) {
      if (offset >= at) there[offset] = value;
    }
    if (next == at) co_return Fault::Internal("partition ", partition, " gives nothing at ", at);
    at = next;
  }
  for (const auto& [offset, value] : there) {
    CheckVisible(outside, value);
    ++(*found)[NumberOf(value)][value];
  }
  for (const auto& [place, value] : outside.seen) {
    if (place.first != partition) continue;
    auto stays = there.find(place.second);
    if (stays == there.end() || stays->second != value) outside.Violation(StrCat("a committed reader saw '", value.substr(0, 30), "', which is not there any more"));
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

Task<> CompareOffsets(Outside& outside, Rooms& rooms, const Found& found) {
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

Task<> Verify(Outside& outside, Rooms& rooms) {
  for (Client& client : outside.clients) {  // what was left open is aborted
    CO_RETURN_NOT_OK(Begin(outside, rooms, client));
  }
  Found found;
  for (int partition = 0; partition < kPartitions; ++partition) {
    CO_RETURN_NOT_OK(ReadPartition(outside, rooms, partition, &found));
  }
  for (const auto& [number, told] : outside.told) CompareOne(outside, number, told, found.contains(number) ? found[number] : std::map<std::string, int>());
  CO_RETURN_NOT_OK(CompareOffsets(outside, rooms, found));
  co_return Status::Ok();
}

Task<> LiveIn(Outside& outside, Rooms& rooms, bool is_last) {
  LogHouseOptions options = SmallHouse();
  options.log.compaction_interval = Milliseconds(300);
  auto opened = LogHouse::Open(outside.sim, options);
  if (!opened.ok()) co_return opened.status();
  rooms.house = std::move(opened).value();
  CO_RETURN_NOT_OK(rooms.house->Begin(outside.topics));
  rooms.topics = std::make_unique<FixedTopics>(outside.topics);
  rooms.groups = std::make_unique<Coordinators>(outside.sim, coordinators::CoordinatorOptions{}, rooms.house->log(), *rooms.topics);
  CO_RETURN_NOT_OK(rooms.groups->Begin());
  coordinators::TransactionPorts ports{rooms.house->log(), rooms.house->log(), rooms.house->log(), *rooms.topics, outside.ids};
  rooms.transactions = std::make_unique<Transactions>(outside.sim, coordinators::TransactionOptions{}, ports, *rooms.groups);
  CO_RETURN_NOT_OK(rooms.transactions->Begin());
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

Task<> Live(Outside& outside, bool is_last) {
  Rooms rooms;
  auto live = LiveIn(outside, rooms, is_last);
  Status lived = co_await live;
  if (rooms.transactions != nullptr) {
    auto close = rooms.transactions->Close();
    co_await close;
  }
  if (rooms.groups != nullptr) {
    auto close = rooms.groups->Close();
    co_await close;
  }
  if (rooms.house == nullptr) co_return lived;
  auto close = rooms.house->Close();
  Status closed = co_await close;
  co_return lived.ok() ? closed : lived;
}

}  // namespace

History RunTransactionHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(36000)});
  Outside outside(options, sim);
  for (int life = 1; life <= options.lives; ++life) {
    bool is_last = life == options.lives;
    outside.faults_on = false;
    if (!is_last) PlanCrash(sim, outside.choices, kPoints);
    if (!is_last && options.failing_calls) {
      outside.faults_on = true;
      PlanFault(sim, outside.choices);
    }
    outside.open_operations = 0;
    Status lived = sim.Run(Live(outside, is_last));
    sim.disk().ClearFaults();
    if (sim.crashed()) {
      ++outside.history.crashes;
      outside.history.in_flight += outside.open_operations;
    } else if (!lived.ok() && !outside.faults_on) {
      outside.Violation(StrCat("life ", life, " ended: ", lived.ToString()));
      break;
    }
    if (sim.crashed()) sim.Restart();
    else if (!is_last) sim.disk().Crash(sim.random());
  }
  if (!outside.history.violations.empty()) outside.history.log = sim.sink().lines();
  outside.history.trace_hash = sim.trace_hash();
  outside.history.steps = sim.steps();
  outside.history.virtual_ms = sim.clock().Now().ns / 1000000;
  return outside.history;
}

}  // namespace freshet::testing
