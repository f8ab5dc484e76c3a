#include "engines/stream/cases/goldens.h"

#include <algorithm>

namespace freshet::stream {
namespace {

bool Expects(const SqlCase& c, Expected::Kind kind) {
  return std::any_of(c.expected.begin(), c.expected.end(), [kind](const auto& expected) { return expected.kind == kind; });
}

// What an error block holds may be a part of the message: that stays while it is one.
Result<std::string> ErrorRows(const SqlCase& c, const Expected& expected, const Outcome& outcome) {
  if (outcome.status.ok()) return Fault::Invalid("line ", expected.line, ": expects an error and comes to its end; take the block out, then --update writes what it answers");
  if (Compare(c, outcome, ResultMode::kFinal, StraightWay()).empty()) return expected.text;
  return outcome.status.fault().message() + "\n";
}

std::string RowsOf(const Outcome& outcome, const std::string& name) {
  auto found = outcome.results.find(name);
  return found == outcome.results.end() ? "" : found->second;
}

}  // namespace

Result<std::string> WithItsAnswers(const SqlCase& c, const RunOnce& run) {
  Outcome rows = run(ResultMode::kFinal, StraightWay());
  if (!rows.status.ok() && !Expects(c, Expected::Kind::kError)) return rows.status.fault();
  Outcome changes;
  if (Expects(c, Expected::Kind::kChangelog)) changes = run(ResultMode::kChangelog, StraightWay());
  std::vector<std::string> texts;
  for (const auto& expected : c.expected) {
    switch (expected.kind) {
      case Expected::Kind::kRows: texts.push_back(RowsOf(rows, expected.name)); break;
      case Expected::Kind::kChangelog: texts.push_back(RowsOf(changes, expected.name)); break;
      case Expected::Kind::kPrinted: texts.push_back(rows.printed); break;
      case Expected::Kind::kError: {
        ASSIGN_OR_RETURN(std::string text, ErrorRows(c, expected, rows));
        texts.push_back(std::move(text));
      }
    }
  }
  std::vector<NewRows> more;
  if (c.expected.empty()) {
    if (!rows.printed.empty()) more.push_back({"printed", rows.printed});
    for (const auto& name : rows.names) more.push_back({name, RowsOf(rows, name)});
    if (more.empty()) return Fault::Invalid("answers nothing: SELECT something, or INSERT INTO a table with 'connector' = 'print'");
  }
  auto ends_early = [](const std::string& text) { return text.find("*/") != std::string::npos; };
  bool written = std::none_of(texts.begin(), texts.end(), ends_early) && std::none_of(more.begin(), more.end(), [&](const auto& rows_of) { return ends_early(rows_of.text); });
  if (!written) return Fault::Unsupported("its answer holds */, which would end the block that it is written in; ask for it in another way");
  return WithRows(c, texts, more);
}

}  // namespace freshet::stream
