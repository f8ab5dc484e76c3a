#include "engines/decide/service.h"

#include <charconv>

#include "data/topic.h"
#include "wire/yaml/document.h"

namespace freshet::decide {
namespace {

using wire::yaml::Fields;
using wire::yaml::Node;

Result<RequestField> ReadField(const wire::yaml::Entry& entry, std::string_view file) {
  using enum ports::FeatureKind;
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(entry.value, file, "request." + entry.key, {"type", "default"}));
  ASSIGN_OR_RETURN(std::string type, fields.Text("type"));
  RequestField field;
  if (type == "BOOLEAN") field.kind = kBoolean;
  else if (type == "INT" || type == "BIGINT") field.kind = kInteger;
  else if (type == "FLOAT" || type == "DOUBLE") field.kind = kReal;
  else return fields.Bad(*fields.Find("type"), "type", "'", type, "' is none of BOOLEAN, INT, BIGINT, FLOAT, DOUBLE");
  field.is_int = type == "INT";
  if (const Node* initial = fields.Find("default"); initial != nullptr && initial->kind == Node::Kind::kNull) {
    field.has_default = true;
  } else if (initial != nullptr) {
    double number = 0;
    const std::string& text = initial->text;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_number = error == std::errc() && end == text.data() + text.size();
    if (field.kind == kBoolean && (text == "true" || text == "false")) field.initial = data::Value(text == "true");
    else if (field.kind == kInteger && is_number && number == static_cast<double>(static_cast<int64_t>(number))) field.initial = data::Value(static_cast<int64_t>(number));
    else if (field.kind == kReal && is_number) field.initial = data::Value(number);
    else return fields.Bad(*initial, "default", "'", text, "' is not of type ", type);
    field.has_default = true;
  }
  RETURN_NOT_OK(fields.Finish());
  return field;
}

// Of the topic, or of the file's begin, whose name it has then.
int TopicLine(Fields& fields) {
  const Node* topic = fields.Find("topic");
  return topic == nullptr ? fields.line() : topic->line;
}

Status AddView(const Node& node, std::string_view file, const ports::FeatureStore& store, Service& service) {
  auto view = node.kind == Node::Kind::kScalar ? store.Find(node.text) : nullptr;
  if (view == nullptr) return Fault::Invalid(file, ":", node.line, ": views: there is no feature view '", node.text, "' in products/");
  for (size_t i = 0; i < view->columns.size(); ++i) {
    bool is_new = service.features.try_emplace(view->columns[i].name, FeaturePlace{service.views.size(), i}).second;
    if (!is_new) return Fault::Invalid(file, ":", node.line, ": views: feature '", view->columns[i].name, "' is in two of the views; give one another name");
  }
  service.views.push_back(std::move(view));
  return {};
}

}  // namespace

Result<Service> ReadService(std::string_view yaml, std::string_view file, const ports::FeatureStore& store) {
  ASSIGN_OR_RETURN(Node root, wire::yaml::Parse(yaml, file));
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(root, file, "", {"name", "model", "topic", "deadline_ms", "views", "request"}));
  Service service;
  ASSIGN_OR_RETURN(service.name, fields.Text("name"));
  ASSIGN_OR_RETURN(service.model, fields.Text("model"));
  ASSIGN_OR_RETURN(service.topic, fields.Text("topic", service.name + ".decisions"));
  Status topic_name = data::CheckTopicName(service.topic);
  if (!topic_name.ok()) return Fault::Invalid(file, ":", TopicLine(fields), ": topic: ", topic_name.fault().message());
  if (data::IsInternalTopic(service.topic)) return Fault::PermissionDenied(file, ":", TopicLine(fields), ": topic: '", service.topic, "' is the house's own; it can be read, not written");
  ASSIGN_OR_RETURN(service.deadline_ms, fields.Integer("deadline_ms", 1000, 1, 600000));
  if (const Node* views = fields.Find("views")) {
    if (views->kind != Node::Kind::kList) return fields.Bad(*views, "views", "must be a list of feature views");
    for (const Node& view : views->items) RETURN_NOT_OK(AddView(view, file, store, service));
  }
  for (const auto& view : service.views) {
    if (view->topic == service.topic) return Fault::Invalid(file, ":", TopicLine(fields), ": topic: '", service.topic, "' holds the rows of feature view '", view->name, "'; decisions need one of their own");
  }
  if (const Node* request = fields.Find("request")) {
    if (request->kind != Node::Kind::kMap) return fields.Bad(*request, "request", "must be a mapping of field names");
    for (const auto& entry : request->entries) {
      ASSIGN_OR_RETURN(RequestField field, ReadField(entry, file));
      if (service.features.contains(entry.key)) return Fault::Invalid(file, ":", entry.line, ": request.", entry.key, " is the name of a feature, too");
      service.request.emplace(entry.key, std::move(field));
    }
  }
  RETURN_NOT_OK(fields.Finish());
  return service;
}

}  // namespace freshet::decide
