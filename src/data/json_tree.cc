#include "data/json_tree.h"

#include <nlohmann/json.hpp>

namespace freshet::data {

template <typename Json>
Json ParseJson(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

template <typename Json>
std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template nlohmann::json ParseJson(std::string_view text);
template nlohmann::ordered_json ParseJson(std::string_view text);
template std::string JsonText(const nlohmann::json& json);
template std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace freshet::data
