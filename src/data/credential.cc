#include "data/credential.h"

#include "base/text.h"

namespace freshet::data {
namespace {

constexpr size_t kShownBytesMax = 64;

bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '\\' && c != '"'; }

}  // namespace

std::string ShownName(std::string_view name) {
  std::string shown;
  for (char c : name.substr(0, kShownBytesMax)) {
    if (IsPlain(c)) shown += c;
    else shown += StrCat("\\x", ToHex(std::string_view(&c, 1)));
  }
  if (name.size() > kShownBytesMax) shown += "…";
  return shown;
}

}  // namespace freshet::data
