#include "base/uuid.h"

namespace freshet {
namespace {

constexpr size_t kDashes[] = {8, 13, 18, 23};
constexpr size_t kTextLength = 36;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Uuid::ToString() const {
  std::string out = ToHex(view());
  for (size_t dash : kDashes) out.insert(dash, 1, '-');
  return out;
}

Result<Uuid> Uuid::Parse(std::string_view text) {
  if (text.size() != kTextLength) return Fault::Invalid("uuid '", text, "' is not 36 characters long");
  for (size_t dash : kDashes) {
    if (text[dash] != '-') return Fault::Invalid("uuid '", text, "' lacks a dash at ", dash);
  }
  Uuid id;
  size_t nibble = 0;
  for (char c : text) {
    if (c == '-' && nibble < 32 && nibble % 2 == 0) continue;
    int value = HexValue(c);
    if (value < 0 || nibble >= 32) return Fault::Invalid("uuid '", text, "' is not hexadecimal");
    id.bytes[nibble / 2] = static_cast<uint8_t>(id.bytes[nibble / 2] << 4 | value);
    ++nibble;
  }
  return id;
}

Uuid Uuid::FromBytes(std::string_view sixteen_bytes) {
  CHECK(sixteen_bytes.size() == 16);
  Uuid id;
  std::memcpy(id.bytes.data(), sixteen_bytes.data(), 16);
  return id;
}

}  // namespace freshet
