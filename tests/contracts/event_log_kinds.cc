#include "contracts/event_log_contract.h"

#include <stdlib.h>

#include <filesystem>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "log/log_house.h"
#include "testing/memory_log.h"
#include "testing/sim_env.h"

namespace freshet::contracts {
namespace {

Task<> RunMemory(Env& env, LogBody body) {
  testing::MemoryLog log(env);
  co_return co_await body(env, log);
}

Task<> RunHouse(Env& env, testing::LogHouseOptions options, LogBody body) {
  auto opened = testing::LogHouse::Open(env, options);
  if (!opened.ok()) co_return opened.status();
  testing::LogHouse& house = **opened;
  std::vector<std::shared_ptr<const data::Topic>> no_topics;
  CO_RETURN_NOT_OK(house.Begin(no_topics));
  auto run = body(env, house.log());
  Status ran = co_await run;
  auto close = house.Close();
  co_await close;
  co_return ran;
}

Status InSimulation(const std::function<Task<>(Env&)>& root) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    testing::SimEnv sim({.seed = seed});
    Status ran = sim.Run(root(sim));
    if (!ran.ok()) return Fault::Internal("seed ", seed, ": ", ran.ToString());
  }
  return {};
}

// Threads, epoll and a folder of this machine.
Status OnThisMachine(const testing::LogHouseOptions& options, LogBody body) {
  std::string folder = ::testing::TempDir() + "freshet-log-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return Fault::IoError("no temporary folder");
  Status ran;
  {
    auto env = io::RealEnv::Open({.log_level = Level::kError});
    if (!env.ok()) return env.status();
    testing::LogHouseOptions there = options;
    there.journal.directory = folder + "/journal";
    there.log.directory = folder + "/log";
    there.epochs.directory = folder + "/epochs";
    ran = io::RunToEnd(**env, RunHouse(**env, there, body));
  }
  std::filesystem::remove_all(folder);
  return ran;
}

// Everything that is a bound in the product is tiny: each batch leaves the tail at once, many are large, segments are short.
testing::LogHouseOptions Tiny() {
  testing::LogHouseOptions options;
  options.log.partition_flush_bytes = 1;
  options.log.large_batch_bytes = 600;
  options.log.open_writers_max = 1;
  options.log.indexes_max = 1;
  return options;
}

}  // namespace

std::vector<LogKind> AllLogs() {
  return {
      {"MemoryLog", [](LogBody body) { return InSimulation([body](Env& env) { return RunMemory(env, body); }); }},
      {"SegmentLog", [](LogBody body) { return InSimulation([body](Env& env) { return RunHouse(env, {}, body); }); }},
      {"SegmentLogOnThisMachine", [](LogBody body) { return OnThisMachine({}, body); }},
      {"SegmentLogWithTinyBoundsOnThisMachine", [](LogBody body) { return OnThisMachine(Tiny(), body); }},
      {"SegmentLogWithTinyBounds", [](LogBody body) { return InSimulation([body](Env& env) { return RunHouse(env, Tiny(), body); }); }},
  };
}

}  // namespace freshet::contracts
