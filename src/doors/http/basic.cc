#include "doors/http/basic.h"

#include "data/formats/base64.h"
#include "wire/http/message.h"

namespace freshet::doors::http {
namespace {

constexpr std::string_view kScheme = "Basic ";
constexpr size_t kHeaderBytesMax = 4096;

}  // namespace

Result<BasicWords> ParseBasic(std::string_view header) {
  bool is_basic = header.size() <= kHeaderBytesMax && header.size() > kScheme.size() && wire::http::EqualsIgnoreCase(header.substr(0, kScheme.size()), kScheme);
  if (!is_basic) return Fault::Unauthenticated("Authorization is taken as Basic, with a name and its password");
  auto decoded = formats::ParseBase64(header.substr(kScheme.size()));
  Secret text(decoded.value_or(""));
  size_t colon = text.Reveal().find(':');
  if (colon == std::string_view::npos) return Fault::Unauthenticated("Authorization: Basic is not followed by base64 of name:password");
  return BasicWords{std::string(text.Reveal().substr(0, colon)), Secret(std::string(text.Reveal().substr(colon + 1)))};
}

}  // namespace freshet::doors::http
