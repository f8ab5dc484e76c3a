#pragma once

#include <gtest/gtest.h>

#include "engines/log/log.h"
#include "io/env_above.h"
#include "testing/memory_journal.h"
#include "testing/sim_env.h"

// For the tests of this room: a log on its own disk, over a journal in memory that outlives it.

namespace freshet::log {

using data::Offset;
using testing::FsCall;
using testing::MemoryJournal;
using testing::SimEnv;

inline std::shared_ptr<const data::Topic> Topic(data::LogConfig config = {}) {
  return std::make_shared<const data::Topic>(
      data::Topic{.id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee").value(), .name = "clicks", .partitions = 2, .configs = {}, .log = config});
}
inline data::PartitionKey Key(int32_t partition = 0) { return {Topic()->id, data::PartitionId(partition)}; }

inline std::string Batch(const std::string& value, int64_t timestamp_ms = 1000, int64_t producer = -1, int32_t sequence = 0) {
  data::RecordBatchBuilder::Options options;
  if (producer >= 0) {
    options.producer_id = data::ProducerId(producer);
    options.producer_epoch = data::ProducerEpoch(0);
  }
  data::RecordBatchBuilder builder(options);
  builder.Add(timestamp_ms, std::nullopt, value);
  return builder.Finish(producer >= 0 ? data::Sequence(sequence) : data::kNoSequence).value();
}

// A log on its own disk and a journal that outlives it.
struct Bench {
  explicit Bench(SimEnv& the_sim) : sim(the_sim), journal(the_sim) {}

  SimEnv& sim;
  Env* env = &sim;  // that the log is given
  MemoryJournal journal;
  LogOptions options{.directory = "data/log"};
  data::LogConfig config;
  std::unique_ptr<SegmentLog> log;
};

inline Task<> Open(Bench& bench) {
  auto opened = SegmentLog::Open(*bench.env, bench.options);
  if (!opened.ok()) co_return opened.status();
  bench.log = std::move(opened).value();
  Status replayed = bench.journal.ReplayInto(*bench.log);
  if (!replayed.ok()) co_return replayed;
  Ctx ctx;
  CO_RETURN_NOT_OK(bench.log->Declare(ctx, Topic(bench.config)));
  CO_RETURN_NOT_OK(bench.log->Begin(bench.journal));
  co_return Status::Ok();
}

inline Task<> Close(Bench& bench) {
  auto close = bench.log->Close();
  Status closed = co_await close;
  bench.log.reset();
  co_return closed;
}

inline Task<> Restart(Bench& bench) {
  CO_RETURN_NOT_OK(Close(bench));
  CO_RETURN_NOT_OK(Open(bench));
  co_return Status::Ok();
}

inline Task<ports::Appended> Append(Bench& bench, std::string batch, int32_t partition = 0) {
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({Key(partition), std::move(batch)});
  auto append = bench.log->Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  if (!outcomes.ok()) co_return outcomes.status();
  co_return outcomes->front();
}

inline Task<> AppendMany(Bench& bench, int count, size_t bytes) {
  for (int i = 0; i < count; ++i) {
    std::string value = StrCat(i, " ");
    value.resize(std::max(value.size(), bytes), 'x');
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, Append(bench, Batch(value, 1000 + i)));
  }
  co_return Status::Ok();
}

inline Task<> MakeCheckpoint(Bench& bench) {
  Ctx ctx;
  auto flush = bench.log->Flush(ctx, bench.journal.durable());
  co_return co_await flush;
}

inline Task<> SleepFor(Bench& bench, Duration time) {
  io::SleepUntil nap(bench.sim.clock().Now() + time);
  co_await nap;
  co_return Status::Ok();
}

inline Task<ports::LogSlice> Read(Bench& bench, int64_t from, Duration wait_for = {0}) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({Key(), Offset(from)});
  ports::ReadWait wait{.until = bench.sim.clock().Now() + wait_for};
  auto read = bench.log->Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

inline int64_t CountRecords(const ports::LogSlice& slice) {
  int64_t records = 0;
  for (const auto& batch : slice.batches) records += data::RecordBatchView::Parse(*batch)->header().record_count;
  return records;
}

inline std::vector<std::string> FilesOf(SimEnv& sim, int partition = 0) {
  std::vector<std::string> paths;
  std::string folder = StrCat("data/log/", Key().topic, "/", partition);
  auto entries = sim.disk().List(folder);
  if (!entries.ok()) return paths;
  for (const io::Entry& entry : *entries) paths.push_back(folder + "/" + entry.name);
  return paths;
}

inline std::string FileOf(SimEnv& sim, std::string_view ending) {
  for (const std::string& path : FilesOf(sim)) {
    if (path.ends_with(ending)) return path;
  }
  return "";
}

// Passes jobs on, or keeps those that come from now on until they are let go: a disk that takes its time.
class HeldWorkers final : public io::Workers {
 public:
  explicit HeldWorkers(io::Workers& workers) : workers_(workers) {}

  void Submit(io::Pool pool, io::Job& job) override {
    if (keeps_) kept_.emplace_back(pool, &job);
    else workers_.Submit(pool, job);
  }
  void Keep() { keeps_ = true; }
  void PassOn() { keeps_ = false; }
  void LetGo() {
    for (auto& [pool, job] : std::exchange(kept_, {})) workers_.Submit(pool, *job);
  }
  size_t kept() const { return kept_.size(); }

 private:
  io::Workers& workers_;
  bool keeps_ = false;
  std::vector<std::pair<io::Pool, io::Job*>> kept_;
};

class HeldEnv final : public io::EnvAbove {
 public:
  explicit HeldEnv(SimEnv& sim) : EnvAbove(sim), workers_(sim.workers()) {}
  HeldWorkers& held() { return workers_; }

  io::Workers& workers() override { return workers_; }

 private:
  HeldWorkers workers_;
};

#define RUN_ON_LOOPS(number_of_loops, body)                \
  do {                                                     \
    SimEnv sim({.loops = number_of_loops});                \
    auto bench = std::make_unique<Bench>(sim);             \
    Status ran = sim.Run(body(*bench));                    \
    EXPECT_TRUE(ran.ok()) << ran.ToString();               \
    if (!ran.ok()) (void)bench.release(); /* may be in use */ \
  } while (false)
#define RUN(body) RUN_ON_LOOPS(2, body)

}  // namespace freshet::log
