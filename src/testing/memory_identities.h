#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/identities.h"

namespace freshet::testing {

// Identities by name and password, in memory; none means an open house. Its one mechanism, TOKEN, takes "name password" after one
// question. One loop.
class MemoryIdentities final : public ports::Identities {
 public:
  void Add(std::string name, std::string password) { passwords_[std::move(name)] = std::move(password); }
  void Forget(const std::string& name) { passwords_.erase(name); }
  void Close() { closed_ = true; }   // also with nobody in it

  bool is_open() const override { return !closed_ && passwords_.empty(); }
  std::vector<std::string_view> Mechanisms(bool) const override { return {"TOKEN"}; }
  Result<std::unique_ptr<ports::SaslExchange>> BeginSasl(std::string_view mechanism, bool) override {
    if (mechanism != "TOKEN") return Fault::Unsupported(mechanism, " is not spoken");
    return std::unique_ptr<ports::SaslExchange>(std::make_unique<TokenExchange>(*this));
  }
  Task<ports::PrincipalRef> CheckPassword(Ctx, std::string name, Secret password) override {
    auto found = passwords_.find(name);
    if (found == passwords_.end() || !password.Equals(found->second)) co_return Fault::Unauthenticated("authentication failed");
    co_return std::make_shared<const io::Principal>(io::Principal{.name = std::move(name)});
  }
  bool Knows(const io::Principal& principal) const override { return passwords_.contains(principal.name); }

  std::vector<ports::IdentityDescription> List() const override {
    std::vector<ports::IdentityDescription> all;
    for (const auto& [name, password] : passwords_) all.push_back({name, {{data::ScramMechanism::kSha256, 4096}}});
    return all;
  }
  Task<> PutCredential(Ctx, std::string name, data::ScramMechanism, std::string, int32_t iterations, Secret salted_password) override {
    if (iterations < data::kScramIterationsMin) co_return Fault::Invalid("too few iterations");
    Add(std::move(name), std::string(salted_password.Reveal()));
    co_return Status::Ok();
  }
  Task<> RemoveCredential(Ctx, std::string name, data::ScramMechanism) override {
    if (passwords_.erase(name) == 0) co_return Fault::NotFound("'", name, "' has no credential");
    co_return Status::Ok();
  }

 private:
  class TokenExchange final : public ports::SaslExchange {
   public:
    explicit TokenExchange(MemoryIdentities& identities) : identities_(identities) {}
    Task<ports::SaslStep> Next(Ctx ctx, std::string token) override {
      if (!std::exchange(asked_, true)) co_return ports::SaslStep{.token = "who?", .principal = nullptr};
      size_t space = std::min(token.find(' '), token.size());
      name_ = token.substr(0, space);
      auto check = identities_.CheckPassword(ctx, name_, Secret(token.substr(std::min(space + 1, token.size()))));
      auto checked = co_await check;
      if (!checked.ok()) co_return checked.fault();
      co_return ports::SaslStep{.token = "welcome", .principal = std::move(checked).value()};
    }
    const std::string& name() const override { return name_; }

   private:
    MemoryIdentities& identities_;
    std::string name_;
    bool asked_ = false;
  };

  std::map<std::string, std::string, std::less<>> passwords_;
  bool closed_ = false;
};

}  // namespace freshet::testing
