#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::app {

// The words after the command's name.
using Arguments = std::vector<std::string>;

// One verb of the binary. Returns the exit code after it has printed what it found; a Fault is printed by main as
// one line on standard error and exits 1 (2 when the caller's words were off).
struct Command {
  std::string_view name;
  std::string_view usage;    // "up [DIR] [--data DATA] [--set a.b.c=value]…"
  std::string_view meaning;  // one line
  Result<int> (*run)(const Arguments& arguments);
};

// What a verb's words and options mean, for `freshet VERB --help`; "" when there is nothing to say beyond its line.
std::string_view HelpOf(std::string_view verb);

// THE TABLE is in main.cc.
Result<int> Up(const Arguments& arguments);
Result<int> Run(const Arguments& arguments);
Result<int> TestCases(const Arguments& arguments);
Result<int> Preview(const Arguments& arguments);
Result<int> Topics(const Arguments& arguments);
Result<int> Groups(const Arguments& arguments);
Result<int> Pipelines(const Arguments& arguments);
Result<int> PlanChanges(const Arguments& arguments);
Result<int> ApplyChanges(const Arguments& arguments);
Result<int> PrintLineage(const Arguments& arguments);
Result<int> Inspect(const Arguments& arguments);
Result<int> PrintConfigKeys(const Arguments& arguments);
Result<int> PrintCompatibility(const Arguments& arguments);
Result<int> PrintSql(const Arguments& arguments);
Result<int> PrintVersion(const Arguments& arguments);

// Options as `--name value` or `--name=value`, in any order among the plain words.
struct Option {
  std::string_view name;  // "--data"
  bool takes_value = true;
  bool repeats = false;
};
struct ParsedArguments {
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> options;

  std::string value(std::string_view name, std::string_view otherwise = "") const;
  std::vector<std::string> values(std::string_view name) const;
  bool has(std::string_view name) const;
};
// kInvalid for an unknown option, a missing value, an option given twice, or more than words_max words.
Result<ParsedArguments> ParseArguments(const Arguments& arguments, std::span<const Option> options, size_t words_max);

}  // namespace freshet::app
