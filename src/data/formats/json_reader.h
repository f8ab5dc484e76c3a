#pragma once

#include <cstring>

#include "data/expr/variant.h"
#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/text_values.h"
#include "data/number_text.h"
#include "data/type_article.h"

// Values of any JSON into columns, over simdjson's On-Demand reader. Included by the decoders of JSON alone, behind <simdjson.h>: they are compiled for one
// instruction set.

namespace freshet::formats {

using data::ColumnBuilder;
using data::Kind;
using data::Type;
namespace od = simdjson::ondemand;

inline constexpr int kMaxDepth = 64;

struct JsonOptions {
  bool fail_on_missing_field = false;
  bool ignore_parse_errors = false;
  TimestampStyle timestamps = TimestampStyle::kSql;
};

Result<JsonOptions> ReadJsonOptions(const Options& options);

// What one record's failure is made of.
struct Broken {
  bool structure = false;  // not JSON at all: the record is lost, not only a field
  std::string message;
};

// Reads one value into one builder, recursively. Keeps the plan of nested rows: their field names.
class JsonReader {
 public:
  JsonReader(const JsonOptions& options) : options_(options) {}

  void SetChunk(std::string_view chunk, Pin pin) {
    chunk_ = chunk;
    pin_ = std::move(pin);
  }

  // Fields of an object into `builders` (one per name); `row` is the row being written. Those that it does not have are NULL.
  bool ReadObject(od::object object, const std::vector<data::NamedType>& fields, ColumnBuilder* builders, int row, int depth, Broken* broken) {
    return ReadFields(object, fields, builders, row, depth, broken) && PadMissing(fields, builders, row, broken);
  }
  // Those that it has, and that have no value in this row yet.
  bool ReadFields(od::object object, const std::vector<data::NamedType>& fields, ColumnBuilder* builders, int row, int depth, Broken* broken) {
    if (depth > kMaxDepth) return Fail(broken, true, "nested deeper than 64 levels");
    size_t expected = 0;
    std::string unescaped;
    for (auto item : object) {
      od::field field;
      if (std::move(item).get(field) != simdjson::SUCCESS) return Fail(broken, true, "broken object");
      std::string_view key;
      if (!Key(field, &key, &unescaped)) return Fail(broken, true, "broken field name");
      size_t index = FindField(fields, key, &expected);
      if (index == fields.size()) continue;
      ColumnBuilder& builder = builders[index];
      if (builder.length() > row) continue;  // the same key again: the first one counts
      if (!ReadValue(field.value(), builder, depth + 1, broken) && !Forgive(builder, row, fields[index].name, broken)) return false;
    }
    return true;
  }

 private:
  bool PadMissing(const std::vector<data::NamedType>& fields, ColumnBuilder* builders, int row, Broken* broken) const {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (builders[i].length() > row) continue;
      if (options_.fail_on_missing_field) return Fail(broken, false, StrCat("field '", fields[i].name, "' is missing"));
      builders[i].AppendNull();
    }
    return true;
  }

  static bool Fail(Broken* broken, bool structure, std::string message) {
    broken->structure |= structure;
    if (broken->message.empty()) broken->message = std::move(message);
    return false;
  }

  // A field that does not fit its type is NULL when parse errors are ignored.
  bool Forgive(ColumnBuilder& builder, int row, const std::string& name, Broken* broken) {
    if (!options_.ignore_parse_errors || broken->structure) {
      broken->message = StrCat("field '", name, "': ", broken->message);
      return false;
    }
    broken->message.clear();
    builder.Truncate(row);
    builder.AppendNull();
    return true;
  }

  static bool Key(od::field& field, std::string_view* key, std::string* unescaped) {
    const char* raw = field.key().raw();
    size_t n = 0;
    while (raw[n] != '"' && raw[n] != '\\' && raw[n] != '\0') ++n;
    *key = {raw, n};
    if (raw[n] == '"') return true;
    std::string_view text;
    if (field.unescaped_key().get(text) != simdjson::SUCCESS) return false;
    unescaped->assign(text);
    *key = *unescaped;
    return true;
  }

  static size_t FindField(const std::vector<data::NamedType>& fields, std::string_view key, size_t* expected) {
    size_t n = fields.size();
    for (size_t step = 0; step < n; ++step) {
      size_t i = *expected + step < n ? *expected + step : *expected + step - n;
      if (fields[i].name != key) continue;
      *expected = i + 1 == n ? 0 : i + 1;
      return i;
    }
    return n;
  }

