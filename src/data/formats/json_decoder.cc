#include <simdjson.h>

#include <cstring>

#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/plain_json.h"
#include "data/formats/text_values.h"
#include "data/number_text.h"

// JSON objects to rows. Records of the usual shape are read in one pass (plain_json.h); all others over simdjson's On-Demand reader, which
// takes any JSON and says what is wrong with the rest. Only wanted fields are looked into.

namespace freshet::formats {
namespace {

using data::ColumnBuilder;
using data::Kind;
using data::Type;
namespace od = simdjson::ondemand;

constexpr int kMaxDepth = 64;

struct JsonOptions {
  bool fail_on_missing_field = false;
  bool ignore_parse_errors = false;
  TimestampStyle timestamps = TimestampStyle::kSql;
};

Result<JsonOptions> ReadOptions(const Options& options) {
  JsonOptions out;
  ASSIGN_OR_RETURN(out.fail_on_missing_field, BooleanOption(options, "fail-on-missing-field", false));
  ASSIGN_OR_RETURN(out.ignore_parse_errors, BooleanOption(options, "ignore-parse-errors", false));
  auto standard = options.find("timestamp-format.standard");
  if (standard != options.end() && standard->second == "ISO-8601") out.timestamps = TimestampStyle::kIso8601;
  else if (standard != options.end() && standard->second != "SQL") return Fault::Invalid("option 'json.timestamp-format.standard' is '", standard->second, "'; it takes SQL or ISO-8601");
  if (out.fail_on_missing_field && out.ignore_parse_errors) return Fault::Invalid("options json.fail-on-missing-field and json.ignore-parse-errors exclude each other; set one to false");
  return out;
}

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

  // Fields of an object into `builders` (one per name); `row` is the row being written.
  bool ReadObject(od::object object, const std::vector<data::NamedType>& fields, ColumnBuilder* builders, int row, int depth, Broken* broken) {
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
    for (size_t i = 0; i < fields.size(); ++i) {
      if (builders[i].length() > row) continue;
      if (options_.fail_on_missing_field) return Fail(broken, false, StrCat("field '", fields[i].name, "' is missing"));
      builders[i].AppendNull();
    }
    return true;
  }

 private:
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
    if (type == od::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return Fail(broken, true, "broken string");
      return AppendParsed(builder, text, options_.timestamps) || Mismatch(text, builder, broken);
    }
    if (type == od::json_type::number) return ReadNumber(value, builder, broken);
    if (type == od::json_type::boolean && builder.type().kind() == Kind::kBoolean) {
      bool b = false;
      if (value.get_bool().get(b) != simdjson::SUCCESS) return Fail(broken, true, "broken boolean");
      builder.Append(static_cast<int8_t>(b));
      return true;
    }
    return Mismatch(value.raw_json_token(), builder, broken);
  }

  static bool Mismatch(std::string_view text, const ColumnBuilder& builder, Broken* broken) {
    return Fail(broken, false, StrCat("'", text.substr(0, 60), "' is not a ", builder.type().WithNullable(true)));
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
    return Mismatch(token, builder, broken);
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
};

std::vector<data::NamedType> NamedTypes(const Schema& schema) {
  std::vector<data::NamedType> out;
  for (const auto& field : schema.fields()) out.push_back({field.name, field.type});
  return out;
}

class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(const JsonOptions& options, const Schema& record, const Schema& columns)
      : options_(options), reader_(options_), fields_(NamedTypes(columns)), plain_(NamedTypes(record), fields_, options.timestamps), tries_plain_(plain_.usable() && !options.fail_on_missing_field) {
    for (const auto& field : fields_) builders_.emplace_back(field.type, 1024);
  }

  void SetChunk(std::string_view chunk, Pin pin) override {
    plain_.SetChunk(chunk, pin);
    reader_.SetChunk(chunk, std::move(pin));
  }

  Status Append(std::string_view record) override {
    if (tries_plain_ && plain_.Read(record, builders_.data(), rows_)) {
      ++rows_;
      return {};
    }
    for (auto& builder : builders_) builder.Truncate(rows_);
    return AppendAny(record);
  }

