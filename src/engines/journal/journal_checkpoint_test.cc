#include <cerrno>

#include "engines/journal/test_journal.h"
#include "testing/crash_states.h"

namespace freshet::journal {
namespace {

using testing::FsCall;

Task<> CheckpointAndGoOn(SimEnv& sim, Notes& notes, int rounds, int64_t* files_max, int64_t* told, int units = 80) {
  auto journal = FileJournal::Open(sim, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int round = 0; round < rounds; ++round) {
    CO_RETURN_NOT_OK(SubmitMany(**journal, units, 700, told));
    CO_RETURN_NOT_OK((*journal)->Checkpoint(ctx));
    auto entries = sim.disk().List(kDirectory);
    *files_max = std::max(*files_max, static_cast<int64_t>(entries->size()));
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

Task<> ReplayAndBeIdle(SimEnv& sim, Notes& notes, int64_t* replayed, int64_t* left) {
  JournalOptions options = Options();
  options.checkpoint_bytes = 40 << 10;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  *replayed = (*journal)->backlog_bytes();
  io::SleepUntil idle(sim.clock().Now() + Seconds(5));
  co_await idle;
  *left = (*journal)->backlog_bytes();
  auto close = (*journal)->Close();
  co_return co_await close;
}

// Or who is killed every minute would replay a minute more each time.
TEST(FileJournal, MakesACheckpointOfWhatItReplayed) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 80, 700, &told)).ok());
  Notes notes;
  int64_t replayed = 0;
  int64_t left = -1;

  ASSERT_TRUE(sim.Run(ReplayAndBeIdle(sim, notes, &replayed, &left)).ok());

  EXPECT_GT(replayed, 50'000);
  EXPECT_EQ(left, 0);
}

// A projection that takes its time.
class Slow final : public ports::Projection {
 public:
  explicit Slow(SimEnv& sim) : sim_(sim) {}
  std::string_view name() const override { return "slow"; }
  Status Apply(const data::FrameView&) override { return {}; }
  Status ApplyDamage(const data::Damage&) override { return {}; }
  Task<> Flush(Ctx, data::Position up_to) override {
    io::SleepUntil writes(sim_.clock().Now() + Seconds(4));
    co_await writes;
    durable = up_to;
    ++flushes;
    co_return Status::Ok();
  }
  data::Position DurablePosition() const override { return durable; }

  data::Position durable{0};
  int flushes = 0;

 private:
  SimEnv& sim_;
};

Task<> WriteWhileItFlushes(SimEnv& sim, Slow& slow) {
  JournalOptions options = Options();
  options.checkpoint_bytes = 20 << 10;
  auto journal = FileJournal::Open(sim, options, {&slow});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  for (int i = 0; i < 300; ++i) {  // 30 s, 10 KiB each
    CO_RETURN_NOT_OK(SubmitMany(**journal, 10, 100, nullptr));
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(100));
    co_await pause;
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, BeginsACheckpointAtOnceWhenOneIsDueAfterTheLast) {
  SimEnv sim;
  Slow slow(sim);

  ASSERT_TRUE(sim.Run(WriteWhileItFlushes(sim, slow)).ok());

  EXPECT_GE(slow.flushes, 6);  // 4 s each, and a tick between two
}

// A projection that holds a unit back at its first flush: it was not whole yet.
class Held final : public Notes {
 public:
  Task<> Flush(Ctx, data::Position up_to) override {
    durable = ++flushes == 1 ? data::Position(up_to.get() / 2) : up_to;
    co_return Status::Ok();
  }
  int flushes = 0;
};

Task<> WriteAndBeIdle(SimEnv& sim, Held& held, int64_t* left) {
  JournalOptions options = Options();
  options.checkpoint_interval = Seconds(10);
  auto journal = FileJournal::Open(sim, options, {&held});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  CO_RETURN_NOT_OK(SubmitMany(**journal, 100, 700, nullptr));
  io::SleepUntil idle(sim.clock().Now() + Seconds(100));
  co_await idle;
  *left = (*journal)->backlog_bytes();
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, MakesACheckpointOfWhatWasHeldBackAndThenRests) {
  SimEnv sim;
  Held held;
  int64_t left = -1;

  ASSERT_TRUE(sim.Run(WriteAndBeIdle(sim, held, &left)).ok());

  EXPECT_EQ(left, 0);
  EXPECT_EQ(held.flushes, 2);
}

// A projection whose files cannot be written.
class Stuck final : public ports::Projection {
 public:
  std::string_view name() const override { return "stuck"; }
  Status Apply(const data::FrameView&) override { return {}; }
  Status ApplyDamage(const data::Damage&) override { return {}; }
  Task<> Flush(Ctx, data::Position) override { co_return Fault::IoError("its disk is gone"); }
  data::Position DurablePosition() const override { return data::Position(0); }
};

Task<> CheckpointInVain(SimEnv& sim, int64_t* told) {
  Stuck stuck;
  auto journal = FileJournal::Open(sim, Options(), {&stuck});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int round = 0; round < 3; ++round) {
    CO_RETURN_NOT_OK(SubmitMany(**journal, 80, 700, told));
    auto checkpoint = (*journal)->Checkpoint(ctx);
    Status done = co_await checkpoint;
    EXPECT_EQ(done.code(), Code::kIoError);
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, KeepsEveryFileThatAProjectionHasNotMadeDurable) {
  SimEnv sim;
  int64_t told = 0;

  ASSERT_TRUE(sim.Run(CheckpointInVain(sim, &told)).ok());
  auto read = sim.Run(ReadBack(sim));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->texts.size(), static_cast<size_t>(told));
}

