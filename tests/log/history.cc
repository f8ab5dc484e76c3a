#include "log/history.h"

#include <map>
#include <set>

#include "data/record_batch.h"
#include "io/task_group.h"
#include "log/plans.h"

namespace freshet::testing {
namespace {

constexpr int kPartitions = 3;

// What one partition was promised: offset → value, as simple as it can be.
struct Promised {
  std::map<int64_t, std::string> acknowledged;
  std::map<int64_t, std::string> seen;          // by a reader
  int64_t trimmed = 0;                          // acknowledged trims
  int64_t trims_tried = 0;                      // the highest trim that may have happened
};

// An idempotent producer of one partition. It survives crashes; a batch without an answer is sent again, as clients do.
struct Client {
  int number = 0;
  int partition = 0;
  int32_t next_sequence = 0;
  int64_t next_value = 0;
  std::vector<std::string> unanswered;          // the batch that must be sent again
};

// What outlives the house: the clients, and what they remember.
struct Outside {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : options(the_options), sim(the_sim), choices(the_options.seed * 7919 + 5) {
    data::LogConfig config;
    config.segment_bytes = 4000;
    config.retention_ms = -1;
    topic = std::make_shared<const data::Topic>(
        data::Topic{.id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee").value(), .name = "clicks", .partitions = kPartitions, .configs = {}, .log = config});
    for (int i = 0; i < options.clients; ++i) {
      Client client;
      client.number = i;
      client.partition = i % kPartitions;
      clients.push_back(client);
    }
  }

  data::PartitionKey KeyOf(int partition) const { return {topic->id, data::PartitionId(partition)}; }
  void Violation(const std::string& what) {
    if (history.violations.size() < 10) history.violations.push_back(StrCat("seed ", options.seed, ": ", what));
  }
  void Compare(std::map<int64_t, std::string>& known, int64_t offset, const std::string& value, std::string_view who) {
    auto [place, is_new] = known.emplace(offset, value);
    if (!is_new && place->second != value) Violation(StrCat(who, ": offset ", offset, " was '", place->second, "' and is '", value, "'"));
  }

  HistoryOptions options;
  SimEnv& sim;
  SeededRandom choices;  // of the workload
  std::shared_ptr<const data::Topic> topic;
  std::vector<Client> clients;
  std::map<int, Promised> promised;
  std::set<std::string> sent;
  History history;
  int64_t open_operations = 0;
  bool faults_on = false;
  std::string faults;
  bool told_damage = false;   // the house says that records of the journal are damaged
  bool unknown_loss = false;  // the house says that it lost records and cannot know whose
};

std::string BatchOf(const Client& client, const std::vector<std::string>& values, int64_t now_ms) {
  data::RecordBatchBuilder::Options options;
  options.producer_id = data::ProducerId(100 + client.number);
  options.producer_epoch = data::ProducerEpoch(0);
  data::RecordBatchBuilder builder(options);
  for (const std::string& value : values) builder.Add(now_ms, std::nullopt, value);
  return builder.Finish(data::Sequence(client.next_sequence)).value();
}

void MakeValues(Outside& outside, Client& client) {
  int64_t records = 1 + static_cast<int64_t>(outside.choices.Below(3));
  for (int64_t i = 0; i < records; ++i) {
    std::string value = StrCat(client.number, ":", client.next_value++, ":");
    uint64_t bytes_max = outside.choices.Below(6) == 0 ? 1500 : 120;
    value.resize(20 + outside.choices.Below(bytes_max), '.');
    outside.sent.insert(value);
    client.unanswered.push_back(std::move(value));
  }
}

Task<> Produce(Outside& outside, log::SegmentLog& log, Client& client) {
  if (client.unanswered.empty()) MakeValues(outside, client);
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({outside.KeyOf(client.partition), BatchOf(client, client.unanswered, outside.sim.clock().WallNow().ms)});
  ++outside.open_operations;
  auto append = log.Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  --outside.open_operations;
  if (!outcomes.ok()) co_return outcomes.status();
  const Result<ports::Appended>& outcome = outcomes->front();
  if (!outcome.ok()) {
    bool may_be = outside.faults_on || outside.sim.disk().frozen() || outcome.code() == Code::kExhausted;
    if (!may_be) outside.Violation(StrCat("an append was refused: ", outcome.ToString()));
    co_return outcome.status();
  }
  int64_t offset = outcome->base_offset.get();
  for (const std::string& value : client.unanswered) {
    outside.Compare(outside.promised[client.partition].acknowledged, offset++, value, "two answers");
    ++outside.history.acknowledged;
  }
  client.next_sequence += static_cast<int32_t>(client.unanswered.size());
  client.unanswered.clear();
  co_return Status::Ok();
}

struct Record {
  int64_t offset;
  std::string value;
};

Result<std::vector<Record>> RecordsOf(const ports::LogSlice& slice) {
  std::vector<Record> records;
  for (const auto& bytes : slice.batches) {
    ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(*bytes));
    RETURN_NOT_OK(view.Validate());
    ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(view, 1 << 20));
    data::Record record;
    for (;;) {
      ASSIGN_OR_RETURN(bool more, reader.Next(record));
      if (!more) break;
      records.push_back({record.offset.get(), std::string(record.value.value_or(""))});
    }
  }
  return records;
}

Task<ports::LogSlice> ReadSlice(Outside& outside, log::SegmentLog& log, int partition, int64_t from) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({outside.KeyOf(partition), data::Offset(from), 2500});
  ports::ReadWait wait;
  auto read = log.Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

// Reads somewhere, mostly at the end; what it sees must stay what it is.
Task<> ReadSomewhere(Outside& outside, log::SegmentLog& log, int partition) {
  Ctx ctx;
  auto ask = log.Bounds(ctx, outside.KeyOf(partition));
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  auto length = static_cast<uint64_t>(bounds->end - bounds->start);
  bool at_the_end = outside.choices.Below(3) != 0;
  int64_t from = at_the_end ? bounds->end.get() - static_cast<int64_t>(std::min<uint64_t>(length, 3))
                            : bounds->start.get() + static_cast<int64_t>(outside.choices.Below(length + 1));
  auto read = ReadSlice(outside, log, partition, from);
  auto slice = co_await read;
  if (!slice.ok()) co_return slice.status();
  if (!slice->status.ok()) {
    bool may_be = outside.faults_on || outside.sim.disk().frozen() || slice->status.code() == Code::kOutOfRange;  // trimmed meanwhile
    if (!may_be) outside.Violation(StrCat("a read failed: ", slice->status.ToString()));
    co_return Status::Ok();
  }
  auto records = RecordsOf(*slice);
  if (!records.ok()) {
    outside.Violation(StrCat("a read gave bytes that do not hold: ", records.ToString()));
    co_return Status::Ok();
  }
  Promised& promised = outside.promised[partition];
  for (const Record& record : *records) {
    if (outside.sent.count(record.value) == 0) outside.Violation(StrCat("nobody sent '", record.value, "'"));
    outside.Compare(promised.seen, record.offset, record.value, "a reader");
  }
  co_return Status::Ok();
}

Task<> TrimSomewhere(Outside& outside, log::SegmentLog& log, int partition) {
  Ctx ctx;
  auto ask = log.Bounds(ctx, outside.KeyOf(partition));
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  auto length = static_cast<uint64_t>(bounds->end - bounds->start);
  bool all = outside.choices.Below(4) == 0;
  int64_t before = bounds->start.get() + static_cast<int64_t>(all ? length : outside.choices.Below(length / 2 + 1));
  Promised& promised = outside.promised[partition];
  promised.trims_tried = std::max(promised.trims_tried, before);
  auto trim = log.Trim(ctx, outside.KeyOf(partition), data::Offset(before));
  auto start = co_await trim;
  if (start.ok()) promised.trimmed = std::max(promised.trimmed, before);
  co_return start.status();
}

Task<> Work(Outside& outside, LogHouse& house, Client& client) {
  for (int i = 0; i < outside.options.operations; ++i) {
    uint64_t choice = outside.choices.Below(40);
    if (choice == 0) {
      auto trim = TrimSomewhere(outside, house.log(), client.partition);
      (void)co_await trim;
    } else if (choice < 8) {
      auto read = ReadSomewhere(outside, house.log(), client.partition);
      (void)co_await read;
    } else if (choice < 10) {
      io::SleepUntil pause(outside.sim.clock().Now() + Milliseconds(static_cast<int64_t>(outside.choices.Below(4000))));
      co_await pause;
    } else {
      auto produce = Produce(outside, house.log(), client);
      (void)co_await produce;
    }
  }
  co_return Status::Ok();
}

// Everything a partition serves, from its start to its end; `damaged` are offsets that it refuses to serve.
struct Contents {
  int64_t start = 0;
  int64_t end = 0;
  std::map<int64_t, std::string> values;
  std::set<int64_t> damaged;
};

Task<Contents> ReadEverything(Outside& outside, log::SegmentLog& log, int partition, bool may_be_damaged) {
  Ctx ctx;
  auto ask = log.Bounds(ctx, outside.KeyOf(partition));
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  Contents contents{.start = bounds->start.get(), .end = bounds->end.get()};
  for (int64_t at = contents.start; at < contents.end;) {
    auto read = ReadSlice(outside, log, partition, at);
    auto slice = co_await read;
    if (!slice.ok()) co_return slice.status();
    if (!slice->status.ok()) {
      bool may_be = may_be_damaged && slice->status.code() == Code::kCorrupt;
      if (!may_be) outside.Violation(StrCat("partition ", partition, ": offset ", at, " of ", contents.end, ": ", slice->status.ToString()));
      contents.damaged.insert(at++);
      continue;
    }
    auto records = RecordsOf(*slice);
    if (!records.ok() || records->empty()) {
      outside.Violation(StrCat("partition ", partition, ": offset ", at, " of ", contents.end, ": no records: ", records.ToString()));
      ++at;
      continue;
    }
    for (const Record& record : *records) {
      if (record.offset < at) continue;
      if (record.offset != at) outside.Violation(StrCat("partition ", partition, ": a hole from ", at, " to ", record.offset));
      at = record.offset + 1;
      contents.values.emplace(record.offset, record.value);
    }
  }
  co_return contents;
}

void Compare(Outside& outside, int partition, const Contents& contents) {
  Promised& promised = outside.promised[partition];
  std::string where = StrCat("partition ", partition, ": ");
  if (contents.start < promised.trimmed && !outside.told_damage) outside.Violation(StrCat(where, "a trim to ", promised.trimmed, " was undone, it begins at ", contents.start));
  if (contents.start > promised.trims_tried) outside.Violation(StrCat(where, "it begins at ", contents.start, ", nobody trimmed there"));
  auto expect = [&](const std::map<int64_t, std::string>& known, std::string_view who) {
    for (const auto& [offset, value] : known) {
      if (offset < contents.start || contents.damaged.count(offset) > 0) continue;
      auto place = contents.values.find(offset);
      bool told = outside.unknown_loss && offset >= contents.end;  // said at start: records without their headers, whose they were
      if (place == contents.values.end() && told) continue;
      if (place == contents.values.end()) outside.Violation(StrCat(where, who, " '", value, "' at ", offset, " is lost; it ends at ", contents.end));
      else if (place->second != value) outside.Violation(StrCat(where, who, " '", value, "' at ", offset, " is now '", place->second, "'"));
    }
  };
  expect(promised.acknowledged, "acknowledged");
  expect(promised.seen, "seen");
  std::map<std::string, int64_t> newest;
  for (const auto& [offset, value] : contents.values) {
    if (outside.sent.count(value) == 0) outside.Violation(StrCat(where, "nobody sent '", value, "'"));
    std::string client = value.substr(0, value.find(':'));
    int64_t number = std::atoll(value.c_str() + client.size() + 1);
    auto [last, is_first] = newest.emplace(client, number);
    if (!is_first && number <= last->second) outside.Violation(StrCat(where, "client ", client, ": ", number, " at ", offset, " after ", last->second));
    last->second = number;
  }
}

Task<> Verify(Outside& outside, log::SegmentLog& log, bool may_be_damaged) {
  for (int partition = 0; partition < kPartitions; ++partition) {
    CO_ASSIGN_OR_RETURN(Contents contents, ReadEverything(outside, log, partition, may_be_damaged));
    Compare(outside, partition, contents);
  }
  co_return Status::Ok();
}

enum class Ending { kWork, kVerify, kLook };

Task<> Live(Outside& outside, Ending ending) {
  auto opened = LogHouse::Open(outside.sim, SmallHouse());
  if (!opened.ok() && ending == Ending::kLook) co_return Status::Ok();  // refused by name
  if (!opened.ok()) co_return opened.status();
  LogHouse& house = **opened;
  if (house.log().lost_unknown() && ending != Ending::kLook) outside.Violation("damage after a power cut");
  outside.unknown_loss = house.log().lost_unknown();
  outside.told_damage = house.journal().recovery().damaged > 0;
  std::vector<std::shared_ptr<const data::Topic>> topics;
  topics.push_back(outside.topic);
  CO_RETURN_NOT_OK(house.Begin(topics));
  if (ending != Ending::kLook) {
    io::TaskGroup group(outside.sim.loop(0), "clients");
    for (Client& client : outside.clients) group.Spawn(io::Lane::kNormal, Work(outside, house, client));
    auto ended = group.Close();
    co_await ended;
  }
  if (ending == Ending::kVerify) {
    for (Client& client : outside.clients) {  // what has no answer yet is sent again, once
      if (client.unanswered.empty()) continue;
      auto produce = Produce(outside, house.log(), client);
      Status produced = co_await produce;
      if (!produced.ok()) outside.Violation(StrCat("a retry was refused: ", produced.ToString()));
    }
  }
  if (ending != Ending::kWork) {
    CO_RETURN_NOT_OK(Verify(outside, house.log(), ending == Ending::kLook));
  }
  auto close = house.Close();
  co_return co_await close;
}

constexpr std::string_view kPoints[] = {
    "journal.before_write", "journal.before_sync", "journal.after_sync", "journal.before_ack", "journal.before_file_rename", "journal.after_file_rename",
    "log.before_segment_write", "log.after_segment_write", "log.before_segment_sync", "log.before_checkpoint", "log.after_checkpoint",
    "log.before_large_write", "log.after_large_write"};

}  // namespace

History RunHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(3600)});
  Outside outside(options, sim);
  for (int life = 1; life <= options.lives; ++life) {
    bool is_last = life == options.lives;
    outside.faults_on = false;
    if (!is_last) PlanCrash(sim, outside.choices, kPoints);
    if (!is_last && options.failing_calls) {
      outside.faults_on = true;
      outside.faults += PlanFault(sim, outside.choices);
    }
    outside.open_operations = 0;
    Status lived = sim.Run(Live(outside, is_last ? Ending::kVerify : Ending::kWork));
    sim.disk().ClearFaults();
    if (sim.crashed()) {
      ++outside.history.crashes;
      outside.history.in_flight += outside.open_operations;
    } else if (!lived.ok() && !outside.faults_on) {
      outside.Violation(StrCat("life ", life, " ended: ", lived.ToString()));
      break;
    }
    if (sim.crashed()) sim.Restart();
    else if (!is_last) sim.disk().Crash(sim.random());  // after a life that ended well the power goes, too
  }
  if (!outside.history.violations.empty()) outside.history.log = sim.sink().lines();
  if (!outside.history.violations.empty()) outside.history.log.push_back("faults:" + outside.faults);
  outside.history.trace_hash = sim.trace_hash();
  outside.history.steps = sim.steps();
  outside.history.virtual_ms = sim.clock().Now().ns / 1000000;
  return outside.history;
}

History RunRottenHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(3600)});
  Outside outside(options, sim);
  for (int life = 0; life < 2; ++life) {
    Status lived = sim.Run(Live(outside, Ending::kWork));
    if (!lived.ok()) outside.Violation(StrCat("a quiet life ended: ", lived.ToString()));
  }
  outside.options.operations = 0;
  Status reopened = sim.Run(Live(outside, Ending::kWork));  // a new journal file: everything before it was promised
  if (!reopened.ok()) outside.Violation(StrCat("a restart failed: ", reopened.ToString()));
  std::string what = RotSomewhere(sim, outside.choices);
  Status looked = sim.Run(Live(outside, Ending::kLook));
  if (!outside.history.violations.empty()) outside.history.log = sim.sink().lines();
  if (!looked.ok()) outside.Violation(StrCat("the look ended: ", looked.ToString()));
  for (std::string& violation : outside.history.violations) violation += what;
  return outside.history;
}

}  // namespace freshet::testing
