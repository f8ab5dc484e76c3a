#include "data/formats/base64.h"

#include <cstdint>

namespace freshet::formats {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void AppendBase64(std::string& out, std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    size_t taken = bytes.size() - i < 3 ? bytes.size() - i : 3;
    for (size_t k = 0; k < 3; ++k) group = (group << 8) | (k < taken ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) out += k <= taken ? kDigits[(group >> (18 - 6 * k)) & 63] : '=';
  }
}

std::optional<std::string> ParseBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    group = (group << 6) | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits);
    group &= (1U << bits) - 1;
  }
  return out;
}

std::optional<std::string> ParsePaddedBase64(std::string_view text) {
  std::string out;
  while (true) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    if (text.empty()) return out;
    std::string_view group = text.substr(0, 4);
    text.remove_prefix(group.size());
    auto bytes = ParseBase64(group);
    bool whole = group.size() == 4 && bytes && !group.starts_with('=') && group.find('=') != 1;
    if (!whole) return std::nullopt;
    out += *bytes;
  }
}

}  // namespace freshet::formats