TEST(FileJournal, RecyclesFilesBelowEveryProjection) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;

  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told)).ok());
  Notes rest;
  rest.durable = notes.durable;

  EXPECT_LE(files_max, 6);
  ASSERT_TRUE(sim.Run(ReplayInto(sim, rest)).ok());
  EXPECT_TRUE(rest.texts.empty());
  EXPECT_FALSE(sim.sink().Contains("the journal ends before"));
}

TEST(FileJournal, WritesNoMoreZerosOnceItHasFilesToUseAgain) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;
  int two_files = 150;  // from one checkpoint to the next
  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 6, &files_max, &told, two_files)).ok());
  sim.disk().Fail(FsCall::kOpen, ".tmp", ENOSPC, 1, 1000);  // where zeros are written

  Status went_on = sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told, two_files));

  EXPECT_TRUE(went_on.ok()) << went_on.ToString();
  EXPECT_EQ(told, 18 * two_files);
}

TEST(FileJournal, TellsWhenAFileThatItsCheckpointsReachIntoIsMissing) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told)).ok());
  for (const io::Entry& entry : sim.disk().List(kDirectory).value()) ASSERT_TRUE(sim.disk().Remove(StrCat(kDirectory, "/", entry.name)).ok());
  Notes rest;
  rest.durable = notes.durable;

  ASSERT_TRUE(sim.Run(ReplayInto(sim, rest)).ok());

  EXPECT_TRUE(sim.sink().Contains("the journal ends before the position up to which its checkpoints hold everything"));
}

// A recycled file still holds frames of its earlier use; a crash makes them the next bytes after the end.
// A process may end between the new name of a file that waits and the sync of it: a start uses the file only when the old name is gone for good.
TEST(FileJournal, UsesNoFileWhoseOldNameMayComeBack) {
  SimEnv sim;
  std::string old_name = StrCat(kDirectory, "/00000000000000000000.jnl");
  ASSERT_TRUE(sim.disk().CreateDirectories(kDirectory).ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), old_name, std::string((64 << 10) + 4096, 'o')).ok());
  ASSERT_TRUE(sim.disk().Rename(old_name, StrCat(kDirectory, "/prepared.0")).ok());
  Notes notes;
  notes.durable = data::Position(70'000);
  testing::CrashStates states(sim.disk());
  Status lived = sim.Run(ReplayInto(sim, notes));
  ASSERT_TRUE(lived.ok()) << lived.ToString();
  states.Stop();
  int64_t used = 0;

  testing::CrashReport report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    testing::FaultFs disk(state.disk);
    auto old_file = io::ReadWhole(disk, old_name, 1 << 20);
    if (old_file.code() == Code::kNotFound) ++used;
    return !old_file.ok() || old_file->starts_with("oooo") ? "" : state.story;
  });

  EXPECT_GT(used, 0);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

TEST(FileJournal, NeverReadsStaleBytesOfARecycledFile) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SimEnv sim({.seed = seed});
    Notes notes;
    int64_t files_max = 0;
    int64_t told = 0;
    sim.CrashAtChange(60 + static_cast<int64_t>(seed) * 17);
    (void)sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told));
    sim.Restart();
    data::Position from = notes.durable;
    Notes rest;
    rest.durable = from;

    Status opened = sim.Run(ReplayInto(sim, rest));

    ASSERT_TRUE(opened.ok()) << opened.ToString();
    for (size_t i = 1; i < rest.texts.size(); ++i) {
      int64_t before = std::atoll(rest.texts[i - 1].c_str());
      int64_t after = std::atoll(rest.texts[i].c_str());
      EXPECT_EQ(after, (before + 1) % 80) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace freshet::journal
