#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "engines/stream/job/script.h"

namespace freshet::stream {

// What stands in one comment behind the statements: /* expect NAME, then rows.
struct Expected {
  enum class Kind : uint8_t { kRows, kChangelog, kPrinted, kError };
  Kind kind = Kind::kRows;
  std::string name;      // of the result
  std::string text;      // rows, one a line
  int line = 0;          // where the comment begins
  size_t begin = 0;      // of the rows in the file
  size_t end = 0;

  std::string what() const;  // as it is written: "changelog select_1"
};

// A file of SQL and its answers (docs/testing.md). The lines in front say the intent, and may say more:
//   -- runs: ../pipelines/totals.sql      goes on with that file, which may lie behind temporary tables of the case
//   -- clock: 2026-01-01 00:00:00         where the calendar stands (UTC)
struct SqlCase {
  std::string path;
  std::string text;
  WallTime clock;
  std::vector<std::string> runs;        // paths as they are written, of whose text `files` has to be told
  std::vector<ScriptFile> files;        // one script: the case, then what it runs
  std::vector<Expected> expected;
};

// Faults name line and remedy; In puts the file's name in front.
Result<SqlCase> ParseCase(std::string path, std::string text);

// The file's text with these rows in the place of what it expected, one for each; with what is new behind them.
struct NewRows {
  std::string what;
  std::string text;
};
std::string WithRows(const SqlCase& c, const std::vector<std::string>& rows, const std::vector<NewRows>& more);

}  // namespace freshet::stream
