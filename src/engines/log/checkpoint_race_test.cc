#include "engines/log/test_bench.h"

#include "io/task_group.h"

// What happens while a checkpoint waits for the disk.

namespace freshet::log {
namespace {

using Kind = data::ControlMarker::Kind;

// A checkpoint that is under way, its first job kept.
class SlowCheckpoint {
 public:
  SlowCheckpoint(Bench& bench, HeldWorkers& workers) : bench_(bench), workers_(workers), group_(bench.sim.loop(0), "a slow checkpoint") {}

  Task<> Begin() {
    workers_.Keep();
    group_.Spawn(io::Lane::kNormal, Run());
    while (workers_.kept() == 0) {
      CO_RETURN_NOT_OK(SleepFor(bench_, Milliseconds(1)));
    }
    workers_.PassOn();
    co_return Status::Ok();
  }
  Task<> End() {
    workers_.LetGo();
    auto close = group_.Close();
    co_await close;
    co_return outcome_;
  }

 private:
  Task<> Run() {
    auto checkpoint = MakeCheckpoint(bench_);
    outcome_ = co_await checkpoint;
    co_return outcome_;
  }

  Bench& bench_;
  HeldWorkers& workers_;
  io::TaskGroup group_;
  Status outcome_;
};

std::string Keyed(const std::string& key, size_t bytes) {
  data::RecordBatchBuilder builder({});
  builder.Add(1000, key, std::string(bytes, 'x'));
  return builder.Finish().value();
}

std::vector<std::string> CompactedFiles(SimEnv& sim) {
  std::vector<std::string> found;
  for (const std::string& path : FilesOf(sim)) {
    if (path.find(".1.") != std::string::npos) found.push_back(path);
  }
  return found;
}

// Some sealed segments of one key.
Task<> FillCompacted(Bench& bench) {
  bench.config.segment_bytes = 3000;
  bench.config.retention_ms = -1;
  bench.config.compacted = true;
  bench.config.deleted = false;
  bench.config.min_cleanable_dirty_ratio = 0.01;
  CO_RETURN_NOT_OK(Open(bench));
  for (int i = 0; i < 4; ++i) {
    CO_RETURN_NOT_OK(Append(bench, Keyed("a", 2000)));
  }
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  co_return Status::Ok();
}

Task<> CompactWhileACheckpointCleansUp(Bench& bench) {
  HeldEnv env(bench.sim);
  bench.env = &env;
  CO_RETURN_NOT_OK(FillCompacted(bench));
  SlowCheckpoint slow(bench, env.held());
  CO_RETURN_NOT_OK(slow.Begin());             // the first that cleans up in this life
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(31)));  // compaction's hour comes
  CO_RETURN_NOT_OK(slow.End());
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(31)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));    // the old files go

  EXPECT_EQ(CompactedFiles(bench.sim).size(), 2u);
  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_TRUE(slice.status.ok()) << slice.status.ToString();
  EXPECT_EQ(CountRecords(slice), 2);  // the newest that is sealed, and the newest segment
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(CheckpointRace, CleaningUpNeverTakesWhatACompactionWrites) { RUN(CompactWhileACheckpointCleansUp); }

Task<> GiveACompactionUp(Bench& bench) {
  CO_RETURN_NOT_OK(FillCompacted(bench));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.sim.disk().Fail(FsCall::kSync, ".1.idx", EIO);
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(16)));
  EXPECT_TRUE(bench.sim.sink().Contains("a partition could not be compacted"));
  EXPECT_EQ(CompactedFiles(bench.sim).size(), 2u);

  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  EXPECT_TRUE(CompactedFiles(bench.sim).empty());
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_EQ(CountRecords(slice), 4);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(CheckpointRace, WhatACompactionThatWasGivenUpHasWrittenGoesAtTheNextCheckpoint) { RUN(GiveACompactionUp); }

Task<> Admit(Bench& bench) {
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(Key());
  auto admit = bench.log->AdmitTransaction(ctx, data::ProducerId(7), data::ProducerEpoch(0), std::move(partitions));
  co_return co_await admit;
}

// A record of producer 7's transaction.
Task<> Write(Bench& bench, int32_t sequence) {
  data::RecordBatchBuilder builder({.producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0), .transactional = true});
  builder.Add(1000, std::nullopt, StrCat("record ", sequence));
  CO_RETURN_NOT_OK(Append(bench, builder.Finish(data::Sequence(sequence)).value()));
  co_return Status::Ok();
}

