#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "data/credential.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

using PrincipalRef = std::shared_ptr<const io::Principal>;

// What one token of the client leads to: the token to send back, and at the end who it is.
struct SaslStep {
  std::string token;
  PrincipalRef principal;   // null: the exchange goes on
};

// The server's side of one SASL exchange. Belongs to one connection.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  // kUnauthenticated ends it and says nothing about why; it comes after a delay.
  virtual Task<SaslStep> Next(Ctx ctx, std::string token) = 0;
  // Who the client says it is; empty before it has said so in words that could be read.
  virtual const std::string& name() const = 0;
};

struct IdentityDescription {
  std::string name;
  std::vector<std::pair<data::ScramMechanism, int32_t>> credentials;   // with their iterations
};

// Who may come in, for every door alike. Once one identity is configured, whoever has not proved to be one is nobody.
class Identities {
 public:
  virtual ~Identities() = default;

  // True: nobody is configured, and the anonymous principal may do everything. Does not change while the house runs.
  virtual bool is_open() const = 0;

  // What may be spoken on a connection; PLAIN only on an encrypted one.
  virtual std::vector<std::string_view> Mechanisms(bool encrypted) const = 0;
  // kUnsupported for one that may not.
  virtual Result<std::unique_ptr<SaslExchange>> BeginSasl(std::string_view mechanism, bool encrypted) = 0;
  // The same by name and password, where a protocol has just these. kUnauthenticated comes after a delay; kExhausted when too many
  // are being checked.
  virtual Task<PrincipalRef> CheckPassword(Ctx ctx, std::string name, Secret password) = 0;
  // Whether it still has a credential.
  virtual bool Knows(const io::Principal& principal) const = 0;

  virtual std::vector<IdentityDescription> List() const = 0;   // stored ones and the configured one, sorted by name
  // kInvalid for what is no credential, for the identity of the configuration, and in an open house.
  virtual Task<> PutCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism, std::string salt, int32_t iterations, Secret salted_password) = 0;
  // The same; kNotFound when there is none.
  virtual Task<> RemoveCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism) = 0;
};

}  // namespace freshet::ports
