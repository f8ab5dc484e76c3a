#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet::formats {

void AppendBase64(std::string& out, std::string_view bytes);
std::optional<std::string> ParseBase64(std::string_view text);
// As Jackson reads it, and so Flink's json and csv: groups of four, the last one, and any other, may end in its padding, which must be there; blanks may stand between groups.
std::optional<std::string> ParsePaddedBase64(std::string_view text);

}  // namespace freshet::formats