Task<> EndTransaction(Bench& bench, Kind kind) {
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({Key(), data::BuildControlBatch({.kind = kind, .producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0)})});
  std::vector<data::Frame> no_frames;
  CO_RETURN_NOT_OK(bench.log->AppendTogether(ctx, std::move(appends), std::move(no_frames)));
  co_return Status::Ok();
}

Task<ports::LogSlice> ReadCommitted(Bench& bench) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({Key(), Offset(0), 1 << 20, true});
  ports::ReadWait wait;
  auto read = bench.log->Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

// The checkpoint knows of a producer what stands behind its segments: the replay meets that a second time.
Task<> AbortWhileACheckpointSyncs(Bench& bench) {
  HeldEnv env(bench.sim);
  bench.env = &env;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Admit(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));                       // 0
  CO_RETURN_NOT_OK(bench.log->Flush(Ctx(), data::Position(0)));  // in its segment
  SlowCheckpoint slow(bench, env.held());
  CO_RETURN_NOT_OK(slow.Begin());
  CO_RETURN_NOT_OK(EndTransaction(bench, Kind::kAbort));   // 1
  CO_RETURN_NOT_OK(Admit(bench));
  for (int32_t sequence = 1; sequence <= 4; ++sequence) {
    CO_RETURN_NOT_OK(Write(bench, sequence));              // 2 to 5
  }
  CO_RETURN_NOT_OK(slow.End());
  CO_RETURN_NOT_OK(Restart(bench));
  CO_RETURN_NOT_OK(Admit(bench));
  CO_RETURN_NOT_OK(EndTransaction(bench, Kind::kCommit));  // 6

  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, ReadCommitted(bench));

  EXPECT_EQ(slice.bounds.last_stable, Offset(7));
  EXPECT_EQ(slice.aborted.size(), 1u);
  EXPECT_EQ(slice.aborted.at(0).first, Offset(0));
  EXPECT_EQ(slice.aborted.at(0).marker, Offset(1));
  data::RecordBatchBuilder retried({.producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0), .transactional = true});
  retried.Add(1000, std::nullopt, "record 0");
  CO_ASSIGN_OR_RETURN(ports::Appended again, Append(bench, retried.Finish(data::Sequence(0)).value()));
  EXPECT_TRUE(again.duplicate) << "the replay pushed the oldest of the last five batches out of memory";
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(CheckpointRace, AReplayInventsNoAbortedTransaction) { RUN(AbortWhileACheckpointSyncs); }

Task<> AppendHeld(Bench& bench, std::string batch, Result<ports::Appended>* outcome) {
  auto append = Append(bench, std::move(batch));
  *outcome = co_await append;
  co_return Status::Ok();
}

// The journal may hold a unit until the checkpoint has made room.
Task<> CheckpointBesideAHeldUnit(Bench& bench, size_t bytes) {
  bench.options.large_batch_bytes = 1000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 3, 100));
  data::Position before = bench.journal.durable();
  bench.journal.Hold();
  io::TaskGroup group(bench.sim.loop(0), "writer");
  Result<ports::Appended> outcome = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, AppendHeld(bench, Batch(std::string(bytes, 'x')), &outcome));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(100)));

  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  EXPECT_EQ(bench.log->DurablePosition(), before);
  EXPECT_FALSE(outcome.ok());
  bench.journal.Release();
  auto ended = group.Close();
  co_await ended;
  EXPECT_TRUE(outcome.ok()) << outcome.ToString();
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  EXPECT_GT(bench.log->DurablePosition(), before);
  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_EQ(CountRecords(slice), 4);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

Task<> CheckpointBesideAHeldBatch(Bench& bench) {
  auto beside = CheckpointBesideAHeldUnit(bench, 100);
  co_return co_await beside;
}
Task<> CheckpointBesideAHeldLargeBatch(Bench& bench) {
  auto beside = CheckpointBesideAHeldUnit(bench, 2000);
  co_return co_await beside;
}

TEST(CheckpointRace, ACheckpointWaitsForNoUnitThatIsHeld) { RUN(CheckpointBesideAHeldBatch); }
TEST(CheckpointRace, ACheckpointWaitsForNoLargeBatchThatIsHeld) { RUN(CheckpointBesideAHeldLargeBatch); }

