#include "base/valid_utf8.h"

#include <algorithm>

namespace freshet {
namespace {

// Bytes of the well-formed sequence at `at`; 0 when there is none.
size_t SequenceAt(std::string_view bytes, size_t at) {
  auto byte = [&](size_t i) { return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U; };
  unsigned int first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  unsigned int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80, high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

}  // namespace

void AppendValidUtf8(std::string& out, std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    size_t size = SequenceAt(bytes, at);
    if (size == 0) out += "\uFFFD";
    else out += bytes.substr(at, size);
    at += std::max<size_t>(size, 1);
  }
}

}  // namespace freshet
