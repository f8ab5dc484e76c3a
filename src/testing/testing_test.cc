#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "io/channel.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "testing/crash_states.h"
#include "testing/sim_env.h"

namespace freshet::testing {
namespace {

using io::OpenMode;

void Write(io::File& file, int64_t offset, std::string_view bytes) {
  ASSERT_TRUE(file.WriteAt(offset, std::span<const std::string_view>(&bytes, 1)).ok());
}
std::string Read(io::Files& files, const std::string& path) {
  auto content = io::ReadWhole(files, path, 1 << 20);
  return content.ok() ? *content : content.ToString();
}

TEST(FaultFs, LosesWhatNoSyncCovered) {
  FaultFs fs;
  auto file = fs.Open("wal", OpenMode::kCreate).value();
  Write(*file, 0, "kept");
  ASSERT_TRUE(file->SyncData().ok());
  ASSERT_TRUE(fs.SyncDirectory(".").ok());
  Write(*file, 4, "lost");

  fs.Crash(std::vector<Fate>{Fate::kDrop});

  EXPECT_EQ(Read(fs, "wal"), "kept");
}

TEST(FaultFs, LosesANameWhoseFolderWasNotSynced) {
  FaultFs fs;
  auto file = fs.Open("wal", OpenMode::kCreate).value();
  Write(*file, 0, "bytes");
  ASSERT_TRUE(file->SyncData().ok());

  fs.Crash(std::vector<Fate>{Fate::kDrop});

  EXPECT_FALSE(fs.Exists("wal").value());
}

TEST(FaultFs, KeepsANameWhoseBytesAreGone) {
  FaultFs fs;
  auto file = fs.Open("new.tmp", OpenMode::kCreate).value();
  Write(*file, 0, "bytes");
  ASSERT_TRUE(fs.Rename("new.tmp", "new").ok());
  ASSERT_TRUE(fs.SyncDirectory(".").ok());

  fs.Crash(std::vector<Fate>{Fate::kZero});

  EXPECT_EQ(Read(fs, "new"), std::string(5, '\0'));
}

TEST(FaultFs, TearsAWriteAtASector) {
  FaultFs fs;
  auto file = fs.Open("wal", OpenMode::kCreate).value();
  ASSERT_TRUE(fs.SyncDirectory("/").ok());
  Write(*file, 0, std::string(1024, 'x'));

  fs.Crash(std::vector<Fate>{Fate::kTearBack});

  EXPECT_EQ(Read(fs, "wal"), std::string(512, '\0') + std::string(512, 'x'));
}

TEST(FaultFs, NeverMakesDurableWhatAFailedSyncLeft) {
  FaultFs fs;
  auto file = fs.Open("wal", OpenMode::kCreate).value();
  ASSERT_TRUE(fs.SyncDirectory(".").ok());
  Write(*file, 0, "doomed");
  fs.Fail(FsCall::kSync, "wal", EIO);

  EXPECT_EQ(file->SyncData().code(), Code::kIoError);
  EXPECT_TRUE(file->SyncData().ok());  // the same handle, as Linux does: told once, and what it left is never written
  EXPECT_TRUE(fs.Open("wal", OpenMode::kReadWrite).value()->SyncData().ok());  // as Linux does: told once
  fs.Crash(std::vector<Fate>{Fate::kDrop});

  EXPECT_EQ(Read(fs, "wal"), "");
}

// What a file may hold after a crash now.
std::set<std::string> ContentsAfterACrash(const DiskImage& disk) {
  std::set<std::string> contents;
  auto possible = disk.PossibleFates();
  std::vector<size_t> at(possible.size(), 0);
  for (bool more = true; more;) {
    std::vector<Fate> fates;
    for (size_t i = 0; i < at.size(); ++i) fates.push_back(possible[i][at[i]]);
    contents.insert(disk.AfterCrash(fates).Everything().at("f"));
    more = false;
    for (size_t i = 0; i < at.size() && !more; ++i) {
      more = ++at[i] < possible[i].size();
      if (!more) at[i] = 0;
    }
  }
  return contents;
}

// A disk with a file of so many bytes, all of it durable.
DiskImage DiskWith(const std::string& bytes, DiskImage::Inode& file) {
  DiskImage disk;
  file = disk.Create(DiskImage::kRoot, "f", false);
  disk.Sync(DiskImage::kRoot);
  disk.Write(file, 0, bytes);
  disk.Sync(file);
  return disk;
}

TEST(DiskImage, CutsNoNewerSyncedBytesByATruncateWhoseSyncFailed) {
  DiskImage::Inode file;
  DiskImage disk = DiskWith("aaaaaaaa", file);
  disk.Truncate(file, 2);
  disk.FailSync(file);
  EXPECT_EQ(ContentsAfterACrash(disk), (std::set<std::string>{"aa", "aaaaaaaa"}));

  disk.Write(file, 2, "bb");
  disk.Sync(file);
  EXPECT_EQ(ContentsAfterACrash(disk), (std::set<std::string>{"aabb", "aabbaaaa"}));

  disk.Write(file, 6, "cc");
  disk.Sync(file);
  const std::string zeros(2, '\0');
  EXPECT_EQ(ContentsAfterACrash(disk), (std::set<std::string>{"aabbaacc", "aabb" + zeros + "cc"}));
}

TEST(DiskImage, BringsNothingBackBehindANewerSyncedEnd) {
  DiskImage::Inode file;
  DiskImage disk = DiskWith("aa", file);
  disk.Write(file, 1, "bbb");
  disk.FailSync(file);
  disk.Truncate(file, 2);
  disk.Sync(file);

  EXPECT_EQ(ContentsAfterACrash(disk), (std::set<std::string>{"aa", "ab"}));
}

TEST(FaultFs, FailsTheNthMatchingCall) {
  FaultFs fs;
  auto file = fs.Open("a", OpenMode::kCreate).value();
  fs.Fail(FsCall::kWrite, "a", ENOSPC, 2);
  Write(*file, 0, "one");

  std::string_view two = "two!";
  EXPECT_EQ(file->WriteAt(3, std::span<const std::string_view>(&two, 1)).code(), Code::kDiskFull);
  EXPECT_EQ(Read(fs, "a"), "onetw");  // half of it is there
  Write(*file, 3, "two!");
  EXPECT_EQ(Read(fs, "a"), "onetwo!");
}

TEST(FaultFs, RefusesWritesBeyondItsCapacity) {
  FaultFs fs;
  fs.set_capacity(6);
  auto file = fs.Open("a", OpenMode::kCreate).value();
  Write(*file, 0, "four");

  std::string_view more = "more";
  EXPECT_EQ(file->WriteAt(4, std::span<const std::string_view>(&more, 1)).code(), Code::kDiskFull);
  EXPECT_EQ(fs.FreeBytes(".").value(), 0);
}

// The protocol every small file of the house uses, over all of its crash states.
CrashReport EnumerateReplace(bool skip_sync) {
  FaultFs fs;
  EXPECT_TRUE(io::WriteWhole(fs, "pointer", "old").ok());
  int64_t promised = 0;
  CrashStates states(fs, [&] { return promised; });
  if (skip_sync) fs.Fail(FsCall::kSync, "pointer", EIO);
  std::string_view fresh = "new";
  auto file = fs.Open("pointer.tmp", OpenMode::kCreateOrOpen).value();
  EXPECT_TRUE(file->WriteAt(0, std::span<const std::string_view>(&fresh, 1)).ok());
  (void)file->SyncData();
  EXPECT_TRUE(fs.Rename("pointer.tmp", "pointer").ok());
  EXPECT_TRUE(fs.SyncDirectory(".").ok());
  promised = 1;
  states.Stop();
  return states.ForEach([](const CrashState& state) -> std::string {
    FaultFs after(state.disk);
    std::string content = Read(after, "pointer");
    if (state.mark == 1 && content != "new") return "the promised content is gone: " + content;
    if (content != "old" && content != "new") return "neither old nor new: " + content;
    return "";
  });
}

TEST(CrashStates, FindNothingWrongWithAnAtomicReplacement) {
  CrashReport report = EnumerateReplace(false);

  EXPECT_GE(report.states, 15);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

TEST(CrashStates, FindAReplacementThatIgnoresAFailedSync) {
  CrashReport report = EnumerateReplace(true);

  EXPECT_FALSE(report.violations.empty());
}

// --- SimEnv

Task<> Append(Env& env, std::string& trace, char name) {
  for (int i = 0; i < 5; ++i) {
    trace += name;
    io::SleepUntil nap(env.clock().Now() + Microseconds(static_cast<int64_t>(env.random().Below(50))));
    co_await nap;
  }
  co_return Status::Ok();
}

Task<std::string> Interleave(Env& env) {
  std::string trace;
  io::TaskGroup group(env.loop(0), "appenders");
  for (char name : {'a', 'b', 'c'}) group.Spawn(io::Lane::kNormal, Append(env, trace, name));
  auto close = group.Close();
  co_await close;
  co_return trace;
}

TEST(SimEnv, RepeatsASeedAndVariesOverSeeds) {
  std::set<std::string> traces;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SimEnv first({.seed = seed});
    SimEnv second({.seed = seed});

    std::string trace = first.Run(Interleave(first)).value();

    EXPECT_EQ(second.Run(Interleave(second)).value(), trace);
    EXPECT_EQ(second.trace_hash(), first.trace_hash());
    traces.insert(trace);
  }

  EXPECT_GT(traces.size(), 10u);
}

Task<> WaitForEver(Env&) {
  io::Signal signal;
  io::Signal::Waiter wait(signal, MonoTime::Never());
  co_await wait;
  co_return Status::Ok();
}

TEST(SimEnv, TellsADeadlock) {
  SimEnv sim;

  Status status = sim.Run(WaitForEver(sim));

  EXPECT_EQ(status.code(), Code::kInternal);
  EXPECT_NE(status.ToString().find("deadlock"), std::string::npos) << status.ToString();
}

Task<> SleepADay(Env& env) {
  io::SleepUntil nap(env.clock().Now() + Seconds(24 * 3600 - 1));
  co_await nap;
  co_return Status::Ok();
}

TEST(SimEnv, SleepsADayInNoTime) {
  SimEnv sim;

  EXPECT_TRUE(sim.Run(SleepADay(sim)).ok());
  EXPECT_EQ(sim.sink().lines().size(), 0u);
}

// Counts in a file, one synced byte at a time.
Task<> CountUp(Env& env, int64_t& acknowledged) {
  auto open = [&]() -> Result<std::unique_ptr<io::File>> {
    ASSIGN_OR_RETURN(auto file, env.files().Open("count", OpenMode::kCreateOrOpen));
    RETURN_NOT_OK(env.files().SyncDirectory("."));
    return file;
  };
  io::Offload opening(env.workers(), io::Pool::kGeneral, open);
  auto file = co_await opening;
  if (!file.ok()) co_return file.status();
  for (int64_t i = 0; i < 50; ++i) {
    auto append = [&]() -> Status {
      std::string_view byte = "x";
      RETURN_NOT_OK((*file)->WriteAt(i, std::span<const std::string_view>(&byte, 1)));
      return (*file)->SyncData();
    };
    io::Offload appending(env.workers(), io::Pool::kCommit, append);
    Status appended = co_await appending;
    if (!appended.ok()) co_return appended;
    acknowledged = i + 1;
    env.kill_points().Reach("count.acknowledged");
  }
  co_return Status::Ok();
}

Task<int64_t> CountStored(Env& env) {
  auto size = [&]() -> Result<int64_t> {
    ASSIGN_OR_RETURN(std::string content, io::ReadWhole(env.files(), "count", 1000));
    return static_cast<int64_t>(content.size());
  };
  io::Offload reading(env.workers(), io::Pool::kGeneral, size);
  co_return co_await reading;
}

TEST(SimEnv, KeepsWhatWasAcknowledgedOverACrash) {
  for (int64_t change = 4; change < 60; change += 3) {
    SimEnv sim({.seed = static_cast<uint64_t>(change)});
    int64_t acknowledged = 0;
    sim.CrashAtChange(change);
    Status status = sim.Run(CountUp(sim, acknowledged));
    ASSERT_TRUE(sim.crashed()) << status.ToString();

    sim.Restart();
    auto stored = sim.Run(CountStored(sim));

    EXPECT_GE(stored.value(), acknowledged);
    EXPECT_LE(stored.value(), acknowledged + 1);
  }
}

TEST(SimEnv, CrashesAtANamedPoint) {
  SimEnv sim;
  int64_t acknowledged = 0;
  sim.CrashAtPoint("count.acknowledged", 7);

  (void)sim.Run(CountUp(sim, acknowledged));

  EXPECT_TRUE(sim.crashed());
  EXPECT_EQ(acknowledged, 7);
}

}  // namespace
}  // namespace freshet::testing
