#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace freshet::fuzz {

struct Target {
  std::string name;
  int (*run)(const uint8_t* data, size_t size);
};

std::vector<Target> Targets();

}  // namespace freshet::fuzz
