#pragma once

#include <span>
#include <string>
#include <string_view>

namespace freshet::data {

// What to write instead of a word that is none of these: "; did you mean 'path'?", or else all of them: "; known are path, format".
std::string InsteadOf(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace freshet::data
