#include <algorithm>
#include <charconv>
#include <cstdio>

#include "app/commands/command.h"
#include "app/commands/house_door.h"
#include "app/commands/script_files.h"
#include "app/project.h"
#include "data/quantity_text.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "wire/flink_sql/flink_sql.h"
#include "wire/http/message.h"

namespace freshet::app {
namespace {

namespace sql = ::freshet::wire::flink_sql;

constexpr Option kOptions[] = {{"--last"}, {"--data"}, {"--result"}, {"--limit"}, {"--user"}, {"--password-file"}, {"--param", true, true}};
constexpr size_t kFilesMax = 100;

std::string Target(const ParsedArguments& arguments, const std::string& last) {
  std::string target = "/v1/preview?last=" + Percent(last);
  for (std::string name : {"result", "limit"}) {
    if (arguments.has("--" + name)) target += StrCat("&", name, "=", Percent(arguments.value("--" + name)));
  }
  return target;
}

// "line 12, column 3: …" of all files one after the other, as file and line.
std::string InFiles(const std::vector<stream::ScriptFile>& files, const std::string& message) {
  constexpr std::string_view kLine = "line ";
  std::string out;
  for (size_t at = 0; at < message.size();) {
    size_t end = std::min(message.find('\n', at), message.size());
    std::string_view said = std::string_view(message).substr(at, end - at);
    size_t digits = said.starts_with(kLine) ? said.find_first_not_of("0123456789", kLine.size()) : std::string_view::npos;
    int64_t line = 0;
    if (digits != std::string_view::npos) std::from_chars(said.data() + kLine.size(), said.data() + digits, line);
    out += out.empty() ? "" : "\n";
    size_t f = 0;
    for (; line > 0 && f < files.size(); ++f) {
      int64_t lines = std::count(files[f].text.begin(), files[f].text.end(), '\n') + 1;
      if (line <= lines) break;
      line -= lines;
    }
    if (line > 0 && f < files.size()) out += StrCat(files[f].name, ": line ", line, said.substr(digits));
    else out += said;
    at = end + 1;
  }
  return out;
}

// Whether a statement asks for rows or plans of them: with EXPLAIN, SHOW and DESCRIBE alone it is all one how far back somebody looks.
bool AsksForRows(const std::vector<stream::ScriptFile>& files) {
  bool prints = false, selects = false;
  for (const auto& file : files) {
    auto statements = sql::ParseScript(file.text);
    if (!statements.ok()) return true;  // the house says why
    for (const auto& statement : *statements) {
      prints |= std::holds_alternative<sql::Explain>(statement.body) || std::holds_alternative<sql::Show>(statement.body);
      selects |= std::holds_alternative<sql::QueryPtr>(statement.body);
    }
  }
  return selects || !prints;
}

void TellWhatIsNotShown(const HttpAnswer& answer, const std::string& last) {
  bool printed = answer.header("freshet-result").empty();
  if (printed) return;
  std::string rows = answer.header("freshet-rows"), late = answer.header("freshet-late-rows"), unread = answer.header("freshet-unread-records");
  auto shown = std::count(answer.body.begin(), answer.body.end(), '\n');
  std::string newest = answer.header("freshet-newest-records");
  if (!newest.empty()) {
    std::fprintf(stderr, "freshet preview: of the newest %s records of each topic only: all of the last %s take longer than an answer may; a WHERE close to the topic makes them less\n", newest.c_str(), last.c_str());
  }
  if (answer.header("freshet-events") == "0") std::fprintf(stderr, "freshet preview: no record came in the last %s\n", last.c_str());
  if (rows != StrCat(shown)) std::fprintf(stderr, "freshet preview: %s of %s rows; --limit N shows more\n", StrCat(shown).c_str(), rows.c_str());
  auto first_unread = wire::http::DecodePercent(answer.header("freshet-first-unread"), false);
  if (!unread.empty()) std::fprintf(stderr, "freshet preview: %s records cannot be read and are in no result; the first: %s\n", unread.c_str(), first_unread.ok() ? first_unread->c_str() : "");
  if (late != "0") std::fprintf(stderr, "freshet preview: %s rows came later than the watermark allows and are in no result\n", late.c_str());
}

}  // namespace

Result<int> Preview(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, kFilesMax));
  if (arguments.words.empty()) return Fault::Invalid("name at least one SQL file");
  std::string last = arguments.value("--last", "1s");
  auto duration = data::ParseDurationWithUnit(last);
  if (!duration.ok()) return Fault::Invalid("--last: ", duration.fault().message());
  ASSIGN_OR_RETURN(auto parameters, ReadParameters(arguments));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kWarn}));
  ASSIGN_OR_RETURN(std::string data, FindDataFolder(env->files(), ".", arguments.value("--data")));
  ASSIGN_OR_RETURN(auto login, LoginOf(env->files(), arguments));
  ASSIGN_OR_RETURN(auto door, HouseDoor::Find(env->files(), data, login));
  std::vector<stream::ScriptFile> files;
  std::string sql;
  for (const auto& path : arguments.words) {
    ASSIGN_OR_RETURN(auto file, ReadScriptFile(env->files(), path, parameters));
    sql += file.text + "\n";
    files.push_back(std::move(file));
  }
  TellOfUnused("preview", parameters);
  if (!arguments.has("--last") && AsksForRows(files)) return Fault::Invalid("say how far back to look: --last 10m");
  auto answer = io::RunToEnd(*env, door.Ask(*env, Target(arguments, last), sql));
  if (!answer.ok()) return answer.fault();
  if (answer->status != 200) {
    std::string message = InFiles(files, door.Refusal(*answer).message());
    bool missing = message.find("no table or view '") != std::string::npos;
    return Fault::Invalid(message, missing ? "; a file of pipelines/ in front brings its tables and views: freshet preview pipelines/FILE.sql QUERY.sql" : "");
  }
  std::fwrite(answer->body.data(), 1, answer->body.size(), stdout);
  TellWhatIsNotShown(*answer, last);
  return 0;
}

}  // namespace freshet::app
