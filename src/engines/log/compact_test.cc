#include "engines/log/compaction.h"

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "engines/log/test_bench.h"
#include "testing/stepping_env.h"

namespace freshet::log {
namespace {

using Values = std::vector<std::string>;
using Kind = data::ControlMarker::Kind;

std::string KeyedBatch(const std::string& key, std::optional<std::string_view> value, int64_t timestamp_ms = 1000, int64_t producer = -1, int32_t sequence = 0) {
  data::RecordBatchBuilder::Options options;
  options.producer_id = data::ProducerId(producer);
  options.transactional = producer >= 0;
  if (producer >= 0) options.producer_epoch = data::ProducerEpoch(0);
  data::RecordBatchBuilder builder(options);
  builder.Add(timestamp_ms, key, value);
  return builder.Finish(producer >= 0 ? data::Sequence(sequence) : data::kNoSequence).value();
}

// Says that it is gzip and is none, under a checksum that holds.
std::string UnreadableBatch(const std::string& key) {
  constexpr size_t kCrcAt = 17, kAttributesAt = 21;
  std::string batch = KeyedBatch(key, "unreadable");
  batch[kAttributesAt + 1] = static_cast<char>(batch[kAttributesAt + 1] | static_cast<char>(data::Codec::kGzip));
  uint32_t crc = Crc32c(std::string_view(batch).substr(kAttributesAt));
  for (size_t i = 0; i < 4; ++i) batch[kCrcAt + i] = static_cast<char>(crc >> (24 - 8 * i));
  return batch;
}

Task<> Put(Bench& bench, std::string key, std::optional<std::string> value) {
  std::optional<std::string_view> stored;
  if (value.has_value()) stored = *value;
  CO_RETURN_NOT_OK(Append(bench, KeyedBatch(key, stored, bench.sim.clock().WallNow().ms)));
  co_return Status::Ok();
}

// Enough to close a segment, under keys of its own.
Task<> FillASegment(Bench& bench) {
  std::string filler(static_cast<size_t>(bench.config.segment_bytes), 'x');
  CO_RETURN_NOT_OK(Put(bench, StrCat("filler", bench.sim.clock().Now().ns), filler));
  co_return Status::Ok();
}

// "offset:key=value" of all records that are short, and "offset:(marker)".
Task<Values> Contents(Bench& bench, int64_t from = 0) {
  Values all;
  for (;;) {
    CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, from));
    if (!slice.status.ok()) co_return slice.status;
    if (slice.batches.empty()) co_return all;
    for (const auto& bytes : slice.batches) {
      auto view = data::RecordBatchView::Parse(*bytes);
      from = view->header().next_offset().get();
      if (view->header().control()) all.push_back(StrCat(view->header().base_offset, ":(marker)"));
      if (view->header().control()) continue;
      auto reader = data::RecordReader::Open(*view, 1 << 20);
      if (!reader.ok()) all.push_back(StrCat(view->header().base_offset, ":(unreadable)"));
      if (!reader.ok()) continue;
      data::Record record;
      while (reader->Next(record).value()) {
        if (record.value.value_or("").size() < 100) all.push_back(StrCat(record.offset, ":", *record.key, "=", record.value.value_or("(none)")));
      }
    }
  }
}

void Compact(Bench& bench) {
  bench.config.segment_bytes = 3000;
  bench.config.retention_ms = -1;
  bench.config.compacted = true;
  bench.config.deleted = false;
  bench.config.min_cleanable_dirty_ratio = 0.01;
}

// Two rounds of the clock, with everything in segments.
Task<> LetCompactionRun(Bench& bench) {
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(31)));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  co_return Status::Ok();
}

Task<> KeepsTheNewestOfEachKeyAtItsOffset(Bench& bench) {
  Compact(bench);
  CO_RETURN_NOT_OK(Open(bench));
  for (int i = 0; i < 4; ++i) {
    CO_RETURN_NOT_OK(Put(bench, "a", StrCat("a", i)));
    CO_RETURN_NOT_OK(Put(bench, "b", StrCat("b", i)));
    if (i == 1) {
      CO_RETURN_NOT_OK(Put(bench, "c", "c"));
    }
    CO_RETURN_NOT_OK(FillASegment(bench));
  }
  CO_RETURN_NOT_OK(Put(bench, "a", "in the newest segment"));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  size_t files_before = FilesOf(bench.sim).size();
  CO_RETURN_NOT_OK(LetCompactionRun(bench));

  CO_ASSIGN_OR_RETURN(Values contents, Contents(bench));
  EXPECT_EQ(contents, (Values{"5:c=c", "10:a=a3", "11:b=b3", "13:a=in the newest segment"}));  // of the newest segment nothing goes
  EXPECT_LT(FilesOf(bench.sim).size(), files_before);
  CO_ASSIGN_OR_RETURN(ports::LogSlice inside, Read(bench, 1));
  EXPECT_TRUE(inside.status.ok());
  EXPECT_EQ(data::RecordBatchView::Parse(*inside.batches.front())->header().base_offset, Offset(2));  // the filler
  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(Values after_restart, Contents(bench));
  EXPECT_EQ(after_restart, contents);
  CO_ASSIGN_OR_RETURN(ports::Appended appended, Append(bench, KeyedBatch("d", "d")));
  EXPECT_EQ(appended.base_offset, Offset(14));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, KeepsTheNewestOfEachKeyAtItsOffset) { RUN(KeepsTheNewestOfEachKeyAtItsOffset); }

