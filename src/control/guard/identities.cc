#include "control/guard/identities.h"

#include <map>

#include "control/guard/exchanges.h"
#include "control/guard/scram.h"
#include "io/wait.h"
#include "wire/sasl/messages.h"

namespace freshet::guard {
namespace {

using data::ScramMechanism;

constexpr Duration kRefusedAfter = Milliseconds(250);   // longer than any check takes
constexpr int kChecksMax = 32;                          // of passwords, at one time
constexpr size_t kPasswordBytesMax = 1024;
constexpr size_t kSaltBytesMax = 1024;

size_t IndexOf(ScramMechanism mechanism) { return mechanism == ScramMechanism::kSha256 ? 0 : 1; }

constexpr std::string_view kLoginsMeaning = "logins by their outcome";

}  // namespace

Identities::Identities(Env& env, ports::Credentials& credentials, std::optional<ConfiguredIdentity> configured)
    : env_(env), credentials_(credentials), configured_(std::move(configured)),
      accepted_(env.metrics().AddCounter("freshet_logins_total", kLoginsMeaning, {{"outcome", "accepted"}})),
      refused_(env.metrics().AddCounter("freshet_logins_total", kLoginsMeaning, {{"outcome", "refused"}})),
      busy_(env.metrics().AddCounter("freshet_logins_total", kLoginsMeaning, {{"outcome", "busy"}})) {}

Task<> Identities::Begin() {
  open_ = !configured_.has_value() && credentials_.ListCredentials().empty();
  if (open_) co_return Status::Ok();
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(login_secret_, credentials_.LoginSecret(ctx));
  if (!configured_.has_value()) co_return Status::Ok();
  auto derive = [this] {
    for (ScramMechanism mechanism : data::kScramMechanisms) {
      std::string salt = DerivedSalt(login_secret_, mechanism, configured_->name);
      Secret salted = SaltPassword(mechanism, configured_->password, salt, data::kScramIterationsMin);
      configured_credentials_[IndexOf(mechanism)] =
          std::make_shared<const data::ScramCredential>(CredentialOf(mechanism, salted, std::move(salt), data::kScramIterationsMin));
    }
    configured_->password = Secret();
    return Status::Ok();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, derive);
  co_return co_await offload;
}

std::vector<std::string_view> Identities::Mechanisms(bool encrypted) const {
  std::vector<std::string_view> names;
  if (open_) return names;
  for (ScramMechanism mechanism : data::kScramMechanisms) names.push_back(data::ScramMechanismName(mechanism));
  if (encrypted) names.push_back("PLAIN");
  return names;
}

Result<std::unique_ptr<ports::SaslExchange>> Identities::BeginSasl(std::string_view name, bool encrypted) {
  if (open_) return Fault::Unsupported("this house has no identities: there is nothing to log in to");
  for (ScramMechanism mechanism : data::kScramMechanisms) {
    if (name == data::ScramMechanismName(mechanism)) return NewScramExchange(*this, mechanism);
  }
  if (name == "PLAIN" && encrypted) return NewPlainExchange(*this);
  if (name == "PLAIN") return Fault::Unsupported("PLAIN sends the password as it is, which is taken over TLS only; use SCRAM-SHA-256 or SCRAM-SHA-512");
  return Fault::Unsupported("SASL mechanism '", name.substr(0, 64), "' is not spoken; SCRAM-SHA-256 and SCRAM-SHA-512 are");
}

Identities::CredentialRef Identities::Known(std::string_view name, ScramMechanism mechanism) const {
  if (configured_.has_value() && name == configured_->name) return configured_credentials_[IndexOf(mechanism)];
  return credentials_.FindCredential(name, mechanism);
}

Identities::CredentialRef Identities::Challenge(const std::string& name, ScramMechanism mechanism) const {
  CredentialRef known = Known(name, mechanism);
  if (known != nullptr) return known;
  data::ScramCredential nobody{.salt = DerivedSalt(login_secret_, mechanism, name)};
  for (Secret* key : {&nobody.stored_key, &nobody.server_key}) {
    std::string chance;
    while (chance.size() < data::ScramKeyBytes(mechanism)) ByteWriter(chance).Write<uint64_t>(env_.random().Next());
    *key = Secret(std::move(chance));
  }
  return std::make_shared<const data::ScramCredential>(std::move(nobody));
}

ports::PrincipalRef Identities::Accept(std::string name) {
  accepted_.Add();
  return std::make_shared<const io::Principal>(io::Principal{.name = std::move(name)});
}

Task<ports::PrincipalRef> Identities::Refuse(MonoTime began) {
  refused_.Add();
  io::SleepUntil pause(began + kRefusedAfter);
  co_await pause;
  co_return Fault::Unauthenticated("authentication failed");
}

Task<ports::PrincipalRef> Identities::CheckPassword(Ctx, std::string name, Secret password) {
  if (checking_.fetch_add(1) >= kChecksMax) {
    checking_.fetch_sub(1);
    busy_.Add();
    co_return Fault::Exhausted("too many logins at one time; try again later");
  }
  MonoTime began = env_.clock().Now();
  auto check = CheckOne(std::move(name), std::move(password));
  auto checked = co_await check;
  checking_.fetch_sub(1);
  if (checked.ok()) co_return checked;
  auto refuse = Refuse(began);
  co_return co_await refuse;
}

Task<ports::PrincipalRef> Identities::CheckOne(std::string name, Secret password) {
  bool sensible = !open_ && password.Reveal().size() <= kPasswordBytesMax && wire::sasl::CheckName(name).ok();
  if (!sensible) co_return Fault::Unauthenticated("no name or password");
  bool by_sha512 = Known(name, ScramMechanism::kSha256) == nullptr && Known(name, ScramMechanism::kSha512) != nullptr;
  ScramMechanism mechanism = by_sha512 ? ScramMechanism::kSha512 : ScramMechanism::kSha256;
  CredentialRef wanted = Challenge(name, mechanism);
  auto compare = [&]() -> Result<bool> {
    Secret salted = SaltPassword(mechanism, password, wanted->salt, wanted->iterations);
    data::ScramCredential given = CredentialOf(mechanism, salted, "", wanted->iterations);
    return wanted->stored_key.Equals(given.stored_key.Reveal());
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, compare);
  auto equal = co_await offload;
  if (!equal.ok()) co_return equal.fault();
  if (!*equal) co_return Fault::Unauthenticated("not the password");
  co_return Accept(std::move(name));
}

bool Identities::Knows(const io::Principal& principal) const {
  if (principal.tenant != io::Principal{}.tenant) return false;
  return Known(principal.name, ScramMechanism::kSha256) != nullptr || Known(principal.name, ScramMechanism::kSha512) != nullptr;
}

std::vector<ports::IdentityDescription> Identities::List() const {
  std::map<std::string, ports::IdentityDescription> by_name;
  for (const auto& [name, mechanism, credential] : credentials_.ListCredentials()) by_name[name].credentials.emplace_back(mechanism, credential->iterations);
  if (configured_.has_value()) {
    auto& own = by_name[configured_->name].credentials;
    own.clear();
    for (ScramMechanism mechanism : data::kScramMechanisms) own.emplace_back(mechanism, data::kScramIterationsMin);
  }
  std::vector<ports::IdentityDescription> all;
  for (auto& [name, description] : by_name) {
    description.name = name;
    all.push_back(std::move(description));
  }
  return all;
}

Status Identities::CheckChange(std::string_view name) const {
  if (open_) return Fault::Invalid("this house knows nobody, so nobody may make identities; name the first in identities.first and start again");
  RETURN_NOT_OK(wire::sasl::CheckName(name));
  if (configured_.has_value() && name == configured_->name) return Fault::Invalid("'", name, "' is the identity of the configuration; its password changes there");
  return {};
}

Task<> Identities::PutCredential(Ctx ctx, std::string name, ScramMechanism mechanism, std::string salt, int32_t iterations, Secret salted_password) {
  Status possible = CheckChange(name);
  if (!possible.ok()) co_return possible;
  if (iterations < data::kScramIterationsMin || iterations > data::kScramIterationsMax) {
    co_return Fault::Invalid(iterations, " iterations; from ", data::kScramIterationsMin, " to ", data::kScramIterationsMax, " are taken");
  }
  if (salt.empty() || salt.size() > kSaltBytesMax) co_return Fault::Invalid("a salt of ", salt.size(), " bytes; from 1 to ", kSaltBytesMax, " are taken");
  if (salted_password.Reveal().size() != data::ScramKeyBytes(mechanism)) co_return Fault::Invalid("a salted password of a wrong length for ", data::ScramMechanismName(mechanism));
  auto credential = std::make_shared<const data::ScramCredential>(CredentialOf(mechanism, salted_password, std::move(salt), iterations));
  ports::NamedCredential named{std::move(name), mechanism, std::move(credential)};
  auto put = credentials_.PutCredential(ctx, std::move(named));
  co_return co_await put;
}

Task<> Identities::RemoveCredential(Ctx ctx, std::string name, ScramMechanism mechanism) {
  Status possible = CheckChange(name);
  if (!possible.ok()) co_return possible;
  auto remove = credentials_.RemoveCredential(ctx, std::move(name), mechanism);
  co_return co_await remove;
}

}  // namespace freshet::guard
