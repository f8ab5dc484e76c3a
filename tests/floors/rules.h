#pragma once

#include <string>
#include <string_view>
#include <vector>

// The rules of docs/house_style.md that a machine can check, each over the text of one file. Paths are relative to
// src/, such as "engines/log/segment.cc".

namespace freshet::floors {

struct Violation {
  std::string file;
  int line;
  std::string what;
};

// All rules.
std::vector<Violation> CheckFile(std::string_view path, std::string_view text);

// Single rules, in the order of the list in rules.cc.
void CheckPlace(std::string_view path, std::string_view text, std::vector<Violation>& out);
void CheckFloors(std::string_view path, std::string_view text, std::vector<Violation>& out);
void CheckHeaders(std::string_view path, std::string_view text, std::vector<Violation>& out);
void CheckWorld(std::string_view path, std::string_view text, std::vector<Violation>& out);
void CheckCoroutines(std::string_view path, std::string_view text, std::vector<Violation>& out);
void CheckNames(std::string_view path, std::string_view text, std::vector<Violation>& out);

}  // namespace freshet::floors
