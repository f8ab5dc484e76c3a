#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engines/stream/cases/case_run.h"

namespace freshet::stream {

// Where a run's answer is not the expected one.
struct Difference {
  std::string what;     // "result totals", "the run"
  int line = 0;         // in the case's file; 0: nowhere
  std::string way;
  std::string text;     // lines: "- row" was expected and did not come, "+ row" came instead
  int other_ways = 0;   // that differ there too
};

// "- row" and "+ row" for what is in one text only; rows of a changelog in their order, others as a set.
std::string RowDifference(const std::string& expected, const std::string& actual, bool in_order);

// What this run was to show and did not: in changelog mode changelogs, else the rest.
std::vector<Difference> Compare(const SqlCase& c, const Outcome& outcome, ResultMode mode, const Way& way);

// Runs a case in all ways, unless it differs straight already.
using RunOnce = std::function<Outcome(ResultMode mode, const Way& way)>;
std::vector<Difference> Judge(const SqlCase& c, const RunOnce& run);

// "tests/totals.sql:12: result totals, straight:", then the rows.
std::string DifferenceText(const SqlCase& c, const Difference& difference);

}  // namespace freshet::stream
