#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/status.h"

namespace freshet::doors::http {

struct BasicWords {
  std::string name;
  Secret password;
};

// The value of an Authorization header (RFC 7617): "Basic " and base64 of name:password. Anything else is kUnauthenticated.
Result<BasicWords> ParseBasic(std::string_view header);

}  // namespace freshet::doors::http
