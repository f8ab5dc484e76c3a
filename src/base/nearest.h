#pragma once

#include <span>
#include <string>
#include <string_view>

namespace freshet {

// "; did you mean 'scan.startup.mode'?" for a word that is nearly one of `known`, else "".
std::string DidYouMean(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace freshet
