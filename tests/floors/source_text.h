#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freshet::floors {

// The code of a C++ file with comments and the insides of literals blanked out; every line stays where it was.
std::string CodeOnly(std::string_view text);

struct Include {
  int line;
  std::string path;
  bool quoted;  // "…" rather than <…>
};
std::vector<Include> IncludesOf(std::string_view text);

int LineAt(std::string_view text, size_t position);

}  // namespace freshet::floors
