#include "doors/http/browse/shown.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "data/avro/json_text.h"
#include "data/expr/utf8.h"
#include "data/formats/base64.h"

namespace freshet::doors::http {
namespace {

constexpr size_t kBinaryBytesMax = 3072;

void AppendForm(std::string& json, std::string_view form, std::string_view text, bool is_cut) {
  json += StrCat("\"form\":\"", form, "\",\"text\":");
  AppendJsonString(json, text);
  if (is_cut) json += ",\"cut\":true";
}

bool IsText(std::string_view bytes) {
  std::string valid;
  expr::AppendValidUtf8(valid, bytes);
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t'; };
  return valid == bytes && std::none_of(bytes.begin(), bytes.end(), is_control);
}

// Not inside a character.
std::string_view Cut(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool IsDocument(std::string_view text) { return (text.starts_with('{') || text.starts_with('[')) && nlohmann::json::accept(text); }

// Whether the schema fits; else why not.
bool AppendAvro(std::string& json, std::string_view bytes, size_t bytes_max, const avro::Schema& schema) {
  auto text = avro::JsonTextOf(schema, bytes, bytes_max);
  if (text.ok()) {
    AppendForm(json, "avro", *text, false);
    return true;
  }
  json += "\"avro_error\":";
  AppendJsonString(json, text.fault().message());
  json += ',';
  return false;
}

}  // namespace

void AppendShown(std::string& json, std::optional<std::string_view> bytes, size_t bytes_max, const avro::Schema* schema) {
  if (!bytes.has_value()) {
    json += "null";
    return;
  }
  json += StrCat("{\"bytes\":", bytes->size(), ",");
  bool is_shown = schema != nullptr && AppendAvro(json, *bytes, bytes_max, *schema);
  if (!is_shown && IsText(*bytes)) {
    std::string_view text = Cut(*bytes, bytes_max);
    bool is_cut = text.size() < bytes->size();
    AppendForm(json, !is_cut && IsDocument(text) ? "json" : "text", text, is_cut);
  } else if (!is_shown) {
    std::string text;
    std::string_view part = bytes->substr(0, std::min(bytes_max, kBinaryBytesMax));
    formats::AppendBase64(text, part);
    AppendForm(json, "binary", text, part.size() < bytes->size());
  }
  json += '}';
}

}  // namespace freshet::doors::http
