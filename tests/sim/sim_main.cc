#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "log/epoch_history.h"
#include "log/history.h"

// Runs seeds of crash histories and prints what they found: build/tests/sim [--seeds N] [--from N] [--seconds S]. Every seed runs
// twice; a trace that differs means that something outside the seed has leaked in. Exit 0 when nothing was found.

namespace {

using freshet::testing::History;
using freshet::testing::HistoryOptions;

struct Tally {
  int64_t seeds = 0;
  int64_t crashes = 0;
  int64_t acknowledged = 0;
  int64_t in_flight = 0;
  int64_t virtual_ms = 0;
  int64_t mismatches = 0;
  int64_t violations = 0;
};

void Report(const History& history, Tally& tally) {
  tally.crashes += history.crashes;
  tally.acknowledged += history.acknowledged;
  tally.in_flight += history.in_flight;
  tally.virtual_ms += history.virtual_ms;
  tally.violations += static_cast<int64_t>(history.violations.size());
  for (const std::string& violation : history.violations) std::printf("VIOLATION %s\n", violation.c_str());
  for (const std::string& line : history.log) std::printf("    %s\n", line.c_str());
}

void RunTwice(History (*run)(const HistoryOptions&), const HistoryOptions& options, Tally& tally) {
  History first = run(options);
  History second = run(options);
  if (first.trace_hash != second.trace_hash) {
    ++tally.mismatches;
    std::printf("TRACE MISMATCH seed %llu\n", static_cast<unsigned long long>(options.seed));
  }
  Report(first, tally);
}

void RunSeed(uint64_t seed, Tally& tally) {
  ++tally.seeds;
  HistoryOptions options{.seed = seed, .lives = 2 + static_cast<int>(seed % 5), .clients = 1 + static_cast<int>(seed % 4), .failing_calls = seed % 3 == 0};
  RunTwice(freshet::testing::RunHistory, options, tally);
  RunTwice(freshet::testing::RunEpochHistory, options, tally);
  Report(freshet::testing::RunRottenHistory({.seed = seed, .operations = 30}), tally);
  Report(freshet::testing::RunRottenEpochHistory({.seed = seed, .operations = 20}), tally);
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seeds = 2000;
  uint64_t from = 1;
  double seconds_max = 1e9;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seeds") == 0) seeds = std::strtoull(argv[i + 1], nullptr, 10);
    else if (std::strcmp(argv[i], "--from") == 0) from = std::strtoull(argv[i + 1], nullptr, 10);
    else if (std::strcmp(argv[i], "--seconds") == 0) seconds_max = std::strtod(argv[i + 1], nullptr);
    else return std::fprintf(stderr, "usage: sim [--seeds N] [--from N] [--seconds S]\n"), 2;
  }
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  Tally tally;
  for (uint64_t seed = from; seed < from + seeds && elapsed() < seconds_max; ++seed) RunSeed(seed, tally);
  double minutes = elapsed() / 60;
  std::printf("sim: %lld seeds in %.1f s (%.0f seeds a minute; each runs a history of the log and one of epochs, both twice and once with rot), %lld crashes with %lld operations in flight, "
              "%lld acknowledged records, %.1f simulated hours (%.0f times real time, each history run twice), %lld trace mismatches, %lld violations\n",
              static_cast<long long>(tally.seeds), minutes * 60, static_cast<double>(tally.seeds) / minutes, static_cast<long long>(tally.crashes),
              static_cast<long long>(tally.in_flight), static_cast<long long>(tally.acknowledged), static_cast<double>(tally.virtual_ms) / 3.6e6, static_cast<double>(tally.virtual_ms) * 2 / 1e3 / (minutes * 60),
              static_cast<long long>(tally.mismatches), static_cast<long long>(tally.violations));
  return tally.mismatches + tally.violations == 0 ? 0 : 1;
}
