#include "doors/kafka/in_time.h"

#include <gtest/gtest.h>

#include "doors/kafka/line.h"
#include "testing/sim_env.h"

namespace freshet::doors::kafka {
namespace {

struct Bench {
  testing::SimEnv sim;
  io::Budget budget{"test", 100};
  io::TaskGroup group{sim.loop(0), "work"};
  int ended = 0;
};

Task<int> EndAt(Bench& bench, MonoTime due) {
  io::SleepUntil sleep(due);
  co_await sleep;
  co_return ++bench.ended;
}

Task<> AnswersAtItsTimeAndGoesOn(Bench& bench) {
  MonoTime begin = bench.sim.clock().Now();
  auto taken = io::Reservation::Take(bench.budget, 60);
  auto late = InTime(bench.group, begin + Milliseconds(1000), std::move(*taken), EndAt(bench, begin + Milliseconds(5000)));
  auto outcome = co_await late;
  EXPECT_EQ(outcome.code(), Code::kDeadlineExceeded);
  EXPECT_LT(bench.sim.clock().Now() - begin, Milliseconds(1010));
  EXPECT_EQ(bench.budget.used(), 60) << "what goes on keeps its memory";
  EXPECT_EQ(bench.ended, 0);

  auto close = bench.group.Close();
  co_await close;

  EXPECT_EQ(bench.ended, 1);
  EXPECT_EQ(bench.budget.used(), 0);
  co_return Status::Ok();
}
TEST(InTime, AnswersAtItsTimeAndGoesOn) {
  Bench bench;
  Status status = bench.sim.Run(AnswersAtItsTimeAndGoesOn(bench));
  EXPECT_TRUE(status.ok()) << status.ToString();
}

Task<> BringsWhatCameInTime(Bench& bench) {
  MonoTime begin = bench.sim.clock().Now();
  auto soon = InTime(bench.group, begin + Milliseconds(1000), io::Reservation(), EndAt(bench, begin + Milliseconds(500)));
  auto outcome = co_await soon;
  EXPECT_TRUE(outcome.ok() && *outcome == 1);
  auto close = bench.group.Close();
  co_await close;
  co_return Status::Ok();
}
TEST(InTime, BringsWhatCameInTime) {
  Bench bench;
  Status status = bench.sim.Run(BringsWhatCameInTime(bench));
  EXPECT_TRUE(status.ok()) << status.ToString();
}

struct Stander {
  MonoTime stays, patience;
  std::string name;
};

Task<> Stand(Line& line, Stander stander, std::string* order) {
  Line::Place place(line);
  auto wait = place.Await(stander.patience);
  Status waited = co_await wait;
  if (!waited.ok()) *order += StrCat(stander.name, " gave up, ");
  if (!waited.ok()) co_return waited;
  *order += StrCat(stander.name, ", ");
  io::SleepUntil sleep(stander.stays);
  co_await sleep;
  co_return Status::Ok();
}

// Whoever gives up leaves the others as they stand.
Task<> KeepsItsOrderWhenSomeGiveUp(Bench& bench) {
  Line line;
  std::string order;
  MonoTime begin = bench.sim.clock().Now();
  for (const auto& [name, patience] : {std::pair{"a", 9000}, {"b", 2000}, {"c", 1000}, {"d", 9000}, {"e", 2000}}) {
    bench.group.Spawn(io::Lane::kUrgent, Stand(line, {.stays = begin + Milliseconds(3000), .patience = begin + Milliseconds(patience), .name = name}, &order));
  }
  auto close = bench.group.Close();
  co_await close;
  EXPECT_EQ(order, "a, c gave up, b gave up, e gave up, d, ");
  co_return Status::Ok();
}
TEST(Line, KeepsItsOrderWhenSomeGiveUp) {
  Bench bench;
  Status status = bench.sim.Run(KeepsItsOrderWhenSomeGiveUp(bench));
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace
}  // namespace freshet::doors::kafka
