#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "schedules/schedule.h"
#include "testing/figure.h"

// A few schedules; ./dev test epochs runs as many as it is told to.

// A crash leaves the house's tasks where they are (docs/decisions/0010), so the leak check has nothing to say here.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace freshet::testing {
namespace {

std::string LogOf(const ScheduleReport& report) {
  std::string out;
  for (const std::string& line : report.log) out += line + "\n";
  return out;
}

TEST(Schedules, ShowCommittedReadersWhatARunWithoutCrashesShows) {
  ScheduleFigures figures;
  for (uint64_t seed = 1; seed <= 2 * kKillPointCount; ++seed) {
    ScheduleReport report = RunSchedule(seed);

    ASSERT_EQ(report.violations, std::vector<std::string>()) << "seed " << seed << "\n" << LogOf(report);
    figures.Add(report.figures);
  }

  PrintFigure("F25, epochs: ", figures.swallowed, " answers swallowed and ", figures.lost, " requests lost in ", figures.schedules, " schedules with ", figures.all_kills(), " kills, ", figures.mismatches, " anomalies");
  EXPECT_GT(figures.all_kills(), 2 * static_cast<int64_t>(kKillPointCount));
  EXPECT_GT(figures.other_parallelism, 20);
  EXPECT_GT(figures.zombies, 5);
  EXPECT_GT(figures.swallowed, 10);
  EXPECT_GT(figures.rows, 1000);
}

TEST(Schedules, AreTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 5; ++seed) EXPECT_EQ(RunSchedule(seed).trace_hash, RunSchedule(seed).trace_hash) << seed;
}

std::set<std::string> NamedInSources() {
  static const std::regex kReach(R"re(kill_points\(\)\.Reach\("([^"]+)"\))re");
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("src")) {
    std::string path = entry.path().string();
    if (!path.ends_with(".cc") || path.ends_with("_test.cc")) continue;
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    std::string code = text.str();
    for (std::sregex_iterator next(code.begin(), code.end(), kReach), end; next != end; ++next) names.insert((*next)[1]);
  }
  return names;
}

// A point that is added to the product belongs to a schedule, or says here where else a house is ended at it.
TEST(Schedules, KnowEveryNamedPoint) {
  std::set<std::string> known(std::begin(kKillPoints), std::end(kKillPoints));
  known.insert("pipeline.between_versions");    // of a swap: tests/process/apply_test.py, tests/stream/swaps_test.cc
  for (const char* point : {"epochs.before_forget", "epochs.after_forget", "epochs.forgotten"}) known.insert(point);  // of a name that is given back: tests/log/epochs_crash_test.cc
  known.insert("log.after_compaction_write");   // of topics that nobody waits for: tests/log/compaction_crash_test.cc
  known.insert("log.after_compaction_swap");    // the same
  known.insert("transactions.before_admit");    // of clients' transactions: tests/log/transactions_crash_test.cc
  known.insert("transactions.after_end");       // the same

  EXPECT_EQ(known, NamedInSources());
}

}  // namespace
}  // namespace freshet::testing
