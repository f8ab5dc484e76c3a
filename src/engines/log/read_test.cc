#include "engines/log/test_bench.h"

#include "io/task_group.h"

// What reads cost, and what a search by time finds.

namespace freshet::log {
namespace {

int64_t BytesOf(const ports::LogSlice& slice) {
  int64_t bytes = 0;
  for (const auto& batch : slice.batches) bytes += static_cast<int64_t>(batch->size());
  return bytes;
}

Task<> Poll(Bench& bench, int64_t bytes_min, Duration wait_for, Result<ports::LogSlice>* answer) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  for (int32_t partition : {0, 1}) reads.push_back({Key(partition), Offset(0)});
  ports::ReadWait wait{.bytes_min = bytes_min, .until = bench.sim.clock().Now() + wait_for};
  auto read = bench.log->Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (slices.ok()) *answer = slices->front();
  co_return slices.status();
}

// Of what lies in segments a poll reads what was there when it came, and once more all that it answers with.
Task<> PollsReadNothingTwiceOver(Bench& bench) {
  bench.options.scrub_bytes_per_second = 0;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 100, 1000));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(Restart(bench));
  CO_RETURN_NOT_OK(Read(bench, 0));  // its index is in memory
  int64_t calls = bench.sim.disk().calls();
  CO_RETURN_NOT_OK(Read(bench, 0));
  int64_t once = bench.sim.disk().calls() - calls;

  calls = bench.sim.disk().calls();
  io::TaskGroup group(bench.sim.loop(0), "reader");
  Result<ports::LogSlice> answer = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, Poll(bench, 150'000, Seconds(30), &answer));
  int appended = 0;
  while (!answer.ok() && appended < 100) {
    CO_RETURN_NOT_OK(AppendMany(bench, 1, 1000));
    CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(20)));
    ++appended;
  }
  auto ended = group.Close();
  co_await ended;

  EXPECT_GT(once, 0);
  EXPECT_LE(bench.sim.disk().calls() - calls, 2 * once);
  EXPECT_TRUE(answer.ok()) << answer.ToString();
  if (answer.ok()) {
    EXPECT_GE(BytesOf(*answer), 150'000);
  }
  EXPECT_LT(appended, 60);  // at once, not when its time was up
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, PollsReadNothingTwiceOver) { RUN(PollsReadNothingTwiceOver); }

Task<> PollsAnswerWithWhatThereIsWhenTheirTimeIsUp(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  io::TaskGroup group(bench.sim.loop(0), "reader");
  Result<ports::LogSlice> answer = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, Poll(bench, 150'000, Seconds(2), &answer));
  CO_RETURN_NOT_OK(AppendMany(bench, 10, 1000));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(1)));
  bool early = answer.ok();
  auto ended = group.Close();
  co_await ended;

  EXPECT_FALSE(early);
  EXPECT_EQ(CountRecords(*answer), 10);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, PollsAnswerWithWhatThereIsWhenTheirTimeIsUp) { RUN(PollsAnswerWithWhatThereIsWhenTheirTimeIsUp); }

// A partition that goes while a poll waits for bytes of it is told at once.
Task<> PollsLearnOfADroppedTopicAtOnce(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 1, 1000));
  io::TaskGroup group(bench.sim.loop(0), "reader");
  Result<ports::LogSlice> answer = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, Poll(bench, 150'000, Seconds(3600), &answer));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(20)));
  CO_RETURN_NOT_OK(bench.log->Drop(Ctx(), Topic()->id));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(20)));
  bool told = answer.ok();
  auto ended = group.Close();
  co_await ended;

  EXPECT_TRUE(told);
  EXPECT_EQ(answer->status.code(), Code::kNotFound);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, PollsLearnOfADroppedTopicAtOnce) { RUN(PollsLearnOfADroppedTopicAtOnce); }

// --- indexes in memory

Task<ports::LogSlice> ReadFrom(Bench& bench, int32_t partition, int64_t from) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({Key(partition), Offset(from), 1});
  auto read = bench.log->Read(ctx, std::move(reads), {});
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

// Segments of 2 records each.
Task<> FillSegments(Bench& bench) {
  bench.config.segment_bytes = 3000;
  bench.options.scrub_bytes_per_second = 0;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 8, 1000));
  CO_RETURN_NOT_OK(Append(bench, Batch(std::string(1000, 'y')), 1));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(Restart(bench));
  co_return Status::Ok();
}

// Which of these offsets can be read while no index can be loaded: its index is in memory.
Task<> ExpectInMemory(Bench& bench, std::vector<int64_t> offsets, std::vector<bool> expected) {
  bench.sim.disk().Fail(FsCall::kOpen, ".idx", EIO, 1, 1000);
  std::vector<bool> found;
  for (int64_t offset : offsets) {
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, ReadFrom(bench, 0, offset));
    found.push_back(slice.status.ok());
  }
  bench.sim.disk().ClearFaults();
  EXPECT_EQ(found, expected);
  co_return Status::Ok();
}

Task<> KeepsTheIndexesThatAreRead(Bench& bench) {
  bench.options.indexes_max = 2;
  CO_RETURN_NOT_OK(FillSegments(bench));
  for (int64_t offset : {0, 2, 0, 4}) {  // of the segments at 0 and 2 the one at 0 was read last
    CO_RETURN_NOT_OK(ReadFrom(bench, 0, offset));
  }
  CO_RETURN_NOT_OK(ExpectInMemory(bench, {0, 4, 2}, {true, true, false}));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, KeepsTheIndexesThatAreRead) { RUN_ON_LOOPS(1, KeepsTheIndexesThatAreRead); }

