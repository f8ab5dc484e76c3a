#include <cstdio>

#include "app/commands/command.h"
#include "base/nearest.h"
#include "io/heap.h"

namespace freshet::app {
namespace {

// THE TABLE of the binary's verbs. To add one, copy its neighbour.
constexpr Command kCommands[] = {
    {"up", "up [DIR] [--data DATA] [--set a.b.c=value]…", "serve a project folder until SIGTERM", Up},
    {"run", "run FILE.sql… [--data DATA] [--param K=V]… [--result final|changelog] [--out DIR] [--stats] [--parallelism N] [--memory SIZE] [--functions DIR [--python PROGRAM]]", "run SQL over bounded inputs to the end", Run},
    {"test", "test [DIR|FILE.sql…] [--update] [--models DIR] [--functions DIR [--python PROGRAM]] [--param K=V]…", "run SQL cases in many ways and compare their answers with the expected ones", TestCases},
    {"preview", "preview FILE.sql… --last 10m [--data DATA] [--result NAME] [--limit N] [--user NAME] [--param K=V]…", "show what SQL gives over the newest records of a running house, deploying nothing", Preview},
    {"topics", "topics list|describe|create|alter|delete … [--bootstrap HOST:PORT | --data DATA] [--json]", "the topics of a house that is up, or of a Kafka broker", Topics},
    {"groups", "groups list|describe|lag|reset-offsets|delete-offsets|delete … [--bootstrap HOST:PORT | --data DATA] [--json]", "consumer groups: lag, and where they go on", Groups},
    {"pipelines", "pipelines list|forget … [--data DATA] [--user NAME] [--accept-loss] [--json]", "the names that pipelines have taken in a running house, and giving one back", Pipelines},
    {"plan", "plan [DIR] [--data DATA] [--user NAME]", "say what the pipelines' state comes to if the project's files are started as they are now: kept, rebuilt, lost", PlanChanges},
    {"apply", "apply [DIR] [--only PIPELINE] [--data DATA] [--user NAME] [--accept-loss]", "let a running house go on with the pipelines' files as they are now, from where they stand", ApplyChanges},
    {"lineage", "lineage FILE.sql… [--namespace NAME] [--functions DIR [--python PROGRAM]] [--param K=V]…", "print where each column of each statement comes from, as OpenLineage events", PrintLineage},
    {"inspect", "inspect verify|plan|dump DATA [--file FILE] [--lines N] [--records]", "look at a data folder that no house serves, and change nothing", Inspect},
    {"config", "config", "print every key of freshet.yaml with its default", PrintConfigKeys},
    {"compatibility", "compatibility", "print what the doors speak, from their tables", PrintCompatibility},
    {"sql", "sql", "print the SQL functions, aggregates and formats, from their tables", PrintSql},
    {"version", "version", "print the version", PrintVersion},
};

void PrintUsage(std::FILE* to) {
  std::fputs("usage: freshet COMMAND [arguments]\n", to);
  for (const Command& command : kCommands) std::fprintf(to, "  %-14s %s\n", std::string(command.name).c_str(), std::string(command.meaning).c_str());
  std::fputs("freshet COMMAND --help tells what one takes.\n", to);
}

void PrintHelp(const Command& command) {
  std::string_view help = HelpOf(command.name);
  std::printf("usage: freshet %s\n%s\n", std::string(command.usage).c_str(), std::string(command.meaning).c_str());
  if (!help.empty()) std::printf("\n%s", std::string(help).c_str());
}

bool AsksForHelp(const std::string& word) { return word == "--help" || word == "-h"; }

std::string Nearest(const std::string& word) {
  std::vector<std::string_view> known;
  for (const Command& command : kCommands) known.push_back(command.name);
  return DidYouMean(word, known);
}

int Main(const Arguments& words) {
  if (words.empty() || AsksForHelp(words[0]) || words[0] == "help") {
    PrintUsage(words.empty() ? stderr : stdout);
    return words.empty() ? 2 : 0;
  }
  for (const Command& command : kCommands) {
    bool meant = command.name == words[0] || (command.name == "version" && words[0] == "--version");
    if (!meant) continue;
    if (words.size() == 2 && AsksForHelp(words[1])) {
      PrintHelp(command);
      return 0;
    }
    auto exit_code = command.run(Arguments(words.begin() + 1, words.end()));
    bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (exit_code.ok() && !written) exit_code = Fault::IoError("standard output could not be written whole; what reads it has gone, or its disk is full");
    if (exit_code.ok()) return *exit_code;
    std::fprintf(stderr, "freshet %s: %s\n", words[0].c_str(), exit_code.fault().message().c_str());
    return 1;
  }
  std::fprintf(stderr, "freshet: no command '%s'%s\n", words[0].c_str(), Nearest(words[0]).c_str());
  PrintUsage(stderr);
  return 2;
}

}  // namespace
}  // namespace freshet::app

int main(int argc, char** argv) {
  freshet::io::KeepFreedMemory();
  return freshet::app::Main(freshet::app::Arguments(argv + 1, argv + argc));
}
