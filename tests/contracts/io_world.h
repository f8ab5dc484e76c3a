#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "io/env.h"
#include "io/task.h"

// The contract suites of io/ run against the real Env in a temporary folder and against SimEnv alike: what holds for
// one and not for the other is a defect of the simulation.

namespace freshet::contracts {

class World {
 public:
  virtual ~World() = default;
  virtual Env& env() = 0;
  virtual Status Run(Task<> root) = 0;       // on loop 0, to its end
  virtual std::string folder() const = 0;    // exists, empty, the test's own
  std::string Path(std::string_view name) const { return StrCat(folder(), "/", name); }
};

struct WorldKind {
  std::string name;
  std::function<std::unique_ptr<World>()> open;
};
std::vector<WorldKind> AllWorlds();

class WorldTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  void SetUp() override { world_ = GetParam().open(); }
  World& world() { return *world_; }
  Env& env() { return world_->env(); }
  void ExpectRuns(Task<> root) {
    Status status = world_->Run(std::move(root));
    EXPECT_TRUE(status.ok()) << status.ToString();
  }

 private:
  std::unique_ptr<World> world_;
};

#define INSTANTIATE_WORLDS(Suite)                                                         \
  INSTANTIATE_TEST_SUITE_P(Worlds, Suite, ::testing::ValuesIn(contracts::AllWorlds()),    \
                           [](const auto& info) { return info.param.name; })

}  // namespace freshet::contracts
