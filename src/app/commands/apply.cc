#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands/change_text.h"
#include "app/commands/command.h"
#include "app/commands/house_door.h"
#include "app/product_checks.h"
#include "app/project.h"
#include "app/project_reading.h"
#include "data/json_tree.h"
#include "engines/stream/job/pipelines.h"
#include "io/posix_files.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--data"}, {"--user"}, {"--password-file"}, {"--only"}, {"--accept-loss", false}};

struct Asked {
  std::string name;  // of the pipeline
  ProjectFile file;
};

// All of them, or the one that is named.
Result<std::vector<Asked>> Chosen(std::vector<ProjectFile> files, const std::string& only) {
  std::vector<Asked> chosen;
  for (auto& file : files) {
    std::string name = stream::PipelineNameOf(file.name);
    if (only.empty() || name == only) chosen.push_back({std::move(name), std::move(file)});
  }
  if (!chosen.empty()) return chosen;
  if (only.empty()) return Fault::NotFound("there is no .sql file in pipelines/; name a project folder");
  return Fault::NotFound("--only ", only, ": there is no pipelines/", only, ".sql");
}

Status Tell(const Asked& asked, const std::string& body) {
  ASSIGN_OR_RETURN(auto change, ReadChange(body));
  auto json = data::ParseJson<nlohmann::json>(body);
  auto epoch = static_cast<long long>(json.value("epoch", int64_t{0}));
  if (json.value("unchanged", false)) {
    std::printf("%s runs already as its file says, at epoch %lld\n", asked.name.c_str(), epoch);
    return {};
  }
  if (json.value("begins", false)) {
    std::printf("%s is new, and has begun with epoch %lld\n", asked.name.c_str(), epoch);
    return {};
  }
  std::printf("%s goes on with what its file says, from epoch %lld on:\n%s", asked.name.c_str(), epoch, PartsText(change).c_str());
  return {};
}

// Before the first file takes over, the house looks at all of them: if one cannot be applied, none is.
Status CheckAll(Env& env, const HouseDoor& door, const std::vector<Asked>& chosen, const std::string& query) {
  std::string refusals;
  for (const auto& asked : chosen) {
    auto answer = io::RunToEnd(env, door.Ask(env, StrCat("/v1/apply/", Percent(asked.name), "?check=true", query), asked.file.text));
    if (!answer.ok()) return answer.fault();
    if (answer->status == 401 || answer->status == 403) return door.Refusal(*answer);  // whatever the file says
    if (answer->status != 200) {
      refusals += StrCat(refusals.empty() ? "" : "\n", door.Refusal(*answer).message());
      continue;
    }
    bool is_understood = data::ParseJson<nlohmann::json>(answer->body).is_object();
    if (!is_understood) return Fault::Invalid("the house answers nothing that this program understands; are both of one version?");
  }
  if (!refusals.empty()) return Fault::Conflict(refusals, chosen.size() > 1 ? "\nnothing was applied" : "");
  return {};
}

}  // namespace

Result<int> ApplyChanges(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, 1));
  std::string folder = arguments.words.empty() ? "." : arguments.words[0];
  io::PosixFiles files;
  ASSIGN_OR_RETURN(auto not_read, FoldersNotRead(files, folder));
  for (const auto& what : not_read) std::fprintf(stderr, "freshet apply: %s\n", what.c_str());
  ASSIGN_OR_RETURN(auto pipelines, ReadProjectFiles(files, folder, "pipelines", ".sql"));
  ASSIGN_OR_RETURN(auto doubts, DoubtsOfFolder(files, folder, pipelines));
  ASSIGN_OR_RETURN(auto chosen, Chosen(std::move(pipelines), arguments.value("--only")));
  ASSIGN_OR_RETURN(std::string data, FindDataFolder(files, folder, arguments.value("--data")));
  ASSIGN_OR_RETURN(auto login, LoginOf(files, arguments));
  ASSIGN_OR_RETURN(auto door, HouseDoor::Find(files, data, login));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kWarn}));
  for (const Doubt& doubt : doubts) std::fprintf(stderr, "freshet apply: %s\n", doubt.text.c_str());
  std::string query = arguments.has("--accept-loss") ? "&accept_loss=true" : "";
  RETURN_NOT_OK(CheckAll(*env, door, chosen, query));
  std::string refusals;  // one that does not begin keeps no other from it
  for (const auto& asked : chosen) {
    auto answer = io::RunToEnd(*env, door.Ask(*env, StrCat("/v1/apply/", Percent(asked.name), "?check=false", query), asked.file.text));
    if (!answer.ok()) return answer.fault();
    if (answer->status == 200) RETURN_NOT_OK(Tell(asked, answer->body));
    else refusals += StrCat(refusals.empty() ? "" : "\n", door.Refusal(*answer).message());
  }
  if (!refusals.empty()) return Fault::Conflict(refusals);
  ASSIGN_OR_RETURN(auto waiting, WhatWaitsForAStart(files, folder, data));
  for (const auto& line : waiting) std::puts(line.c_str());
  return 0;
}

}  // namespace freshet::app
