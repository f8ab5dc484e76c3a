#include "contracts/io_world.h"

#include <stdlib.h>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/sim_env.h"

namespace freshet::contracts {
namespace {

// Removes a folder with all that is in it.
void RemoveAll(io::Files& files, const std::string& path) {
  auto entries = files.List(path);
  if (!entries.ok()) return;
  for (const io::Entry& entry : *entries) {
    std::string child = path + "/" + entry.name;
    if (entry.is_directory) RemoveAll(files, child);
    else (void)files.Remove(child);
  }
  (void)files.Remove(path);
}

class RealWorld final : public World {
 public:
  RealWorld() : env_(io::RealEnv::Open({.log_level = Level::kError, .turn_cpu_max = Milliseconds(500)}).value()) {
    char name[] = "/tmp/freshet-contract-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~RealWorld() override { RemoveAll(env_->files(), folder_); }

  Env& env() override { return *env_; }
  Status Run(Task<> root) override { return io::RunToEnd(*env_, std::move(root)); }
  std::string folder() const override { return folder_; }

 private:
  std::unique_ptr<io::RealEnv> env_;
  std::string folder_;
};

class SimWorld final : public World {
 public:
  explicit SimWorld(uint64_t seed) : sim_({.seed = seed}) { CHECK(sim_.files().CreateDirectories("/test/folder").ok()); }

  Env& env() override { return sim_; }
  Status Run(Task<> root) override { return sim_.Run(std::move(root)); }
  std::string folder() const override { return "/test/folder"; }

 private:
  testing::SimEnv sim_;
};

}  // namespace

std::vector<WorldKind> AllWorlds() {
  std::vector<WorldKind> worlds = {{"Real", [] { return std::make_unique<RealWorld>(); }}};
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    worlds.push_back({StrCat("Sim", seed), [seed] { return std::make_unique<SimWorld>(seed); }});
  }
  return worlds;
}

}  // namespace freshet::contracts
