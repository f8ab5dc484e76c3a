#include <cerrno>

#include "engines/journal/test_journal.h"

namespace freshet::journal {
namespace {

using testing::FsCall;

Task<> FillTheDisk(SimEnv& sim, Status* refused, Status* control, Status* resumed, std::string* lacks_room) {
  Notes notes;
  JournalOptions options = Options();
  options.disk_reserve_bytes = 64 << 10;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  CO_RETURN_NOT_OK(SubmitOne(**journal, "before", nullptr));
  auto note = [&] { *lacks_room += (*journal)->lacks_room() ? "yes " : "no "; };
  note();
  sim.disk().set_capacity(1);
  io::SleepUntil notice(sim.clock().Now() + Seconds(3));
  co_await notice;
  note();
  auto one = SubmitOne(**journal, "data", nullptr);
  *refused = co_await one;
  Ctx ctx;
  std::vector<std::string> texts;
  texts.push_back("trim");
  auto submit = (*journal)->Submit(ctx, UnitOf(std::move(texts), data::RecordType::kLogTrim));
  auto submitted = co_await submit;
  *control = submitted.status();
  sim.disk().set_capacity(int64_t{1} << 40);
  io::SleepUntil room(sim.clock().Now() + Seconds(3));
  co_await room;
  note();
  auto two = SubmitOne(**journal, "again", nullptr);
  *resumed = co_await two;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, RefusesNewDataOnAFullDiskAndResumesWithoutARestart) {
  SimEnv sim;
  Status refused, control, resumed;
  std::string lacks_room;

  Status run = sim.Run(FillTheDisk(sim, &refused, &control, &resumed, &lacks_room));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_EQ(refused.code(), Code::kDiskFull);
  EXPECT_TRUE(control.ok()) << control.ToString();
  EXPECT_TRUE(resumed.ok()) << resumed.ToString();
  EXPECT_EQ(lacks_room, "no yes no ");
}

// The next file is needed and there is no room for it: what was queued keeps its place.
Task<> HoldAGroup(SimEnv& sim, int64_t* told, int64_t* told_while_full) {
  Notes notes;
  JournalOptions options = Options();
  options.disk_reserve_bytes = 0;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  sim.disk().Fail(FsCall::kOpen, "prepared", ENOSPC, 1, 1000);
  sim.disk().Fail(FsCall::kOpen, "fresh", ENOSPC, 1, 1000);
  io::TaskGroup group(sim.loop(0), "writer");
  group.Spawn(io::Lane::kNormal, SubmitMany(**journal, 200, 700, told));
  io::SleepUntil stuck(sim.clock().Now() + Seconds(5));
  co_await stuck;
  *told_while_full = *told;
  sim.disk().ClearFaults();
  auto ended = group.Close();
  co_await ended;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, HoldsAGroupWhileThereIsNoRoomForTheNextFile) {
  SimEnv sim;
  int64_t told = 0;
  int64_t told_while_full = 0;

  Status run = sim.Run(HoldAGroup(sim, &told, &told_while_full));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_LT(told_while_full, 60);
  EXPECT_GT(told_while_full, 10);
  EXPECT_GE(told, told_while_full);
  auto read = sim.Run(ReadBack(sim));
  EXPECT_GE(static_cast<int64_t>(read->texts.size()), told);
  EXPECT_EQ(read->recovery.damaged, 0);
}

// Its checkpoint waits for whatever was queued before it.
class Fenced final : public Notes {
 public:
  Fenced(SimEnv& sim, const int64_t& told) : sim_(sim), told_(told) {}
  Task<> Flush(Ctx, data::Position up_to) override {
    MonoTime until = sim_.clock().Now() + Seconds(60);
    for (int64_t fence = told_ + 1; told_ < fence;) {  // one is under way
      if (sim_.clock().Now() > until) co_return Fault::Unavailable("waited in vain");
      io::SleepUntil nap(sim_.clock().Now() + Milliseconds(10));
      co_await nap;
    }
    durable = up_to;
    co_return Status::Ok();
  }

 private:
  SimEnv& sim_;
  const int64_t& told_;
};

Task<> HoldAGroupBehindACheckpoint(SimEnv& sim, Duration* resumed_after) {
  int64_t told = 0;
  Fenced notes(sim, told);
  JournalOptions options = Options();
  options.disk_reserve_bytes = 0;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  sim.disk().Fail(FsCall::kOpen, "prepared", ENOSPC, 1, 1000);
  sim.disk().Fail(FsCall::kOpen, "fresh", ENOSPC, 1, 1000);
  io::TaskGroup group(sim.loop(0), "writer");
  group.Spawn(io::Lane::kNormal, SubmitMany(**journal, 200, 700, &told));
  io::SleepUntil stuck(sim.clock().Now() + Seconds(10));
  co_await stuck;
  int64_t told_while_full = told;
  MonoTime room = sim.clock().Now();
  sim.disk().ClearFaults();
  while (told == told_while_full) {
    io::SleepUntil nap(sim.clock().Now() + Milliseconds(10));
    co_await nap;
  }
  *resumed_after = sim.clock().Now() - room;
  auto ended = group.Close();
  co_await ended;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, GoesOnWhenThereIsRoomAlsoWhileACheckpointWaitsForWhatIsHeld) {
  SimEnv sim;
  Duration resumed_after;

  Status run = sim.Run(HoldAGroupBehindACheckpoint(sim, &resumed_after));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_LT(resumed_after.ms(), 5000);
}

TEST(FileJournal, LeavesNoFileBehindForWhichThereWasNoRoom) {
  for (FsCall call : {FsCall::kWrite, FsCall::kSync}) {
    for (int nth : {1, 2}) {  // the zeros, and the header
      SimEnv sim;
      Notes notes;
      sim.disk().Fail(call, "fresh.tmp", ENOSPC, nth);

      auto opened = FileJournal::Open(sim, Options(), {&notes});

      if (opened.ok()) continue;  // there are not so many calls
      EXPECT_EQ(opened.code(), Code::kDiskFull);
      EXPECT_FALSE(sim.disk().Exists(std::string(kDirectory) + "/fresh.tmp").value());
    }
  }
}

// As a log whose segment could not be synced.
class Unflushed final : public Notes {
 public:
  Task<> Flush(Ctx, data::Position) override { co_return Fault::IoError("a segment could not be synced; restart"); }
};

Task<> FillTheBacklog(SimEnv& sim, Status* refused) {
  Unflushed notes;
  JournalOptions options = Options();
  options.disk_reserve_bytes = 0;
  options.checkpoint_bytes = 16 << 10;
  options.backlog_bytes_max = 64 << 10;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  for (int i = 0; i < 200 && refused->ok(); ++i) {
    auto submit = SubmitMany(**journal, 1, 1000, nullptr);
    *refused = co_await submit;
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(100));
    co_await pause;
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, SaysWhyItsBacklogIsFull) {
  SimEnv sim;
  Status refused;

  Status run = sim.Run(FillTheBacklog(sim, &refused));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_EQ(refused.ToString(), "exhausted: the journal's backlog is at its bound of 65536 bytes, and no checkpoint could be made: a segment could not be synced; restart");
}

}  // namespace
}  // namespace freshet::journal
