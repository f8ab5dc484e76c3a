#include <stdlib.h>

#include <filesystem>

#include "contracts/epochs_contract.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "log/log_house.h"
#include "testing/memory_epochs.h"
#include "testing/memory_log.h"
#include "testing/sim_env.h"

namespace freshet::contracts {
namespace {

Task<> RunMemory(Env& env, EpochBody body) {
  testing::MemoryLog log(env);
  testing::MemoryEpochs epochs(env, log);
  EpochWorld world{env, log, log, epochs};
  co_return co_await body(world);
}

Task<> RunHouse(Env& env, testing::LogHouseOptions options, EpochBody body) {
  auto opened = testing::LogHouse::Open(env, options);
  if (!opened.ok()) co_return opened.status();
  testing::LogHouse& house = **opened;
  std::vector<std::shared_ptr<const data::Topic>> no_topics;
  CO_RETURN_NOT_OK(house.Begin(no_topics));
  EpochWorld world{env, house.log(), house.log(), house.epochs()};
  auto run = body(world);
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

Status OnThisMachine(EpochBody body) {
  std::string folder = ::testing::TempDir() + "freshet-epochs-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return Fault::IoError("no temporary folder");
  Status ran;
  {
    auto env = io::RealEnv::Open({.log_level = Level::kError});
    if (!env.ok()) return env.status();
    testing::LogHouseOptions options;
    options.journal.directory = folder + "/journal";
    options.log.directory = folder + "/log";
    options.epochs.directory = folder + "/epochs";
    ran = io::RunToEnd(**env, RunHouse(**env, options, body));
  }
  std::filesystem::remove_all(folder);
  return ran;
}

// Every snapshot goes to a state file, every batch to a segment.
testing::LogHouseOptions Tiny() {
  testing::LogHouseOptions options;
  options.epochs.inline_bytes_max = 0;
  options.log.partition_flush_bytes = 1;
  options.log.large_batch_bytes = 100;
  options.log.joint_inline_bytes = 0;
  return options;
}

}  // namespace

std::vector<EpochKind> AllEpochs() {
  return {
      {"MemoryEpochs", [](EpochBody body) { return InSimulation([body](Env& env) { return RunMemory(env, body); }); }},
      {"EpochStore", [](EpochBody body) { return InSimulation([body](Env& env) { return RunHouse(env, {}, body); }); }},
      {"EpochStoreOnThisMachine", [](EpochBody body) { return OnThisMachine(body); }},
      {"EpochStoreWithTinyBounds", [](EpochBody body) { return InSimulation([body](Env& env) { return RunHouse(env, Tiny(), body); }); }},
  };
}

}  // namespace freshet::contracts
