#pragma once

#include <string>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// What a node keeps, by the width of its columns and what the operators put around a row: "80 B a key, for ever". Empty: it keeps nothing that grows. How
// many keys and rows there will be no plan knows. Texts and lists count as 24 bytes and 4 elements.
std::string StateForecast(const Node& node);

}  // namespace freshet::stream
