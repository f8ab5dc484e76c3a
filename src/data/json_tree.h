#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet::data {

// Reading and writing of the JSON library's trees, which is most of its code, compiled once. Json is nlohmann::json or
// nlohmann::ordered_json; their library's header is the caller's to include.
template <typename Json>
Json ParseJson(std::string_view text);  // a discarded value (is_discarded()) when the text is no JSON
// The same with where and why not: kInvalid, at most some hundred bytes of ASCII.
template <typename Json>
Result<Json> ReadJson(std::string_view text);
template <typename Json>
std::string JsonText(const Json& json);  // on one line; what is no UTF-8 becomes U+FFFD


// Bytes that reading a text, its tree or the fault, and copies of what stands in it hold at most: many times the text's own where it is nearly nothing but commas
// and brackets. To be taken from a budget before a peer's text is read.
int64_t JsonTreeBytesMax(std::string_view text);

}  // namespace freshet::data
