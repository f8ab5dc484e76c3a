#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/admin/table.h"
#include "app/commands/command.h"
#include "app/commands/house_door.h"
#include "app/project.h"
#include "data/json_tree.h"
#include "io/posix_files.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--data"}, {"--user"}, {"--password-file"}, {"--accept-loss", false}, {"--json", false}};
constexpr std::string_view kVerbs = "freshet pipelines list, or freshet pipelines forget PIPELINE";

Result<Table> TableOf(const std::string& body) {
  auto json = data::ParseJson<nlohmann::json>(body);
  bool is_understood = json.is_object() && json.contains("pipelines") && json["pipelines"].is_array();
  if (!is_understood) return Fault::Invalid("the house answers nothing that this program understands; are both of one version?");
  Table table({{"pipeline"}, {"file", Table::Kind::kFlag}, {"runs", Table::Kind::kFlag}, {"epoch", Table::Kind::kNumber}, {"state_bytes", Table::Kind::kNumber},
               {"undelivered_epochs", Table::Kind::kNumber}, {"refused"}});
  auto flag = [](const nlohmann::json& one, const char* name) { return one.value(name, false) ? "true" : "false"; };
  for (const auto& one : json["pipelines"]) {
    std::string damage = one.value("damage", "");
    table.Add({one.value("pipeline", ""), flag(one, "has_file"), flag(one, "runs"), StrCat(one.value("epoch", int64_t{0})), StrCat(one.value("state_bytes", int64_t{0})),
               StrCat(one.value("undelivered_epochs", int64_t{0})), damage.empty() ? Table::Cell() : damage});
  }
  return table;
}

Result<int> List(Env& env, const HouseDoor& door, bool as_json) {
  auto answer = io::RunToEnd(env, door.Look(env, "/v1/pipelines"));
  if (!answer.ok()) return answer.fault();
  if (answer->status != 200) return door.Refusal(*answer);
  ASSIGN_OR_RETURN(Table table, TableOf(answer->body));
  std::string text = as_json ? table.JsonLines() : table.Aligned();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

Result<int> Forget(Env& env, const HouseDoor& door, const std::string& pipeline, bool accept_loss) {
  auto answer = io::RunToEnd(env, door.Ask(env, StrCat("/v1/forget/", Percent(pipeline), accept_loss ? "?accept_loss=true" : ""), ""));
  if (!answer.ok()) return answer.fault();
  if (answer->status != 200) return door.Refusal(*answer);
  std::printf("%s is forgotten; a file of that name begins from nothing\n", pipeline.c_str());
  return 0;
}

}  // namespace

Result<int> Pipelines(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, 2));
  bool lists = arguments.words.size() == 1 && arguments.words[0] == "list";
  bool forgets = arguments.words.size() == 2 && arguments.words[0] == "forget";
  if (!lists && !forgets) return Fault::Invalid("say ", kVerbs);
  if (lists && arguments.has("--accept-loss")) return Fault::Invalid("--accept-loss is for freshet pipelines forget");
  if (forgets && arguments.has("--json")) return Fault::Invalid("--json is for freshet pipelines list");
  io::PosixFiles files;
  ASSIGN_OR_RETURN(std::string data, FindDataFolder(files, ".", arguments.value("--data")));
  ASSIGN_OR_RETURN(auto login, LoginOf(files, arguments));
  ASSIGN_OR_RETURN(auto door, HouseDoor::Find(files, data, login));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kWarn}));
  return lists ? List(*env, door, arguments.has("--json")) : Forget(*env, door, arguments.words[1], arguments.has("--accept-loss"));
}

}  // namespace freshet::app
