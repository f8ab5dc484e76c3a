#include "engines/log/test_bench.h"

namespace freshet::log {
namespace {

int64_t Findings(Bench& bench) { return bench.sim.metrics().AddCounter("freshet_log_scrub_findings_total", "").value(); }
int64_t Scrubbed(Bench& bench) { return bench.sim.metrics().AddCounter("freshet_log_scrubbed_bytes_total", "").value(); }

// About 400 KiB in segments of 64 KiB.
Task<> Fill(Bench& bench) {
  bench.config.segment_bytes = 64 << 10;
  bench.config.retention_ms = -1;
  bench.options.partition_flush_bytes = 8 << 10;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 400, 1000));
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));
  co_return Status::Ok();
}

Task<> FindRot(Bench& bench) {
  CO_RETURN_NOT_OK(Fill(bench));
  std::string path = FileOf(bench.sim, ".seg");
  bench.sim.disk().FlipBit(path, 20'000);

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(300)));

  EXPECT_EQ(Findings(bench), 1);
  EXPECT_GT(Scrubbed(bench), 400'000);
  EXPECT_TRUE(bench.sim.sink().Contains(path));
  EXPECT_TRUE(bench.sim.sink().Contains("the scrub found damage"));
  CO_ASSIGN_OR_RETURN(ports::LogSlice damaged, Read(bench, 15));
  EXPECT_EQ(damaged.status.code(), Code::kCorrupt);
  CO_ASSIGN_OR_RETURN(ports::LogSlice behind, Read(bench, 100));
  EXPECT_GT(CountRecords(behind), 0);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Scrub, FindsARottenBlockThatNobodyReadsAndLeavesTheRestReadable) { RUN(FindRot); }

Task<> FindRotInIndexes(Bench& bench) {
  bench.options.scrub_interval = Seconds(1000);
  CO_RETURN_NOT_OK(Fill(bench));
  bench.sim.disk().FlipBit(FileOf(bench.sim, ".idx"), 64 + 48 + 3);

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(300)));

  EXPECT_EQ(Findings(bench), 1);
  EXPECT_TRUE(bench.sim.sink().Contains("an entry of the index does not match its checksum"));
  EXPECT_TRUE(bench.sim.sink().Contains("made anew from its segment; no record is lost"));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(2000)));
  EXPECT_EQ(Findings(bench), 1);  // the next round finds it whole
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Scrub, FindsARottenEntryOfAnIndex) { RUN(FindRotInIndexes); }

Task<> GoRound(Bench& bench) {
  bench.options.scrub_interval = Seconds(1000);
  CO_RETURN_NOT_OK(Fill(bench));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(900)));
  int64_t first = Scrubbed(bench);

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(1000)));

  EXPECT_GT(first, 400'000);
  EXPECT_EQ(Scrubbed(bench), 2 * first);
  EXPECT_EQ(Findings(bench), 0);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Scrub, ReadsEverythingOnceARound) { RUN(GoRound); }

Task<> GoSlowly(Bench& bench) {
  bench.options.scrub_bytes_per_second = 2048;  // of two loops
  bench.options.scrub_begins_after = Seconds(10);
  CO_RETURN_NOT_OK(Fill(bench));

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(100)));

  EXPECT_GT(Scrubbed(bench), 0);
  EXPECT_LE(Scrubbed(bench), 100 * 1024 + (256 << 10));  // a step ahead of its time
  CO_RETURN_NOT_OK(Close(bench));  // and ends at once
  co_return Status::Ok();
}

TEST(Scrub, KeepsToItsRate) { RUN(GoSlowly); }

Task<> StayAway(Bench& bench) {
  bench.options.scrub_bytes_per_second = 0;
  CO_RETURN_NOT_OK(Fill(bench));

  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(300)));

  EXPECT_EQ(Scrubbed(bench), 0);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Scrub, IsAbsentWhenItsRateIsZero) { RUN(StayAway); }

Task<> TrimMeanwhile(Bench& bench) {
  bench.options.scrub_bytes_per_second = 200'000;  // of two loops
  bench.options.scrub_begins_after = Seconds(10);
  bench.config.segment_bytes = 1 << 20;
  bench.config.retention_ms = -1;
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(AppendMany(bench, 2000, 1000));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(12)));
  int64_t before = Scrubbed(bench);
  Ctx ctx;
  auto trim = bench.log->Trim(ctx, Key(), Offset(1500));
  auto trimmed = co_await trim;
  if (!trimmed.ok()) co_return trimmed.status();
  CO_RETURN_NOT_OK(MakeCheckpoint(bench));  // the file goes while it is read
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(60)));

  EXPECT_GT(before, 0);
  EXPECT_LT(before, 1'000'000);
  EXPECT_EQ(Findings(bench), 0);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Scrub, TakesWhatRetentionRemovesForNoDamage) { RUN(TrimMeanwhile); }

}  // namespace
}  // namespace freshet::log
