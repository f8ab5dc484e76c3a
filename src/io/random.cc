#include "io/env.h"

namespace freshet::io {

Uuid Random::NewUuid() {
  Uuid id;
  uint64_t halves[2] = {Next(), Next()};
  std::memcpy(id.bytes.data(), halves, sizeof halves);
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace freshet::io
