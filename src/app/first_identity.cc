#include "app/first_identity.h"

#include "io/environment.h"

namespace freshet::app {
namespace {

constexpr size_t kPasswordBytesMin = 8;
constexpr size_t kPasswordBytesMax = 1024;

// The file's first line, and there may be no other.
Result<Secret> ReadPasswordFile(io::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, path, kPasswordBytesMax + 2));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.find('\n') != std::string::npos) return Fault::Invalid(path, " has more than one line; it holds the password and nothing else");
  return Secret(std::move(text));
}

Result<Secret> ReadPassword(io::Files& files, const Config& config) {
  if (config.identity_password_env.empty()) return ReadPasswordFile(files, config.identity_password_file);
  auto value = io::EnvironmentVariable(config.identity_password_env);
  if (!value.has_value()) return Fault::Invalid("the environment has no variable ", config.identity_password_env);
  return *std::move(value);
}

}  // namespace

Result<std::optional<guard::ConfiguredIdentity>> ReadFirstIdentity(io::Files& files, const Config& config) {
  bool configured = !config.identity_password_env.empty() || !config.identity_password_file.empty();
  if (!configured) return std::optional<guard::ConfiguredIdentity>();
  auto password = ReadPassword(files, config);
  if (!password.ok()) return Fault(password.code(), password.fault().blame(), password.fault().retry(), StrCat("identities.first: ", password.fault().message()));
  size_t bytes = password->Reveal().size();
  if (bytes < kPasswordBytesMin || bytes > kPasswordBytesMax) {
    return Fault::Invalid("identities.first: a password of ", bytes, " bytes; it has from ", kPasswordBytesMin, " to ", kPasswordBytesMax);
  }
  return std::optional(guard::ConfiguredIdentity{config.identity_name, std::move(password).value()});
}

}  // namespace freshet::app
