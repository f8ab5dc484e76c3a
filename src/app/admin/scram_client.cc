#include "app/admin/scram_client.h"

#include <charconv>

#include "control/guard/scram.h"
#include "data/formats/base64.h"

namespace freshet::app {
namespace {

constexpr auto kSha256 = data::ScramMechanism::kSha256;
constexpr int32_t kIterationsMax = 1'000'000;  // a broker may not make us work for ever

std::string Base64(std::string_view bytes) {
  std::string text;
  formats::AppendBase64(text, bytes);
  return text;
}

// Names write '=' and ',' as =3D and =2C.
std::string EscapeName(std::string_view name) {
  std::string out;
  for (char c : name) out += c == '=' ? "=3D" : c == ',' ? "=2C" : std::string(1, c);
  return out;
}

// The value of "r=…" in "r=…,s=…,i=…".
std::string_view AttributeOf(std::string_view message, std::string_view name) {
  while (!message.empty()) {
    std::string_view one = message.substr(0, message.find(','));
    if (one.starts_with(name)) return one.substr(name.size());
    message.remove_prefix(std::min(message.size(), one.size() + 1));
  }
  return {};
}

}  // namespace

std::string ScramClient::First() {
  first_bare_ = StrCat("n=", EscapeName(name_), ",r=", nonce_);
  return StrCat("n,,", first_bare_);
}

Result<std::string> ScramClient::Prove(std::string_view challenge) {
  std::string_view nonce = AttributeOf(challenge, "r="), count = AttributeOf(challenge, "i=");
  auto salt = formats::ParseBase64(AttributeOf(challenge, "s="));
  int32_t iterations = 0;
  auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), iterations);
  bool is_number = error == std::errc() && end == count.data() + count.size();
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size() || !salt.has_value() || salt->empty() || !is_number || iterations < data::kScramIterationsMin || iterations > kIterationsMax) {
    return Fault::Unauthenticated("the login: what the broker asks for is no challenge of ", kMechanism);
  }
  Secret salted = guard::SaltPassword(kSha256, password_, *salt, iterations);
  auto credential = guard::CredentialOf(kSha256, salted, *salt, iterations);
  std::string without_proof = StrCat("c=biws,r=", nonce);
  std::string message = StrCat(first_bare_, ",", challenge, ",", without_proof);
  std::string proof = guard::Mac(kSha256, salted.Reveal(), "Client Key");
  std::string signature = guard::Mac(kSha256, credential.stored_key.Reveal(), message);
  for (size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
  server_signature_ = guard::ServerSignature(kSha256, credential, message);
  return StrCat(without_proof, ",p=", Base64(proof));
}

Status ScramClient::Verify(std::string_view server_final) const {
  auto said = formats::ParseBase64(AttributeOf(server_final, "v="));
  if (!said.has_value() || server_signature_.empty() || *said != server_signature_) {
    return Fault::Unauthenticated("the login: the broker does not know the password itself; is this the broker you mean?");
  }
  return {};
}

}  // namespace freshet::app
