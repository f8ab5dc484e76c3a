#pragma once

#include "schedules/drawn.h"
#include "schedules/schedule_house.h"

// What brings a schedule's records. Where it goes on it learns from the log: a crash may have kept what was not answered.

namespace freshet::testing {

// Topics that are not there yet.
Task<> MakeInputs(ScheduleHouse* house, const Drawn* drawn);
// The first record of each partition, before pipelines begin: so none is taken for empty.
Task<> ProduceFirsts(SimEnv* sim, ScheduleHouse* house, const Drawn* drawn);
// Until there are so many records in all inputs together. Partitions take turns by chance.
Task<> ProduceUntil(SimEnv* sim, ScheduleHouse* house, const Drawn* drawn, int64_t until, uint64_t seed);

}  // namespace freshet::testing
