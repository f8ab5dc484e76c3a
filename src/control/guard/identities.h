#pragma once

#include <optional>
#include <string>

#include "base/metrics.h"
#include "io/env.h"
#include "ports/credentials.h"
#include "ports/identities.h"

namespace freshet::guard {

// The identity that the configuration names: the first one, which may make others.
struct ConfiguredIdentity {
  std::string name;
  Secret password;
};

// Who may come in: the configured identity, whose credentials live in memory only, and those that are stored. A name that is not known
// is treated like one that is, up to the proof that nobody can give. Thread-safe after Begin. Owned by House.
class Identities final : public ports::Identities {
 public:
  using CredentialRef = ports::Credentials::CredentialRef;

  Identities(Env& env, ports::Credentials& credentials, std::optional<ConfiguredIdentity> configured);

  // After replay; before the doors open.
  Task<> Begin();

  bool is_open() const override { return open_; }
  std::vector<std::string_view> Mechanisms(bool encrypted) const override;
  Result<std::unique_ptr<ports::SaslExchange>> BeginSasl(std::string_view mechanism, bool encrypted) override;
  Task<ports::PrincipalRef> CheckPassword(Ctx ctx, std::string name, Secret password) override;
  bool Knows(const io::Principal& principal) const override;
  std::vector<ports::IdentityDescription> List() const override;
  Task<> PutCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism, std::string salt, int32_t iterations, Secret salted_password) override;
  Task<> RemoveCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism) override;

  // For the exchanges. What `name` has to prove; for a name without such a credential, something that nobody can.
  CredentialRef Challenge(const std::string& name, data::ScramMechanism mechanism) const;
  ports::PrincipalRef Accept(std::string name);
  // The one answer to everything that was wrong, at the same distance from its beginning.
  Task<ports::PrincipalRef> Refuse(MonoTime began);
  Env& env() { return env_; }

 private:
  CredentialRef Known(std::string_view name, data::ScramMechanism mechanism) const;   // null when there is none
  Status CheckChange(std::string_view name) const;
  Task<ports::PrincipalRef> CheckOne(std::string name, Secret password);

  Env& env_;
  ports::Credentials& credentials_;
  std::optional<ConfiguredIdentity> configured_;   // its password only until Begin
  CredentialRef configured_credentials_[2];        // as data::kScramMechanisms
  Secret login_secret_;
  bool open_ = true;
  std::atomic<int> checking_{0};
  Counter& accepted_;
  Counter& refused_;
  Counter& busy_;
};

}  // namespace freshet::guard
