#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "engines/stream/job/script.h"
#include "io/file.h"

namespace freshet::app {

inline constexpr int64_t kScriptBytesMax = 16 << 20;

// The values of --param K=V, and which of them a file has asked for.
class Parameters {
 public:
  Parameters() = default;
  Parameters(std::initializer_list<std::pair<const std::string, std::string>> values) : values_(values) {}

  void Set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  // Null where nobody gave one.
  const std::string* Use(const std::string& name);
  // A line for each value for which no file has a place, behind the last file.
  std::vector<std::string> Unused() const;

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> asked_;
};
Result<Parameters> ReadParameters(const ParsedArguments& arguments);
// Tells on standard error of values that no file has asked for. No more than that: who runs many files gives all of them the same values.
void TellOfUnused(std::string_view command, const Parameters& parameters);

// The file with ${K} replaced by the value of K; a K that nobody gave is refused by file, name and line. Blocks.
Result<stream::ScriptFile> ReadScriptFile(io::Files& files, const std::string& path, Parameters& parameters);

// Whether a statement stands in it, or what might be meant as one.
bool SaysSomething(const stream::ScriptFile& file);
// Tells on standard error of the files that say nothing: what they were to do would silently not be done.
void TellOfEmptyFiles(std::string_view command, const std::vector<stream::ScriptFile>& files);

}  // namespace freshet::app
