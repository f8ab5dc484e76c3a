#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/credential.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

struct NamedCredential {
  std::string name;
  data::ScramMechanism mechanism = data::ScramMechanism::kSha256;
  std::shared_ptr<const data::ScramCredential> credential;
};

// Where identities' credentials are kept. FindCredential and ListCredentials read an immutable snapshot from any thread; changes are durable at return.
class Credentials {
 public:
  using CredentialRef = std::shared_ptr<const data::ScramCredential>;
  virtual ~Credentials() = default;

  virtual CredentialRef FindCredential(std::string_view name, data::ScramMechanism mechanism) const = 0;   // null when there is none
  virtual std::vector<NamedCredential> ListCredentials() const = 0;   // sorted by name, then mechanism

  virtual Task<> PutCredential(Ctx ctx, NamedCredential credential) = 0;
  // kNotFound when there is none.
  virtual Task<> RemoveCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism) = 0;

  // Random bytes that this house keeps to itself; made at the first asking, the same ever after.
  virtual Task<Secret> LoginSecret(Ctx ctx) = 0;
};

}  // namespace freshet::ports
