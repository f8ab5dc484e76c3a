#include "log/epoch_history.h"

#include <map>
#include <set>

#include "data/record_batch.h"
#include "testing/begun.h"
#include "io/task_group.h"
#include "log/plans.h"

namespace freshet::testing {
namespace {

constexpr int kPartitions = 4;
constexpr std::string_view kPoints[] = {
    "epochs.before_state_file", "epochs.state_file_without_name", "epochs.after_state_file", "epochs.before_commit", "epochs.after_commit",
    "epochs.before_checkpoint", "epochs.after_checkpoint", "log.before_joint_write", "log.after_joint_write", "log.before_joint_unit", "log.after_joint_unit",
    "log.after_checkpoint", "log.after_segment_write", "journal.before_write", "journal.before_sync", "journal.after_sync", "journal.before_ack"};

// What the world outside knows of one pipeline.
struct Job {
  std::string name;
  std::vector<Begun> attempts;     // of this life and, as zombies, of earlier ones
  int64_t acknowledged_epoch = 0;
  int64_t acknowledged_count = 0;              // rows of all acknowledged epochs
  int64_t tried_count = 0;                     // rows that may have taken effect
  std::map<int64_t, std::string> outboxes;     // by epoch: what the attempt that may have committed it last wanted to deliver
  std::map<int64_t, std::string> target;       // by epoch: what stands there
  std::set<std::string> lineages;
  int64_t grown_by = 0;                        // the attempt that committed last: it may add to what it has
};

struct Outside {
  Outside(const HistoryOptions& the_options, SimEnv& the_sim) : options(the_options), sim(the_sim), choices(the_options.seed * 6271 + 11) {
    data::LogConfig config;
    config.segment_bytes = 4000;
    config.retention_ms = -1;
    topic = std::make_shared<const data::Topic>(
        data::Topic{.id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff").value(), .name = "results", .partitions = kPartitions, .configs = {}, .log = config});
    for (int i = 0; i < options.clients; ++i) {
      jobs.emplace_back();
      jobs.back().name = StrCat("job", i);
    }
  }
  data::PartitionKey KeyOf(int partition) const { return {topic->id, data::PartitionId(partition)}; }
  void Violation(const std::string& what) {
    if (history.violations.size() < 10) history.violations.push_back(StrCat("epochs, seed ", options.seed, ": ", what));
  }
  bool may_fail(Code code) const { return faults_on || sim.disk().frozen() || code == Code::kExhausted || code == Code::kUnavailable; }

  HistoryOptions options;
  SimEnv& sim;
  SeededRandom choices;
  std::shared_ptr<const data::Topic> topic;
  std::vector<Job> jobs;
  std::map<std::pair<int, int64_t>, std::string> seen;   // by a reader: partition, offset → value
  std::map<std::pair<int, int64_t>, std::string> plain;  // acknowledged to plain producers
  int64_t plain_values = 0;
  bool faults_on = false;
  std::string faults;
  bool looks = false;  // after rot: refusals by name are right
  History history;
};

std::string BatchOf(const std::vector<std::string>& values) {
  data::RecordBatchBuilder builder(data::RecordBatchBuilder::Options{});
  for (const std::string& value : values) builder.Add(1000, std::nullopt, value);
  return builder.Finish(data::kNoSequence).value();
}

// A snapshot is the count, padded so that some go to state files. Of several, one behind the other, the last counts.
std::string SnapshotOf(int64_t count, size_t bytes) {
  std::string text = StrCat("!", count, " ");
  text.resize(std::max(text.size(), bytes), '#');
  return text;
}
int64_t CountOf(const std::string& snapshot) { return snapshot.empty() ? 0 : std::atoll(snapshot.c_str() + snapshot.rfind('!') + 1); }

Task<> Deliver(Outside& outside, epochs::EpochStore& store, Job& job, ports::EpochToken token, std::string bytes) {
  job.lineages.insert(token.lineage.ToString());
  auto there = job.target.find(token.epoch);  // the target is asked first
  if (there != job.target.end() && there->second != bytes) outside.Violation(StrCat(job.name, ": epoch ", token.epoch, " would deliver '", bytes, "', '", there->second, "' is there"));
  job.target.emplace(token.epoch, bytes);
  if (outside.choices.Below(3) == 0) co_return Status::Ok();  // the job is slow to tell
  Ctx ctx;
  auto tell = store.Delivered(ctx, token);
  Status told = co_await tell;
  if (!told.ok() && told.code() != Code::kFenced) outside.Violation(StrCat(job.name, ": a delivery was refused: ", told.ToString()));
  co_return Status::Ok();
}

// A new attempt finds what was promised, and delivers what was left.
Task<> BeginAttempt(Outside& outside, LogHouse& house, Job& job) {
  Ctx ctx;
  auto begin = BeginWhole(&house.epochs(), ctx, job.name);
  auto begun = co_await begin;
  if (!begun.ok()) {
    if (!outside.may_fail(begun.code()) && !(outside.looks && begun.code() == Code::kCorrupt)) outside.Violation(StrCat(job.name, ": it cannot begin: ", begun.ToString()));
    co_return begun.status();
  }
  const Begun& start = *begun;
  int64_t count = CountOf(start.snapshot);
  if (start.last.epoch < job.acknowledged_epoch) outside.Violation(StrCat(job.name, ": epoch ", job.acknowledged_epoch, " was acknowledged, it stands at ", start.last.epoch));
  if (start.last.epoch == job.acknowledged_epoch && count != job.acknowledged_count) {
    outside.Violation(StrCat(job.name, ": epoch ", start.last.epoch, " has count ", count, ", acknowledged was ", job.acknowledged_count));
  }
  if (count > job.tried_count) outside.Violation(StrCat(job.name, ": count ", count, " was never tried"));
  if (!job.attempts.empty() && start.attempt <= job.attempts.back().attempt) outside.Violation(StrCat(job.name, ": attempt ", start.attempt, " was given before"));
  job.attempts.push_back(start);
  job.acknowledged_epoch = start.last.epoch;  // what a caller was told stays
  job.acknowledged_count = count;
  std::set<int64_t> left;
  for (const auto& [token, entry] : start.undelivered) {
    left.insert(token.epoch);
    if (job.outboxes[token.epoch] != entry.bytes) outside.Violation(StrCat(job.name, ": the outbox of epoch ", token.epoch, " is '", entry.bytes, "'"));
    auto deliver = Deliver(outside, house.epochs(), job, token, entry.bytes);
    co_await deliver;
  }
  for (const auto& [epoch, bytes] : job.outboxes) {
    if (epoch <= start.last.epoch && left.count(epoch) == 0 && job.target.count(epoch) == 0) outside.Violation(StrCat(job.name, ": the outbox of epoch ", epoch, " is lost"));
  }
  co_return Status::Ok();
}

Task<> CommitAs(Outside& outside, LogHouse& house, Job& job, Begun attempt, bool is_zombie) {
  int64_t count = job.acknowledged_count;
  int64_t rows = 1 + static_cast<int64_t>(outside.choices.Below(6));
  std::map<int, std::vector<std::string>> by_partition;
  for (int64_t i = 0; i < rows; ++i) {
    std::string value = StrCat(job.name, ":", count + i, ":", attempt.attempt, ":");
    value.resize(value.size() + outside.choices.Below(400), '.');
    by_partition[static_cast<int>(outside.choices.Below(kPartitions))].push_back(value);
  }
  ports::EpochCommit commit{.token = attempt.last, .attempt = attempt.attempt, .snapshot = SnapshotOf(count + rows, outside.choices.Below(2) * 1000), .staged = {}, .outbox = {}};
  commit.token.epoch = job.acknowledged_epoch + 1;
  for (const auto& [partition, values] : by_partition) commit.staged.push_back({outside.KeyOf(partition), BatchOf(values)});
  ports::EpochToken token = commit.token;
  std::string bytes = outside.choices.Below(2) == 0 ? StrCat(job.name, " ", token.epoch, " of attempt ", attempt.attempt, " at ", count + rows) : "";
  if (!bytes.empty()) commit.outbox.push_back({"lake", bytes});
  commit.adds = job.grown_by == attempt.attempt && outside.choices.Below(3) > 0;
  if (!is_zombie) {
    job.tried_count = std::max(job.tried_count, count + rows);
    job.outboxes.erase(token.epoch);
    if (!bytes.empty()) job.outboxes[token.epoch] = bytes;
  }
  Ctx ctx;
  ++outside.history.in_flight;
  auto run = house.epochs().Commit(ctx, std::move(commit));
  Status committed = co_await run;
  --outside.history.in_flight;
  if (is_zombie) {
    if (committed.code() != Code::kFenced && !outside.may_fail(committed.code())) outside.Violation(StrCat(job.name, ": an old attempt got: ", committed.ToString()));
    if (committed.ok()) outside.Violation(StrCat(job.name, ": an old attempt committed epoch ", token.epoch));
    co_return Status::Ok();
  }
  if (!committed.ok()) {
    if (!outside.may_fail(committed.code())) outside.Violation(StrCat(job.name, ": epoch ", token.epoch, " was refused: ", committed.ToString()));
    co_return committed;
  }
  job.acknowledged_epoch = token.epoch;
  job.acknowledged_count = count + rows;
  job.grown_by = attempt.attempt;
  outside.history.acknowledged += rows;
  if (bytes.empty()) co_return Status::Ok();
  auto deliver = Deliver(outside, house.epochs(), job, token, bytes);
  co_return co_await deliver;
}

// Epoch 2 behind a failed 1 must not take effect: the first names a partition that is not there.
Task<> CommitBehindAFailure(Outside& outside, LogHouse& house, Job& job, Begun attempt) {
  Ctx ctx;
  ports::EpochCommit bad{.token = attempt.last, .attempt = attempt.attempt, .snapshot = "-1", .staged = {}, .outbox = {}};
  bad.token.epoch = job.acknowledged_epoch + 1;
  ports::EpochCommit behind = bad;
  behind.token.epoch += 1;
  bad.staged.push_back({outside.KeyOf(0), BatchOf({"never"})});
  bad.staged.push_back({outside.KeyOf(kPartitions + 5), BatchOf({"never"})});
  behind.staged.push_back({outside.KeyOf(1), BatchOf({"never"})});
  auto first = house.epochs().Commit(ctx, std::move(bad));
  Status failed = co_await first;
  auto second = house.epochs().Commit(ctx, std::move(behind));
  Status refused = co_await second;
  if (failed.ok() || refused.ok()) outside.Violation(StrCat(job.name, ": an epoch behind a failed one: ", failed.ToString(), ", ", refused.ToString()));
  co_return Status::Ok();
}

struct Seen {
  int64_t offset;
  std::string value;
};

Task<std::vector<Seen>> ReadFrom(Outside& outside, LogHouse& house, int partition, int64_t from, int64_t* next) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({outside.KeyOf(partition), data::Offset(from), 3000});
  ports::ReadWait wait;
  auto read = house.log().Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  const ports::LogSlice& slice = slices->front();
  if (!slice.status.ok()) co_return slice.status;
  std::vector<Seen> found;
  for (const auto& bytes : slice.batches) {
    auto view = data::RecordBatchView::Parse(*bytes);
    if (!view.ok()) co_return view.status();
    auto reader = data::RecordReader::Open(*view, 1 << 20);
    if (!reader.ok()) co_return reader.status();
    data::Record record;
    while (reader->Next(record).value()) {
      if (record.offset.get() >= from) found.push_back({record.offset.get(), std::string(record.value.value_or(""))});
    }
  }
  *next = found.empty() ? slice.bounds.end.get() : found.back().offset + 1;
  co_return found;
}

Task<> Look(Outside& outside, LogHouse& house, int partition) {
  Ctx ctx;
  auto ask = house.log().Bounds(ctx, outside.KeyOf(partition));
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  int64_t next = 0;
  auto read = ReadFrom(outside, house, partition, std::max<int64_t>(0, bounds->end.get() - 3), &next);
  auto found = co_await read;
  if (!found.ok()) {
    if (!outside.may_fail(found.code())) outside.Violation(StrCat("a read failed: ", found.ToString()));
    co_return found.status();
  }
  for (const Seen& record : *found) {
    auto [place, is_new] = outside.seen.emplace(std::pair(partition, record.offset), record.value);
    if (!is_new && place->second != record.value) outside.Violation(StrCat("partition ", partition, ": offset ", record.offset, " was '", place->second, "' and is '", record.value, "'"));
  }
  co_return Status::Ok();
}

Task<> ReadAlong(Outside& outside, LogHouse& house) {
  for (int i = 0; i < outside.options.operations * 3; ++i) {
    auto look = Look(outside, house, static_cast<int>(outside.choices.Below(kPartitions)));
    (void)co_await look;
    io::SleepUntil pause(outside.sim.clock().Now() + Microseconds(static_cast<int64_t>(outside.choices.Below(2000))));
    co_await pause;
  }
  co_return Status::Ok();
}

Task<> ProducePlain(Outside& outside, LogHouse& house) {
  for (int i = 0; i < outside.options.operations; ++i) {
    Ctx ctx;
    int partition = static_cast<int>(outside.choices.Below(kPartitions));
    std::string value = StrCat("plain:", outside.plain_values++, ":");
    value.resize(value.size() + outside.choices.Below(8) * 250, '.');  // some go to their segment first
    std::vector<ports::LogAppend> appends;
    appends.push_back({outside.KeyOf(partition), BatchOf({value})});
    auto append = house.log().Append(ctx, std::move(appends));
    auto outcomes = co_await append;
    if (!outcomes.ok()) co_return outcomes.status();
    if (outcomes->front().ok()) outside.plain.emplace(std::pair(partition, outcomes->front()->base_offset.get()), value);
  }
  co_return Status::Ok();
}

Task<> RunJob(Outside& outside, LogHouse& house, Job& job) {
  CO_RETURN_NOT_OK(BeginAttempt(outside, house, job));
  for (int i = 0; i < outside.options.operations; ++i) {
    Begun now = job.attempts.back();
    uint64_t choice = outside.choices.Below(20);
    if (choice == 0) {
      CO_RETURN_NOT_OK(BeginAttempt(outside, house, job));
    } else if (choice < 3 && job.attempts.size() > 1) {
      Begun zombie = job.attempts[outside.choices.Below(job.attempts.size() - 1)];
      auto late = CommitAs(outside, house, job, zombie, true);
      co_await late;
    } else if (choice == 3) {
      auto behind = CommitBehindAFailure(outside, house, job, now);
      co_await behind;
    } else if (choice < 6) {
      io::SleepUntil pause(outside.sim.clock().Now() + Milliseconds(static_cast<int64_t>(outside.choices.Below(4000))));
      co_await pause;
    } else {
      CO_RETURN_NOT_OK(CommitAs(outside, house, job, now, false));
    }
  }
  co_return Status::Ok();
}

// Where each number of each job stands.
using Places = std::map<std::string, std::map<int64_t, int64_t>>;

Task<> ReadEverything(Outside& outside, LogHouse& house, Places* places, bool* has_holes) {
  for (int partition = 0; partition < kPartitions; ++partition) {
    Ctx ctx;
    auto ask = house.log().Bounds(ctx, outside.KeyOf(partition));
    auto bounds = co_await ask;
    if (!bounds.ok()) co_return bounds.status();
    std::map<std::string, int64_t> newest;
    std::map<int64_t, std::string> contents;
    for (int64_t at = 0; at < bounds->end.get();) {
      int64_t next = at + 1;
      auto read = ReadFrom(outside, house, partition, at, &next);
      auto found = co_await read;
      if (!found.ok()) {
        *has_holes = true;
        if (!outside.looks) outside.Violation(StrCat("partition ", partition, ": offset ", at, ": ", found.ToString()));
        ++at;
        continue;
      }
      for (const Seen& record : *found) contents.emplace(record.offset, record.value);
      at = std::max(next, at + 1);
    }
    for (const auto& [offset, value] : contents) {
      std::string owner = value.substr(0, value.find(':'));
      if (owner == "plain") continue;
      if (owner == "never") {
        outside.Violation("rows of a refused epoch are readable");
        continue;
      }
      int64_t number = std::atoll(value.c_str() + owner.size() + 1);
      ++(*places)[owner][number];
      if (newest.count(owner) > 0 && number <= newest[owner]) outside.Violation(StrCat(owner, ": ", number, " after ", newest[owner]));
      newest[owner] = number;
    }
    auto expect = [&](const std::map<std::pair<int, int64_t>, std::string>& known, std::string_view who) {
      for (const auto& [place, value] : known) {
        if (place.first != partition || (outside.looks && contents.count(place.second) == 0)) continue;
        if (contents.count(place.second) == 0 || contents.at(place.second) != value) outside.Violation(StrCat("partition ", partition, ": ", who, " '", value, "' at ", place.second, " is gone"));
      }
    };
    expect(outside.seen, "seen");
    expect(outside.plain, "acknowledged");
  }
  co_return Status::Ok();
}

// Rows and snapshot are of one side: exactly the numbers below the count are there, each once.
Task<> Verify(Outside& outside, LogHouse& house) {
  std::set<std::string> refused;
  for (Job& job : outside.jobs) {
    auto begin = BeginAttempt(outside, house, job);
    Status begun = co_await begin;
    if (!begun.ok()) refused.insert(job.name);
  }
  Places places;
  bool has_holes = false;
  CO_RETURN_NOT_OK(ReadEverything(outside, house, &places, &has_holes));
  for (Job& job : outside.jobs) {
    if (refused.count(job.name) > 0) continue;
    const auto& numbers = places[job.name];
    for (int64_t i = 0; i < job.acknowledged_count; ++i) {
      auto place = numbers.find(i);
      int64_t times = place == numbers.end() ? 0 : place->second;
      bool told = times == 0 && (has_holes || house.log().lost_unknown());
      if (times != 1 && !told) outside.Violation(StrCat(job.name, ": number ", i, " of ", job.acknowledged_count, " stands in the log ", times, " times"));
    }
    for (const auto& [number, times] : numbers) {
      if (number >= job.acknowledged_count) outside.Violation(StrCat(job.name, ": number ", number, " is readable, the snapshot ends at ", job.acknowledged_count));
    }
    if (job.lineages.size() > 1) outside.Violation(StrCat(job.name, ": its lineage has changed"));
    for (const auto& [epoch, bytes] : job.target) {
      if (epoch > job.acknowledged_epoch) outside.Violation(StrCat(job.name, ": the target has epoch ", epoch, " of ", job.acknowledged_epoch));
    }
  }
  co_return Status::Ok();
}

enum class Ending { kWork, kVerify, kLook, kNothing };

Task<> Live(Outside& outside, Ending ending) {
  auto opened = LogHouse::Open(outside.sim, SmallHouse());
  if (!opened.ok() && ending == Ending::kLook) co_return Status::Ok();  // refused by name
  if (!opened.ok()) co_return opened.status();
  LogHouse& house = **opened;
  std::vector<std::shared_ptr<const data::Topic>> topics;
  topics.push_back(outside.topic);
  CO_RETURN_NOT_OK(house.Begin(topics));
  if (ending == Ending::kWork || ending == Ending::kVerify) {
    io::TaskGroup group(outside.sim.loop(0), "jobs");
    for (Job& job : outside.jobs) group.Spawn(io::Lane::kNormal, RunJob(outside, house, job));
    group.Spawn(io::Lane::kNormal, ReadAlong(outside, house));
    group.Spawn(io::Lane::kNormal, ProducePlain(outside, house));
    auto ended = group.Close();
    co_await ended;
  }
  if (ending == Ending::kVerify || ending == Ending::kLook) {
    CO_RETURN_NOT_OK(Verify(outside, house));
  }
  auto close = house.Close();
  co_return co_await close;
}

}  // namespace

History RunEpochHistory(const HistoryOptions& options) {
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
    int64_t in_flight = std::exchange(outside.history.in_flight, 0);
    Status lived = sim.Run(Live(outside, is_last ? Ending::kVerify : Ending::kWork));
    outside.history.in_flight = in_flight + (sim.crashed() ? outside.history.in_flight : 0);
    sim.disk().ClearFaults();
    if (sim.crashed()) {
      ++outside.history.crashes;
    } else if (!lived.ok() && !outside.faults_on) {
      outside.Violation(StrCat("life ", life, " ended: ", lived.ToString()));
      break;
    }
    if (sim.crashed()) sim.Restart();
    else if (!is_last) sim.disk().Crash(sim.random());
  }
  if (!outside.history.violations.empty()) {
    outside.history.log = sim.sink().lines();
    outside.history.log.push_back("faults:" + outside.faults);
  }
  outside.history.trace_hash = sim.trace_hash();
  outside.history.steps = sim.steps();
  outside.history.virtual_ms = sim.clock().Now().ns / 1000000;
  return outside.history;
}

History RunRottenEpochHistory(const HistoryOptions& options) {
  SimEnv sim({.seed = options.seed, .virtual_time_max = Seconds(3600)});
  Outside outside(options, sim);
  for (int life = 0; life < 2; ++life) {
    Status lived = sim.Run(Live(outside, Ending::kWork));
    if (!lived.ok()) outside.Violation(StrCat("a quiet life ended: ", lived.ToString()));
  }
  Status reopened = sim.Run(Live(outside, Ending::kNothing));  // a new journal file: everything before it was promised
  if (!reopened.ok()) outside.Violation(StrCat("a restart failed: ", reopened.ToString()));
  std::string what = RotSomewhere(sim, outside.choices);
  outside.looks = true;
  Status looked = sim.Run(Live(outside, Ending::kLook));
  if (!looked.ok()) outside.Violation(StrCat("the look ended: ", looked.ToString()));
  if (!outside.history.violations.empty()) outside.history.log = sim.sink().lines();
  for (std::string& violation : outside.history.violations) violation += what;
  return outside.history;
}

}  // namespace freshet::testing
