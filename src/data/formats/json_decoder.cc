#include <simdjson.h>

#include <algorithm>

#include "data/formats/json_reader.h"
#include "data/formats/line_reader.h"
#include "data/formats/plain_json.h"

// JSON objects to rows, and arrays of them; of a record the first value counts, what stands behind it is not looked at, as in Flink. Records of the usual shape are read in one pass (plain_json.h); all others over simdjson's On-Demand reader, which
// takes any JSON and says what is wrong with the rest. Only wanted fields are looked into.

namespace freshet::formats {
namespace {

class JsonDecoder final : public Decoder, public LineReader {
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
    if (IsArray(record)) return AppendArray(record);
    return AppendObject(record);
  }

  size_t AppendLine(std::string_view lines) override {
    size_t taken = tries_plain_ ? plain_.ReadLine(lines, builders_.data(), rows_) : 0;
    rows_ += taken > 0 ? 1 : 0;
    return taken;
  }

  int rows() const override { return rows_; }
  int rows_of(std::string_view record) const override {
    if (!IsArray(record)) return 1;
    auto objects = std::count(record.begin(), record.end(), '{');  // those within others among them
    return static_cast<int>(std::clamp<int64_t>(objects, 1, data::kMaxBatchRows));
  }
  int64_t skipped() const override { return skipped_; }

  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    return out;
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r\n";

  static bool IsArray(std::string_view record) {
    size_t first = record.find_first_not_of(kBlanks);
    return first != std::string_view::npos && record[first] == '[';
  }

  // Of a text that begins with an object or array, that one; whole, where it is not closed.
  static std::string_view FirstOf(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      if (quoted && c == '\\') ++i;
      else if (c == '"') quoted = !quoted;
      else if (!quoted && (c == '{' || c == '[')) ++depth;
      else if (!quoted && (c == '}' || c == ']') && --depth == 0) return text.substr(0, i + 1);
    }
    return text;
  }

  Status AppendObject(std::string_view record) {
    if (tries_plain_ && plain_.Read(record, builders_.data(), rows_)) {
      ++rows_;
      return {};
    }
    TakeBack(rows_);
    return AppendAny(record);
  }

  void TakeBack(int rows) {
    for (auto& builder : builders_) builder.Truncate(rows);  // elements and fields of a row that was not finished, too
    rows_ = rows;
  }

  bool ReadAny(std::string_view record, Broken* broken) {
    od::document document;
    od::object object;
    // Spare bytes behind the chunk let simdjson read past the record.
    auto error = parser_.iterate(record.data(), record.size(), record.size() + simdjson::SIMDJSON_PADDING).get(document);
    bool good = error == simdjson::SUCCESS && document.get_object().get(object) == simdjson::SUCCESS;
    if (!good) *broken = {true, error == simdjson::SUCCESS ? "not a JSON object" : simdjson::error_message(error)};
    return good && reader_.ReadObject(object, fields_, builders_.data(), rows_, 0, broken);
  }

  Status AppendAny(std::string_view record) {
    record.remove_prefix(std::min(record.size(), record.find_first_not_of(kBlanks)));
    if (record.empty()) return {};
    Broken broken;
    bool good = ReadAny(record, &broken);
    std::string_view first = good || record[0] != '{' ? record : FirstOf(record);
    if (!good && first.size() < record.size()) {  // what stands behind it may be what cannot be read
      TakeBack(rows_);
      broken = {};
      good = ReadAny(first, &broken);
    }
    if (good) {
      ++rows_;
      return {};
    }
    TakeBack(rows_);
    return Bad(broken.message, record);
  }

  Status Bad(std::string_view why, std::string_view record) {
    if (options_.ignore_parse_errors) {
      ++skipped_;
      return {};
    }
    return Fault::Invalid("json: ", why, " in ", record.substr(0, 200), "; 'json.ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  }

  // A row of each object in it. Where errors are ignored, those in front of what is broken stay.
  Status AppendArray(std::string_view record) {
    const int before = rows_;
    Status read = ReadArray(record, before);
    if (!read.ok()) TakeBack(before);
    return read;
  }

  Status ReadArray(std::string_view record, int before) {
    std::string_view rest = record.substr(record.find('[') + 1);
    auto skip_blanks = [&rest] { rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kBlanks))); };
    skip_blanks();
    if (rest.starts_with(']')) return {};
    while (!rest.empty()) {
      if (rows_ - before == data::kMaxBatchRows) {
        TakeBack(before);
        return Bad(StrCat("an array of more than ", data::kMaxBatchRows, " rows, which is what one record may have;"), record);
      }
      std::string_view element = ElementOf(rest);
      rest.remove_prefix(element.size());
      skip_blanks();
      bool last = rest.starts_with(']');
      if (!last && !rest.starts_with(',')) return Bad("an array that is not closed, or has no comma between two values,", record);
      RETURN_NOT_OK(AppendElement(element, record));
      if (last) return {};
      rest.remove_prefix(1);
      skip_blanks();
    }
    return Bad("an array that is not closed", record);
  }

  static std::string_view ElementOf(std::string_view rest) {
    bool nested = rest.starts_with('{') || rest.starts_with('[');
    if (nested) return FirstOf(rest);
    size_t end = rest.find_first_of(rest.starts_with('"') ? "\"" : ",]", 1);
    bool quoted = rest.starts_with('"') && end != std::string_view::npos;
    return rest.substr(0, quoted ? end + 1 : end);
  }

  Status AppendElement(std::string_view element, std::string_view record) {
    if (element.starts_with('{')) return AppendObject(element);
    while (!element.empty() && kBlanks.find(element.back()) != std::string_view::npos) element.remove_suffix(1);
    if (element == "null") return {};
    return Bad("an array of something else than objects", record);
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

}  // namespace

Result<JsonOptions> ReadJsonOptions(const Options& options) {
  JsonOptions out;
  ASSIGN_OR_RETURN(out.fail_on_missing_field, BooleanOption(options, "fail-on-missing-field", false));
  ASSIGN_OR_RETURN(out.ignore_parse_errors, BooleanOption(options, "ignore-parse-errors", false));
  auto standard = options.find("timestamp-format.standard");
  if (standard != options.end() && standard->second == "ISO-8601") out.timestamps = TimestampStyle::kIso8601;
  else if (standard != options.end() && standard->second != "SQL") return Fault::Invalid("option 'json.timestamp-format.standard' is '", standard->second, "'; it takes SQL or ISO-8601");
  if (out.fail_on_missing_field && out.ignore_parse_errors) return Fault::Invalid("options json.fail-on-missing-field and json.ignore-parse-errors exclude each other; set one to false");
  return out;
}

Result<std::unique_ptr<Decoder>> OpenJsonDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadJsonOptions(options));
  return std::unique_ptr<Decoder>(std::make_unique<JsonDecoder>(read, record, wanted));
}

}  // namespace freshet::formats
