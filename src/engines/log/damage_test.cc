#include "engines/log/test_bench.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"

// What a reader and a start make of files that are damaged or gone.

namespace freshet::log {
namespace {

Task<> ServesWhatIsWholeAroundADamagedBlock(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 30, 30000));  // two batches a block
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".seg"), 64 + 10 * 30100);
  CO_RETURN_NOT_OK(Restart(bench));

  int64_t readable = 0;
  std::vector<int64_t> damaged;
  for (int64_t at = 0; at < 30; ++at) {
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, at));
    if (slice.status.code() == Code::kCorrupt) damaged.push_back(at);
    else if (!slice.batches.empty()) ++readable;
  }

  EXPECT_EQ(damaged.size(), 2u);
  EXPECT_EQ(readable, 28);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, ServesWhatIsWholeAroundADamagedBlock) { RUN(ServesWhatIsWholeAroundADamagedBlock); }

Task<> ServesWhatIsWholeAroundADamagedIndexEntry(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 30, 30000));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".idx"), kSegmentHeaderBytes + 5 * kIndexEntryBytes + 10);
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".seg"), 305'000);  // in the block of that entry, which so cannot be made anew
  bench.sim.disk().Overwrite(FileOf(bench.sim, ".idx"), 0, std::string(64, '\xee'));  // the header names what is known anyway
  CO_RETURN_NOT_OK(Restart(bench));

  std::vector<int64_t> damaged;
  for (int64_t at = 0; at < 30; ++at) {
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, at));
    if (slice.status.code() == Code::kCorrupt) damaged.push_back(at);
  }

  EXPECT_EQ(damaged.size(), 2u);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, ServesWhatIsWholeAroundADamagedIndexEntry) { RUN(ServesWhatIsWholeAroundADamagedIndexEntry); }

Task<> QuarantinesWhatTheJournalLost(Bench& bench) {
  auto opened = SegmentLog::Open(bench.sim, bench.options);
  bench.log = std::move(opened).value();
  auto apply = [&](int64_t offset) {
    std::string batch = Batch(StrCat("v", offset));
    data::PlaceRecordBatch(batch.data(), Offset(offset), data::LeaderEpoch(0));
    std::string payload = std::string(1, '\0') + batch;
    EXPECT_TRUE(bench.log->Apply({.type = data::RecordType::kLogAppend, .stream = data::StreamId::OfPartition(Key()), .position = data::Position(1), .payload = payload}).ok());
  };
  for (int64_t offset = 0; offset < 4; ++offset) apply(offset);
  EXPECT_TRUE(bench.log->ApplyDamage({data::StreamId::OfPartition(Key()), Offset(6), data::Position(5), data::Position(6)}).ok());
  apply(6);
  apply(9);  // and a gap that nobody explained
  Ctx ctx;
  CO_RETURN_NOT_OK(bench.log->Declare(ctx, Topic()));
  CO_RETURN_NOT_OK(bench.log->Begin(bench.journal));

  for (int life = 0; life < 2; ++life) {
    CO_ASSIGN_OR_RETURN(ports::LogSlice whole, Read(bench, 0));
    CO_ASSIGN_OR_RETURN(ports::LogSlice lost, Read(bench, 4));
    CO_ASSIGN_OR_RETURN(ports::LogSlice between, Read(bench, 6));
    CO_ASSIGN_OR_RETURN(ports::LogSlice gap, Read(bench, 8));
    CO_ASSIGN_OR_RETURN(ports::LogSlice last, Read(bench, 9));

    EXPECT_EQ(CountRecords(whole), 4);  // never over the range: a reader meets it
    EXPECT_EQ(lost.status.code(), Code::kCorrupt);
    EXPECT_EQ(CountRecords(between), 1);
    EXPECT_EQ(gap.status.code(), Code::kCorrupt);
    EXPECT_EQ(CountRecords(last), 1);
    EXPECT_EQ(last.bounds.end, Offset(10));
    CO_RETURN_NOT_OK(MakeCheckpoint(bench));
    CO_RETURN_NOT_OK(Restart(bench));  // and it stays known
  }
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, QuarantinesWhatTheJournalLost) { RUN(QuarantinesWhatTheJournalLost); }

TEST(Checkpoint, NoFlippedByteIsRead) {
  Segment segment{.base_offset = Offset(0), .next_offset = Offset(9), .bytes = 900, .blocks = 2};
  PartitionState state{.key = Key(), .start = Offset(3), .written_end = Offset(9), .segments = {segment}, .producers = {}, .quarantines = {{Offset(4), Offset(5)}}};
  std::string bytes = EncodeCheckpoint({.position = data::Position(77), .partitions = {state}});

  Checkpoint read = DecodeCheckpoint(bytes).value();

  EXPECT_EQ(read.position, data::Position(77));
  EXPECT_EQ(read.partitions[0].segments[0].bytes, 900);
  EXPECT_EQ(read.partitions[0].quarantines[0].end, Offset(5));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    EXPECT_FALSE(DecodeCheckpoint(flipped).ok()) << "byte " << i;
    EXPECT_FALSE(DecodeCheckpoint(bytes.substr(0, i)).ok()) << "cut at " << i;
  }
}

std::vector<CheckpointName> Checkpoints(Bench& bench) { return ListCheckpoints(bench.sim.disk(), bench.options.directory).value(); }