  int rows() const override { return rows_; }
  int64_t skipped() const override { return skipped_; }

  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    return out;
  }

 private:
  Status AppendAny(std::string_view record) {
    if (record.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    Broken broken;
    od::document document;
    od::object object;
    // Spare bytes behind the chunk let simdjson read past the record.
    auto error = parser_.iterate(record.data(), record.size(), record.size() + simdjson::SIMDJSON_PADDING).get(document);
    bool good = error == simdjson::SUCCESS && document.get_object().get(object) == simdjson::SUCCESS;
    if (!good) broken = {true, error == simdjson::SUCCESS ? "not a JSON object" : simdjson::error_message(error)};
    good = good && reader_.ReadObject(object, fields_, builders_.data(), rows_, 0, &broken);
    if (good && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      good = false;
      broken = {true, "text behind the object"};
    }
    if (good) {
      ++rows_;
      return {};
    }
    for (auto& builder : builders_) builder.Truncate(rows_);  // elements and fields of a row that was not finished, too
    if (options_.ignore_parse_errors) {
      ++skipped_;
      return {};
    }
    return Fault::Invalid("json: ", broken.message, " in ", record.substr(0, 200), "; 'json.ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  }

  JsonOptions options_;
  JsonReader reader_;
  od::parser parser_;
  std::vector<data::NamedType> fields_;
  PlainJson plain_;
  bool tries_plain_;
  std::vector<ColumnBuilder> builders_;
  int rows_ = 0;
  int64_t skipped_ = 0;
};

// debezium-json: a record says what happened to one row of a table, and how the row was before and after. An update is two rows.
class DebeziumDecoder final : public Decoder {
 public:
  DebeziumDecoder(const JsonOptions& options, bool schema_included, const Schema& columns) : options_(options), schema_included_(schema_included), reader_(options_), fields_(NamedTypes(columns)) {
    for (const auto& field : fields_) builders_.emplace_back(field.type, 1024);
  }

  void SetChunk(std::string_view chunk, Pin pin) override { reader_.SetChunk(chunk, std::move(pin)); }

  Status Append(std::string_view record) override {
    if (record.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    size_t before = kinds_.size();
    Broken broken;
    if (Read(record, &broken)) return {};
    kinds_.resize(before);
    for (auto& builder : builders_) builder.Truncate(static_cast<int>(before));
    if (options_.ignore_parse_errors) {
      ++skipped_;
      return {};
    }
    return Fault::Invalid("debezium-json: ", broken.message, " in ", record.substr(0, 200), "; 'debezium-json.ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  }

  int rows() const override { return static_cast<int>(kinds_.size()); }
  int rows_per_record() const override { return 2; }
  int64_t skipped() const override { return skipped_; }

  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows(), std::move(columns));
    out = out.WithOps(std::move(kinds_));
    kinds_.clear();
    return out;
  }

 private:
  static bool Fail(Broken* broken, std::string message) {
    broken->structure = true;
    if (broken->message.empty()) broken->message = std::move(message);
    return false;
  }

  bool Read(std::string_view record, Broken* broken) {
    auto error = parser_.iterate(record.data(), record.size(), record.size() + simdjson::SIMDJSON_PADDING).get(document_);
    if (error != simdjson::SUCCESS) return Fail(broken, simdjson::error_message(error));
    std::string_view op;
    od::object envelope;
    if (!Envelope(&envelope) || envelope.find_field_unordered("op").get_string().get(op) != simdjson::SUCCESS) return Fail(broken, "no 'op'");
    char what = op.size() == 1 ? op[0] : ' ';
    switch (what) {
      case 'c':
      case 'r': return Image("after", data::RowKind::kInsert, broken);
      case 'u': return Image("before", data::RowKind::kUpdateBefore, broken) && Image("after", data::RowKind::kUpdateAfter, broken);
      case 'd': return Image("before", data::RowKind::kDelete, broken);
      default: return Fail(broken, StrCat("'op' is '", op.substr(0, 20), "', not c, r, u or d"));
    }
  }

  bool Envelope(od::object* out) {
    document_.rewind();
    od::object object;
    if (document_.get_object().get(object) != simdjson::SUCCESS) return false;
    if (schema_included_) return object.find_field_unordered("payload").get_object().get(*out) == simdjson::SUCCESS;
    *out = object;
    return true;
  }

  // Each image is looked for from the beginning: they may stand in any order.
  bool Image(std::string_view name, data::RowKind kind, Broken* broken) {
    od::object envelope, image;
    if (!Envelope(&envelope)) return Fail(broken, "no object");
    if (envelope.find_field_unordered(name).get_object().get(image) != simdjson::SUCCESS) {
      bool before = name == "before";
      return Fail(broken, StrCat("no '", name, "'", before ? "; the database must write rows as they were before: REPLICA IDENTITY FULL" : ""));
    }
    if (!reader_.ReadObject(image, fields_, builders_.data(), rows(), 0, broken)) return false;
    kinds_.push_back(static_cast<int8_t>(kind));
    return true;
  }

  JsonOptions options_;
  bool schema_included_;
  JsonReader reader_;
  od::parser parser_;
  od::document document_;
  std::vector<data::NamedType> fields_;
  std::vector<ColumnBuilder> builders_;
  std::vector<int8_t> kinds_;
  int64_t skipped_ = 0;
};

}  // namespace

Result<std::unique_ptr<Decoder>> OpenDebeziumDecoder(const Options& options, const Schema&, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadOptions(options));
  ASSIGN_OR_RETURN(bool schema_included, BooleanOption(options, "schema-include", false));
  return std::unique_ptr<Decoder>(std::make_unique<DebeziumDecoder>(read, schema_included, wanted));
}

Result<std::unique_ptr<Decoder>> OpenJsonDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadOptions(options));
  return std::unique_ptr<Decoder>(std::make_unique<JsonDecoder>(read, record, wanted));
}

}  // namespace freshet::formats
