#include "engines/log/test_bench.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"
#include "testing/stepping_env.h"

// What goes: by size, by time, for want of room, with its topic.

namespace freshet::log {
namespace {

Task<> LetsOldSegmentsGoBySize(Bench& bench) {
  bench.config.segment_bytes = 3000;
  bench.config.retention_ms = -1;
  bench.config.retention_bytes = 7000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 40, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  size_t files_before = FilesOf(bench.sim).size();
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(130)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  CO_ASSIGN_OR_RETURN(ports::LogSlice below, Read(bench, 0));
  CO_ASSIGN_OR_RETURN(ports::LogSlice kept, Read(bench, below.bounds.start.get()));

  EXPECT_EQ(below.status.code(), Code::kOutOfRange);
  EXPECT_GE(CountRecords(kept), 9);  // at least what may be kept
  EXPECT_LE(CountRecords(kept), 16);
  EXPECT_LT(FilesOf(bench.sim).size(), files_before);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, LetsOldSegmentsGoBySize) { RUN(LetsOldSegmentsGoBySize); }

Task<> LetsOldSegmentsGoAtOnceWhenTheDiskIsFull(Bench& bench) {
  bench.config.segment_bytes = 3000;
  bench.config.retention_ms = -1;
  bench.config.retention_bytes = 7000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 40, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(10)));
  CO_ASSIGN_OR_RETURN(ports::LogSlice before, Read(bench, 0));
  bench.journal.Fail(Fault::DiskFull("no room"), true);
  auto append = Append(bench, Batch("refused"));
  auto refused = co_await append;
  bench.journal.Fail({}, true);
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(10)));

  CO_ASSIGN_OR_RETURN(ports::LogSlice after, Read(bench, 0));

  EXPECT_EQ(before.bounds.start, Offset(0));
  EXPECT_EQ(refused.code(), Code::kDiskFull);
  EXPECT_GT(after.bounds.start, Offset(20));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, LetsOldSegmentsGoAtOnceWhenTheDiskIsFull) { RUN(LetsOldSegmentsGoAtOnceWhenTheDiskIsFull); }

Task<> LetsEverythingGoByTimeAndCountsOn(Bench& bench) {
  bench.config.retention_ms = 60000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 10, 700));  // timestamps of 1970
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(130)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  EXPECT_TRUE(FilesOf(bench.sim).empty());
  CO_RETURN_NOT_OK(Restart(bench));

  CO_ASSIGN_OR_RETURN(ports::Appended appended, Append(bench, Batch("next")));
  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 10));

  EXPECT_EQ(appended.base_offset, Offset(10));
  EXPECT_EQ(CountRecords(slice), 1);
  EXPECT_EQ(slice.bounds.start, Offset(10));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, LetsEverythingGoByTimeAndCountsOn) { RUN(LetsEverythingGoByTimeAndCountsOn); }

// segment.ms: a segment is closed when it is so old, however little is in it, and by the house's own clock.
Task<> BeginsASegmentWhenTheLastIsOldEnough(Bench& bench) {
  bench.config.segment_ms = 60'000;
  CO_RETURN_NOT_OK(Open(bench));
  auto segments = [&bench] {
    auto files = FilesOf(bench.sim);
    return std::count_if(files.begin(), files.end(), [](const std::string& file) { return file.ends_with(".seg"); });
  };
  std::vector<int64_t> seen;
  for (Duration pause : {Seconds(0), Seconds(40), Seconds(40), Seconds(10), Seconds(200)}) {
    CO_RETURN_NOT_OK(SleepFor(bench, pause));
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, Append(bench, Batch("little", bench.sim.clock().WallNow().ms)));
    CO_RETURN_NOT_OK(MakeCheckpoint(bench));
    seen.push_back(segments());
  }

  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));

  EXPECT_EQ(seen, (std::vector<int64_t>{1, 1, 2, 2, 3}));
  EXPECT_EQ(CountRecords(slice), 5);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, BeginsASegmentWhenTheLastIsOldEnough) { RUN(BeginsASegmentWhenTheLastIsOldEnough); }

Task<> LetsNothingGoForAStepOfTheWallClock(Bench& bench) {
  testing::SteppingEnv env(bench.sim);
  bench.env = &env;
  bench.config.retention_ms = 3'600'000;
  CO_RETURN_NOT_OK(Open(bench));
  for (Duration step : {Seconds(7200), Seconds(-6 * 7200), Seconds(5 * 7200)}) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, Append(bench, Batch("now", env.clock().WallNow().ms)));
    CO_RETURN_NOT_OK(MakeCheckpoint(bench));
    env.StepWallClock(step);
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(130)));
  }
  CO_ASSIGN_OR_RETURN(ports::LogSlice kept, Read(bench, 0));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(4 * 3600)));  // the newest record is of two hours ahead
  CO_ASSIGN_OR_RETURN(ports::LogSlice later, Read(bench, 3));

  EXPECT_EQ(CountRecords(kept), 3);
  EXPECT_EQ(later.bounds.start, Offset(3));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, LetsNothingGoForAStepOfTheWallClock) { RUN(LetsNothingGoForAStepOfTheWallClock); }

Task<> RemovesTheFilesOfADroppedTopic(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 10, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  Ctx ctx;

  CO_RETURN_NOT_OK(bench.log->Drop(ctx, Key().topic));
  EXPECT_FALSE(FilesOf(bench.sim).empty());  // the checkpoint in force still names them
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  EXPECT_TRUE(FilesOf(bench.sim).empty());
  EXPECT_FALSE(bench.sim.disk().Exists(StrCat("data/log/", Key().topic)).value());
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, RemovesTheFilesOfADroppedTopic) { RUN(RemovesTheFilesOfADroppedTopic); }

Task<> DropsTopicsThatNobodyDeclares(Bench& bench, bool after_unknown_loss, bool* kept) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 10, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(Close(bench));
  auto opened = SegmentLog::Open(bench.sim, bench.options);
  bench.log = std::move(opened).value();
  if (after_unknown_loss) {
    Status told = bench.log->ApplyDamage({std::nullopt, Offset(-1), data::Position(5), data::Position(6)});
    EXPECT_TRUE(told.ok());
  }
  CO_RETURN_NOT_OK(bench.log->Begin(bench.journal));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  *kept = !FilesOf(bench.sim).empty();
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, DropsTopicsThatNobodyDeclares) {
  for (bool after_unknown_loss : {false, true}) {
    SimEnv sim;
    Bench bench(sim);
    bool kept = false;

    Status ran = sim.Run(DropsTopicsThatNobodyDeclares(bench, after_unknown_loss, &kept));

    EXPECT_TRUE(ran.ok()) << ran.ToString();
    EXPECT_EQ(kept, after_unknown_loss);  // the record that names them may be among the lost ones
  }
}

}  // namespace
}  // namespace freshet::log
