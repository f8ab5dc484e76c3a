#include "control/guard/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/text.h"

namespace freshet::guard {
namespace {

constexpr size_t kSaltBits = 130;

const EVP_MD* AlgorithmOf(data::ScramMechanism mechanism) {
  return mechanism == data::ScramMechanism::kSha256 ? EVP_sha256() : EVP_sha512();
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string Hash(data::ScramMechanism mechanism, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_Digest(text.data(), text.size(), digest, &size, AlgorithmOf(mechanism), nullptr) == 1);
  return std::string(reinterpret_cast<char*>(digest), size);
}

std::string Xor(std::string a, std::string_view b) {
  CHECK(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

// A big-endian number of a few bytes, divided in place; the remainder.
unsigned DivideBy36(std::string& number) {
  unsigned rest = 0;
  for (char& byte : number) {
    unsigned value = rest * 256 + static_cast<unsigned char>(byte);
    byte = static_cast<char>(value / 36);
    rest = value % 36;
  }
  return rest;
}

}  // namespace

std::string Mac(data::ScramMechanism mechanism, std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(HMAC(AlgorithmOf(mechanism), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(), digest, &size) != nullptr);
  return std::string(reinterpret_cast<char*>(digest), size);
}

Secret SaltPassword(data::ScramMechanism mechanism, const Secret& password, std::string_view salt, int32_t iterations) {
  std::string salted(data::ScramKeyBytes(mechanism), '\0');
  std::string_view text = password.Reveal();
  CHECK(PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), Bytes(salt), static_cast<int>(salt.size()), iterations, AlgorithmOf(mechanism),
                          static_cast<int>(salted.size()), reinterpret_cast<unsigned char*>(salted.data())) == 1);
  return Secret(std::move(salted));
}

data::ScramCredential CredentialOf(data::ScramMechanism mechanism, const Secret& salted_password, std::string salt, int32_t iterations) {
  std::string_view key = salted_password.Reveal();
  return {.salt = std::move(salt), .iterations = iterations, .stored_key = Secret(Hash(mechanism, Mac(mechanism, key, "Client Key"))),
          .server_key = Secret(Mac(mechanism, key, "Server Key"))};
}

bool Proves(data::ScramMechanism mechanism, const data::ScramCredential& credential, std::string_view auth_message, std::string_view proof) {
  std::string signature = Mac(mechanism, credential.stored_key.Reveal(), auth_message);
  if (proof.size() != signature.size()) return false;
  std::string stored_key = Hash(mechanism, Xor(std::move(signature), proof));
  std::string_view wanted = credential.stored_key.Reveal();
  return wanted.size() == stored_key.size() && CRYPTO_memcmp(wanted.data(), stored_key.data(), wanted.size()) == 0;
}

std::string ServerSignature(data::ScramMechanism mechanism, const data::ScramCredential& credential, std::string_view auth_message) {
  return Mac(mechanism, credential.server_key.Reveal(), auth_message);
}

std::string DerivedSalt(const Secret& login_secret, data::ScramMechanism mechanism, std::string_view name) {
  std::string number = Mac(mechanism, login_secret.Reveal(), StrCat("salt ", data::ScramMechanismName(mechanism), " ", name));
  number.resize(kSaltBits / 8 + 1);
  number[0] = static_cast<char>(number[0] & ((1 << kSaltBits % 8) - 1));
  std::string salt;
  auto is_zero = [](char byte) { return byte == 0; };
  while (!std::all_of(number.begin(), number.end(), is_zero)) salt += "0123456789abcdefghijklmnopqrstuvwxyz"[DivideBy36(number)];
  std::reverse(salt.begin(), salt.end());
  return salt;
}

}  // namespace freshet::guard