// What is written behind a segment whose index nobody has loaded takes no other index's place.
Task<> KeepsIndexesWhileOthersAreWritten(Bench& bench) {
  bench.options.indexes_max = 1;
  bench.options.partition_flush_bytes = 500;
  CO_RETURN_NOT_OK(FillSegments(bench));
  CO_RETURN_NOT_OK(ReadFrom(bench, 0, 0));
  CO_RETURN_NOT_OK(Append(bench, Batch(std::string(1000, 'y')), 1));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(100)));  // it is flushed
  CO_RETURN_NOT_OK(ExpectInMemory(bench, {0}, {true}));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, KeepsIndexesWhileOthersAreWritten) { RUN_ON_LOOPS(1, KeepsIndexesWhileOthersAreWritten); }

// --- tails

// Partitions of the two loops, as many as the test's topic has.
bool AreOnTwoLoops() { return std::hash<data::PartitionKey>()(Key(0)) % 2 != std::hash<data::PartitionKey>()(Key(1)) % 2; }

// A loop that rests with much in memory does not make another one write its tails after every append.
Task<> FlushesWhatALoopItselfHolds(Bench& bench) {
  bench.options.tail_flush_bytes = 20'000;
  bench.options.scrub_bytes_per_second = 0;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 16, 1000));  // partition 0: nearly what all loops may hold
  int writes = 0;
  std::string folder = StrCat(Key().topic, "/1/");
  bench.sim.disk().set_before_change([&](FsCall call, const std::string& path) {
    if (call == FsCall::kWrite && path.find(folder) != std::string::npos && path.ends_with(".seg")) ++writes;
  });
  for (int i = 0; i < 40; ++i) {
    CO_RETURN_NOT_OK(Append(bench, Batch(std::string(500, 'x')), 1));
    CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(20)));
  }
  bench.sim.disk().set_before_change(nullptr);

  EXPECT_TRUE(AreOnTwoLoops());
  EXPECT_GE(writes, 2);  // 40 times 700 bytes, of which 10,000 are its share; the header is a write, too
  EXPECT_LE(writes, 4);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, FlushesWhatALoopItselfHolds) { RUN(FlushesWhatALoopItselfHolds); }

// --- by time

Task<> ExpectLatest(Bench& bench, int64_t offset, int64_t timestamp_ms) {
  CO_ASSIGN_OR_RETURN(ports::TimedOffset latest, bench.log->FindTime(Ctx(), Key(), std::nullopt));
  EXPECT_EQ(latest.offset, Offset(offset));
  EXPECT_EQ(latest.timestamp_ms, timestamp_ms);
  co_return Status::Ok();
}

std::string Timed(std::vector<int64_t> times) {
  data::RecordBatchBuilder builder({});
  for (int64_t time : times) builder.Add(time, std::nullopt, std::string(800, 'x'));
  return builder.Finish().value();
}

// The latest record of all was deleted; of what is left the latest counts, in whichever batch, block or segment it is.
Task<> FindsTheLatestOfWhatIsLeft(Bench& bench) {
  bench.config.segment_bytes = 8000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Append(bench, Timed({50, 900, 60, 80})));  // 0 to 3
  CO_RETURN_NOT_OK(Append(bench, Timed({70, 80, 30})));       // 4 to 6
  CO_RETURN_NOT_OK(Append(bench, Timed({10, 65, 65, 20})));   // 7 to 10, in the next segment
  for (bool in_segments : {false, true}) {
    if (in_segments) {
      CO_RETURN_NOT_OK(MakeCheckpoint(bench));
    }
    CO_RETURN_NOT_OK(ExpectLatest(bench, in_segments ? 3 : 1, in_segments ? 80 : 900));
    CO_RETURN_NOT_OK(bench.log->Trim(Ctx(), Key(), Offset(in_segments ? 6 : 2)));
    CO_RETURN_NOT_OK(ExpectLatest(bench, in_segments ? 8 : 3, in_segments ? 65 : 80));
  }
  CO_RETURN_NOT_OK(bench.log->Trim(Ctx(), Key(), Offset(9)));
  CO_RETURN_NOT_OK(ExpectLatest(bench, 9, 65));
  CO_RETURN_NOT_OK(bench.log->Trim(Ctx(), Key(), Offset(11)));
  CO_RETURN_NOT_OK(ExpectLatest(bench, -1, -1));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, FindsTheLatestOfWhatIsLeft) { RUN(FindsTheLatestOfWhatIsLeft); }

// A marker's time is later than its records' are, and is none of a record.
Task<> FindsTheLatestRecordBehindAMarker(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Append(bench, Timed({10, 30, 20})));
  data::ControlMarker marker{.kind = data::ControlMarker::Kind::kAbort, .producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0), .timestamp_ms = 5000};
  std::vector<ports::LogAppend> appends;
  appends.push_back({Key(), data::BuildControlBatch(marker)});
  std::vector<data::Frame> no_frames;
  CO_RETURN_NOT_OK(bench.log->AppendTogether(Ctx(), std::move(appends), std::move(no_frames)));

  CO_RETURN_NOT_OK(ExpectLatest(bench, 1, 30));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(ExpectLatest(bench, 1, 30));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, FindsTheLatestRecordBehindAMarker) { RUN(FindsTheLatestRecordBehindAMarker); }

}  // namespace
}  // namespace freshet::log
