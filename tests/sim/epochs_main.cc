#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "schedules/schedule.h"
#include "sim/seed_processes.h"

// Schedules of pipelines that are killed: build/tests/sim_epochs [--schedules N] [--seed FIRST] [--seconds S] [--processes N]. Prints a table of what they met. A process
// runs some seeds only. Exit 0 when committed output was always that of the run without crashes, and, of many schedules, every
// named point was met; a seed that failed says how it is run alone.

namespace {

using freshet::testing::kKillPointCount;
using freshet::testing::kKillPoints;
using freshet::testing::RunSchedule;
using freshet::testing::ScheduleFigures;
using freshet::testing::ScheduleReport;

constexpr uint64_t kSeedsOfAProcess = 8;
constexpr uint64_t kTwice = 40;                                   // one of so many runs twice: a trace that differs means that something outside the seed has leaked in
constexpr int64_t kAllPointsFrom = int64_t{4} * kKillPointCount;  // schedules: each point was asked for several times

void Say(uint64_t seed, const ScheduleReport& report) {
  for (const std::string& violation : report.violations) std::printf("MISMATCH seed %llu: %s\n", static_cast<unsigned long long>(seed), violation.c_str());
  for (const std::string& line : report.log) std::printf("    %s\n", line.c_str());
  if (!report.violations.empty()) std::printf("    alone: ./dev test epochs --schedules 1 --seed %llu\n", static_cast<unsigned long long>(seed));
}

ScheduleFigures RunSeeds(uint64_t from, uint64_t to) {
  ScheduleFigures figures;
  for (uint64_t seed = from; seed < to; ++seed) {
    ScheduleReport report = RunSchedule(seed);
    bool differs = seed % kTwice == 0 && RunSchedule(seed).trace_hash != report.trace_hash;
    if (differs) report.violations.push_back("its second run went another way");
    report.figures.mismatches = report.violations.empty() ? 0 : 1;
    Say(seed, report);
    figures.Add(report.figures);
  }
  return figures;
}

void Row(const char* what, int64_t number) { std::printf("  %-46s %10lld\n", what, static_cast<long long>(number)); }

// Points that nobody was killed at.
int PrintPoints(const ScheduleFigures& all) {
  int missed = 0;
  for (size_t i = 0; i < kKillPointCount; ++i) {
    std::string name(kKillPoints[i]);
    Row(("killed at " + name).c_str(), all.kills[i]);
    missed += all.kills[i] == 0 ? 1 : 0;
  }
  return missed;
}

int Print(const ScheduleFigures& all, double seconds) {
  std::printf("epochs: %lld schedules in %.1f s\n", static_cast<long long>(all.schedules), seconds);
  int missed = PrintPoints(all);
  Row("killed between two steps", all.step_kills);
  Row("killed at a file call", all.change_kills);
  Row("kills", all.all_kills());
  Row("restarts", all.restarts);
  Row("  on another number of shards", all.other_parallelism);
  Row("commits of ended attempts", all.zombies);
  Row("answers swallowed", all.swallowed);
  Row("requests lost", all.lost);
  Row("epochs committed", all.epochs);
  Row("rows compared", all.rows);
  Row("mismatches", all.mismatches);
  std::printf("  %-46s %10.1f\n  %-46s %10.1f\n", "schedules a second", static_cast<double>(all.schedules) / std::max(seconds, 0.001), "simulated minutes", static_cast<double>(all.virtual_ms) / 60000);
  return missed;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t schedules = 1000;
  uint64_t first = 1;
  double seconds_max = 1e9;
  size_t processes = 2;
  for (int i = 1; i < argc; i += 2) {
    bool has_value = i + 1 < argc;
    if (has_value && std::strcmp(argv[i], "--schedules") == 0) schedules = std::strtoull(argv[i + 1], nullptr, 10);
    else if (has_value && std::strcmp(argv[i], "--seed") == 0) first = std::strtoull(argv[i + 1], nullptr, 10);
    else if (has_value && std::strcmp(argv[i], "--seconds") == 0) seconds_max = std::strtod(argv[i + 1], nullptr);
    else if (has_value && std::strcmp(argv[i], "--processes") == 0) processes = std::max<size_t>(1, std::strtoull(argv[i + 1], nullptr, 10));
    else return std::fprintf(stderr, "usage: sim_epochs [--schedules N] [--seed FIRST] [--seconds S] [--processes N]\n"), 2;
  }
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  ScheduleFigures all;
  ScheduleFigures died;
  died.mismatches = 1;
  freshet::testing::SeedProcesses<ScheduleFigures, decltype(&RunSeeds)> children(&RunSeeds);
  uint64_t next = first;
  while (true) {
    while (children.size() < processes && next < first + schedules && elapsed() < seconds_max && all.mismatches < 5) {
      uint64_t to = std::min(next + kSeedsOfAProcess, first + schedules);
      children.Begin(next, to);
      next = to;
    }
    if (children.size() == 0) break;
    all.Add(children.End(died));
  }
  int missed = Print(all, elapsed());
  bool asks_all = all.schedules >= kAllPointsFrom;
  if (asks_all && missed > 0) std::printf("MISMATCH %d named points were never met\n", missed);
  return all.mismatches > 0 || (asks_all && missed > 0) ? 1 : 0;
}
