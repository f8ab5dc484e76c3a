#pragma once

#include <string>
#include <string_view>

namespace freshet::models {

// SHA-256 in lower-case hexadecimal.
std::string Sha256Hex(std::string_view bytes);

}  // namespace freshet::models
