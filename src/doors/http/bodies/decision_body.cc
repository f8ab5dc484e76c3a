#include "doors/http/bodies/decision_body.h"

#include <nlohmann/json.hpp>

#include "data/json_tree.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::json;

Result<data::Value> ScalarOf(std::string_view name, const Json& json) {
  if (json.is_null()) return data::Value();
  if (json.is_boolean()) return data::Value(json.get<bool>());
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return data::Value(json.get<double>());
  if (json.is_number_integer()) return data::Value(json.get<int64_t>());
  if (json.is_number_float()) return data::Value(json.get<double>());
  if (json.is_string()) return data::Value(json.get<std::string>());
  return Fault::Invalid("'", name.substr(0, 256), "' must be a single value");
}

// An entity is named by text, a whole number or a boolean.
Result<std::string> EntityText(std::string_view name, const Json& json) {
  if (json.is_string() && !json.get_ref<const std::string&>().empty()) return json.get<std::string>();
  if (json.is_number_integer() || json.is_boolean()) return data::JsonText(json);
  return Fault::Invalid("entity key '", name.substr(0, 256), "' must be text or a whole number");
}

Status ReadEntities(const Json& json, ports::DecisionRequest& request) {
  if (!json.is_object()) return Fault::Invalid("entities must be an object");
  for (const auto& [name, value] : json.items()) {
    ASSIGN_OR_RETURN(request.entities[name], EntityText(name, value));
  }
  return {};
}

Status ReadFields(const Json& json, ports::DecisionRequest& request) {
  if (!json.is_object()) return Fault::Invalid("request must be an object");
  for (const auto& [name, value] : json.items()) {
    ASSIGN_OR_RETURN(request.request[name], ScalarOf(name, value));
  }
  return {};
}

}  // namespace

Result<ports::DecisionRequest> ParseDecision(const std::string& service, std::string_view body) {
  auto read = data::ReadJson<Json>(body);
  if (!read.ok()) return Fault::Invalid("the body is no JSON: ", read.fault().message());
  const Json& json = *read;
  if (!json.is_object()) return Fault::Invalid("the body is no JSON object");
  ports::DecisionRequest request{.service = service, .entities = {}, .request = {}, .deadline_ms = {}};
  for (const auto& [key, value] : json.items()) {
    if (key == "entities") {
      RETURN_NOT_OK(ReadEntities(value, request));
    } else if (key == "request") {
      RETURN_NOT_OK(ReadFields(value, request));
    } else if (key == "deadline_ms" && value.is_number_integer()) {
      request.deadline_ms = value.get<int64_t>();
    } else {
      return Fault::Invalid("'", key.substr(0, 256), "': the body takes entities, request and a whole deadline_ms");
    }
  }
  return request;
}

}  // namespace freshet::doors::http
