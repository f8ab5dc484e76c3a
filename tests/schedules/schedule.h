#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/figures.h"

namespace freshet::testing {

struct ScheduleReport {
  ScheduleFigures figures;
  std::vector<std::string> violations;
  std::vector<std::string> log;  // of the house and of the schedule, when something was violated
  uint64_t trace_hash = 0;
};

// One schedule, under one seed: pipelines are drawn and run once without crashes. Then they run in a house that is ended several times, at a kill point that the seed names, at others, between two
// steps or at a file call, what was not synced being lost or torn; that begins again, at times on another number of shards; whose pipelines get no answers, or have theirs eaten; in which commits of
// attempts that have ended arrive late, and at times a second house's pipelines that have been taken for dead go on. In the end committed readers must see what the first run showed.
ScheduleReport RunSchedule(uint64_t seed);

}  // namespace freshet::testing
