#pragma once

#include <string>
#include <string_view>

namespace freshet {

// Copies bytes; what is not UTF-8 becomes U+FFFD, as in Java: one for each byte that begins no well-formed sequence (Unicode 15, table 3-7).
void AppendValidUtf8(std::string& out, std::string_view bytes);
inline std::string ValidUtf8(std::string_view bytes) {
  std::string out;
  AppendValidUtf8(out, bytes);
  return out;
}

}  // namespace freshet
