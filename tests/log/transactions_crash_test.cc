#include <gtest/gtest.h>

#include "log/list_history.h"
#include "log/transaction_history.h"

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::testing {
namespace {

std::string LogOf(const History& history) {
  std::string out;
  for (const std::string& line : history.log) out += line + "\n";
  return out;
}

TEST(TransactionHistory, IsAllOrNothingOverCrashes) {
  int64_t crashes = 0;
  int64_t acknowledged = 0;
  int64_t in_flight = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    History history = RunTransactionHistory({.seed = seed, .operations = 12});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
    crashes += history.crashes;
    acknowledged += history.acknowledged;
    in_flight += history.in_flight;
  }

  EXPECT_GT(crashes, 300);
  EXPECT_GT(acknowledged, 10000);
  EXPECT_GT(in_flight, 100);  // a crash of an idle house tests nothing
}

TEST(TransactionHistory, IsAllOrNothingWhenCallsFail) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    History history = RunTransactionHistory({.seed = seed, .operations = 12, .failing_calls = true});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
  }
}

TEST(TransactionHistory, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(RunTransactionHistory({.seed = seed}).trace_hash, RunTransactionHistory({.seed = seed}).trace_hash);
  }
}

TEST(ListHistory, MovesEachRecordOnceOverCrashesAndRebalances) {
  TransactionFates fates;
  int64_t crashes = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    History history = RunListHistory({.seed = seed, .clients = 2 + static_cast<int>(seed % 3), .operations = 40});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
    crashes += history.crashes;
    fates.committed += history.fates.committed;
    fates.fenced += history.fates.fenced;
  }

  EXPECT_GT(crashes, 150);
  EXPECT_GT(fates.committed, 3000);
  EXPECT_GT(fates.fenced, 50);
}

TEST(ListHistory, MovesEachRecordOnceWhenCallsFail) {
  int64_t committed = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    History history = RunListHistory({.seed = seed, .operations = 40, .failing_calls = true});

    ASSERT_EQ(history.violations, std::vector<std::string>()) << LogOf(history);
    committed += history.fates.committed;
  }

  EXPECT_GT(committed, 500);  // where every call fails nothing is moved, nor lost
}

TEST(ListHistory, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(RunListHistory({.seed = seed}).trace_hash, RunListHistory({.seed = seed}).trace_hash);
  }
}

}  // namespace
}  // namespace freshet::testing