Task<> KeepsATombstoneForItsTime(Bench& bench) {
  Compact(bench);
  bench.config.delete_retention_ms = 120000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "a", std::nullopt));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values young, Contents(bench));

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(120)));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values old, Contents(bench));

  EXPECT_EQ(young, Values{"1:a=(none)"});
  EXPECT_EQ(old, Values{});
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, KeepsATombstoneForItsTime) { RUN(KeepsATombstoneForItsTime); }

Task<> KeepsATombstoneThroughAStepOfTheWallClock(Bench& bench) {
  testing::SteppingEnv env(bench.sim);
  bench.env = &env;
  Compact(bench);
  bench.config.delete_retention_ms = 120000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "a", std::nullopt));
  for (int pass = 0; pass < 2; ++pass) {
    CO_RETURN_NOT_OK(FillASegment(bench));
    CO_RETURN_NOT_OK(FillASegment(bench));
    CO_RETURN_NOT_OK(LetCompactionRun(bench));
    env.StepWallClock(Seconds(86400));
  }
  CO_ASSIGN_OR_RETURN(Values contents, Contents(bench));

  EXPECT_EQ(contents, Values{"1:a=(none)"});
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, KeepsATombstoneThroughAStepOfTheWallClock) { RUN(KeepsATombstoneThroughAStepOfTheWallClock); }

Task<> LeavesWhatIsYoungerThanItsLag(Bench& bench) {
  Compact(bench);
  bench.config.min_compaction_lag_ms = 60000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "a", "2"));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values young, Contents(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(60)));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));

  CO_ASSIGN_OR_RETURN(Values old, Contents(bench));

  EXPECT_EQ(young, (Values{"0:a=1", "1:a=2"}));
  EXPECT_EQ(old, Values{"1:a=2"});
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, LeavesWhatIsYoungerThanItsLag) { RUN(LeavesWhatIsYoungerThanItsLag); }

Task<> WaitsForItsShareButNotBeyondItsLag(Bench& bench) {
  Compact(bench);
  bench.config.min_cleanable_dirty_ratio = 1;
  bench.config.max_compaction_lag_ms = 200000;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));  // all of it was dirty: now it is clean
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "a", "2"));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values early, Contents(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(200)));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));

  CO_ASSIGN_OR_RETURN(Values late, Contents(bench));

  EXPECT_EQ(early.size(), 2u);
  EXPECT_EQ(late.size(), 1u);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, WaitsForItsShareButNotBeyondItsLag) { RUN(WaitsForItsShareButNotBeyondItsLag); }

Task<> Transact(Bench& bench, int64_t producer, int32_t sequence, std::string value, Kind kind) {
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(Key());
  CO_RETURN_NOT_OK(bench.log->AdmitTransaction(ctx, data::ProducerId(producer), data::ProducerEpoch(0), partitions));
  CO_RETURN_NOT_OK(Append(bench, KeyedBatch("a", value, 1000, producer, sequence)));
  std::vector<ports::LogAppend> appends;
  data::ControlMarker marker{.kind = kind, .producer_id = data::ProducerId(producer), .producer_epoch = data::ProducerEpoch(0)};
  appends.push_back({Key(), data::BuildControlBatch(marker)});
  std::vector<data::Frame> no_frames;
  CO_RETURN_NOT_OK(bench.log->AppendTogether(ctx, std::move(appends), std::move(no_frames)));
  co_return Status::Ok();
}

