#pragma once

#include <span>
#include <string>
#include <string_view>

#include "log/log_house.h"
#include "testing/sim_env.h"

// What the histories of this folder have in common: a small house, and how its end is planned.

namespace freshet::testing {

// Small files, segments and intervals, so that a short history crosses every border.
LogHouseOptions SmallHouse();

// The power goes at a step, a file call or one of these named points.
void PlanCrash(SimEnv& sim, SeededRandom& choices, std::span<const std::string_view> points);
// Some file call fails with EIO or ENOSPC. Says which.
std::string PlanFault(SimEnv& sim, SeededRandom& choices);
// Flips a bit, zeroes a sector or cuts, in some file of the data folder. Says what, in parentheses.
std::string RotSomewhere(SimEnv& sim, SeededRandom& choices);

}  // namespace freshet::testing
