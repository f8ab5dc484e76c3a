#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/env.h"

namespace freshet::app {

struct HttpCall {
  io::Address to;
  std::string method;         // "POST"
  std::string target;         // "/v1/preview?last=10m"
  std::string authorization;  // the header's value; empty: none
  std::string body;
};

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const;  // "" when absent
};

// One request to a house of this machine, in the clear, to the end of its answer.
Task<HttpAnswer> AskOverHttp(Env& env, HttpCall call);

// Head and body of a whole answer. kInvalid: it is none.
Result<HttpAnswer> ParseHttpAnswer(std::string_view bytes);

}  // namespace freshet::app