// Of what is open nobody knows yet whether it will count.
Task<> LeavesWhatAnOpenTransactionMayReplace(Bench& bench) {
  Compact(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "old"));  // 0
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(Key());
  CO_RETURN_NOT_OK(bench.log->AdmitTransaction(ctx, data::ProducerId(7), data::ProducerEpoch(0), partitions));
  CO_RETURN_NOT_OK(Append(bench, KeyedBatch("a", "open", 1000, 7, 0)));  // 1
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));

  CO_ASSIGN_OR_RETURN(Values contents, Contents(bench));
  EXPECT_EQ(contents, (Values{"0:a=old", "1:a=open"}));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, LeavesWhatAnOpenTransactionMayReplace) { RUN(LeavesWhatAnOpenTransactionMayReplace); }

Task<> AnAbortedRecordIsNobodysNewest(Bench& bench) {
  Compact(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Transact(bench, 7, 0, "committed", Kind::kCommit));  // 0, 1
  CO_RETURN_NOT_OK(Transact(bench, 7, 1, "aborted", Kind::kAbort));     // 2, 3
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values once, Contents(bench));
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({Key(), Offset(0), 1 << 20, true});
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(auto named, bench.log->Read(ctx, reads, wait));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  CO_ASSIGN_OR_RETURN(Values twice, Contents(bench));
  CO_ASSIGN_OR_RETURN(auto forgotten, bench.log->Read(ctx, reads, wait));

  EXPECT_EQ(once, (Values{"0:a=committed", "3:(marker)"}));  // a reader of the old file may still need it
  EXPECT_EQ(named.front().aborted.size(), 1u);
  EXPECT_EQ(twice, Values{"0:a=committed"});
  EXPECT_TRUE(forgotten.front().aborted.empty());
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, AnAbortedRecordIsNobodysNewest) { RUN(AnAbortedRecordIsNobodysNewest); }

Task<> GoesOnWhereTheKeysHadNoRoom(Bench& bench) {
  Compact(bench);
  bench.options.compaction_keys_bytes_max = 400;
  CO_RETURN_NOT_OK(Open(bench));
  for (int round = 0; round < 3; ++round) {
    for (int key = 0; key < 12; ++key) {
      CO_RETURN_NOT_OK(Put(bench, StrCat("k", key), StrCat(round)));
    }
    CO_RETURN_NOT_OK(FillASegment(bench));
  }
  CO_RETURN_NOT_OK(FillASegment(bench));
  for (int i = 0; i < 20; ++i) {
    CO_RETURN_NOT_OK(LetCompactionRun(bench));
  }

  CO_ASSIGN_OR_RETURN(Values contents, Contents(bench));

  EXPECT_EQ(contents.size(), 12u);
  for (const std::string& one : contents) EXPECT_TRUE(one.ends_with("=2")) << one;
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, GoesOnWhereTheKeysHadNoRoom) { RUN(GoesOnWhereTheKeysHadNoRoom); }

Task<> LeavesWhatNobodyCanOpenAndGoesOn(Bench& bench) {
  Compact(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "b", "1"));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, Append(bench, UnreadableBatch("a")));
  CO_RETURN_NOT_OK(Put(bench, "b", "2"));
  for (int pass = 0; pass < 2; ++pass) {
    CO_RETURN_NOT_OK(FillASegment(bench));
    CO_RETURN_NOT_OK(FillASegment(bench));
    CO_RETURN_NOT_OK(LetCompactionRun(bench));
    CO_ASSIGN_OR_RETURN(Values contents, Contents(bench));
    EXPECT_EQ(contents, (Values{"0:a=1", "2:(unreadable)", "3:b=2"}));
  }
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, LeavesWhatNobodyCanOpenAndGoesOn) { RUN(LeavesWhatNobodyCanOpenAndGoesOn); }

Task<> LeavesDamagedSegmentsAsTheyAre(Bench& bench) {
  Compact(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Put(bench, "a", "1"));
  CO_RETURN_NOT_OK(Put(bench, "a", "2"));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(FillASegment(bench));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".seg"), 200, 3);
  std::vector<std::string> files = FilesOf(bench.sim);
  CO_RETURN_NOT_OK(LetCompactionRun(bench));

  EXPECT_EQ(FilesOf(bench.sim), files);
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".seg"), 200, 3);
  CO_RETURN_NOT_OK(LetCompactionRun(bench));
  EXPECT_EQ(FilesOf(bench.sim), files);  // what is damaged is not read again and again
  EXPECT_NE(bench.sim.metrics().ToPrometheusText().find("freshet_log_compactions_failed_total 1\n"), std::string::npos);
  CO_RETURN_NOT_OK(SleepFor(bench, bench.options.compaction_after_damage));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  EXPECT_NE(FilesOf(bench.sim), files);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(Compaction, LeavesDamagedSegmentsAsTheyAre) { RUN(LeavesDamagedSegmentsAsTheyAre); }

}  // namespace
}  // namespace freshet::log
