#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace freshet::doors::http {

// One record that is appended by POST.
struct TestMessage {
  std::optional<int64_t> partition;
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::string>> headers;
};

// {"key":"user-7","value":"{\"amount\":12}","headers":{"source":"portal"},"partition":0}; kInvalid says what a body takes. It holds data::JsonTreeBytesMax(body) meanwhile at most.
Result<TestMessage> ParseMessage(std::string_view body);

}  // namespace freshet::doors::http
