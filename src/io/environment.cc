#include "io/environment.h"

#include <cstdlib>

namespace freshet::io {

std::optional<Secret> EnvironmentVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return Secret(value);
}

}  // namespace freshet::io
