#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "data/credential.h"

// The arithmetic of SCRAM (RFC 5802 §3), by OpenSSL.

namespace freshet::guard {

std::string Mac(data::ScramMechanism mechanism, std::string_view key, std::string_view text);

// Takes some milliseconds: that is its purpose.
Secret SaltPassword(data::ScramMechanism mechanism, const Secret& password, std::string_view salt, int32_t iterations);
data::ScramCredential CredentialOf(data::ScramMechanism mechanism, const Secret& salted_password, std::string salt, int32_t iterations);

// Whether who made the proof had the password. The same time for every wrong one.
bool Proves(data::ScramMechanism mechanism, const data::ScramCredential& credential, std::string_view auth_message, std::string_view proof);
std::string ServerSignature(data::ScramMechanism mechanism, const data::ScramCredential& credential, std::string_view auth_message);

// Salt of a name for which none is stored: always the same, and shaped as Kafka's own tools shape theirs (130 bits, base 36).
std::string DerivedSalt(const Secret& login_secret, data::ScramMechanism mechanism, std::string_view name);

}  // namespace freshet::guard
