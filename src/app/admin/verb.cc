#include "app/admin/verb.h"

#include <charconv>
#include <cstdio>

#include "app/commands/house_door.h"
#include "app/login.h"
#include "app/project.h"
#include "base/nearest.h"
#include "io/posix_files.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr std::string_view kEverywhere[] = {"--bootstrap", "--data", "--user", "--password-file", "--tls-ca", "--tls-certificate", "--tls-key", "--json"};
constexpr std::string_view kBootstrap = "127.0.0.1:9092";  // where a house opens its door if nobody says another place

bool Contains(std::span<const std::string_view> names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

// As --bootstrap says, else as the house does that serves the data of --data, or of the project in this folder.
Result<BrokerOptions> BrokerOf(io::Files& files, const ParsedArguments& arguments) {
  BrokerOptions options;
  if (arguments.has("--bootstrap") && arguments.has("--data")) return Fault::Invalid("--bootstrap and --data both say where the broker is; keep one");
  if (arguments.has("--bootstrap")) {
    auto address = io::Address::Parse(arguments.value("--bootstrap"));
    if (!address.ok()) return Fault::Invalid("--bootstrap: ", address.fault().message());
    options.address = *address;
    return options;
  }
  ASSIGN_OR_RETURN(std::string data, FindDataFolder(files, ".", arguments.value("--data")));
  ASSIGN_OR_RETURN(bool there, files.Exists(data + "/doors.json"));
  if (!there && !arguments.has("--data")) {
    ASSIGN_OR_RETURN(options.address, io::Address::Parse(kBootstrap));
    return options;
  }
  ASSIGN_OR_RETURN(options.address, DoorOf(files, data, "kafka"));
  options.told_by = data + "/doors.json";
  return options;
}

Result<BrokerOptions> OptionsOf(const ParsedArguments& arguments) {
  io::PosixFiles files;
  if (arguments.has("--tls-certificate") != arguments.has("--tls-key")) return Fault::Invalid("a certificate of one's own takes --tls-certificate FILE and --tls-key FILE");
  if (arguments.has("--tls-certificate") && !arguments.has("--tls-ca")) return Fault::Invalid("--tls-certificate needs --tls-ca FILE, the authority of the door's own");
  ASSIGN_OR_RETURN(auto login, LoginOf(files, arguments));
  ASSIGN_OR_RETURN(BrokerOptions options, BrokerOf(files, arguments));
  options.tls = {.ca = arguments.value("--tls-ca"), .certificate = arguments.value("--tls-certificate"), .key = arguments.value("--tls-key")};
  if (!login) return options;
  options.user = std::move(login->user);
  options.password = std::move(login->password);
  return options;
}

Task<Table> ConnectAndRun(Env& env, BrokerOptions options, const AdminVerb& verb, const ParsedArguments& arguments) {
  CO_ASSIGN_OR_RETURN(auto broker, Broker::Connect(env, std::move(options)));
  auto run = verb.run(*broker, arguments);
  auto table = co_await run;
  auto close = broker->Close();
  co_await close;
  co_return table;
}

}  // namespace

Result<const AdminVerb*> FindVerb(std::string_view command, std::span<const AdminVerb> verbs, const ParsedArguments& arguments) {
  std::string all;
  std::vector<std::string_view> names;
  for (const AdminVerb& verb : verbs) {
    names.push_back(verb.name);
    all += StrCat("\n  freshet ", command, " ", verb.usage);
    if (arguments.words.empty() || arguments.words[0] != verb.name) continue;
    size_t words = arguments.words.size() - 1;
    if (words < verb.words || words > verb.words_max) return Fault::Invalid("write freshet ", command, " ", verb.usage);
    for (const auto& [option, value] : arguments.options) {
      bool takes = Contains(verb.options, option) || Contains(kEverywhere, option);
      if (!takes) return Fault::Invalid(verb.name, " takes no ", option, "; write freshet ", command, " ", verb.usage);
    }
    if (verb.check != nullptr) RETURN_NOT_OK(verb.check(arguments));
    return &verb;
  }
  std::string unknown = arguments.words.empty() ? "" : StrCat("freshet ", command, " does not know '", arguments.words[0], "'", DidYouMean(arguments.words[0], names), "\n");
  return Fault::Invalid(unknown, "write one of", all, "\nwith [--bootstrap HOST:PORT | --data DATA] [--user NAME [--password-file FILE]] [--tls-ca FILE] and, for programs, [--json]");
}

Result<int> RunAdminVerb(std::string_view command, std::span<const AdminVerb> verbs, std::span<const Option> options, const Arguments& words) {
  ASSIGN_OR_RETURN(ParsedArguments arguments, ParseArguments(words, options, 1 + kManyWords));
  ASSIGN_OR_RETURN(const AdminVerb* verb, FindVerb(command, verbs, arguments));
  ASSIGN_OR_RETURN(BrokerOptions broker, OptionsOf(arguments));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_level = Level::kError}));
  ASSIGN_OR_RETURN(Table table, io::RunToEnd(*env, ConnectAndRun(*env, std::move(broker), *verb, arguments)));
  std::string text = arguments.has("--json") ? table.JsonLines() : table.Aligned();
  std::fwrite(text.data(), 1, text.size(), stdout);
  for (const std::string& note : table.notes()) std::fprintf(stderr, "freshet %s: %s\n", std::string(command).c_str(), note.c_str());
  return table.failed() ? 1 : 0;
}

Result<int64_t> ParseNumber(std::string_view option, std::string_view text, int64_t least) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return Fault::Invalid(option, ": '", text, "' is no whole number");
  if (number < least) return Fault::Invalid(option, ": ", number, " is less than ", least);
  return number;
}

}  // namespace freshet::app
