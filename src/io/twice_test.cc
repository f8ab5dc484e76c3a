#include "io/twice.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "testing/crash_states.h"
#include "testing/sim_env.h"

namespace freshet::io {
namespace {

using testing::FsCall;
using testing::SimEnv;

constexpr char kPath[] = "data/NAME";

// What holds ends in its own first letter.
Status Holds(std::string_view content) {
  if (!content.empty() && content.front() == 'N') return Fault::Unsupported("a newer program wrote it");
  return !content.empty() && content.front() == content.back() ? Status() : Fault::Corrupt("it does not hold");
}

struct Taken {
  Result<Either> read = Fault::Internal("not read");
  std::string last;  // that was taken
};

Taken Read(Files& files) {
  Taken taken;
  auto take = [&taken](std::string_view content) {
    Status holds = Holds(content);
    if (holds.ok()) taken.last = content;
    return holds;
  };
  taken.read = ReadEither(files, kPath, 100, take);
  return taken;
}

void Put(SimEnv& sim, const std::string& path, std::string_view content) {
  ASSERT_TRUE(sim.disk().CreateDirectories("data").ok());
  ASSERT_TRUE(WriteWhole(sim.disk(), path, content).ok());
}

TEST(Twice, ReadsWhatHoldsAndWritesTheOtherAnew) {
  struct Case {
    std::string file, copy;  // empty: not there
    std::string taken, said;
  };
  const Case cases[] = {
      {"aba", "aba", "aba", ""},
      {"cbc", "aba", "cbc", "it is not the same as the other one"},
      {"abc", "aba", "aba", "a damaged file that is kept twice was written anew"},
      {"aba", "abc", "aba", "a damaged file that is kept twice was written anew"},
      {"", "aba", "aba", "a file that is kept twice was written anew"},
      {"aba", "", "aba", "a file that is kept twice was written anew"},
      {std::string(101, 'a'), "aba", "aba", "at most 100 are read"},
  };
  for (const Case& one : cases) {
    SimEnv sim;
    if (!one.file.empty()) Put(sim, kPath, one.file);
    if (!one.copy.empty()) Put(sim, CopyOf(kPath), one.copy);

    Taken taken = Read(sim.disk());

    ASSERT_TRUE(taken.read.ok()) << taken.read.ToString();
    EXPECT_EQ(taken.read->content, one.taken);
    EXPECT_EQ(taken.last, one.taken);
    RenewOther(sim.disk(), *taken.read, sim.log());
    for (const std::string& path : {std::string(kPath), CopyOf(kPath)}) EXPECT_EQ(ReadWhole(sim.disk(), path, 200).value(), one.taken) << path;
    EXPECT_EQ(taken.read->other.empty(), one.said.empty());
    EXPECT_TRUE(one.said.empty() || sim.sink().Contains(one.said)) << one.said;
  }
}

TEST(Twice, SaysWhyNeitherHolds) {
  struct Case {
    std::string file, copy;
    Code code;
    std::string message;
  };
  const Case cases[] = {
      {"", "", Code::kNotFound, ""},
      {"ab", "bc", Code::kCorrupt, "data/NAME: it does not hold; its copy: it does not hold"},
      {"ab", "", Code::kCorrupt, "data/NAME: it does not hold; its copy: "},
      {"", "ab", Code::kCorrupt, "; its copy: it does not hold"},
      {"N", "aba", Code::kUnsupported, "data/NAME: a newer program wrote it"},
      {"ab", "N", Code::kUnsupported, "data/NAME.copy: a newer program wrote it"},
  };
  for (const Case& one : cases) {
    SimEnv sim;
    if (!one.file.empty()) Put(sim, kPath, one.file);
    if (!one.copy.empty()) Put(sim, CopyOf(kPath), one.copy);

    Taken taken = Read(sim.disk());

    ASSERT_EQ(taken.read.code(), one.code) << taken.read.ToString();
    EXPECT_NE(taken.read.fault().message().find(one.message), std::string::npos) << taken.read.ToString();
  }
}

// Perhaps it can be read later: nobody shall think that it is lost.
TEST(Twice, IsNotCalledDamagedWhileOneCannotBeRead) {
  SimEnv sim;
  Put(sim, kPath, "ab");
  Put(sim, CopyOf(kPath), "aba");
  sim.disk().Fail(FsCall::kRead, ".copy", EIO);

  EXPECT_EQ(Read(sim.disk()).read.code(), Code::kIoError);
  EXPECT_TRUE(Read(sim.disk()).read.ok());
}

TEST(Twice, AStartGoesOnWhereTheOtherCannotBeWritten) {
  SimEnv sim;
  Put(sim, kPath, "aba");
  Taken taken = Read(sim.disk());
  sim.disk().set_capacity(1);

  RenewOther(sim.disk(), *taken.read, sim.log());

  EXPECT_TRUE(sim.sink().Contains("could not be written anew"));
}

// Whenever the power goes, and whichever of the two rots then: the one before or the one that was being written.
TEST(Twice, ACrashAndAFlippedBitLeaveOneOfTheTwo) {
  SimEnv sim;
  Put(sim, kPath, "aba");
  Put(sim, CopyOf(kPath), "aba");
  testing::CrashStates states(sim.disk());
  ASSERT_TRUE(WriteTwice(sim.disk(), kPath, "cbc").ok());
  states.Stop();

  testing::CrashReport report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    std::string wrong;
    for (const std::string& rotten : {std::string(kPath), CopyOf(kPath)}) {
      SimEnv after;
      after.disk().Load(state.disk);
      after.disk().FlipBit(rotten, 0);
      Taken taken = Read(after.disk());
      if (!taken.read.ok() || (taken.last != "aba" && taken.last != "cbc")) wrong += StrCat(rotten, ": ", taken.read.ToString(), " ");
    }
    return wrong;
  });

  EXPECT_GT(report.states, 5);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

}  // namespace
}  // namespace freshet::io
