#include "app/commands/script_files.h"

#include <algorithm>
#include <cstdio>

#include "wire/flink_sql/flink_sql.h"

namespace freshet::app {
namespace {

Result<std::string> Substituted(const std::string& text, const Parameters& parameters) {
  std::string out;
  size_t at = 0;
  while (true) {
    size_t open = text.find("${", at);
    if (open == std::string::npos) return out + text.substr(at);
    size_t close = text.find('}', open);
    if (close == std::string::npos) return Fault::Invalid("'${' is never closed in ", text.substr(open, 40));
    std::string name = text.substr(open + 2, close - open - 2);
    auto found = parameters.find(name);
    if (found == parameters.end()) {
      auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(open), '\n');
      return Fault::Invalid("line ", line, ": ${", name, "} has no value; add --param ", name, "=…");
    }
    out += text.substr(at, open - at) + found->second;
    at = close + 1;
  }
}

}  // namespace

Result<Parameters> ReadParameters(const ParsedArguments& arguments) {
  Parameters parameters;
  for (const auto& text : arguments.values("--param")) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return Fault::Invalid("--param '", text, "' must read NAME=VALUE");
    parameters[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return parameters;
}

Result<stream::ScriptFile> ReadScriptFile(io::Files& files, const std::string& path, const Parameters& parameters) {
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
