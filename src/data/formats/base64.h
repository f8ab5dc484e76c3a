#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet::formats {

void AppendBase64(std::string& out, std::string_view bytes);
std::optional<std::string> ParseBase64(std::string_view text);

}  // namespace freshet::formats
