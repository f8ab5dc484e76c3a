#include <gtest/gtest.h>

#include "log/history.h"

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::testing {
namespace {

std::string LogOf(const History& history) {
  std::string out;
  for (const std::string& line : history.log) out += line + "\n";
  return out;
}

TEST(LogHistory, KeepsItsPromisesOverCrashes) {
  int64_t crashes = 0;
  int64_t acknowledged = 0;
  int64_t in_flight = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    History history = RunHistory({.seed = seed});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
    crashes += history.crashes;
    acknowledged += history.acknowledged;
    in_flight += history.in_flight;
  }

  EXPECT_GT(crashes, 300);
  EXPECT_GT(acknowledged, 10000);
  EXPECT_GT(in_flight, 100);  // a crash of an idle house tests nothing
}

TEST(LogHistory, KeepsItsPromisesWhenCallsFail) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    History history = RunHistory({.seed = seed, .failing_calls = true});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
  }
}

TEST(LogHistory, NeverServesRottenBytes) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    History history = RunRottenHistory({.seed = seed, .operations = 40});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
  }
}

// The journal has lost the record that began a segment; a batch that stands in that one comes behind what was replayed into another.
TEST(LogHistory, ReadsWhatComesBehindALostBeginningOfASegment) {
  History history = RunRottenHistory({.seed = 1892, .operations = 30});

  EXPECT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
}

TEST(LogHistory, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_EQ(RunHistory({.seed = seed}).trace_hash, RunHistory({.seed = seed}).trace_hash);
  }
}

}  // namespace
}  // namespace freshet::testing
