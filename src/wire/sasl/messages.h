#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

// What a client says inside SASL: PLAIN (RFC 4616) and SCRAM (RFC 5802). Faults never repeat what was received.

namespace freshet::wire::sasl {

inline constexpr size_t kTokenBytesMax = 4096;
inline constexpr size_t kNameBytesMax = 255;

// Of an identity: 1 to 255 bytes of UTF-8 without control characters.
Status CheckName(std::string_view name);

// [authorization id] NUL name NUL password. Views into the token.
struct PlainMessage {
  std::string_view authorization_id;
  std::string_view name;
  std::string_view password;
};
Result<PlainMessage> ParsePlain(std::string_view token);

// "n,,n=user,r=nonce". Views into the token.
struct ScramClientFirst {
  std::string_view gs2_header;         // "n,,"
  std::string_view bare;               // what follows it
  std::string authorization_id;        // decoded
  std::string name;                    // decoded
  std::string_view nonce;
};
Result<ScramClientFirst> ParseScramClientFirst(std::string_view token);

// "c=biws,r=nonce,p=proof". Views into the token; the binding and the proof are base64.
struct ScramClientFinal {
  std::string_view without_proof;
  std::string_view channel_binding;
  std::string_view nonce;
  std::string_view proof;
};
Result<ScramClientFinal> ParseScramClientFinal(std::string_view token);

}  // namespace freshet::wire::sasl
