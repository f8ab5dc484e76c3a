#include "app/commands/script_files.h"

#include <algorithm>
#include <cstdio>

#include "base/nearest.h"
#include "wire/flink_sql/flink_sql.h"

namespace freshet::app {
namespace {

Result<std::string> Substituted(const std::string& text, Parameters& parameters) {
  std::string out;
  size_t at = 0;
  while (true) {
    size_t open = text.find("${", at);
    if (open == std::string::npos) return out + text.substr(at);
    size_t close = text.find('}', open);
    if (close == std::string::npos) return Fault::Invalid("'${' is never closed in ", text.substr(open, 40));
    std::string name = text.substr(open + 2, close - open - 2);
    const std::string* value = parameters.Use(name);
    if (value == nullptr) {
      auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(open), '\n');
      return Fault::Invalid("line ", line, ": ${", name, "} has no value; add --param ", name, "=…");
    }
    out += text.substr(at, open - at) + *value;
    at = close + 1;
  }
}

}  // namespace

const std::string* Parameters::Use(const std::string& name) {
  asked_.insert(name);
  auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

std::vector<std::string> Parameters::Unused() const {
  std::vector<std::string_view> asked(asked_.begin(), asked_.end());
  std::vector<std::string> unused;
  for (const auto& [name, value] : values_) {
    if (!asked_.contains(name)) unused.push_back(StrCat("--param ", name, ": no file has ${", name, "}", DidYouMean(name, asked)));
  }
  return unused;
}

void TellOfUnused(std::string_view command, const Parameters& parameters) {
  for (const auto& told : parameters.Unused()) std::fprintf(stderr, "freshet %s: %s\n", std::string(command).c_str(), told.c_str());
}

Result<Parameters> ReadParameters(const ParsedArguments& arguments) {
  Parameters parameters;
  for (const auto& text : arguments.values("--param")) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return Fault::Invalid("--param '", text, "' must read NAME=VALUE");
    parameters.Set(text.substr(0, equals), text.substr(equals + 1));
  }
  return parameters;
}

Result<stream::ScriptFile> ReadScriptFile(io::Files& files, const std::string& path, Parameters& parameters) {
  ASSIGN_OR_RETURN(auto text, io::ReadWhole(files, path, kScriptBytesMax));
  auto substituted = Substituted(text, parameters);
  if (!substituted.ok()) return Fault::Invalid(path, ": ", substituted.fault().message());
  return stream::ScriptFile{path, std::move(*substituted)};
}

bool SaysSomething(const stream::ScriptFile& file) {
  auto parsed = wire::flink_sql::ParseScript(file.text);
  return !parsed.ok() || !parsed->empty();
}

void TellOfEmptyFiles(std::string_view command, const std::vector<stream::ScriptFile>& files) {
  for (const auto& file : files) {
    if (!SaysSomething(file)) std::fprintf(stderr, "freshet %s: %s has no statement\n", std::string(command).c_str(), file.name.c_str());
  }
}

}  // namespace freshet::app
