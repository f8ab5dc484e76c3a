#include "log/transaction_world.h"

#include "data/record_batch.h"
#include "log/plans.h"

namespace freshet::testing {

using coordinators::Coordinators;
using coordinators::Transactions;
using ports::TransactionError;

namespace {

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

}  // namespace

TransactionWorld::TransactionWorld(const HistoryOptions& the_options, SimEnv& the_sim, std::string the_name, const std::vector<std::string>& topic_names)
    : options(the_options), sim(the_sim), name(std::move(the_name)), choices(the_options.seed * 5471 + 3) {
  data::LogConfig config;
  config.segment_bytes = 4000;
  config.retention_ms = -1;
  auto add = [&](std::string topic, int32_t partitions) {
    Uuid id = Uuid::Parse(StrCat("aaaaaaaa-bbbb-4ccc-8ddd-00000000000", topics.size() + 1)).value();
    topics.push_back(std::make_shared<const data::Topic>(data::Topic{.id = id, .name = std::move(topic), .partitions = partitions, .configs = {}, .log = config}));
  };
  for (const std::string& topic : topic_names) add(topic, kPartitions);
  config.compacted = true;
  config.deleted = false;
  config.min_cleanable_dirty_ratio = 0.1;
  add("__offsets", 2);
  add("__transactions", 2);
}

void TransactionWorld::Violation(const std::string& what) {
  if (history.violations.size() < 10) history.violations.push_back(StrCat(name, ", seed ", options.seed, ": ", what));
}

Status TransactionWorld::StatusOf(const Result<TransactionError>& outcome, std::string_view step) {
  if (!outcome.ok()) {
    if (!may_fail(outcome.code())) Violation(StrCat(step, ": ", outcome.ToString()));
    return outcome.status();
  }
  if (*outcome == TransactionError::kNone) return {};
  if (*outcome != TransactionError::kFenced) Violation(StrCat(step, " was answered with ", static_cast<int>(*outcome)));
  return Fault::Fenced("late");
}

Task<> TransactionRooms::Open(TransactionWorld& world) {
  LogHouseOptions options = SmallHouse();
  options.log.compaction_interval = Milliseconds(300);
  auto opened = LogHouse::Open(world.sim, options);
  if (!opened.ok()) co_return opened.status();
  house = std::move(opened).value();
  CO_RETURN_NOT_OK(house->Begin(world.topics));
  topics = std::make_unique<FixedTopics>(world.topics);
  groups = std::make_unique<Coordinators>(world.sim, coordinators::CoordinatorOptions{}, house->log(), *topics);
  CO_RETURN_NOT_OK(groups->Begin());
  coordinators::TransactionPorts ports{house->log(), house->log(), house->log(), *topics, world.ids};
  transactions = std::make_unique<Transactions>(world.sim, coordinators::TransactionOptions{}, ports, *groups);
  CO_RETURN_NOT_OK(transactions->Begin());
  co_return Status::Ok();
}

Task<> TransactionRooms::Close() {
  if (transactions != nullptr) {
    auto close = transactions->Close();
    co_await close;
  }
  if (groups != nullptr) {
    auto close = groups->Close();
    co_await close;
  }
  if (house == nullptr) co_return Status::Ok();
  auto close = house->Close();
  co_return co_await close;
}

Task<> BeginProducer(TransactionWorld& world, TransactionRooms& rooms, TransactionalProducer& producer) {
  Ctx ctx;
  ports::TransactionInit init;
  init.id = producer.caller.id;
  init.timeout_ms = TransactionWorld::kTimeoutMs;
  auto begin = rooms.transactions->Init(ctx, init);
  auto inited = co_await begin;
  if (!inited.ok()) {
    if (!world.may_fail(inited.code())) world.Violation(StrCat("a producer could not begin: ", inited.ToString()));
    co_return inited.status();
  }
  if (inited->error != TransactionError::kNone) world.Violation("a producer was not let in");
  producer.caller.producer = inited->producer;
  producer.caller.epoch = inited->epoch;
  producer.sequences.clear();
  producer.begun = true;
  co_return Status::Ok();
}

Task<> WriteInTransaction(TransactionWorld& world, TransactionRooms& rooms, TransactionalProducer& producer, data::PartitionKey key, std::vector<std::string> values) {
  int32_t& sequence = producer.sequences[key.partition.get()];
  data::RecordBatchBuilder builder({.producer_id = producer.caller.producer, .producer_epoch = producer.caller.epoch, .transactional = true});
  for (const std::string& value : values) builder.Add(world.sim.clock().WallNow().ms, std::nullopt, value);
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({key, builder.Finish(data::Sequence(sequence)).value()});
  producer.writing = true;
  auto append = rooms.house->log().Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  producer.writing = false;
  if (!outcomes.ok()) co_return outcomes.status();
  Status outcome = outcomes->front().status();
  if (outcome.ok()) {
    if (outcomes->front()->duplicate) world.Violation(StrCat("'", values.front().substr(0, 30), "' was taken for another batch"));
    sequence += static_cast<int32_t>(values.size());
    world.history.acknowledged += static_cast<int64_t>(values.size());
    co_return Status::Ok();
  }
  bool is_late = outcome.code() == Code::kFenced || outcome.code() == Code::kConflict;
  if (!is_late && !world.may_fail(outcome.code())) world.Violation(StrCat("a write was refused: ", outcome.ToString()));
  if (is_late) co_return Fault::Fenced("late");
  co_return outcome;
}

Result<std::map<int64_t, std::string>> VisibleIn(const ports::LogSlice& slice, int64_t* next) {
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

Task<ports::LogSlice> ReadCommitted(TransactionRooms& rooms, data::PartitionKey key, int64_t from) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({key, data::Offset(from), 2500, true});
  ports::ReadWait wait;
  auto read = rooms.house->log().Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

Task<> LookNearEnd(TransactionWorld& world, TransactionRooms& rooms, data::PartitionKey key, std::map<int64_t, std::string>* found) {
  Ctx ctx;
  auto ask = rooms.house->log().Bounds(ctx, key);
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  int64_t from = std::max<int64_t>(0, bounds->last_stable.get() - static_cast<int64_t>(world.choices.Below(12)));
  auto read = ReadCommitted(rooms, key, from);
  auto slice = co_await read;
  if (!slice.ok() || !slice->status.ok()) {
    Status why = slice.ok() ? slice->status : slice.status();
    if (!world.may_fail(why.code())) world.Violation(StrCat("a read failed: ", why.ToString()));
    co_return Status::Ok();
  }
  int64_t next = from;
  auto records = VisibleIn(*slice, &next);
  if (!records.ok()) co_return records.status();
  for (const auto& [offset, value] : *records) {
    if (offset < from) continue;
    (*found)[offset] = value;
    world.seen[{key, offset}] = value;
  }
  co_return Status::Ok();
}

Task<std::map<int64_t, std::string>> ReadAllCommitted(TransactionWorld& world, TransactionRooms& rooms, data::PartitionKey key) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto bounds, rooms.house->log().Bounds(ctx, key));
  if (bounds.last_stable != bounds.end) world.Violation(StrCat("partition ", key.partition, " ends at ", bounds.end, " and holds readers back at ", bounds.last_stable));
  std::map<int64_t, std::string> there;
  for (int64_t at = 0; at < bounds.last_stable.get();) {
    CO_ASSIGN_OR_RETURN(auto slice, ReadCommitted(rooms, key, at));
    if (!slice.status.ok()) co_return slice.status;
    int64_t next = at;
    auto records = VisibleIn(slice, &next);
    if (!records.ok()) co_return records.status();
    for (const auto& [offset, value] : *records) {
      if (offset >= at) there[offset] = value;
    }
    if (next == at) co_return Fault::Internal("partition ", key.partition, " gives nothing at ", at);
    at = next;
  }
  for (const auto& [place, value] : world.seen) {
    if (place.first != key) continue;
    auto stays = there.find(place.second);
    if (stays == there.end() || stays->second != value) world.Violation(StrCat("a committed reader saw '", value.substr(0, 30), "', which is not there any more"));
  }
  co_return there;
}

