#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/credentials.h"

namespace freshet::testing {

// Credentials in memory. One loop.
class MemoryCredentials final : public ports::Credentials {
 public:
  CredentialRef FindCredential(std::string_view name, data::ScramMechanism mechanism) const override {
    auto found = credentials_.find({std::string(name), mechanism});
    return found == credentials_.end() ? nullptr : found->second;
  }
  std::vector<ports::NamedCredential> ListCredentials() const override {
    std::vector<ports::NamedCredential> all;
    for (const auto& [key, credential] : credentials_) all.push_back({key.first, key.second, credential});
    return all;
  }
  Task<> PutCredential(Ctx, ports::NamedCredential named) override {
    credentials_[{named.name, named.mechanism}] = named.credential;
    co_return Status::Ok();
  }
  Task<> RemoveCredential(Ctx, std::string name, data::ScramMechanism mechanism) override {
    if (credentials_.erase({name, mechanism}) == 0) co_return Fault::NotFound("'", name, "' has no credential");
    co_return Status::Ok();
  }
  Task<Secret> LoginSecret(Ctx) override { co_return Secret("the same in every test"); }

 private:
  std::map<std::pair<std::string, data::ScramMechanism>, CredentialRef> credentials_;
};

}  // namespace freshet::testing
