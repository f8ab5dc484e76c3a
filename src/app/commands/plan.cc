#include <algorithm>
#include <cstdio>

#include "app/commands/change_text.h"
#include "app/commands/command.h"
#include "app/commands/house_door.h"
#include "app/house.h"
#include "app/inspect/overlay_files.h"
#include "app/inspect/verify.h"
#include "app/product_checks.h"
#include "app/project.h"
#include "app/project_reading.h"
#include "engines/journal/data_dir.h"
#include "engines/stream/job/pipelines.h"
#include "io/posix_files.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--data"}, {"--user"}, {"--password-file"}};
constexpr int kCannotGoOn = 3;  // exit code
constexpr int64_t kOverlayBytesMax = int64_t{2} << 30;

// What becomes of the files that can be planned, and what is wrong with those that cannot.
struct Compared {
  std::vector<ports::PipelineChange> changes;
  std::vector<std::string> unplanned;
};

Fault In(const ProjectFile& file, const Fault& fault) { return stream::In(stream::ScriptFile{file.name, file.text}, fault); }

Task<> CompareInStore(House& house, const std::vector<ProjectFile>& files, Compared& compared) {
  auto open = house.OpenStore();
  Status outcome = co_await open;
  for (size_t i = 0; outcome.ok() && i < files.size(); ++i) {
    auto comparing = house.changes().Compare(Ctx(), stream::PipelineNameOf(files[i].name), files[i].text, false);
    auto change = co_await comparing;
    if (change.ok()) compared.changes.push_back(std::move(change).value());
    else compared.unplanned.push_back(In(files[i], change.fault()).message());
  }
  auto close = house.Close();
  Status closed = co_await close;
  if (!outcome.ok()) co_return outcome;
  co_return closed;
}

// A folder that nobody serves: the store recovers on top of files that are only read.
Result<Compared> CompareAtRest(io::Files& files, const std::string& folder, const std::string& data, const std::vector<ProjectFile>& pipelines) {
  OverlayFiles overlay(files, kOverlayBytesMax);
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kError, .files = &overlay}));
  ASSIGN_OR_RETURN(Config config, ReadProjectConfig(files, folder, {}));
  ASSIGN_OR_RETURN(auto house, House::BuildStore(*env, config, data, folder));
  Compared compared;
  RETURN_NOT_OK(io::RunToEnd(*env, CompareInStore(*house, pipelines, compared)));
  return compared;
}

Result<Compared> CompareInHouse(Env& env, const std::string& data, const ParsedArguments& arguments, const std::vector<ProjectFile>& pipelines) {
  ASSIGN_OR_RETURN(auto login, LoginOf(env.files(), arguments));
  ASSIGN_OR_RETURN(auto door, HouseDoor::Find(env.files(), data, login));
  Compared compared;
  for (const auto& file : pipelines) {
    auto answer = io::RunToEnd(env, door.Ask(env, "/v1/plan/" + Percent(stream::PipelineNameOf(file.name)), file.text));
    if (!answer.ok()) return answer.fault();
    if (answer->status == 401 || answer->status == 403) return door.Refusal(*answer);  // whatever the file says
    if (answer->status != 200) {
      compared.unplanned.push_back(In(file, door.Refusal(*answer)).message());
      continue;
    }
    ASSIGN_OR_RETURN(auto change, ReadChange(answer->body));
    compared.changes.push_back(std::move(change));
  }
  return compared;
}

// Whether anything is lost.
bool Tell(const ports::PipelineChange& change) {
  if (change.epoch == 0) std::printf("%s, which has no epoch yet:\n", change.pipeline.c_str());
  else std::printf("%s, after its epoch %lld:\n", change.pipeline.c_str(), static_cast<long long>(change.epoch));
  std::fputs(PartsText(change).c_str(), stdout);
  if (change.lets_go) std::puts("  a start refuses to let state go, unless the file says SET 'execution.state-recovery.ignore-unclaimed-state' = 'true'; under another name it begins anew");
  return std::any_of(change.parts.begin(), change.parts.end(), [](const auto& part) { return part.fate == ports::Fate::kLost; });
}

// Pipelines that have an epoch and no file.
void TellOfThoseWithoutFiles(const std::vector<ports::PipelineChange>& changes, const std::vector<ProjectFile>& files, bool served) {
  if (changes.empty()) return;
  for (const auto& name : changes.front().known) {
    bool has_file = std::any_of(files.begin(), files.end(), [&](const auto& file) { return stream::PipelineNameOf(file.name) == name; });
    if (!has_file) std::printf("%s, which has no file any more:\n  %sits state waits for a file of that name, and its tables stay as they are\n", name.c_str(), served ? "it runs, if it does, until the house stops; then " : "");
  }
}

}  // namespace

Result<int> PlanChanges(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, 1));
  std::string folder = arguments.words.empty() ? "." : arguments.words[0];
  io::PosixFiles files;
  ASSIGN_OR_RETURN(std::string data, FindDataFolder(files, folder, arguments.value("--data")));
  ASSIGN_OR_RETURN(auto not_read, FoldersNotRead(files, folder));
  for (const auto& what : not_read) std::fprintf(stderr, "freshet plan: %s\n", what.c_str());
  ASSIGN_OR_RETURN(auto pipelines, ReadProjectFiles(files, folder, "pipelines", ".sql"));
  if (pipelines.empty()) return Fault::NotFound(folder, "/pipelines has no .sql file; name a project folder");
  ASSIGN_OR_RETURN(bool there, journal::DataDir::IsThere(files, data));
  if (!there) return Fault::NotFound("no house keeps its data in ", data, "; name the folder that freshet up --data was given, or start the project: there is no state yet that could be lost");
  auto lock = HoldDataFolder(files, data);
  bool served = lock.code() == Code::kConflict;
  if (!lock.ok() && !served) return lock.fault();
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kWarn}));
  ASSIGN_OR_RETURN(auto compared, served ? CompareInHouse(*env, data, arguments, pipelines) : CompareAtRest(files, folder, data, pipelines));
  ASSIGN_OR_RETURN(auto doubts, DoubtsOfFolder(files, folder, pipelines));
  for (const Doubt& doubt : doubts) std::fprintf(stderr, "freshet plan: %s\n", doubt.text.c_str());
  for (const auto& why : compared.unplanned) std::fprintf(stderr, "freshet plan: %s\n", why.c_str());
  bool loses = false, refused = false;
  for (const auto& change : compared.changes) {
    bool runs_nothing = change.parts.empty() && change.epoch == 0;
    if (runs_nothing) std::printf("%s, whose file has no INSERT: it runs nothing\n", change.pipeline.c_str());
    else if (Tell(change)) loses = true;
    refused = refused || !change.refusal.empty();
  }
  TellOfThoseWithoutFiles(compared.changes, pipelines, served);
  ASSIGN_OR_RETURN(auto waiting, served ? WhatWaitsForAStart(files, folder, data) : Result<std::vector<std::string>>(std::vector<std::string>()));
  for (const auto& line : waiting) std::puts(line.c_str());
  std::string verdict = loses ? "something is lost" : refused ? "something is refused" : "nothing is lost";
  if (size_t count = compared.unplanned.size(); count > 0) verdict = StrCat(count, count == 1 ? " file" : " files", " cannot be planned; of the others ", verdict);
  std::printf("%s; nothing was changed\n", verdict.c_str());
  if (!compared.unplanned.empty()) return 1;
  return loses || refused ? kCannotGoOn : 0;
}

}  // namespace freshet::app
