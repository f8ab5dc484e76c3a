#include <simdjson.h>

#include "data/formats/json_reader.h"
#include "data/formats/line_reader.h"
#include "data/formats/plain_json.h"

// JSON objects to rows. Records of the usual shape are read in one pass (plain_json.h); all others over simdjson's On-Demand reader, which
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
    if (tries_plain_ && plain_.Read(record, builders_.data(), rows_)) {
      ++rows_;
      return {};
    }
    for (auto& builder : builders_) builder.Truncate(rows_);
    return AppendAny(record);
  }

  size_t AppendLine(std::string_view lines) override {
    size_t taken = tries_plain_ ? plain_.ReadLine(lines, builders_.data(), rows_) : 0;
    rows_ += taken > 0 ? 1 : 0;
    return taken;
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
