#include <gtest/gtest.h>

#include "log/compaction_history.h"

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::testing {
namespace {

std::string LogOf(const History& history) {
  std::string out;
  for (const std::string& line : history.log) out += line + "\n";
  return out;
}

TEST(CompactionHistory, KeepsTheNewestOfEachKeyOverCrashes) {
  int64_t crashes = 0;
  int64_t sent = 0;
  int64_t there = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    CompactionHistory run = RunCompactionHistory({.seed = seed, .operations = 20});

    ASSERT_EQ(run.history.violations, std::vector<std::string>()) << LogOf(run.history);
    crashes += run.history.crashes;
    sent += run.sent;
    there += run.there;
  }

  EXPECT_GT(crashes, 300);
  EXPECT_LT(there * 2, sent);  // else compaction did nothing, and nothing was shown
}

TEST(CompactionHistory, KeepsTheNewestOfEachKeyWhenCallsFail) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    CompactionHistory run = RunCompactionHistory({.seed = seed, .operations = 20, .failing_calls = true});

    ASSERT_EQ(run.history.violations, std::vector<std::string>()) << LogOf(run.history);
  }
}

}  // namespace
}  // namespace freshet::testing
