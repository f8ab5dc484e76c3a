#include "engines/features/product.h"

#include <charconv>

#include "data/topic.h"
#include "wire/yaml/document.h"

namespace freshet::features {
namespace {

using wire::yaml::Fields;
using wire::yaml::Node;

constexpr int64_t kYearMs = 365LL * 24 * 3600 * 1000;
constexpr size_t kColumnsMax = 1000;
constexpr size_t kEntityKeysMax = 16;

std::optional<ports::FeatureKind> KindOf(std::string_view type) {
  using enum ports::FeatureKind;
  static constexpr struct { std::string_view type; ports::FeatureKind kind; } kKinds[] = {
      {"BOOLEAN", kBoolean}, {"INT", kInteger}, {"BIGINT", kInteger}, {"FLOAT", kReal}, {"DOUBLE", kReal}, {"STRING", kText}};
  for (auto [name, kind] : kKinds) {
    if (name == type) return kind;
  }
  return std::nullopt;
}

template <typename Number>
Result<data::Value> ParseNumber(const std::string& text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return Fault::Invalid("'", text, "' is not a number of that type");
  return data::Value(number);
}

Result<data::Value> ParseDefault(ports::FeatureKind kind, const std::string& text) {
  switch (kind) {
    case ports::FeatureKind::kBoolean:
      if (text != "true" && text != "false") return Fault::Invalid("'", text, "' is neither true nor false");
      return data::Value(text == "true");
    case ports::FeatureKind::kInteger: return ParseNumber<int64_t>(text);
    case ports::FeatureKind::kReal: return ParseNumber<double>(text);
    case ports::FeatureKind::kText: break;
  }
  return data::Value(text);
}

Result<ports::FeatureColumn> ReadColumn(const wire::yaml::Entry& entry, std::string_view file, const Fields& features) {
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(entry.value, file, features.PathOf("columns." + entry.key), {"type", "default"}));
  ports::FeatureColumn column{.name = entry.key};
  ASSIGN_OR_RETURN(std::string type, fields.Text("type"));
  auto kind = KindOf(type);
  if (!kind) return fields.Bad(*fields.Find("type"), "type", "'", type, "' is none of BOOLEAN, INT, BIGINT, FLOAT, DOUBLE, STRING");
  column.kind = *kind;
  if (const Node* initial = fields.Find("default")) {
    bool has_text = initial->kind == Node::Kind::kScalar, is_null = initial->kind == Node::Kind::kNull;
    Result<data::Value> value = data::Value();
    if (has_text) value = ParseDefault(*kind, initial->text);
    if (!(has_text || is_null) || !value.ok()) return fields.Bad(*initial, "default", has_text ? value.fault().message() : "must be a single value");
    column.initial = std::move(value).value();
    column.has_default = true;
  }
  RETURN_NOT_OK(fields.Finish());
  return column;
}

// [fresh], [fresh, stale], [fresh, default] or [fresh, stale, default].
Status ReadFallback(Fields& fields, ports::FeatureView& view) {
  ASSIGN_OR_RETURN(auto chain, fields.Texts("fallback"));
  if (chain.empty()) return {};
  view.serves_stale = chain.size() > 1 && chain[1] == "stale";
  view.serves_default = chain.back() == "default";
  size_t steps = size_t{1} + view.serves_stale + view.serves_default;
  if (chain[0] == "fresh" && chain.size() == steps) return {};
  return fields.Bad(*fields.Find("fallback"), "fallback", "write a part of [fresh, stale, default] that begins with fresh, in this order");
}

Status ReadResp(const Node& node, std::string_view file, Fields& features, Product& product) {
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(node, file, features.PathOf("resp"), {"key", "as"}));
  ASSIGN_OR_RETURN(std::string key, fields.Text("key"));
  auto pattern = KeyPattern::Parse(key, product.view->entity);
  if (!pattern.ok()) return fields.Bad(*fields.Find("key"), "key", pattern.fault().message());
  product.resp_key = std::move(pattern).value();
  ASSIGN_OR_RETURN(std::string shape, fields.Text("as", "json"));
  if (shape != "json" && shape != "hash") return fields.Bad(*fields.Find("as"), "as", "'", shape, "' is neither json nor hash");
  product.resp_shape = shape == "json" ? Shape::kJson : Shape::kHash;
  return fields.Finish();
}

Status ReadFeatures(const Node& node, std::string_view file, ports::FeatureView& view, Product& product) {
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(node, file, "features", {"topic", "entity", "ttl_ms", "fresh_ms", "fallback", "time", "event_time", "columns", "resp"}));
  ASSIGN_OR_RETURN(view.topic, fields.Text("topic"));
  Status topic_name = data::CheckTopicName(view.topic);
  if (!topic_name.ok()) return fields.Bad(*fields.Find("topic"), "topic", topic_name.fault().message());
  if (data::IsInternalTopic(view.topic)) return fields.Bad(*fields.Find("topic"), "topic", "'", view.topic, "' is the house's own, and its records are no features");
  ASSIGN_OR_RETURN(view.entity, fields.Texts("entity"));
  if (view.entity.empty() || view.entity.size() > kEntityKeysMax) {
    return Fault::Invalid(file, ":", fields.line(), ": features.entity: list 1 to ", kEntityKeysMax, " names, such as [user_id]");
  }
  ASSIGN_OR_RETURN(view.ttl_ms, fields.Integer("ttl_ms", -1, 1, 1000 * kYearMs));
  ASSIGN_OR_RETURN(view.fresh_ms, fields.Integer("fresh_ms", -1, 0, 1000 * kYearMs));
  RETURN_NOT_OK(ReadFallback(fields, view));
  ASSIGN_OR_RETURN(std::string time, fields.Text("time", "wall"));
  if (time != "wall" && time != "stream") return fields.Bad(*fields.Find("time"), "time", "'", time, "' is neither wall nor stream");
  product.stream_time = time == "stream";
  ASSIGN_OR_RETURN(product.event_time_column, fields.Text("event_time", ""));
  ASSIGN_OR_RETURN(const Node* columns, fields.Need("columns"));
  if (columns->kind != Node::Kind::kMap || columns->entries.size() > kColumnsMax) return fields.Bad(*columns, "columns", "must be a mapping of at most ", kColumnsMax, " names");
  for (const auto& entry : columns->entries) {
    ASSIGN_OR_RETURN(auto column, ReadColumn(entry, file, fields));
    view.columns.push_back(std::move(column));
  }
  product.view = std::make_shared<const ports::FeatureView>(view);
  if (const Node* resp = fields.Find("resp")) RETURN_NOT_OK(ReadResp(*resp, file, fields, product));
  return fields.Finish();
}

}  // namespace

Result<Product> ReadProduct(std::string_view yaml, std::string_view file) {
  ASSIGN_OR_RETURN(Node root, wire::yaml::Parse(yaml, file));
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(root, file, "", {"name", "features"}));
  Product product;
  ports::FeatureView view;
  ASSIGN_OR_RETURN(view.name, fields.Text("name"));
  ASSIGN_OR_RETURN(const Node* features, fields.Need("features"));
  RETURN_NOT_OK(fields.Finish());
  RETURN_NOT_OK(ReadFeatures(*features, file, view, product));
  return product;
}

}  // namespace freshet::features
