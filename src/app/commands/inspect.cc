#include <algorithm>
#include <charconv>
#include <cstdio>

#include "app/commands/command.h"
#include "app/inspect/dump.h"
#include "app/inspect/plan.h"
#include "app/inspect/verify.h"
#include "data/known_words.h"
#include "io/posix_files.h"

namespace freshet::app {
namespace {

constexpr int kDamaged = 3;  // exit code: not everything holds
constexpr Option kOptions[] = {{"--file"}, {"--lines"}, {"--records", false}};

Result<int> Verify(io::Files& files, const std::string& folder, const ParsedArguments&) {
  ASSIGN_OR_RETURN(Verified verified, VerifyDataFolder(files, folder));
  size_t damaged = 0;
  for (const Finding& finding : verified.findings) {
    damaged += finding.weight != Finding::Weight::kNote;
    std::puts(ToLine(finding).c_str());
  }
  std::puts(StrCat(verified.files, " files, ", verified.bytes, " bytes: ", damaged, " damaged places, ", verified.findings.size() - damaged, " notes").c_str());
  return verified.holds() ? 0 : kDamaged;
}

Result<int> PlanOfStart(io::Files& files, const std::string& folder, const ParsedArguments&) {
  ASSIGN_OR_RETURN(Plan plan, PlanStart(files, folder));
  for (const std::string& line : ToLines(plan, folder)) std::puts(line.c_str());
  std::puts("nothing was written; this is what a start and its first checkpoint would do");
  return plan.start.ok() && plan.after.holds() ? 0 : kDamaged;
}

Result<int> PrintDump(io::Files& files, const std::string& folder, const ParsedArguments& arguments) {
  DumpOptions options{.file = arguments.value("--file"), .records = arguments.has("--records")};
  std::string lines = arguments.value("--lines", "10000");
  auto [end, error] = std::from_chars(lines.data(), lines.data() + lines.size(), options.lines_max);
  if (error != std::errc() || end != lines.data() + lines.size() || options.lines_max < 1) return Fault::Invalid("--lines: '", lines, "' is no number of lines");
  RETURN_NOT_OK(DumpDataFolder(files, folder, options, [](const std::string& line) { std::puts(line.c_str()); }));
  return 0;
}

struct Verb {
  std::string_view name;
  bool takes_options;
  Result<int> (*run)(io::Files&, const std::string& folder, const ParsedArguments&);
};
constexpr Verb kVerbs[] = {{"verify", false, Verify}, {"plan", false, PlanOfStart}, {"dump", true, PrintDump}};

}  // namespace

Result<int> Inspect(const Arguments& words) {
  ASSIGN_OR_RETURN(ParsedArguments arguments, ParseArguments(words, kOptions, 2));
  for (const Verb& verb : kVerbs) {
    if (arguments.words.size() != 2 || arguments.words[0] != verb.name) continue;
    if (!verb.takes_options && !arguments.options.empty()) return Fault::Invalid("inspect ", verb.name, " takes no ", arguments.options[0].first);
    std::string folder = arguments.words[1];
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    io::PosixFiles files;
    ASSIGN_OR_RETURN(auto lock, HoldDataFolder(files, folder));
    return verb.run(files, folder, arguments);
  }
  std::vector<std::string_view> verbs;
  for (const Verb& verb : kVerbs) verbs.push_back(verb.name);
  bool is_unknown = !arguments.words.empty() && std::find(verbs.begin(), verbs.end(), arguments.words[0]) == verbs.end();
  if (is_unknown) return Fault::Invalid("inspect: there is no '", arguments.words[0], "'", data::InsteadOf(arguments.words[0], verbs));
  return Fault::Invalid("write freshet inspect verify DATA, freshet inspect plan DATA or freshet inspect dump DATA [--file FILE] [--lines N] [--records]");
}

}  // namespace freshet::app
