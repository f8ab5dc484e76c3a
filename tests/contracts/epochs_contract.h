#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "io/env.h"
#include "ports/epochs.h"
#include "ports/event_log.h"
#include "ports/log_units.h"

// What every Epochs promises, whoever keeps it. The suite runs against the product's store and against the fake alike, so that
// the fake cannot lie. Durability is the crash tests' matter (tests/log).

namespace freshet::contracts {

struct EpochWorld {
  Env& env;
  ports::EventLog& log;
  ports::LogUnits& units;
  ports::Epochs& epochs;
};
using EpochBody = Task<> (*)(EpochWorld& world);

struct EpochKind {
  std::string name;
  std::function<Status(EpochBody body)> run;  // makes a world, runs the body on loop 0, ends both
};
std::vector<EpochKind> AllEpochs();

class EpochsContract : public ::testing::TestWithParam<EpochKind> {
 protected:
  void ExpectRuns(EpochBody body) {
    Status status = GetParam().run(body);
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
};

}  // namespace freshet::contracts
