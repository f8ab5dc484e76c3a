#include "data/json_tree.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace freshet::data {

template <typename Json>
Json ParseJson(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

namespace {

constexpr size_t kReasonBytesMax = 300;

// The library's "[json.exception.parse_error.101] parse error at line 1, …", without its own names; what it quotes may be anything.
std::string ReasonOf(std::string_view said) {
  size_t name_end = said.find("] ");
  std::string reason(name_end == std::string_view::npos ? said : said.substr(name_end + 2));
  reason.resize(std::min(reason.size(), kReasonBytesMax));
  for (char& letter : reason) letter = letter < ' ' || letter > '~' ? '?' : letter;
  return reason;
}

}  // namespace

template <typename Json>
Result<Json> ReadJson(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const typename Json::exception& error) {
    return Fault::Invalid(ReasonOf(error.what()));
  }
}

template <typename Json>
std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int64_t JsonTreeBytesMax(std::string_view text) {
  // A letter stands in two growing buffers of the reader, in the tree, in what is taken out of it or in a fault. A value is a node of an object with an
  // object of its own, or a place of an array that grows, and a node of a map for whoever takes it out.
  constexpr int64_t kBytesOfALetter = 12, kBytesOfAValue = 256, kBytesOfWords = 8 << 10;
  int64_t values = 1;
  bool is_quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') is_quoted = !is_quoted;
    else if (is_quoted) i += text[i] == '\\' ? 1 : 0;
    else values += text[i] == ',' || text[i] == '[' || text[i] == '{' ? 1 : 0;
  }
  return static_cast<int64_t>(text.size()) * kBytesOfALetter + values * kBytesOfAValue + kBytesOfWords;
}

template nlohmann::json ParseJson(std::string_view text);
template nlohmann::ordered_json ParseJson(std::string_view text);
template Result<nlohmann::json> ReadJson(std::string_view text);
template std::string JsonText(const nlohmann::json& json);
template std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace freshet::data
