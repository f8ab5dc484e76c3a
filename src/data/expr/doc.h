#pragma once

#include <string_view>

namespace freshet::expr {

// What a registry says about one of its entries: docs/sql.md is printed from it, and a test runs the example.
struct Doc {
  std::string_view signature;  // "LPAD(s, length, filler)"
  std::string_view meaning;    // one line
  std::string_view example;    // an expression; for an aggregate a whole query
  std::string_view answer;     // as canonical JSON with single quotes around texts: 'STRASSE', 7, null, [1,2]
};

}  // namespace freshet::expr
