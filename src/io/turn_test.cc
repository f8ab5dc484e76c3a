#include "io/turn.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "io/task_group.h"

namespace freshet::io {
namespace {

std::unique_ptr<RealEnv> OpenEnv() { return RealEnv::Open({.loops = 1, .log_level = Level::kError}).value(); }

// Says when its turn came, holds it for some rounds of the loop, and says when it ends.
Task<> Take(Turns& turns, char name, int rounds, std::string& told) {
  Turn turn(turns);
  co_await turn;
  told += name;
  for (int i = 0; i < rounds; ++i) {
    Yield yield;
    co_await yield;
  }
  told += '.';
  co_return Status();
}

Task<> TakeInOrder(Env& env, std::string& told) {
  Turns turns;
  TaskGroup group(env.loop(0), "turns");
  for (char name : {'a', 'b', 'c', 'd'}) group.Spawn(Lane::kNormal, Take(turns, name, 3, told));
  auto close = group.Close();
  Status closed = co_await close;
  if (!turns.are_free()) co_return Fault::Internal("a turn is left");
  co_return closed;
}

TEST(Turn, ComesInTheOrderInWhichItWasAskedFor) {
  auto env = OpenEnv();
  std::string told;

  Status done = RunToEnd(*env, TakeInOrder(*env, told));

  EXPECT_TRUE(done.ok()) << done.ToString();
  EXPECT_EQ(told, "a.b.c.d.");
}

// Who comes between a turn's end and the next one's first step stands behind all who wait.
Task<> TakeWhileOneEnds(Env& env, std::string& told) {
  Turns turns;
  TaskGroup group(env.loop(0), "turns");
  std::optional<Turn> first(std::in_place, turns);
  group.Spawn(Lane::kNormal, Take(turns, 'b', 0, told));
  first.reset();
  group.Spawn(Lane::kNormal, Take(turns, 'c', 0, told));
  auto close = group.Close();
  co_return co_await close;
}

TEST(Turn, IsNotTakenByOneWhoCameLater) {
  auto env = OpenEnv();
  std::string told;

  Status done = RunToEnd(*env, TakeWhileOneEnds(*env, told));

  EXPECT_TRUE(done.ok()) << done.ToString();
  EXPECT_EQ(told, "b.c.");
}

// Turns that were asked for go before they came: in the middle of the line, at its end, and at its front.
Task<> GiveUp(Env& env, std::string& told) {
  Turns turns;
  TaskGroup group(env.loop(0), "turns");
  std::optional<Turn> first(std::in_place, turns);
  std::optional<Turn> second(std::in_place, turns);
  group.Spawn(Lane::kNormal, Take(turns, 'c', 0, told));
  std::optional<Turn> fourth(std::in_place, turns);
  if (!first->has_come() || second->has_come() || first->is_last() || !fourth->is_last()) co_return Fault::Internal("the line is wrong");
  second.reset();
  fourth.reset();
  first.reset();
  auto close = group.Close();
  Status closed = co_await close;
  if (!turns.are_free()) co_return Fault::Internal("a turn is left");
  co_return closed;
}

TEST(Turn, LeavesTheLineWhenItGoesBeforeItCame) {
  auto env = OpenEnv();
  std::string told;

  Status done = RunToEnd(*env, GiveUp(*env, told));

  EXPECT_TRUE(done.ok()) << done.ToString();
  EXPECT_EQ(told, "c.");
}

}  // namespace
}  // namespace freshet::io
