#include "engines/models/digest.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/text.h"

namespace freshet::models {

std::string Sha256Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  return ToHex(std::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace freshet::models