// A crash right then: the checkpoint does not know the batch, and cleans nothing up that the batch's reference will name.
Task<> CrashBesideAHeldLargeBatch(Bench& bench) {
  bench.options.large_batch_bytes = 1000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.journal.Hold();
  io::TaskGroup group(bench.sim.loop(0), "writer");
  Result<ports::Appended> outcome = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, AppendHeld(bench, Batch(std::string(2000, 'x')), &outcome));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(100)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));  // the second of a life cleans up
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  testing::DiskImage then = bench.sim.disk().image();
  bench.journal.Release();
  auto ended = group.Close();
  co_await ended;
  CO_RETURN_NOT_OK(Close(bench));
  bench.sim.disk().Load(then);

  CO_RETURN_NOT_OK(Open(bench));

  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_EQ(CountRecords(slice), 1);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(CheckpointRace, CleaningUpNeverTakesALargeBatchThatIsHeld) { RUN(CrashBesideAHeldLargeBatch); }

Task<> AppendLarge(Bench& bench, bool joint) {
  std::vector<ports::LogAppend> appends;
  appends.push_back({Key(0), Batch(std::string(2000, 'x'))});
  if (joint) appends.push_back({Key(1), Batch(std::string(2000, 'x'))});
  if (joint) {
    std::vector<data::Frame> no_frames;
    auto together = bench.log->AppendTogether(Ctx(), std::move(appends), std::move(no_frames));
    auto appended = co_await together;
    co_return appended.status();
  }
  auto append = bench.log->Append(Ctx(), std::move(appends));
  auto appended = co_await append;
  co_return appended.ok() ? appended->front().status() : appended.status();
}

// What begins a segment is written, and then the journal has no room for the unit that tells of it: the next batch goes to that file, which a checkpoint that cleans up leaves there.
Task<> CleanUpBehindARefusedUnit(Bench& bench, bool joint) {
  bench.options.large_batch_bytes = 1000;
  bench.options.joint_inline_bytes = 1000;
  bench.config.segment_bytes = 3000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendLarge(bench, joint));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.journal.Fail(Fault::DiskFull("no room"), true);
  auto refusing = AppendLarge(bench, joint);
  Status refused = co_await refusing;
  bench.journal.Fail({}, true);
  EXPECT_EQ(refused.code(), Code::kDiskFull);
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  CO_RETURN_NOT_OK(AppendLarge(bench, joint));
  CO_RETURN_NOT_OK(Restart(bench));

  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_EQ(CountRecords(slice), 2);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
Task<> CleanUpBehindARefusedBatch(Bench& bench) {
  auto cleaning = CleanUpBehindARefusedUnit(bench, false);
  co_return co_await cleaning;
}
Task<> CleanUpBehindARefusedShare(Bench& bench) {
  auto cleaning = CleanUpBehindARefusedUnit(bench, true);
  co_return co_await cleaning;
}
TEST(CheckpointRace, CleaningUpLeavesTheFileThatARefusedBatchBegan) { RUN(CleanUpBehindARefusedBatch); }
TEST(CheckpointRace, CleaningUpLeavesTheFilesThatARefusedUnitBegan) { RUN(CleanUpBehindARefusedShare); }

// What cannot be removed holds up no other file, and is removed later.
Task<> RemoveWhatCanBeRemoved(Bench& bench) {
  bench.config.segment_bytes = 3000;
  CO_RETURN_NOT_OK(Open(bench));
  for (int32_t partition : {0, 1}) {
    for (int i = 0; i < 6; ++i) {
      CO_RETURN_NOT_OK(Append(bench, Batch(std::string(1000, 'x')), partition));
    }
  }
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  size_t before[] = {FilesOf(bench.sim, 0).size(), FilesOf(bench.sim, 1).size()};
  for (int32_t partition : {0, 1}) {
    CO_RETURN_NOT_OK(bench.log->Trim(Ctx(), Key(partition), Offset(4)));
  }
  bench.sim.disk().Fail(FsCall::kRemove, StrCat(Key().topic, "/0/"), EIO);

  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  size_t between[] = {FilesOf(bench.sim, 0).size(), FilesOf(bench.sim, 1).size()};
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));

  EXPECT_EQ(between[0], before[0]);
  EXPECT_EQ(between[1], before[1] - 4);
  EXPECT_EQ(FilesOf(bench.sim, 0).size(), before[0] - 4);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(CheckpointRace, WhatCannotBeRemovedIsRemovedLater) { RUN(RemoveWhatCanBeRemoved); }

}  // namespace
}  // namespace freshet::log
