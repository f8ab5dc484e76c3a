#include <gtest/gtest.h>

#include <map>

#include "data/record_batch.h"
#include "log/epoch_history.h"
#include "log/log_house.h"
#include "testing/begun.h"
#include "testing/crash_states.h"
#include "testing/sim_env.h"

// Epochs and the power. A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has
// nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::testing {
namespace {

constexpr int kPartitions = 2;

// What an epoch store can be asked to do, one letter each: s small snapshot, l large one (state file) and large rows (segments), a a large one that adds to what is
// there, z an old attempt tries, b a new attempt begins, d the oldest outbox entry is delivered, c checkpoint, f the pipeline is forgotten.
constexpr std::string_view kLetters = "slazbdc";
constexpr std::string_view kLettersOfForgetting = "slcfd";

// Everything that was told, as simple as it can be.
struct Told {
  int64_t attempt = 0;
  int64_t epoch = 0;
  std::map<int64_t, std::string> outboxes;   // not delivered
  std::map<int64_t, std::string> snapshots;  // by epoch
  int64_t grown_by = 0;                      // the attempt that the newest one is of
  int64_t rows = 0;                          // epochs whose rows are in the log, of all lineages
  std::string lineage;                       // "": the pipeline has not begun since it was forgotten
};

struct Bench {
  std::unique_ptr<LogHouse> house;
  Begun start;
  Begun old;
  Told told;
  Told tried;                 // after the operation under way
  std::vector<std::pair<Told, Told>> marks;  // told and tried, at each moment
};

std::shared_ptr<const data::Topic> Topic() {
  return std::make_shared<const data::Topic>(data::Topic{
      .id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff").value(), .name = "results", .partitions = kPartitions, .configs = {}, .log = {}});
}
data::PartitionKey Key(int partition) { return {Topic()->id, data::PartitionId(partition)}; }

std::string BatchOf(const std::string& value) {
  data::RecordBatchBuilder builder(data::RecordBatchBuilder::Options{});
  builder.Add(1000, std::nullopt, value);
  return builder.Finish(data::kNoSequence).value();
}

LogHouseOptions Options() {
  LogHouseOptions options;
  options.journal.file_bytes = 16 << 10;
  options.journal.unprepared_bytes = 12 << 10;
  options.epochs.inline_bytes_max = 100;
  options.log.joint_inline_bytes = 1000;  // the rows of a large epoch pass through segments
  return options;
}

Task<> OpenHouse(SimEnv& sim, Bench& bench) {
  auto opened = LogHouse::Open(sim, Options());
  if (!opened.ok()) co_return opened.status();
  bench.house = std::move(opened).value();
  std::vector<std::shared_ptr<const data::Topic>> topics;
  topics.push_back(Topic());
  CO_RETURN_NOT_OK(bench.house->Begin(topics));
  co_return Status::Ok();
}

Task<> CloseHouse(Bench& bench) {
  auto close = bench.house->Close();
  Status closed = co_await close;
  bench.house.reset();
  co_return closed;
}

Task<> BeginAttempt(Bench& bench) {
  Ctx ctx;
  bench.old = bench.start;
  bench.tried.attempt = bench.told.attempt + 1;
  auto begin = BeginWhole(&bench.house->epochs(), ctx, "job");
  auto start = co_await begin;
  if (!start.ok()) co_return start.status();
  bench.start = *start;
  bench.tried.attempt = start->attempt;
  bench.tried.lineage = start->last.lineage.ToString();
  bench.told = bench.tried;
  co_return Status::Ok();
}

Task<> CommitAs(Bench& bench, Begun as, char letter) {
  Ctx ctx;
  bool is_large = letter != 's';
  int64_t epoch = bench.told.epoch + 1;
  bool is_zombie = as.attempt != bench.start.attempt;
  ports::EpochCommit commit{.token = as.last, .attempt = as.attempt, .snapshot = StrCat("epoch ", epoch, " of ", as.attempt), .staged = {}, .outbox = {}};
  commit.token.epoch = epoch;
  if (is_large) commit.snapshot.resize(500, '.');
  commit.adds = letter == 'a' && bench.told.grown_by == as.attempt;
  std::string padding(is_large ? 700 : 0, '.');
  for (int i = 0; i < kPartitions; ++i) commit.staged.push_back({Key(i), BatchOf(StrCat("row of ", epoch, " by ", as.attempt, padding))});
  commit.outbox.push_back({"lake", StrCat("files of ", epoch)});
  if (!is_zombie) {
    bench.tried = bench.told;
    bench.tried.epoch = epoch;
    ++bench.tried.rows;
    bench.tried.snapshots[epoch] = (commit.adds ? bench.told.snapshots[epoch - 1] : "") + commit.snapshot;
    bench.tried.grown_by = as.attempt;
    bench.tried.outboxes[epoch] = StrCat("files of ", epoch);
  }
  if (letter == 'a') {  // in pieces
    auto keep = bench.house->epochs().Keep(ctx, commit.token, commit.attempt, commit.adds, commit.snapshot.substr(0, 200));
    Status kept = co_await keep;
    if (!kept.ok()) co_return kept;
    commit.snapshot.erase(0, 200);
  }
  auto run = bench.house->epochs().Commit(ctx, std::move(commit));
  Status committed = co_await run;
  if (is_zombie && committed.code() == Code::kFenced) co_return Status::Ok();
  if (is_zombie) co_return Fault::Internal("an old attempt got ", committed.ToString());
  if (!committed.ok()) co_return committed;
  bench.told = bench.tried;
  co_return Status::Ok();
}

Task<> DeliverOldest(Bench& bench) {
  if (bench.told.outboxes.empty()) co_return Status::Ok();
  Ctx ctx;
  ports::EpochToken token = bench.start.last;
  token.epoch = bench.told.outboxes.begin()->first;
  bench.told.outboxes.erase(token.epoch);  // from here on it may or may not come back
  bench.tried = bench.told;
  CO_RETURN_NOT_OK(bench.house->epochs().Delivered(ctx, token));
  co_return Status::Ok();
}

// Whatever it owes is let go.
Task<> Forget(Bench& bench) {
  if (bench.told.lineage.empty()) co_return Status::Ok();
  bench.tried = {.attempt = bench.told.attempt, .rows = bench.told.rows};
  CO_RETURN_NOT_OK(bench.house->epochs().Forget(Ctx(), "job", bench.told.attempt, true));
  bench.told = bench.tried;
  bench.old = bench.start = {};
  co_return Status::Ok();
}

Task<> Do(Bench& bench, char letter) {
  Ctx ctx;
  bool begins = bench.told.lineage.empty() && letter != 'c' && letter != 'f';
  if (begins) {
    CO_RETURN_NOT_OK(BeginAttempt(bench));
  }
  if (letter == 's' || letter == 'l' || letter == 'a') {
    CO_RETURN_NOT_OK(CommitAs(bench, bench.start, letter));
  } else if (letter == 'z' && bench.old.attempt > 0) {
    CO_RETURN_NOT_OK(CommitAs(bench, bench.old, 'l'));
  } else if (letter == 'b') {
    CO_RETURN_NOT_OK(BeginAttempt(bench));
  } else if (letter == 'd') {
    CO_RETURN_NOT_OK(DeliverOldest(bench));
  } else if (letter == 'f') {
    CO_RETURN_NOT_OK(Forget(bench));
  } else if (letter == 'c') {
    CO_RETURN_NOT_OK(bench.house->journal().Checkpoint(ctx));
  }
  bench.told = bench.tried;
  co_return Status::Ok();
}

Task<> DoAll(Bench& bench, std::string letters) {
  CO_RETURN_NOT_OK(BeginAttempt(bench));
  for (char letter : letters) {
    CO_RETURN_NOT_OK(Do(bench, letter));
  }
  co_return Status::Ok();
}

Task<> Live(SimEnv& sim, Bench& bench, std::string letters) {
  CO_RETURN_NOT_OK(OpenHouse(sim, bench));
  auto all = DoAll(bench, std::move(letters));
  Status done = co_await all;
  CO_RETURN_NOT_OK(CloseHouse(bench));
  co_return done;
}

Task<std::vector<std::string>> RowsOf(LogHouse& house, int partition) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({Key(partition), data::Offset(0)});
  ports::ReadWait wait;
  auto read = house.log().Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  if (!slices->front().status.ok()) co_return slices->front().status;
  std::vector<std::string> rows;
  for (const auto& bytes : slices->front().batches) {
    auto view = data::RecordBatchView::Parse(*bytes);
    auto reader = data::RecordReader::Open(*view, 1 << 20);
    data::Record record;
    while (reader->Next(record).value()) rows.emplace_back(record.value.value_or(""));
  }
  co_return rows;
}

// The house comes back at what was told, or at what was being done when the power went, whole in either case.
Task<> ExpectOneSide(Bench& bench, const Told& told, const Told& tried, std::string* wrong) {
  Ctx ctx;
  auto begin = BeginWhole(&bench.house->epochs(), ctx, "job");
  auto start = co_await begin;
  if (!start.ok()) co_return start.status();
  int64_t epoch = start->last.epoch;
  const Told& side = epoch == tried.epoch ? tried : told;
  if (epoch != told.epoch && epoch != tried.epoch) *wrong += StrCat("epoch ", epoch, ", told was ", told.epoch, "; ");
  std::string lineage = start->last.lineage.ToString();
  bool is_known = lineage == told.lineage || lineage == tried.lineage;
  bool may_be_new = told.lineage.empty() || tried.lineage.empty();
  if (!is_known && !may_be_new) *wrong += "it began anew; ";
  if (is_known && start->attempt <= told.attempt) *wrong += StrCat("attempt ", start->attempt, " was given before; ");
  if (epoch > 0 && side.snapshots.count(epoch) > 0 && start->snapshot != side.snapshots.at(epoch)) *wrong += StrCat("the snapshot is '", start->snapshot, "'; ");
  std::map<int64_t, std::string> left;
  for (const auto& [token, entry] : start->undelivered) left[token.epoch] = entry.bytes;
  for (const auto& [at, bytes] : side.outboxes) {
    if (at <= epoch && left[at] != bytes) *wrong += StrCat("the outbox of epoch ", at, " is lost; ");
  }
  for (int i = 0; i < kPartitions; ++i) {
    auto read = RowsOf(*bench.house, i);
    auto rows = co_await read;
    if (!rows.ok()) co_return rows.status();
    if (static_cast<int64_t>(rows->size()) != side.rows) *wrong += StrCat("partition ", i, " has rows of ", rows->size(), " epochs, the snapshot is of ", side.rows, "; ");
  }
  co_return Status::Ok();
}

Task<> Reopen(SimEnv& sim, const Told& told, const Told& tried, std::string* wrong) {
  Bench bench;
  CO_RETURN_NOT_OK(OpenHouse(sim, bench));
  auto expect = ExpectOneSide(bench, told, tried, wrong);
  Status looked = co_await expect;
  CO_RETURN_NOT_OK(CloseHouse(bench));
  co_return looked;
}

std::string CheckOneSide(const DiskImage& disk, const Told& told, const Told& tried) {
  SimEnv after;
  after.disk().Load(disk);
  std::string wrong;
  Status ran = after.Run(Reopen(after, told, tried, &wrong));
  return ran.ok() ? wrong : wrong + ran.ToString();
}

void ExpectAllCutsHold(const std::string& letters, int64_t* states_tried) {
  SimEnv sim;
  Bench bench;
  CrashStates states(sim.disk(), [&bench] {
    bench.marks.emplace_back(bench.told, bench.tried);
    return static_cast<int64_t>(bench.marks.size()) - 1;
  });
  Status lived = sim.Run(Live(sim, bench, letters));
  states.Stop();
  ASSERT_TRUE(lived.ok()) << letters << ": " << lived.ToString();

  CrashReport report = states.ForEach(
      [&bench](const CrashState& state) {
        const auto& [told, tried] = bench.marks[static_cast<size_t>(state.mark)];
        return CheckOneSide(state.disk, told, tried);
      },
      8);

  *states_tried += report.states;
  ASSERT_EQ(report.violations, std::vector<std::string>()) << letters;
}

// All histories of up to three operations, the power cut at every file call, several fates of what was not synced.
TEST(EpochCrash, EveryShortHistoryComesBackWhole) {
  int64_t states = 0;
  for (char first : kLetters) {
    for (char second : kLetters) {
      for (char third : kLetters) ExpectAllCutsHold({first, second, third}, &states);
    }
  }

  EXPECT_GT(states, 10'000);
}

// The same with a pipeline that is forgotten, and whose name may be taken again.
TEST(EpochCrash, EveryShortHistoryOfForgettingComesBackWhole) {
  int64_t states = 0;
  for (char first : kLettersOfForgetting) {
    for (char second : kLettersOfForgetting) {
      for (char third : kLettersOfForgetting) {
        std::string letters = {'l', first, second, third, 's'};
        if (letters.find('f') != std::string::npos) ExpectAllCutsHold(letters, &states);
      }
    }
  }

  EXPECT_GT(states, 2'000);
}

// The named ends of docs/formats/epochs.md, each by its name: the second commit, with a state file, ends there.
class NamedEnd : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NamedEnd, LeavesOneSide) {
  for (int passage = 1; passage <= 3; ++passage) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      SimEnv sim({.seed = seed});
      Bench bench;
      sim.CrashAtPoint(std::string(GetParam()), passage);

      Status lived = sim.Run(Live(sim, bench, "lclabzlacdfclfs"));

      if (!sim.crashed()) {
        EXPECT_TRUE(lived.ok() && passage > 1) << GetParam() << " was not reached: " << lived.ToString();
        continue;
      }
      sim.Restart();
      std::string wrong = CheckOneSide(sim.disk().image(), bench.told, bench.tried);
      EXPECT_EQ(wrong, "") << GetParam() << " passage " << passage << " seed " << seed;
      bench.house.release();  // its tasks are left where they are
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, NamedEnd,
                         ::testing::Values("epochs.before_state_file", "epochs.state_file_unsynced", "epochs.state_file_without_name", "epochs.after_state_file", "epochs.before_commit",
                                           "epochs.after_commit", "epochs.before_forget", "epochs.after_forget", "epochs.forgotten", "epochs.before_checkpoint", "epochs.after_checkpoint", "log.before_joint_write", "log.after_joint_write",
                                           "log.before_joint_unit",
                                           "log.after_joint_unit", "journal.before_sync", "journal.after_sync"),
                         [](const auto& info) {
                           std::string name(info.param);
                           for (char& letter : name) letter = letter == '.' ? '_' : letter;
                           return name;
                         });

std::string LogOf(const History& history) {
  std::string out;
  for (const std::string& line : history.log) out += line + "\n";
  return out;
}

TEST(EpochHistory, KeepsItsPromisesOverCrashes) {
  int64_t crashes = 0;
  int64_t acknowledged = 0;
  int64_t in_flight = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    History history = RunEpochHistory({.seed = seed});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
    crashes += history.crashes;
    acknowledged += history.acknowledged;
    in_flight += history.in_flight;
  }

  EXPECT_GT(crashes, 200);
  EXPECT_GT(acknowledged, 5000);
  EXPECT_GT(in_flight, 50);
}

TEST(EpochHistory, KeepsItsPromisesWhenCallsFail) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    History history = RunEpochHistory({.seed = seed, .failing_calls = true});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
  }
}

TEST(EpochHistory, GoesOnOrRefusesAfterRot) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    History history = RunRottenEpochHistory({.seed = seed, .operations = 20});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
  }
}

// One pipeline's new file cannot be named for certain, and with it goes the name of another's, whose own sync is well.
TEST(EpochHistory, LosesNoStateFileBesideOneThatCouldNotBeNamed) {
  History history = RunEpochHistory({.seed = 103158, .lives = 5, .clients = 3, .failing_calls = true});

  EXPECT_EQ(history.violations, std::vector<std::string>());
}

TEST(EpochHistory, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_EQ(RunEpochHistory({.seed = seed}).trace_hash, RunEpochHistory({.seed = seed}).trace_hash);
  }
}

}  // namespace
}  // namespace freshet::testing