namespace {

Task<> Live(TransactionWorld& world, const TransactionLife& life, bool is_last) {
  TransactionRooms rooms;
  auto open = rooms.Open(world);
  Status lived = co_await open;
  if (lived.ok()) {
    auto living = life(rooms, is_last);
    lived = co_await living;
  }
  auto close = rooms.Close();
  Status closed = co_await close;
  co_return lived.ok() ? closed : lived;
}

}  // namespace

History RunTransactionLives(TransactionWorld& world, const TransactionLife& life) {
  SimEnv& sim = world.sim;
  for (int number = 1; number <= world.options.lives; ++number) {
    bool is_last = number == world.options.lives;
    world.faults_on = false;
    if (!is_last) PlanCrash(sim, world.choices, kPoints);
    if (!is_last && world.options.failing_calls) {
      world.faults_on = true;
      PlanFault(sim, world.choices);
    }
    world.open_operations = 0;
    Status lived = sim.Run(Live(world, life, is_last));
    sim.disk().ClearFaults();
    if (sim.crashed()) {
      ++world.history.crashes;
      world.history.in_flight += world.open_operations;
    } else if (!lived.ok() && !world.faults_on) {
      world.Violation(StrCat("life ", number, " ended: ", lived.ToString()));
      break;
    }
    if (sim.crashed()) sim.Restart();
    else if (!is_last) sim.disk().Crash(sim.random());
  }
  if (!world.history.violations.empty()) world.history.log = sim.sink().lines();
  world.history.trace_hash = sim.trace_hash();
  world.history.steps = sim.steps();
  world.history.virtual_ms = sim.clock().Now().ns / 1000000;
  return world.history;
}

}  // namespace freshet::testing
