#include "engines/decide/decision_json.h"

#include <cmath>

#include "data/civil.h"

namespace freshet::decide {
namespace {

template <typename Number>
void AppendReal(std::string& out, Number number) {
  if (std::isfinite(number)) AppendText(out, number);
  else out += "null";
}

void AppendValue(std::string& out, const data::Value& value, bool is_boolean) {
  if (value.is_null()) out += "null";
  else if (auto* number = std::get_if<int64_t>(&value.v)) is_boolean ? AppendText(out, *number != 0) : AppendText(out, *number);
  else if (auto* real = std::get_if<double>(&value.v)) AppendReal(out, *real);
  else AppendJsonString(out, value.text());
}

void AppendFeature(std::string& out, const ports::DecidedFeature& feature) {
  const ports::FeatureAnswer& answer = feature.answer;
  out += "{\"value\":";
  AppendValue(out, answer.value, feature.kind == ports::FeatureKind::kBoolean);
  out += StrCat(",\"source\":\"", ports::FeatureSourceName(answer.source), "\",\"event_time\":");
  bool has_row = answer.event_time != data::kNoEventTime;
  if (has_row) {
    out += '"';
    data::AppendTimestamp(out, answer.event_time.get(), data::Type::Timestamp(3), 'T');
    out += "Z\"";
  } else {
    out += "null";
  }
  out += ",\"age_ms\":";
  has_row ? AppendText(out, answer.age_ms) : AppendText(out, "null");
  out += "}";
}

template <typename Map, typename Write>
std::string ObjectOf(const Map& map, Write write) {
  std::string out = "{";
  for (const auto& [name, value] : map) {
    if (out.size() > 1) out += ",";
    AppendJsonString(out, name);
    out += ":";
    write(out, name, value);
  }
  return out + "}";
}

}  // namespace

std::string AnswerJson(const ports::Decision& decision) {
  std::string out = StrCat("{\"request_id\":\"", decision.request_id, "\"");
  if (decision.score >= 0) {
    out += ",\"score\":";
    AppendReal(out, decision.scores[static_cast<size_t>(decision.score)]);
  }
  if (decision.scores.size() > 1) {
    out += ",\"scores\":[";
    for (size_t i = 0; i < decision.scores.size(); ++i) {
      out += i > 0 ? "," : "";
      AppendReal(out, decision.scores[i]);
    }
    out += "]";
  }
  out += ",\"features\":{";
  for (size_t i = 0; i < decision.features.size(); ++i) {
    out += i > 0 ? "," : "";
    AppendJsonString(out, decision.features[i].name);
    out += ":";
    AppendFeature(out, decision.features[i]);
  }
  out += "},\"model\":{\"name\":";
  AppendJsonString(out, decision.model.name);
  out += ",\"version\":";
  AppendJsonString(out, decision.model.version);
  return out + StrCat(",\"digest\":\"", decision.model.digest, "\"}}");
}

std::string EntitiesJson(const ports::DecisionRequest& request) {
  return ObjectOf(request.entities, [](std::string& out, const std::string&, const std::string& text) { AppendJsonString(out, text); });
}

std::string RecordJson(const Service& service, const ports::DecisionRequest& request, const ports::Decision& decision, WallTime now) {
  std::string out = "{\"service\":";
  AppendJsonString(out, service.name);
  out += StrCat(",\"decided_at_ms\":", now.ms, ",\"entities\":", EntitiesJson(request), ",\"request\":");
  out += ObjectOf(request.request, [&](std::string& text, const std::string& name, const data::Value& value) {
    auto field = service.request.find(name);
    AppendValue(text, value, field != service.request.end() && field->second.kind == ports::FeatureKind::kBoolean);
  });
  return out + "," + decision.json.substr(1);
}

}  // namespace freshet::decide
