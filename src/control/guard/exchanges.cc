#include "control/guard/exchanges.h"

#include "base/bytes.h"
#include "control/guard/scram.h"
#include "data/formats/base64.h"
#include "wire/sasl/messages.h"

namespace freshet::guard {
namespace {

using ports::SaslStep;

constexpr int kNonceWords = 3;   // 192 bits of our own

std::string Base64(std::string_view bytes) {
  std::string text;
  formats::AppendBase64(text, bytes);
  return text;
}

bool MayBe(std::string_view authorization_id, std::string_view name) { return authorization_id.empty() || authorization_id == name; }

class ScramExchange final : public ports::SaslExchange {
 public:
  ScramExchange(Identities& identities, data::ScramMechanism mechanism) : identities_(identities), mechanism_(mechanism) {}

  Task<SaslStep> Next(Ctx, std::string token) override {
    MonoTime began = identities_.env().clock().Now();
    SaslStep step;
    bool in_order = begun_ ? Finish(token, step) : Begin(token, step);
    begun_ = true;
    if (in_order) co_return step;
    credential_ = nullptr;
    auto refuse = identities_.Refuse(began);
    auto refused = co_await refuse;
    co_return refused.fault();
  }
  const std::string& name() const override { return name_; }

 private:
  bool Begin(const std::string& token, SaslStep& step) {
    auto first = wire::sasl::ParseScramClientFirst(token);
    if (first.ok()) name_ = first->name;
    if (!first.ok() || !MayBe(first->authorization_id, first->name)) return false;
    gs2_header_ = first->gs2_header;
    std::string chance;
    for (int i = 0; i < kNonceWords; ++i) ByteWriter(chance).Write<uint64_t>(identities_.env().random().Next());
    client_nonce_ = first->nonce;
    nonce_ = StrCat(client_nonce_, Base64(chance));
    credential_ = identities_.Challenge(name_, mechanism_);
    step.token = StrCat("r=", nonce_, ",s=", Base64(credential_->salt), ",i=", credential_->iterations);
    auth_message_ = StrCat(first->bare, ",", step.token, ",");
    return true;
  }

  // librdkafka before 2.6.1 puts its own part in front once more. Either way all of our part is in it.
  bool IsOurs(std::string_view nonce) const {
    bool repeated = nonce.starts_with(client_nonce_) && nonce.substr(client_nonce_.size()) == nonce_;
    return nonce == nonce_ || repeated;
  }

  // The nonce binds the proof to this exchange, and the header to what was said first.
  bool Finish(const std::string& token, SaslStep& step) {
    auto last = wire::sasl::ParseScramClientFinal(token);
    if (credential_ == nullptr || !last.ok() || !IsOurs(last->nonce)) return false;
    auto binding = formats::ParseBase64(last->channel_binding);
    auto proof = formats::ParseBase64(last->proof);
    if (binding != gs2_header_ || !proof.has_value()) return false;
    auth_message_ += last->without_proof;
    if (!Proves(mechanism_, *credential_, auth_message_, *proof)) return false;
    step.token = StrCat("v=", Base64(ServerSignature(mechanism_, *credential_, auth_message_)));
    step.principal = identities_.Accept(name_);
    credential_ = nullptr;   // one proof, one login
    return true;
  }

  Identities& identities_;
  const data::ScramMechanism mechanism_;
  bool begun_ = false;
  std::string name_;
  std::string gs2_header_;
  std::string client_nonce_;
  std::string nonce_;          // the client's and then ours
  std::string auth_message_;   // as far as it has been said
  Identities::CredentialRef credential_;
};

class PlainExchange final : public ports::SaslExchange {
 public:
  explicit PlainExchange(Identities& identities) : identities_(identities) {}

  Task<SaslStep> Next(Ctx ctx, std::string token) override {
    MonoTime began = identities_.env().clock().Now();
    auto message = wire::sasl::ParsePlain(token);
    if (message.ok()) name_ = message->name;
    if (!message.ok() || !MayBe(message->authorization_id, message->name)) {
      auto refuse = identities_.Refuse(began);
      auto refused = co_await refuse;
      co_return refused.fault();
    }
    auto check = identities_.CheckPassword(ctx, std::string(message->name), Secret(std::string(message->password)));
    auto principal = co_await check;
    if (!principal.ok()) co_return principal.fault();
    co_return SaslStep{.token = "", .principal = std::move(principal).value()};
  }
  const std::string& name() const override { return name_; }

 private:
  Identities& identities_;
  std::string name_;
};

}  // namespace

std::unique_ptr<ports::SaslExchange> NewScramExchange(Identities& identities, data::ScramMechanism mechanism) {
  return std::make_unique<ScramExchange>(identities, mechanism);
}
std::unique_ptr<ports::SaslExchange> NewPlainExchange(Identities& identities) { return std::make_unique<PlainExchange>(identities); }

}  // namespace freshet::guard
