#pragma once

#include <string>
#include <vector>

#include "app/inspect/finding.h"
#include "app/inspect/overlay_files.h"

namespace freshet::app {

// What a start would do to a data folder.
struct Plan {
  Status start;                              // why it would be refused, or ok
  std::vector<std::string> log;              // what it would say, JSON lines
  std::vector<OverlayFiles::Change> changes; // in the folder, after its first checkpoint
  Verified after;                            // what `verify` would say then
};

// Lets the house itself recover, on top of files that are only read: recovery, the removal of what nothing names, one checkpoint.
// What it writes stays in memory. Not on a loop.
Result<Plan> PlanStart(io::Files& files, const std::string& folder);

// What is to be read: one thing a line.
std::vector<std::string> ToLines(const Plan& plan, const std::string& folder);

}  // namespace freshet::app
