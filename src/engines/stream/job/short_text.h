#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "data/expr/utf8.h"

namespace freshet::stream {

// A text that may be long, in so many bytes at most, for people: no letter is cut in its middle.
inline std::string ShortText(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && expr::IsContinuation(text[bytes_max])) --bytes_max;
  return StrCat(text.substr(0, bytes_max), "…");
}

}  // namespace freshet::stream
