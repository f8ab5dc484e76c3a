#include "app/login.h"

#include "io/environment.h"

namespace freshet::app {
namespace {

constexpr int64_t kPasswordBytesMax = 1024;
constexpr std::string_view kUser = "--user", kFile = "--password-file", kVariable = "FRESHET_PASSWORD";

Result<Secret> PasswordOf(io::Files& files, const ParsedArguments& arguments) {
  if (arguments.has(kFile)) {
    ASSIGN_OR_RETURN(std::string password, io::ReadWhole(files, arguments.value(kFile), kPasswordBytesMax));
    while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
    return Secret(std::move(password));
  }
  auto password = io::EnvironmentVariable(std::string(kVariable));
  if (!password) return Fault::Invalid(kUser, " ", arguments.value(kUser), ": its password belongs into a file (", kFile, " FILE) or into the environment variable ", kVariable);
  return std::move(*password);
}

}  // namespace

Result<std::optional<Login>> LoginOf(io::Files& files, const ParsedArguments& arguments) {
  std::optional<Login> login;
  if (arguments.has(kFile) && !arguments.has(kUser)) return Fault::Invalid(kFile, " is of who asks: say ", kUser, " NAME, too");
  if (!arguments.has(kUser)) return login;
  ASSIGN_OR_RETURN(Secret password, PasswordOf(files, arguments));
  login = Login{arguments.value(kUser), std::move(password)};
  return login;
}

}  // namespace freshet::app