Task<> AppendTwentyAndLoseTen(Bench& bench, CheckpointName* before, std::string* bytes_before) {
  bench.config.segment_bytes = 5000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 20, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  *before = Checkpoints(bench).front();
  *bytes_before = io::ReadWhole(bench.sim.disk(), before->path, 1 << 20).value();
  Ctx ctx;
  CO_ASSIGN_OR_RETURN([[maybe_unused]] Offset start, bench.log->Trim(ctx, Key(), Offset(10)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));  // which no longer names the first segment, and takes it away
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

Task<> OutlivesAFlippedBitOfItsCheckpoint(Bench& bench) {
  CheckpointName before;
  std::string bytes_before;
  CO_RETURN_NOT_OK(AppendTwentyAndLoseTen(bench, &before, &bytes_before));
  std::vector<CheckpointName> newest = Checkpoints(bench);
  EXPECT_EQ(newest.size(), 2u);
  for (const CheckpointName& name : newest) {
    bench.sim.disk().FlipBit(name.path, 50);

    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 10));
    CO_RETURN_NOT_OK(Close(bench));

    EXPECT_EQ(CountRecords(slice), 10);
    EXPECT_EQ(io::ReadWhole(bench.sim.disk(), newest[0].path, 1 << 20).value(), io::ReadWhole(bench.sim.disk(), newest[1].path, 1 << 20).value());
    EXPECT_TRUE(bench.sim.sink().Contains("a damaged file that is kept twice was written anew"));
  }
  co_return Status::Ok();
}
TEST(SegmentLog, OutlivesAFlippedBitOfItsCheckpoint) { RUN(OutlivesAFlippedBitOfItsCheckpoint); }

// What only the newest checkpoint names would be taken for garbage.
Task<> StartsOnNoCheckpointWhoseFilesAreGone(Bench& bench) {
  CheckpointName before;
  std::string bytes_before;
  CO_RETURN_NOT_OK(AppendTwentyAndLoseTen(bench, &before, &bytes_before));
  for (const CheckpointName& name : Checkpoints(bench)) bench.sim.disk().FlipBit(name.path, 50);
  EXPECT_TRUE(io::WriteWhole(bench.sim.disk(), before.path, bytes_before).ok());
  auto open = Open(bench);
  Status refused = co_await open;
  bench.log.reset();

  EXPECT_EQ(refused.code(), Code::kCorrupt);
  EXPECT_NE(refused.ToString().find("is gone since; nothing is started on top of them"), std::string::npos) << refused.ToString();
  co_return Status::Ok();
}
TEST(SegmentLog, StartsOnNoCheckpointWhoseFilesAreGone) { RUN(StartsOnNoCheckpointWhoseFilesAreGone); }

// The index is another way to say what the segment says.
Task<> ReadsAWholeSegmentWhateverBecameOfItsIndex(Bench& bench) {
  bench.config.segment_bytes = 100'000;
  bench.options.partition_flush_bytes = 2000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 60, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(Close(bench));
  std::string path = FileOf(bench.sim, ".idx");
  for (int hurt = 0; hurt < 4; ++hurt) {
    if (hurt == 0) bench.sim.disk().FlipBit(path, 64 + 48 + 3);
    if (hurt == 1) bench.sim.disk().Overwrite(path, 64 + 2 * 48, std::string(3 * 48, 'x'));
    if (hurt == 2) bench.sim.disk().Cut(path, 64 + 4 * 48 + 7);
    if (hurt == 3) {
      EXPECT_TRUE(bench.sim.disk().Remove(path).ok());
    }

    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
    CO_RETURN_NOT_OK(AppendMany(bench, 10, 700));
    CO_RETURN_NOT_OK(MakeCheckpoint(bench));
    CO_RETURN_NOT_OK(Restart(bench));
    CO_ASSIGN_OR_RETURN(ports::LogSlice again, Read(bench, 0));
    CO_RETURN_NOT_OK(Close(bench));

    EXPECT_EQ(CountRecords(slice), 60 + 10 * hurt) << hurt;
    EXPECT_EQ(CountRecords(again), 70 + 10 * hurt) << hurt;
    EXPECT_TRUE(bench.sim.sink().Contains("made anew from its segment"));
  }
  co_return Status::Ok();
}
TEST(SegmentLog, ReadsAWholeSegmentWhateverBecameOfItsIndex) { RUN(ReadsAWholeSegmentWhateverBecameOfItsIndex); }

// A batch that rotted is not given an entry that holds.
Task<> SearchesByTimeEndAtAFileThatIsGone(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 30, 30000));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset found, bench.log->FindTime({}, Key(), 1010));
  EXPECT_EQ(found.offset, Offset(10));
  EXPECT_TRUE(bench.sim.files().Remove(FileOf(bench.sim, ".seg")).ok());

  auto search = bench.log->FindTime({}, Key(), 1020);
  auto gone = co_await search;

  EXPECT_EQ(gone.code(), Code::kCorrupt);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, SearchesByTimeEndAtAFileThatIsGone) { RUN(SearchesByTimeEndAtAFileThatIsGone); }

Task<> GivesARottenBatchNoNewEntry(Bench& bench) {
  bench.options.partition_flush_bytes = 2000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 60, 700));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(Close(bench));
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".seg"), 300);
  EXPECT_TRUE(bench.sim.disk().Remove(FileOf(bench.sim, ".idx")).ok());

  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));

  EXPECT_EQ(slice.status.code(), Code::kCorrupt);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(SegmentLog, GivesARottenBatchNoNewEntry) { RUN(GivesARottenBatchNoNewEntry); }

}  // namespace
}  // namespace freshet::log
