#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"

// By what an identity proves itself without its password being kept (RFC 5802).

namespace freshet::data {

// The numbers are Kafka's and the journal's.
enum class ScramMechanism : uint8_t { kSha256 = 1, kSha512 = 2 };

inline constexpr ScramMechanism kScramMechanisms[] = {ScramMechanism::kSha256, ScramMechanism::kSha512};
inline constexpr int32_t kScramIterationsMin = 4096;   // RFC 7677's least, and what clients ask for by default
inline constexpr int32_t kScramIterationsMax = 16384;  // Kafka's most: a login costs so much

inline std::string_view ScramMechanismName(ScramMechanism mechanism) {
  return mechanism == ScramMechanism::kSha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
}
inline size_t ScramKeyBytes(ScramMechanism mechanism) { return mechanism == ScramMechanism::kSha256 ? 32 : 64; }

// A name that somebody who is not known has given, as a log line may show it: at most 64 of its bytes, "…" for the rest, and what is not printable
// ASCII (or a backslash, or a quote) as \xNN.
std::string ShownName(std::string_view name);

struct ScramCredential {
  std::string salt;
  int32_t iterations = kScramIterationsMin;
  Secret stored_key;   // proves a client
  Secret server_key;   // proves us
};

}  // namespace freshet::data
