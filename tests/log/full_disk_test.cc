#include <gtest/gtest.h>

#include <cerrno>

#include "data/record_batch.h"
#include "log/log_house.h"
#include "testing/begun.h"
#include "testing/sim_env.h"

// A disk that has room for all but a new file of the journal: what is queued when one is needed is held, and what gives files back is a checkpoint.

namespace freshet::testing {
namespace {

constexpr int kSteps = 300;
constexpr int kStepsWithRoom = 60;  // so that some files of the journal are there

std::shared_ptr<const data::Topic> Topic() {
  return std::make_shared<const data::Topic>(data::Topic{.id = Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee").value(), .name = "t", .partitions = 2, .configs = {}, .log = {}});
}

std::string Batch(size_t bytes) {
  data::RecordBatchBuilder builder({});
  builder.Add(1000, std::nullopt, std::string(bytes, 'x'));
  return builder.Finish().value();
}

std::vector<ports::LogAppend> ToAll(int32_t partitions, size_t bytes) {
  std::vector<ports::LogAppend> appends;
  for (int32_t partition = 0; partition < partitions; ++partition) appends.push_back({{Topic()->id, data::PartitionId(partition)}, Batch(bytes)});
  return appends;
}

using Step = Task<> (*)(LogHouse&, int number, Begun& begun);

Task<> AppendOne(LogHouse& house, size_t bytes) {
  auto append = house.log().Append(Ctx(), ToAll(1, bytes));
  auto outcomes = co_await append;
  co_return outcomes.ok() ? outcomes->front().status() : outcomes.status();
}

Task<> AppendSmall(LogHouse& house, int, Begun&) {
  auto append = AppendOne(house, 300);
  co_return co_await append;
}

// Stands in its segment, and a reference in the journal.
Task<> AppendLarge(LogHouse& house, int, Begun&) {
  auto append = AppendOne(house, 3000);
  co_return co_await append;
}

Task<> AppendTogether(LogHouse& house, size_t bytes) {
  std::vector<data::Frame> no_frames;
  auto append = house.log().AppendTogether(Ctx(), ToAll(2, bytes), std::move(no_frames));
  auto appended = co_await append;
  co_return appended.status();
}

Task<> AppendSmallTogether(LogHouse& house, int, Begun&) {
  auto append = AppendTogether(house, 300);
  co_return co_await append;
}

Task<> AppendLargeTogether(LogHouse& house, int, Begun&) {
  auto append = AppendTogether(house, 3000);
  co_return co_await append;
}

Task<> CommitAnEpoch(LogHouse& house, int number, Begun& begun) {
  if (number == 0) {
    auto begin = BeginWhole(&house.epochs(), Ctx(), "job");
    auto start = co_await begin;
    if (!start.ok()) co_return start.status();
    begun = std::move(start).value();
  }
  ports::EpochCommit commit{.token = begun.last, .attempt = begun.attempt, .snapshot = std::string(50, 's'), .staged = ToAll(2, 100), .outbox = {}};
  commit.token.epoch = number + 1;
  auto committing = house.epochs().Commit(Ctx(), std::move(commit));
  co_return co_await committing;
}

LogHouseOptions Options() {
  LogHouseOptions options;
  options.journal.file_bytes = 16 << 10;
  options.journal.unprepared_bytes = 8 << 10;
  options.log.large_batch_bytes = 2000;
  options.log.joint_inline_bytes = 4000;
  return options;
}

Task<> ExpectAll(LogHouse& house) {
  auto ask = house.log().Bounds(Ctx(), {Topic()->id, data::PartitionId(0)});
  auto bounds = co_await ask;
  if (!bounds.ok()) co_return bounds.status();
  EXPECT_EQ(bounds->end, data::Offset(kSteps));
  co_return Status::Ok();
}

// As a producer does: what is refused while a unit is held comes again.
Task<> StepUntilTaken(SimEnv& sim, LogHouse& house, Step step, int number, Begun& begun) {
  for (;;) {
    auto stepping = step(house, number, begun);
    Status stepped = co_await stepping;
    if (stepped.code() != Code::kDiskFull) co_return stepped;
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(100));
    co_await pause;
  }
}

Task<> GoOn(SimEnv& sim, Step step) {
  auto opened = LogHouse::Open(sim, Options());
  if (!opened.ok()) co_return opened.status();
  LogHouse& house = **opened;
  std::vector<std::shared_ptr<const data::Topic>> topics = {Topic()};
  CO_RETURN_NOT_OK(house.Begin(topics));
  Begun begun;
  for (int i = 0; i < kSteps; ++i) {
    if (i == kStepsWithRoom) {
      for (const char* file : {"prepared.tmp", "fresh.tmp"}) sim.disk().Fail(FsCall::kOpen, file, ENOSPC, 1, INT32_MAX);
    }
    CO_RETURN_NOT_OK(StepUntilTaken(sim, house, step, i, begun));
  }
  CO_RETURN_NOT_OK(ExpectAll(house));
  CO_RETURN_NOT_OK(house.Close());
  co_return Status::Ok();
}

Task<> LookAgain(SimEnv& sim) {
  sim.disk().ClearFaults();
  auto opened = LogHouse::Open(sim, Options());
  if (!opened.ok()) co_return opened.status();
  std::vector<std::shared_ptr<const data::Topic>> topics = {Topic()};
  CO_RETURN_NOT_OK((*opened)->Begin(topics));
  CO_RETURN_NOT_OK(ExpectAll(**opened));
  CO_RETURN_NOT_OK((*opened)->Close());
  co_return Status::Ok();
}

class FullDisk : public ::testing::TestWithParam<Step> {};

// Nobody makes room and nothing else is asked of the house.
TEST_P(FullDisk, GoesOnWithTheFilesThatACheckpointGivesBackWhileAUnitIsHeld) {
  for (uint64_t seed : {1u, 2u, 3u}) {
    SimEnv sim({.seed = seed, .virtual_time_max = Seconds(3600)});

    Status went = sim.Run(GoOn(sim, GetParam()));
    ASSERT_TRUE(went.ok()) << went.ToString();
    Status again = sim.Run(LookAgain(sim));

    EXPECT_TRUE(again.ok()) << again.ToString();
    EXPECT_TRUE(sim.sink().Contains("the data disk has room again")) << "no unit was ever held";
  }
}

INSTANTIATE_TEST_SUITE_P(Units, FullDisk, ::testing::Values(AppendSmall, AppendLarge, AppendSmallTogether, AppendLargeTogether, CommitAnEpoch));

}  // namespace
}  // namespace freshet::testing