  bool ReadValue(od::value value, ColumnBuilder& builder, int depth, Broken* broken) {
    if (depth > kMaxDepth) return Fail(broken, true, "nested deeper than 64 levels");
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return Fail(broken, true, "broken value");
    if (type == od::json_type::null) {  // it begins with an n
      bool is_null = false;
      if (value.is_null().get(is_null) != simdjson::SUCCESS || !is_null) return Fail(broken, true, "broken value");
      builder.AppendNull();
      return true;
    }
    if (builder.type().IsString()) return ReadText(value, type, builder, broken);
    if (builder.type().IsNested()) return ReadNested(value, type, builder, depth, broken);
    if (builder.type().IsVariant()) return ReadVariant(value, type, builder, broken);
    if (type == od::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return Fail(broken, true, "broken string");
      return AppendParsed(builder, text, options_.timestamps) || Mismatch(text, builder, broken, options_.timestamps);
    }
    bool to_boolean = builder.type().kind() == Kind::kBoolean;
    if (to_boolean && type != od::json_type::boolean) {  // whatever it is, it is not true
      double number = 0;
      if (type == od::json_type::number && value.get_double().get(number) != simdjson::SUCCESS) return Fail(broken, true, "broken number");
      builder.Append(int8_t{0});
      return true;
    }
    if (type == od::json_type::number) return ReadNumber(value, builder, broken);
    if (type == od::json_type::boolean && to_boolean) {
      bool b = false;
      if (value.get_bool().get(b) != simdjson::SUCCESS) return Fail(broken, true, "broken boolean");
      builder.Append(static_cast<int8_t>(b));
      return true;
    }
    return Mismatch(value.raw_json_token(), builder, broken);
  }

  static bool Mismatch(std::string_view text, const ColumnBuilder& builder, Broken* broken) {
    return Fail(broken, false, StrCat("'", text.substr(0, 60), "' is not ", data::WithArticle(builder.type())));
  }

  // A moment that is one in the other way of writing them is no accident.
  static bool Mismatch(std::string_view text, ColumnBuilder& builder, Broken* broken, TimestampStyle style) {
    Mismatch(text, builder, broken);
    if (!builder.type().IsTimestamp()) return false;
    bool is_sql = style == TimestampStyle::kSql, is_ltz = builder.type().kind() == Kind::kTimestampLtz;
    std::string_view wanted = is_sql ? (is_ltz ? "2026-11-30 13:30:00Z" : "2026-11-30 13:30:00") : (is_ltz ? "2026-11-30T13:30:00Z" : "2026-11-30T13:30:00");
    broken->message += StrCat(", which is written like '", wanted, "'");
    bool is_of_the_other = AppendParsed(builder, text, is_sql ? TimestampStyle::kIso8601 : TimestampStyle::kSql);
    if (is_of_the_other) broken->message += StrCat(" unless 'json.timestamp-format.standard' = '", is_sql ? "ISO-8601" : "SQL", "' says otherwise");
    bool is_moment = !is_of_the_other && !is_ltz && text.ends_with('Z');  // which a wall time does not say
    if (is_moment) broken->message += text.find('T') != std::string_view::npos && is_sql ? "; with 'json.timestamp-format.standard' = 'ISO-8601' a TIMESTAMP_LTZ column takes it" : "; a TIMESTAMP_LTZ column takes a time with a Z";
    return false;
  }

  static bool MismatchOfNumber(std::string_view text, const ColumnBuilder& builder, Broken* broken) {
    Mismatch(text, builder, broken);
    if (builder.type().IsTimestamp()) broken->message += "; declare the column BIGINT, and another one AS TO_TIMESTAMP_LTZ(it, 3) for milliseconds, 0 for seconds";
    return false;
  }

  bool ReadNumber(od::value value, ColumnBuilder& builder, Broken* broken) {
    const Type& type = builder.type();
    if (type.IsInteger() || type.IsInterval()) {
      int64_t n = 0;
      if (value.get_int64().get(n) == simdjson::SUCCESS) {
        int64_t limit = type.physical() == data::Physical::kInt64 ? INT64_MAX : (int64_t{1} << (8 * data::PhysicalWidth(type.physical()) - 1)) - 1;
        if (n > limit || n < -limit - 1) return Mismatch(StrCat(n), builder, broken);
        builder.AppendInt(n);
        return true;
      }
      double d = 0;  // 7.5 reads as 7
      if (value.get_double().get(d) != simdjson::SUCCESS || d > 9.2e18 || d < -9.2e18) return Mismatch(value.raw_json_token(), builder, broken);
      builder.AppendInt(static_cast<int64_t>(d));
      return true;
    }
    if (type.IsFloating()) {
      double d = 0;
      if (value.get_double().get(d) != simdjson::SUCCESS) return Mismatch(value.raw_json_token(), builder, broken);
      if (type.kind() == Kind::kDouble) builder.Append(d);
      else builder.Append(static_cast<float>(d));
      return true;
    }
    std::string_view token = value.raw_json_token();
    while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\r' || token.back() == '\n')) token.remove_suffix(1);
    if (type.kind() == Kind::kDecimal) return AppendParsed(builder, token, options_.timestamps) || Mismatch(token, builder, broken);
    return MismatchOfNumber(token, builder, broken);
  }

