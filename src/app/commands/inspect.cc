#include <cstdio>

#include "app/commands/command.h"
#include "app/inspect/verify.h"
#include "io/posix_files.h"

namespace freshet::app {
namespace {

constexpr int kDamaged = 3;  // exit code: not all holds

Result<int> Verify(io::Files& files, const std::string& folder) {
  ASSIGN_OR_RETURN(Verified verified, VerifyDataFolder(files, folder));
  int64_t damaged = 0;
  for (const Finding& finding : verified.findings) {
    damaged += finding.weight != Finding::Weight::kNote;
    std::puts(ToLine(finding).c_str());
  }
  std::printf("%lld files, %lld bytes: %lld damaged places, %lld notes\n", static_cast<long long>(verified.files), static_cast<long long>(verified.bytes),
              static_cast<long long>(damaged), static_cast<long long>(verified.findings.size()) - static_cast<long long>(damaged));
  return verified.holds() ? 0 : kDamaged;
}

}  // namespace

Result<int> Inspect(const Arguments& words) {
  ASSIGN_OR_RETURN(ParsedArguments arguments, ParseArguments(words, {}, 2));
  if (arguments.words.size() != 2 || arguments.words[0] != "verify") return Fault::Invalid("write freshet inspect verify DATA");
  io::PosixFiles files;
  ASSIGN_OR_RETURN(auto lock, HoldDataFolder(files, arguments.words[1]));
  return Verify(files, arguments.words[1]);
}

}  // namespace freshet::app
