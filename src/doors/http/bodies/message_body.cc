#include "doors/http/bodies/message_body.h"

#include <nlohmann/json.hpp>

#include "data/formats/base64.h"
#include "data/json_tree.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::json;

constexpr size_t kHeadersMax = 100;

Result<std::optional<std::string>> TextOrNull(std::string_view name, const Json& json) {
  if (json.is_null()) return std::optional<std::string>();
  if (!json.is_string()) return Fault::Invalid(name, " is text or null; a document is sent as its text");
  return std::optional(json.get<std::string>());
}

Result<std::optional<std::string>> BytesOf(std::string_view name, const Json& json) {
  auto bytes = json.is_string() ? formats::ParseBase64(json.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes.has_value()) return Fault::Invalid(name, " is no base64");
  return bytes;
}

Status ReadHeaders(const Json& json, TestMessage& message) {
  if (!json.is_object() || json.size() > kHeadersMax) return Fault::Invalid("headers is an object of at most ", kHeadersMax, " texts");
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return Fault::Invalid("header '", name.substr(0, 256), "' is no text");
    message.headers.emplace_back(name, value.get<std::string>());
  }
  return {};
}

}  // namespace

Result<TestMessage> ParseMessage(std::string_view body) {
  Json json = data::ParseJson<Json>(body);
  if (!json.is_object()) return Fault::Invalid("the body is no JSON object");
  if (json.contains("value") == json.contains("value_base64")) return Fault::Invalid("the body has a value, text or null, or a value_base64");
  if (json.contains("key") && json.contains("key_base64")) return Fault::Invalid("the body has a key or a key_base64, not both");
  TestMessage message;
  for (const auto& [name, value] : json.items()) {
    if (name == "key" || name == "value") {
      ASSIGN_OR_RETURN((name == "key" ? message.key : message.value), TextOrNull(name, value));
    } else if (name == "key_base64" || name == "value_base64") {
      ASSIGN_OR_RETURN((name == "key_base64" ? message.key : message.value), BytesOf(name, value));
    } else if (name == "headers") {
      RETURN_NOT_OK(ReadHeaders(value, message));
    } else if (name == "partition" && value.is_number_integer()) {
      message.partition = value.get<int64_t>();
    } else {
      return Fault::Invalid("'", name.substr(0, 256), "': the body takes key, value, key_base64, value_base64, headers and a whole partition");
    }
  }
  return message;
}

}  // namespace freshet::doors::http