  // A string without escapes is pointed at where it lies; other JSON in a STRING column is kept as its text.
  bool ReadText(od::value value, od::json_type type, ColumnBuilder& builder, Broken* broken) {
    if (type == od::json_type::number) {
      std::string token = WithoutBlanks(value.raw_json_token());
      double number = 0;
      if (value.get_double().get(number) != simdjson::SUCCESS) return Fail(broken, true, "broken value");
      builder.AppendString(token);
      return true;
    }
    if (type == od::json_type::boolean) {
      bool yes = false;
      if (value.get_bool().get(yes) != simdjson::SUCCESS) return Fail(broken, true, "broken value");
      builder.AppendString(yes ? "true" : "false");
      return true;
    }
    if (type != od::json_type::string) {
      std::string_view raw;
      if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS) return Fail(broken, true, "broken value");
      builder.AppendString(WithoutBlanks(raw));
      return true;
    }
    std::string_view token = value.raw_json_token();
    size_t end = token.rfind('"');
    if (end == 0 || end == std::string_view::npos) return Fail(broken, true, "broken string");
    std::string_view text = token.substr(1, end - 1);
    if (std::memchr(text.data(), '\\', text.size()) != nullptr) {
      if (value.get_string().get(text) != simdjson::SUCCESS) return Fail(broken, true, "broken string");
      builder.AppendString(text);
      return true;
    }
    bool inside = text.data() >= chunk_.data() && text.data() + text.size() <= chunk_.data() + chunk_.size();
    int buffer = inside && text.size() > data::StringRef::kInlineMax ? builder.ShareBuffer(chunk_, pin_) : -1;
    if (buffer < 0) builder.AppendString(text);
    else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(text.data() - chunk_.data()));
    return true;
  }

  // Any value. Of a key that comes twice the last one counts, as for whoever reads JSON into trees.
  bool ReadVariant(od::value value, od::json_type type, ColumnBuilder& builder, Broken* broken) {
    std::string_view json;
    bool nested = type == od::json_type::object || type == od::json_type::array;
    if (nested && simdjson::to_json_string(value).get(json) != simdjson::SUCCESS) return Fail(broken, true, "broken value");
    if (!nested) json = value.raw_json_token();
    auto variant = variants_.Read(json, expr::VariantReader::Twice::kLastCounts);
    if (!variant.ok()) return Fail(broken, variant.fault().code() != Code::kTooLarge, variant.fault().message());
    builder.AppendString(*variant);
    return true;
  }

  static std::string WithoutBlanks(std::string_view json) {
    std::string out;
    bool quoted = false;
    for (size_t i = 0; i < json.size(); ++i) {
      char c = json[i];
      if (c == '"') quoted = !quoted;
      if (c == '\\' && quoted && i + 1 < json.size()) {
        out += c;
        out += json[++i];
        continue;
      }
      if (quoted || (c != ' ' && c != '\t' && c != '\n' && c != '\r')) out += c;
    }
    return out;
  }

  bool ReadNested(od::value value, od::json_type type, ColumnBuilder& builder, int depth, Broken* broken) {
    const Type& to = builder.type();
    if (to.kind() == Kind::kArray) {
      od::array array;
      if (value.get_array().get(array) != simdjson::SUCCESS) return Mismatch(value.raw_json_token(), builder, broken);
      for (auto item : array) {
        od::value element;
        if (std::move(item).get(element) != simdjson::SUCCESS) return Fail(broken, true, "broken array");
        if (!ReadValue(element, builder.child(0), depth + 1, broken)) return false;
      }
      builder.AppendList();
      return true;
    }
    od::object object;
    if (type != od::json_type::object || value.get_object().get(object) != simdjson::SUCCESS) return Mismatch(value.raw_json_token(), builder, broken);
    if (to.kind() == Kind::kRow) {
      int row = builder.length();
      if (to.fields().empty()) {
        builder.AppendRow();
        return true;
      }
      if (!ReadObject(object, to.fields(), &builder.child(0), row, depth + 1, broken)) return false;
      builder.AppendRow();
      return true;
    }
    std::string unescaped;
    for (auto item : object) {
      od::field field;
      std::string_view key;
      if (std::move(item).get(field) != simdjson::SUCCESS || !Key(field, &key, &unescaped)) return Fail(broken, true, "broken object");
      if (!AppendParsed(builder.child(0), key, options_.timestamps)) return Mismatch(key, builder.child(0), broken);
      if (!ReadValue(field.value(), builder.child(1), depth + 1, broken)) return false;
    }
    builder.AppendList();
    return true;
  }

  const JsonOptions& options_;
  std::string_view chunk_;
  Pin pin_;
  expr::VariantReader variants_;
};

inline std::vector<data::NamedType> NamedTypes(const Schema& schema) {
  std::vector<data::NamedType> out;
  for (const auto& field : schema.fields()) out.push_back({field.name, field.type});
  return out;
}

}  // namespace freshet::formats
