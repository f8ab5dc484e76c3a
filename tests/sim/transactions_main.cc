#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "log/list_history.h"
#include "log/transaction_history.h"
#include "sim/seed_processes.h"

// The transaction checker of the simulated world: build/tests/sim_transactions [--transactions N] [--from SEED] [--seconds S] [--processes N].
// Histories of both workloads, until so many transactions have ended. A process runs some
// seeds only. Exit 0 when nothing was found; a seed that is printed finds the same again.

namespace {

using freshet::testing::History;
using freshet::testing::HistoryOptions;

constexpr uint64_t kSeedsOfAProcess = 10;

struct Tally {
  int64_t histories = 0;
  int64_t lives = 0;
  int64_t crashes = 0;
  int64_t in_flight = 0;
  int64_t records = 0;
  int64_t virtual_ms = 0;
  int64_t committed = 0;
  int64_t aborted = 0;
  int64_t unknown = 0;
  int64_t fenced = 0;
  int64_t anomalies = 0;

  int64_t transactions() const { return committed + aborted + unknown; }

  void Take(const HistoryOptions& options, const History& history) {
    ++histories;
    lives += options.lives;
    crashes += history.crashes;
    in_flight += history.in_flight;
    records += history.acknowledged;
    virtual_ms += history.virtual_ms;
    committed += history.fates.committed;
    aborted += history.fates.aborted;
    unknown += history.fates.unknown;
    fenced += history.fates.fenced;
    anomalies += static_cast<int64_t>(history.violations.size());
    for (const std::string& violation : history.violations) std::printf("ANOMALY %s\n", violation.c_str());
    for (const std::string& line : history.log) std::printf("    %s\n", line.c_str());
  }

  void Add(const Tally& other) {
    histories += other.histories;
    lives += other.lives;
    crashes += other.crashes;
    in_flight += other.in_flight;
    records += other.records;
    virtual_ms += other.virtual_ms;
    committed += other.committed;
    aborted += other.aborted;
    unknown += other.unknown;
    fenced += other.fenced;
    anomalies += other.anomalies;
  }
};

Tally RunSeeds(uint64_t from, uint64_t to) {
  Tally tally;
  for (uint64_t seed = from; seed < to; ++seed) {
    HistoryOptions options{.seed = seed, .lives = 2 + static_cast<int>(seed % 4), .clients = 2 + static_cast<int>(seed % 5), .operations = 20 + static_cast<int>(seed % 7) * 10,
                           .failing_calls = seed % 4 == 0};
    tally.Take(options, freshet::testing::RunTransactionHistory(options));
    tally.Take(options, freshet::testing::RunListHistory(options));
  }
  return tally;
}

void Print(const Tally& tally, double seconds) {
  auto number = [](int64_t value) { return static_cast<long long>(value); };
  std::printf("transactions: %lld in %.0f s (%.0f a second): %lld committed, %lld aborted, %lld ends unknown, %lld times a zombie or a member of an older generation went on; "
              "%lld records; %lld of %lld houses killed, with %lld operations in flight; %lld histories, %.1f simulated hours (%.0f times real time); %lld anomalies\n",
              number(tally.transactions()), seconds, static_cast<double>(tally.transactions()) / seconds, number(tally.committed), number(tally.aborted), number(tally.unknown),
              number(tally.fenced), number(tally.records), number(tally.crashes), number(tally.lives), number(tally.in_flight), number(tally.histories),
              static_cast<double>(tally.virtual_ms) / 3.6e6, static_cast<double>(tally.virtual_ms) / 1e3 / seconds, number(tally.anomalies));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int64_t transactions = 20'000;
  uint64_t from = 1;
  double seconds_max = 1e9;
  size_t processes = 2;
  for (int i = 1; i < argc; i += 2) {
    bool has_value = i + 1 < argc;
    if (has_value && std::strcmp(argv[i], "--transactions") == 0) transactions = std::atoll(argv[i + 1]);
    else if (has_value && std::strcmp(argv[i], "--from") == 0) from = std::strtoull(argv[i + 1], nullptr, 10);
    else if (has_value && std::strcmp(argv[i], "--seconds") == 0) seconds_max = std::strtod(argv[i + 1], nullptr);
    else if (has_value && std::strcmp(argv[i], "--processes") == 0) processes = std::max<size_t>(1, std::strtoull(argv[i + 1], nullptr, 10));
    else return std::fprintf(stderr, "usage: sim_transactions [--transactions N] [--from SEED] [--seconds S] [--processes N]\n"), 2;
  }
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  double told = 0;
  Tally tally;
  freshet::testing::SeedProcesses<Tally, decltype(&RunSeeds)> children(&RunSeeds);
  while (true) {
    while (children.size() < processes && tally.transactions() < transactions && elapsed() < seconds_max && tally.anomalies < 20) {
      children.Begin(from, from + kSeedsOfAProcess);
      from += kSeedsOfAProcess;
    }
    if (children.size() == 0) break;
    tally.Add(children.End({.anomalies = 1}));
    if (elapsed() - told < 60) continue;
    told = elapsed();
    Print(tally, told);
  }
  Print(tally, elapsed());
  return tally.anomalies == 0 ? 0 : 1;
}
