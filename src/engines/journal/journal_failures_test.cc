#include <cerrno>

#include "engines/journal/test_journal.h"
#include "testing/crash_states.h"
#include "testing/figure.h"

namespace freshet::journal {
namespace {

using testing::FsCall;

// All ends of a disk for a short history of units: nothing told is lost, nothing is half there, nothing is out of order.
testing::CrashReport EnumerateUnits(int units) {
  SimEnv sim;
  int64_t told = 0;
  (void)sim.Run(SubmitPairs(sim, 1, &told));
  told = 0;
  testing::CrashStates states(sim.disk(), [&] { return told; });
  (void)sim.Run(SubmitPairs(sim, units, &told));
  states.Stop();
  return states.ForEach([](const testing::CrashState& state) -> std::string {
    std::vector<std::string> first;
    for (int life = 0; life < 2; ++life) {  // recovered again, it is the same
      SimEnv after({.seed = 7});
      after.disk().Load(state.disk);
      auto read = after.Run(ReadBack(after));
      if (!read.ok()) return read.ToString();
      if (read->recovery.damaged > 0) return "damage where a power cut was";
      int64_t whole = static_cast<int64_t>(read->texts.size()) - 3;
      if (whole % 3 != 0) return StrCat("half a unit: ", read->texts.size(), " frames");
      if (whole / 3 < state.mark) return StrCat("told ", state.mark, ", found ", whole / 3);
      for (int64_t i = 0; i < whole; ++i) {
        if (!read->texts[static_cast<size_t>(i + 3)].starts_with(StrCat(i / 3, ".", i % 3, " "))) return "out of order";
      }
      if (life == 1 && read->texts != first) return "a second recovery differs";
      first = read->texts;
    }
    return "";
  }, 512);
}

TEST(FileJournal, LosesNothingToldInAnyCrashStateOfAShortHistory) {
  testing::CrashReport report = EnumerateUnits(3);

  testing::PrintFigure("F3, units of the journal: ", report.states, " disks that ", report.cuts, " moments of a power cut can leave, each recovered twice; ", report.violations.size(), " broke a promise");
  EXPECT_GT(report.states, 50);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

Task<> FailOnce(SimEnv& sim, FsCall call, Status* first, Status* second, Status* third) {
  Notes notes;
  auto journal = FileJournal::Open(sim, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  CO_RETURN_NOT_OK(SubmitOne(**journal, "before", nullptr));
  sim.disk().Fail(call, kDirectory, EIO);
  auto one = SubmitOne(**journal, "during", nullptr);
  *first = co_await one;
  auto two = SubmitOne(**journal, "after", nullptr);
  *second = co_await two;
  auto three = SubmitOne(**journal, "later", nullptr);
  *third = co_await three;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, StopsEveryWriteAfterTheFirstFailure) {
  for (FsCall call : {FsCall::kWrite, FsCall::kSync}) {
    SimEnv sim;
    Status first, second, third;

    ASSERT_TRUE(sim.Run(FailOnce(sim, call, &first, &second, &third)).ok());

    EXPECT_EQ(first.code(), Code::kIoError);
    EXPECT_EQ(second.code(), Code::kUnavailable);
    EXPECT_EQ(third.code(), Code::kUnavailable);
    sim.disk().ClearFaults();
    sim.disk().Crash(sim.random());
    auto read = sim.Run(ReadBack(sim));
    ASSERT_GE(read->texts.size(), 1u);
    EXPECT_EQ(read->texts[0], "before");
    EXPECT_LE(read->texts.size(), 2u);
  }
}

// The process ended before its last sync, the machine went on: what the page cache kept is shown by the next life, and has to
// outlive the power cut after that.
TEST(FileJournal, MakesDurableWhatARecoveryShows) {
  SimEnv sim;
  Status first, second, third;
  ASSERT_TRUE(sim.Run(FailOnce(sim, FsCall::kSync, &first, &second, &third)).ok());
  SimEnv next;
  next.disk().Load(sim.disk().image());
  auto shown = next.Run(ReadBack(next));
  ASSERT_EQ(shown->texts.size(), 2u);

  next.disk().Crash(next.random());
  auto kept = next.Run(ReadBack(next));

  EXPECT_EQ(kept->texts, shown->texts);
}

// Every call of a life fails once, in turn: nothing told is ever lost, nothing crashes.
TEST(FileJournal, KeepsItsPromisesWhicheverCallFails) {
  int failures = 0;
  for (int nth = 1; nth < 400; ++nth) {
    SimEnv sim({.seed = static_cast<uint64_t>(nth)});
    int64_t told = 0;
    sim.disk().Fail(FsCall::kAny, "", nth % 2 == 0 ? EIO : ENOSPC, nth);
    Status written = sim.Run(WriteMany(sim, 120, 700, &told));
    bool met = !written.ok() || sim.disk().calls() >= nth;
    failures += written.ok() ? 0 : 1;
    sim.disk().ClearFaults();
    sim.disk().Crash(sim.random());

    auto read = sim.Run(ReadBack(sim));

    ASSERT_TRUE(read.ok()) << "call " << nth << ": " << read.ToString();
    ASSERT_GE(static_cast<int64_t>(read->texts.size()), told) << "call " << nth << " of " << (met ? "a met" : "an unmet") << " fault";
    ASSERT_EQ(read->recovery.damaged, 0) << "call " << nth;
    if (!met) break;
  }
  testing::PrintFigure("F7, the journal: ", failures, " of its file calls failed, one in each life");
  EXPECT_GT(failures, 50);
}

}  // namespace
}  // namespace freshet::journal
