#include "log/compaction_history.h"

#include <map>
#include <optional>

#include "data/record_batch.h"
#include "io/task_group.h"
#include "log/plans.h"

namespace freshet::testing {
namespace {

constexpr int kPartitions = 2;
constexpr std::string_view kPoints[] = {"log.after_compaction_write", "log.after_compaction_swap", "log.before_checkpoint", "log.after_checkpoint",
                                        "log.before_segment_sync", "log.after_segment_write", "journal.after_sync", "journal.before_ack"};

using Value = std::optional<std::string>;

struct Outside {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : options(the_options), sim(the_sim), choices(the_options.seed * 4241 + 9) {
    data::LogConfig config;
    config.segment_bytes = 2500;
    config.retention_ms = -1;
    config.compacted = true;
    config.deleted = false;
    config.delete_retention_ms = 1500;
    config.min_cleanable_dirty_ratio = 0.1;
    topic = std::make_shared<const data::Topic>(
        data::Topic{.id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee01").value(), .name = "keys", .partitions = kPartitions, .configs = {}, .log = config});
  }
  data::PartitionKey KeyOf(int partition) const { return {topic->id, data::PartitionId(partition)}; }
  void Violation(const std::string& what) {
    if (history.history.violations.size() < 10) history.history.violations.push_back(StrCat("compaction, seed ", options.seed, ": ", what));
  }

  HistoryOptions options;
  SimEnv& sim;
  SeededRandom choices;
  std::shared_ptr<const data::Topic> topic;
  std::map<std::string, std::vector<Value>> acknowledged;      // by key, in order
  std::map<std::string, std::vector<Value>> tried;             // since the last acknowledged one
  std::map<std::pair<int, int64_t>, std::pair<std::string, Value>> places;  // what was acknowledged where
  int64_t values = 0;
  CompactionHistory history;
};

// A key always goes to the same partition, and has one writer.
int PartitionOf(const std::string& key) { return static_cast<int>(key.size() % kPartitions); }

std::string KeyNamed(int client, uint64_t number) { return StrCat(client, ".", number, number % 2 == 0 ? "" : "-"); }

Task<> Put(Outside& outside, log::SegmentLog& log, int client) {
  data::RecordBatchBuilder builder({.codec = outside.choices.Below(2) == 0 ? data::Codec::kNone : data::Codec::kLz4});
  uint64_t parity = outside.choices.Below(2);
  std::vector<std::pair<std::string, Value>> records;
  for (uint64_t i = 0; i < 1 + outside.choices.Below(4); ++i) {
    std::string key = KeyNamed(client, outside.choices.Below(4) * 2 + parity);
    Value value;
    if (outside.choices.Below(4) != 0) value = StrCat(outside.values++, std::string(outside.choices.Below(150), '.'));
    builder.Add(outside.sim.clock().WallNow().ms, key, value.has_value() ? std::optional<std::string_view>(*value) : std::nullopt);
    records.emplace_back(key, value);
    outside.tried[key].push_back(value);
  }
  int partition = PartitionOf(records.front().first);
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({outside.KeyOf(partition), builder.Finish().value()});
  auto append = log.Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  if (!outcomes.ok()) co_return outcomes.status();
  if (!outcomes->front().ok()) co_return outcomes->front().status();
  int64_t offset = outcomes->front()->base_offset.get();
  for (const auto& [key, value] : records) {
    outside.acknowledged[key].push_back(value);
    outside.tried[key].clear();
    outside.places[{partition, offset++}] = {key, value};
    ++outside.history.sent;
  }
  co_return Status::Ok();
}

Task<> Work(Outside& outside, log::SegmentLog& log, int client) {
  for (int i = 0; i < outside.options.operations; ++i) {
    if (outside.choices.Below(4) == 0) {
      io::SleepUntil pause(outside.sim.clock().Now() + Milliseconds(static_cast<int64_t>(outside.choices.Below(1500))));
      co_await pause;
    }
    auto put = Put(outside, log, client);
    (void)co_await put;
  }
  co_return Status::Ok();
}

struct There {
  int64_t offset;
  std::string key;
  Value value;
};

// Asks for every offset: each answer begins with the batch that holds it, or the next one.
Task<> ReadEverything(Outside& outside, log::SegmentLog& log, int partition, std::map<int64_t, There>* there) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto bounds, log.Bounds(ctx, outside.KeyOf(partition)));
  for (int64_t at = bounds.start.get(); at < bounds.end.get(); ++at) {
    std::vector<ports::LogRead> reads;
    reads.push_back({outside.KeyOf(partition), data::Offset(at), 1});
    ports::ReadWait wait;
    CO_ASSIGN_OR_RETURN(auto slices, log.Read(ctx, std::move(reads), wait));
    if (!slices[0].status.ok()) {
      outside.Violation(StrCat("partition ", partition, ": offset ", at, ": ", slices[0].status.ToString()));
      continue;
    }
    if (slices[0].batches.empty()) outside.Violation(StrCat("partition ", partition, ": nothing at ", at, ", below its end ", bounds.end));
    for (const auto& bytes : slices[0].batches) {
      auto view = data::RecordBatchView::Parse(*bytes);
      if (!view.ok() || !view->CheckCrc().ok() || view->header().last_offset().get() < at) co_return Fault::Internal("partition ", partition, ": a wrong batch at ", at);
      auto reader = data::RecordReader::Open(*view, 1 << 20);
      data::Record record;
      while (reader.ok() && reader->Next(record).value()) {
        Value value;
        if (record.value.has_value()) value = std::string(*record.value);
        (*there)[record.offset.get()] = {record.offset.get(), std::string(*record.key), value};
      }
    }
  }
  co_return Status::Ok();
}

std::string TextOf(const Value& value) { return value.has_value() ? "'" + value->substr(0, 12) + "'" : "(none)"; }

void Compare(Outside& outside, int partition, const std::map<int64_t, There>& there) {
  std::map<std::string, Value> newest;
  for (const auto& [offset, record] : there) {
    newest[record.key] = record.value;
    auto place = outside.places.find({partition, offset});
    bool as_sent = place == outside.places.end() || place->second == std::pair(record.key, record.value);
    if (!as_sent) outside.Violation(StrCat("partition ", partition, ": offset ", offset, " is ", record.key, "=", TextOf(record.value), ", not what was sent there"));
  }
  for (const auto& [key, values] : outside.acknowledged) {
    if (PartitionOf(key) != partition) continue;
    auto found = newest.find(key);
    Value now = found == newest.end() ? Value() : found->second;
    const auto& tried = outside.tried[key];
    bool is_right = now == values.back() || std::find(tried.begin(), tried.end(), now) != tried.end();
    if (!is_right) outside.Violation(StrCat("key ", key, " is ", TextOf(now), ", was last told ", TextOf(values.back())));
  }
  outside.history.there += static_cast<int64_t>(there.size());
}

Task<> Live(Outside& outside, bool is_last) {
  LogHouseOptions options = SmallHouse();
  options.log.compaction_interval = Milliseconds(300);
  options.log.compaction_keys_bytes_max = 600;  // a few keys: a pass often leaves some to the next
  auto opened = LogHouse::Open(outside.sim, options);
  if (!opened.ok()) co_return opened.status();
  LogHouse& house = **opened;
  std::vector<std::shared_ptr<const data::Topic>> topics;
  topics.push_back(outside.topic);
  CO_RETURN_NOT_OK(house.Begin(topics));
  io::TaskGroup group(outside.sim.loop(0), "clients");
  for (int client = 0; client < outside.options.clients; ++client) group.Spawn(io::Lane::kNormal, Work(outside, house.log(), client));
  auto ended = group.Close();
  co_await ended;
  if (is_last) {
    io::SleepUntil pause(outside.sim.clock().Now() + Seconds(10));
    co_await pause;
    for (int partition = 0; partition < kPartitions; ++partition) {
      std::map<int64_t, There> there;
      CO_RETURN_NOT_OK(ReadEverything(outside, house.log(), partition, &there));
      Compare(outside, partition, there);
    }
  }
  auto close = house.Close();
  co_return co_await close;
}

}  // namespace

CompactionHistory RunCompactionHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(36000)});
  Outside outside(options, sim);
  for (int life = 1; life <= options.lives; ++life) {
    bool is_last = life == options.lives;
    bool faults = !is_last && options.failing_calls;
    if (!is_last) PlanCrash(sim, outside.choices, kPoints);
    if (faults) PlanFault(sim, outside.choices);
    Status lived = sim.Run(Live(outside, is_last));
    sim.disk().ClearFaults();
    if (sim.crashed()) ++outside.history.history.crashes;
    else if (!lived.ok() && !faults) {
      outside.Violation(StrCat("life ", life, " ended: ", lived.ToString()));
      break;
    }
    if (sim.crashed()) sim.Restart();
    else if (!is_last) sim.disk().Crash(sim.random());
  }
  if (!outside.history.history.violations.empty()) outside.history.history.log = sim.sink().lines();
  outside.history.history.trace_hash = sim.trace_hash();
  return outside.history;
}

}  // namespace freshet::testing
