#include "engines/features/row.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "data/civil.h"

namespace freshet::features {
namespace {

using ports::FeatureKind;
namespace dom = simdjson::dom;

constexpr size_t kDocumentBytesMax = 16 << 20;
constexpr size_t kDepthMax = 64;

// The text of an entity's key; nothing for what is no scalar that compares exactly.
std::optional<std::string> KeyText(const dom::element& element) {
  switch (element.type()) {
    case dom::element_type::STRING: return std::string(std::string_view(element));
    case dom::element_type::INT64: return StrCat(int64_t(element));
    case dom::element_type::UINT64: return StrCat(uint64_t(element));
    case dom::element_type::BOOL: return bool(element) ? "true" : "false";
    default: return std::nullopt;
  }
}

// Nothing when the JSON value does not fit the kind.
std::optional<data::Value> ReadAs(const dom::element& element, FeatureKind kind) {
  auto type = element.type();
  if (type == dom::element_type::NULL_VALUE) return data::Value();
  switch (kind) {
    case FeatureKind::kBoolean:
      if (type == dom::element_type::BOOL) return data::Value(bool(element));
      break;
    case FeatureKind::kInteger:
      if (type == dom::element_type::INT64) return data::Value(int64_t(element));
      break;
    case FeatureKind::kReal:
      if (type == dom::element_type::DOUBLE || type == dom::element_type::INT64 || type == dom::element_type::UINT64) return data::Value(double(element));
      break;
    case FeatureKind::kText:
      if (type == dom::element_type::STRING) return data::Value(std::string(std::string_view(element)));
      break;
  }
  return std::nullopt;
}

// Milliseconds since 1970, or a timestamp's text with ' ' or 'T', taken as UTC.
std::optional<int64_t> ReadTime(const dom::element& element) {
  if (element.type() == dom::element_type::INT64) return int64_t(element);
  if (element.type() != dom::element_type::STRING) return std::nullopt;
  std::string_view text(element);
  if (text.ends_with('Z')) text.remove_suffix(1);
  char separator = text.size() > 10 ? text[10] : ' ';
  return data::ParseTimestamp(text, data::Type::Timestamp(3), separator == 'T' ? 'T' : ' ');
}

}  // namespace

int64_t Row::bytes() const {
  auto bytes = static_cast<int64_t>(sizeof(Row) + values.size() * sizeof(data::Value)) + 64;
  for (const data::Value& value : values) {
    if (auto* text = std::get_if<std::string>(&value.v)) bytes += static_cast<int64_t>(text->size());
  }
  return bytes;
}

struct RowReader::Buffers {
  dom::parser parser{kDocumentBytesMax};

  Result<dom::object> Parse(std::string_view json, std::string_view what) {
    dom::object object;
    auto error = parser.parse(json.data(), json.size()).get(object);
    if (error != simdjson::SUCCESS) return Fault::Invalid(what, " is no JSON object: ", simdjson::error_message(error));
    return object;
  }
};

RowReader::RowReader(const Product& product) : product_(product), buffers_(std::make_unique<Buffers>()) {
  auto prepared = buffers_->parser.allocate(4096, kDepthMax);
  CHECK(prepared == simdjson::SUCCESS);
}
RowReader::~RowReader() = default;

Result<ports::EntityKey> RowReader::ReadKey(std::string_view json) {
  ASSIGN_OR_RETURN(dom::object object, buffers_->Parse(json, "the key"));
  ports::EntityKey entity;
  for (const std::string& name : product_.view->entity) {
    dom::element element;
    auto text = object[name].get(element) == simdjson::SUCCESS ? KeyText(element) : std::nullopt;
    if (!text || text->empty()) return Fault::Invalid("the key needs '", name, "' as a string or whole number");
    entity.push_back(std::move(*text));
  }
  return entity;
}

Result<Row> RowReader::ReadValue(std::string_view json, int64_t timestamp_ms, data::Offset offset) {
  ASSIGN_OR_RETURN(dom::object object, buffers_->Parse(json, "the value"));
  Row row{.event_time = data::EventTime(timestamp_ms), .offset = offset, .values = {}};
  row.values.reserve(product_.view->columns.size());
  dom::element element;
  for (const auto& column : product_.view->columns) {
    if (object[column.name].get(element) != simdjson::SUCCESS) {
      row.values.emplace_back();
      continue;
    }
    auto value = ReadAs(element, column.kind);
    if (!value) return Fault::Invalid("feature '", column.name, "' has a value of another type");
    row.values.push_back(std::move(*value));
  }
  if (product_.event_time_column.empty()) return row;
  auto time = object[product_.event_time_column].get(element) == simdjson::SUCCESS ? ReadTime(element) : std::nullopt;
  if (!time) return Fault::Invalid("the event time '", product_.event_time_column, "' is neither milliseconds nor a timestamp");
  row.event_time = data::EventTime(*time);
  return row;
}

void AppendJson(std::string& out, const data::Value& value, FeatureKind kind) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  switch (kind) {
    case FeatureKind::kBoolean: AppendText(out, value.integer() != 0); return;
    case FeatureKind::kInteger: AppendText(out, value.integer()); return;
    case FeatureKind::kReal:
      if (std::isfinite(value.real())) AppendText(out, value.real());
      else out += "null";  // JSON has no word for it
      return;
    case FeatureKind::kText: AppendJsonString(out, value.text()); return;
  }
}

std::string PlainText(const data::Value& value, FeatureKind kind) {
  if (kind == FeatureKind::kText && !value.is_null()) return value.text();
  std::string out;
  AppendJson(out, value, kind);
  return out;
}

bool IsOfKind(const data::Value& value, FeatureKind kind) {
  if (value.is_null()) return true;
  switch (kind) {
    case FeatureKind::kBoolean:
    case FeatureKind::kInteger: return std::holds_alternative<int64_t>(value.v);
    case FeatureKind::kReal: return std::holds_alternative<double>(value.v);
    case FeatureKind::kText: return std::holds_alternative<std::string>(value.v);
  }
  return false;
}

std::string WriteKey(const ports::FeatureView& view, const ports::EntityKey& entity) {
  std::string out = "{";
  for (size_t i = 0; i < entity.size(); ++i) {
    if (i > 0) out += ",";
    AppendJsonString(out, view.entity[i]);
    out += ":";
    AppendJsonString(out, entity[i]);
  }
  return out + "}";
}

std::string WriteValue(const Product& product, const ports::FeatureWrite& row) {
  std::string out = "{";
  const auto& columns = product.view->columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    AppendJsonString(out, columns[i].name);
    out += ":";
    AppendJson(out, row.values[i], columns[i].kind);
    out += i + 1 < columns.size() ? "," : "";
  }
  auto is_event_time = [&](const ports::FeatureColumn& column) { return column.name == product.event_time_column; };
  if (!product.event_time_column.empty() && std::none_of(columns.begin(), columns.end(), is_event_time)) {
    out += columns.empty() ? "" : ",";
    AppendJsonString(out, product.event_time_column);
    out += StrCat(":", row.event_time);
  }
  return out + "}";
}

}  // namespace freshet::features
