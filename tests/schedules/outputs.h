#pragma once

#include <map>
#include <string>
#include <vector>

#include "schedules/drawn.h"
#include "schedules/peer_cluster.h"
#include "schedules/schedule_house.h"

namespace freshet::testing {

// What a committed reader sees of each output, as its rule wants it: lines that are equal where the outputs are, sorted.
using Contents = std::map<std::string, std::vector<std::string>>;

// On loop 0, of a house that has begun.
Task<std::vector<std::string>> ReadOutput(SimEnv* sim, ScheduleHouse* house, PeerCluster* peer, const DrawnOutput* output);
Task<Contents> ReadOutputs(SimEnv* sim, ScheduleHouse* house, PeerCluster* peer, const Drawn* drawn);

// Whether a row that a reader has seen there is there for ever, from the first moment on.
bool StaysOnceSeen(const DrawnOutput& output);

// Where the outputs are other than those of a run without crashes; a line for each output that is.
std::vector<std::string> Differences(const Drawn& drawn, const Contents& calm, const Contents& now);
// The same while rows are still to come: rows that will never be there, or are there too often. Tables and changes are not looked at.
std::vector<std::string> Strangers(const Drawn& drawn, const Contents& calm, const Contents& now);

}  // namespace freshet::testing
