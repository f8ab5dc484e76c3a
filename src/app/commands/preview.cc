#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands/command.h"
#include "app/commands/http_call.h"
#include "app/commands/script_files.h"
#include "data/formats/base64.h"
#include "data/quantity_text.h"
#include "io/environment.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--last"}, {"--data"}, {"--result"}, {"--limit"}, {"--user"}, {"--param", true, true}};
constexpr size_t kFilesMax = 100;
constexpr int64_t kDoorsBytesMax = 64 << 10;
constexpr std::string_view kPassword = "FRESHET_PASSWORD";

// What doors.json of a data folder says of the HTTP door.
Result<io::Address> HttpDoorOf(io::Files& files, const std::string& data) {
  std::string path = data + "/doors.json";
  ASSIGN_OR_RETURN(bool there, files.Exists(path));
  if (!there) return Fault::NotFound(path, " is not there: no house has opened its doors on that data folder; name the one of a running house by --data, or start it: freshet up");
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, path, kDoorsBytesMax));
  auto doors = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  bool fine = doors.is_object() && doors.contains("http") && doors["http"].is_string();
  if (!fine) return Fault::Invalid(path, " does not say where the HTTP door is; start the house again");
  return io::Address::Parse(doors["http"].get<std::string>());
}

std::string Percent(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (plain) out += c;
    else out += "%" + ToHex(std::string_view(&c, 1));
  }
  return out;
}

std::string Target(const ParsedArguments& arguments) {
  std::string target = "/v1/preview?last=" + Percent(arguments.value("--last"));
  for (std::string name : {"result", "limit"}) {
    if (arguments.has("--" + name)) target += StrCat("&", name, "=", Percent(arguments.value("--" + name)));
  }
  return target;
}

Result<std::string> Authorization(const ParsedArguments& arguments) {
  if (!arguments.has("--user")) return std::string();
  auto password = io::EnvironmentVariable(std::string(kPassword));
  if (!password) return Fault::Invalid("--user ", arguments.value("--user"), ": its password belongs into the environment variable ", kPassword);
  std::string out = "Basic ";
  formats::AppendBase64(out, StrCat(arguments.value("--user"), ":", password->Reveal()));
  return out;
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

Fault Refusal(const std::vector<stream::ScriptFile>& files, const io::Address& door, const HttpAnswer& answer) {
  auto body = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  bool says_why = body.is_object() && body.contains("error") && body["error"].is_object() && body["error"].contains("message") && body["error"]["message"].is_string();
  if (answer.status == 404 && !says_why) return Fault::Unsupported("the house at ", door.ToString(), " is older than this program and gives no previews");
  std::string why = says_why ? body["error"]["message"].get<std::string>() : StrCat("status ", answer.status);
  if (answer.status == 401) why += StrCat("; name who asks by --user NAME, with the password in ", kPassword);
  return Fault::Invalid(InFiles(files, why));
}

void TellWhatIsNotShown(const HttpAnswer& answer, const std::string& last) {
  std::string rows = answer.header("freshet-rows"), late = answer.header("freshet-late-rows");
  auto shown = std::count(answer.body.begin(), answer.body.end(), '\n');
  if (answer.header("freshet-events") == "0") std::fprintf(stderr, "freshet preview: no record came in the last %s\n", last.c_str());
  if (rows != StrCat(shown)) std::fprintf(stderr, "freshet preview: %s of %s rows; --limit N shows more\n", StrCat(shown).c_str(), rows.c_str());
  if (late != "0") std::fprintf(stderr, "freshet preview: %s rows came later than the watermark allows and are in no result\n", late.c_str());
}

}  // namespace

Result<int> Preview(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, kFilesMax));
  if (arguments.words.empty()) return Fault::Invalid("name at least one SQL file");
  if (!arguments.has("--last")) return Fault::Invalid("say how far back to look: --last 10m");
  auto last = data::ParseDuration(arguments.value("--last"));
  if (!last.ok()) return Fault::Invalid("--last: ", last.fault().message());
  ASSIGN_OR_RETURN(auto parameters, ReadParameters(arguments));
  ASSIGN_OR_RETURN(std::string authorization, Authorization(arguments));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kWarn}));
  ASSIGN_OR_RETURN(io::Address door, HttpDoorOf(env->files(), arguments.value("--data", "data")));
  std::vector<stream::ScriptFile> files;
  std::string sql;
  for (const auto& path : arguments.words) {
    ASSIGN_OR_RETURN(auto file, ReadScriptFile(env->files(), path, parameters));
    sql += file.text + "\n";
    files.push_back(std::move(file));
  }
  auto answer = io::RunToEnd(*env, PostOverHttp(*env, {door, Target(arguments), authorization, sql}));
  if (!answer.ok()) {
    return Fault::Unavailable("the house of ", arguments.value("--data", "data"), " does not answer at ", door.ToString(), ": ", answer.fault().message(),
                              "; is it running (freshet up)? A door that speaks TLS is asked by curl: POST the SQL to /v1/preview?last=…");
  }
  if (answer->status != 200) return Refusal(files, door, *answer);
  std::fwrite(answer->body.data(), 1, answer->body.size(), stdout);
  TellWhatIsNotShown(*answer, arguments.value("--last"));
  return 0;
}

}  // namespace freshet::app
