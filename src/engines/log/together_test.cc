#include "engines/log/test_bench.h"

#include "io/task_group.h"

// What a unit of several partitions waits for.

namespace freshet::log {
namespace {

Task<> AppendTogether(Bench& bench, size_t bytes, Result<std::vector<ports::Appended>>* outcome) {
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  for (int32_t partition : {0, 1}) appends.push_back({Key(partition), Batch(std::string(bytes, 'j'))});
  std::vector<data::Frame> no_frames;
  auto append = bench.log->AppendTogether(ctx, std::move(appends), std::move(no_frames));
  *outcome = co_await append;
  co_return outcome->status();
}

Task<> AppendLater(Bench& bench, std::string batch, int32_t partition) {
  auto append = Append(bench, std::move(batch), partition);
  auto appended = co_await append;
  EXPECT_TRUE(appended.ok()) << appended.ToString();
  co_return appended.status();
}

// Its turns are taken before it waits for the disk: what comes meanwhile, to whichever of its partitions, comes after it.
Task<> PassesNobodyWhoStoodInLine(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  io::TaskGroup group(bench.sim.loop(0), "writers");
  Result<std::vector<ports::Appended>> joint = Fault::Internal("no answer");
  bench.journal.Hold();
  for (int32_t partition : {0, 1}) group.Spawn(io::Lane::kNormal, AppendLater(bench, Batch("before"), partition));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(50)));
  group.Spawn(io::Lane::kNormal, AppendTogether(bench, 10, &joint));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(50)));
  for (int32_t partition : {0, 1}) group.Spawn(io::Lane::kNormal, AppendLater(bench, Batch("after"), partition));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(50)));
  bench.journal.Release();
  auto ended = group.Close();
  co_await ended;

  EXPECT_TRUE(joint.ok()) << joint.ToString();
  if (joint.ok()) {
    for (const ports::Appended& appended : *joint) EXPECT_EQ(appended.base_offset, Offset(1));
  }
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(JointUnit, PassesNobodyWhoStoodInLine) {
  RUN(PassesNobodyWhoStoodInLine);
  RUN_ON_LOOPS(1, PassesNobodyWhoStoodInLine);
}

// Its shares wait for the disk at the same time.
Task<> SyncsItsSegmentsAtOnce(Bench& bench) {
  HeldEnv env(bench.sim);
  bench.env = &env;
  bench.options.joint_inline_bytes = 1000;
  CO_RETURN_NOT_OK(Open(bench));
  io::TaskGroup group(bench.sim.loop(0), "writer");
  Result<std::vector<ports::Appended>> joint = Fault::Internal("no answer");
  env.held().Keep();
  group.Spawn(io::Lane::kNormal, AppendTogether(bench, 5000, &joint));
  CO_RETURN_NOT_OK(SleepFor(bench, Milliseconds(50)));
  size_t writes = env.held().kept();
  env.held().PassOn();
  env.held().LetGo();
  auto ended = group.Close();
  co_await ended;

  EXPECT_EQ(writes, 2u);
  EXPECT_TRUE(joint.ok()) << joint.ToString();
  CO_RETURN_NOT_OK(Restart(bench));
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, Read(bench, 0));
  EXPECT_EQ(CountRecords(slice), 1);
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(JointUnit, SyncsItsSegmentsAtOnce) {
  RUN(SyncsItsSegmentsAtOnce);
  RUN_ON_LOOPS(1, SyncsItsSegmentsAtOnce);
}

// One of its partitions is not there: nothing is taken in, and nobody stands in line for good.
Task<> LeavesNoTurnBehindWhenAPartitionIsMissing(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  for (int32_t partition : {0, 1, 7}) appends.push_back({Key(partition), Batch("j")});
  std::vector<data::Frame> no_frames;
  auto append = bench.log->AppendTogether(ctx, std::move(appends), std::move(no_frames));
  auto joint = co_await append;
  EXPECT_EQ(joint.code(), Code::kNotFound);
  for (int32_t partition : {0, 1}) {
    CO_ASSIGN_OR_RETURN(ports::Appended appended, Append(bench, Batch("a"), partition));
    EXPECT_EQ(appended.base_offset, Offset(0));
  }
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}
TEST(JointUnit, LeavesNoTurnBehindWhenAPartitionIsMissing) { RUN(LeavesNoTurnBehindWhenAPartitionIsMissing); }

}  // namespace
}  // namespace freshet::log
