#include "io/ahead.h"

#include <gtest/gtest.h>

#include <atomic>

#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::io {
namespace {

std::unique_ptr<RealEnv> OpenEnv() { return RealEnv::Open({.loops = 3, .log_level = Level::kError}).value(); }

std::vector<Loop*> OtherLoops(Env& env) { return {&env.loop(1), &env.loop(2), &env.loop(1)}; }

// Takes as long as its number asks for.
struct Sum final : Ahead::Work {
  Sum(int its_number, std::atomic<int>& of_all) : number(its_number), alive(of_all) { ++alive; }
  ~Sum() override { --alive; }
  void Do() override {
    for (int i = 0; i < number * 7919 % 20'000; ++i) sum = sum + i;
    ++done;
  }
  const int number;
  std::atomic<int>& alive;
  volatile int64_t sum = 0;
  int done = 0;
};

Task<> TakeAll(Env& env, int count, size_t most, std::atomic<int>& alive) {
  Ahead ahead(OtherLoops(env));
  int added = 0;
  for (int wanted = 0; wanted < count; ++wanted) {
    while (added < count && ahead.size() < most) ahead.Add(std::make_unique<Sum>(added++, alive));
    auto taking = ahead.Take();
    auto taken = co_await taking;
    if (!taken.ok()) co_return taken.fault();
    auto& sum = static_cast<Sum&>(**taken);
    if (sum.number != wanted || sum.done != 1) co_return Fault::Internal("got ", sum.number, " done ", sum.done, " times where ", wanted, " was next");
    if (!env.loop(0).OnLoop()) co_return Fault::Internal("taken elsewhere");
  }
  co_return Status();
}

TEST(Ahead, GivesWhatWasAddedInItsOrderWhicheverIsDoneFirst) {
  auto env = OpenEnv();
  std::atomic<int> alive{0};

  Status one_at_a_time = RunToEnd(*env, TakeAll(*env, 500, 1, alive));
  Status many = RunToEnd(*env, TakeAll(*env, 2000, 6, alive));

  EXPECT_TRUE(one_at_a_time.ok()) << one_at_a_time.ToString();
  EXPECT_TRUE(many.ok()) << many.ToString();
  EXPECT_EQ(alive, 0);
}

Task<> LeaveAmid(Env& env, std::atomic<int>& alive) {
  for (int i = 0; i < 200; ++i) {
    Ahead ahead(OtherLoops(env));
    for (int n = 0; n < 8; ++n) ahead.Add(std::make_unique<Sum>(n, alive));
    if (i % 2 == 0) continue;
    auto taking = ahead.Take();
    auto taken = co_await taking;
    if (!taken.ok()) co_return taken.fault();
  }
  co_return Status();
}

TEST(Ahead, LeavesNothingBehindWhenItEndsAmid) {
  auto env = OpenEnv();
  std::atomic<int> alive{0};

  Status left = RunToEnd(*env, LeaveAmid(*env, alive));

  EXPECT_TRUE(left.ok()) << left.ToString();
  EXPECT_EQ(alive, 0);
}

// Keeps its loop busy until it is let go.
struct Busy final : Job {
  void Run() override {
    let_go.wait(false);
    over = true;
    over.notify_all();
  }
  std::atomic<bool> let_go{false}, over{false};
};

Task<> TakeBeside(Env& env, Busy& busy, std::atomic<int>& alive) {
  env.loop(1).Post(Lane::kNormal, busy);
  auto taking = TakeAll(env, 20, 4, alive);
  Status taken = co_await taking;
  busy.let_go = true;
  busy.let_go.notify_all();
  co_return taken;
}

TEST(Ahead, DoesWhereThereIsTimeWhatABusyLoopLeaves) {
  auto env = OpenEnv();
  std::atomic<int> alive{0};
  Busy busy;

  Status taken = RunToEnd(*env, TakeBeside(*env, busy, alive));

  EXPECT_TRUE(taken.ok()) << taken.ToString();
  busy.over.wait(false);
}

Task<> TakeNothing(Env& env) {
  Ahead ahead(OtherLoops(env));
  auto taking = ahead.Take();
  auto taken = co_await taking;
  co_return taken.status();
}

TEST(Ahead, HasNothingToGiveWhereNothingWasAdded) {
  auto env = OpenEnv();

  EXPECT_EQ(RunToEnd(*env, TakeNothing(*env)).code(), Code::kInternal);
}

}  // namespace
}  // namespace freshet::io
