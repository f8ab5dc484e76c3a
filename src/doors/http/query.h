#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet::doors::http {

// What stands behind '?', decoded. A name twice is refused, and one that the route does not take, by name.
using Query = std::map<std::string, std::string, std::less<>>;
Result<Query> ParseQuery(std::string_view query, std::span<const std::string_view> taken);

// The number of that name, or `otherwise` when it is not there.
Result<int64_t> NumberIn(const Query& query, std::string_view name, int64_t otherwise, int64_t least, int64_t most);

}  // namespace freshet::doors::http
