#include "base/bytes.h"

namespace freshet {

uint32_t ByteReader::ReadVarUint32() {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    auto byte = Read<uint8_t>();
    if (shift == 28 && byte > 0x0f) break;
    value |= static_cast<uint32_t>(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  Fail();
  return 0;
}

uint64_t ByteReader::ReadVarUint64() {
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    auto byte = Read<uint8_t>();
    if (shift == 63 && byte > 0x01) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  Fail();
  return 0;
}

void ByteWriter::WriteVarUint64(uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

}  // namespace freshet
