#include <re2/re2.h>
#include <simdjson.h>

#include <algorithm>

#include "data/formats/changelog_metadata.h"
#include "data/formats/json_reader.h"

// Records that say what happened to rows of a database's table, as Debezium, Canal and Maxwell write them. An update is two rows.

namespace freshet::formats {
namespace {

using data::RowKind;

// The rows of one format's records; what a record says is its own.
class ChangelogDecoder : public Decoder {
 public:
  ChangelogDecoder(std::string_view format, const JsonOptions& options, const Schema& columns) : options_(options), reader_(options_), format_(format), fields_(NamedTypes(columns)) {
    for (const auto& field : fields_) builders_.emplace_back(field.type, 1024);
  }

  // Columns behind the wanted ones: of what stands beside the row.
  void Say(std::vector<SaidBeside> said) {
    said_ = std::move(said);
    for (const auto& one : said_) {
      auto& fields = one.of_root ? root_fields_ : beside_fields_;
      auto& builders = one.of_root ? root_builders_ : beside_builders_;
      bool known = std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field.name == one.field; });
      if (known) continue;
      fields.push_back({std::string(one.field), one.raw});
      builders.emplace_back(one.raw, 1024);
    }
  }

  void SetChunk(std::string_view chunk, Pin pin) final {
    beside_reader_.SetChunk(chunk, pin);
    reader_.SetChunk(chunk, std::move(pin));
  }

  Status Append(std::string_view record) final {
    if (record.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    size_t before = kinds_.size();
    Broken broken;
    if (Read(record, &broken) && ReadBeside(static_cast<int>(before), &broken)) return {};
    kinds_.resize(before);
    for (auto* builders : {&builders_, &root_builders_, &beside_builders_}) {
      for (auto& builder : *builders) builder.Truncate(static_cast<int>(before));
    }
    if (options_.ignore_parse_errors) {
      ++skipped_;
      return {};
    }
    return Fault::Invalid(format_, ": ", broken.message, " in ", record.substr(0, 200), "; '", format_, ".ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  }

  int rows() const final { return static_cast<int>(kinds_.size()); }
  int rows_per_record() const override { return 2; }
  int64_t skipped() const final { return skipped_; }

  Batch Finish() final {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    std::vector<data::ColumnPtr> root, beside;
    for (auto& builder : root_builders_) root.push_back(builder.Finish());
    for (auto& builder : beside_builders_) beside.push_back(builder.Finish());
    for (const auto& said : said_) columns.push_back(SaidColumn(said, said.of_root ? root[PlaceOf(root_fields_, said.field)] : beside[PlaceOf(beside_fields_, said.field)]));
    Batch out(rows(), std::move(columns));
    out = out.WithOps(std::move(kinds_));
    kinds_.clear();
    return out;
  }

 protected:
  virtual bool Read(std::string_view record, Broken* broken) = 0;
  // The record that was read last, from its beginning; of one with a payload that, unless it is the root that is asked for.
  virtual bool Whole(bool root, od::object* out) = 0;

  static bool Fail(Broken* broken, std::string message) {
    broken->structure = true;
    if (broken->message.empty()) broken->message = std::move(message);
    return false;
  }
  static auto Iterate(od::parser& parser, std::string_view json) { return parser.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING); }
  void EndRow(RowKind kind) { kinds_.push_back(static_cast<int8_t>(kind)); }

  JsonOptions options_;
  JsonReader reader_;
  const std::string format_;
  std::vector<data::NamedType> fields_;
  std::vector<ColumnBuilder> builders_;

 private:
  static size_t PlaceOf(const std::vector<data::NamedType>& fields, std::string_view name) {
    return static_cast<size_t>(std::find_if(fields.begin(), fields.end(), [name](const auto& field) { return field.name == name; }) - fields.begin());
  }

  // For each row of the record at hand, what it says beside them; a field that it does not have is NULL.
  bool ReadBeside(int first, Broken* broken) {
    for (int row = first; row < rows() && !said_.empty(); ++row) {
      if (!ReadBeside(true, root_fields_, root_builders_, row, broken) || !ReadBeside(false, beside_fields_, beside_builders_, row, broken)) return false;
    }
    return true;
  }
  bool ReadBeside(bool root, const std::vector<data::NamedType>& fields, std::vector<ColumnBuilder>& builders, int row, Broken* broken) {
    od::object object;
    if (fields.empty()) return true;
    if (!Whole(root, &object)) return Fail(broken, "no object");
    return beside_reader_.ReadObject(object, fields, builders.data(), row, 0, broken);
  }

  const JsonOptions beside_options_{.ignore_parse_errors = options_.ignore_parse_errors, .timestamps = options_.timestamps};
  JsonReader beside_reader_{beside_options_};
  std::vector<SaidBeside> said_;
  std::vector<data::NamedType> root_fields_, beside_fields_;
  std::vector<ColumnBuilder> root_builders_, beside_builders_;
  std::vector<int8_t> kinds_;
  int64_t skipped_ = 0;
};

// debezium-json: how the row was and how it is, whole.
class DebeziumDecoder final : public ChangelogDecoder {
 public:
  DebeziumDecoder(const JsonOptions& options, bool schema_included, const Schema& columns) : ChangelogDecoder("debezium-json", options, columns), schema_included_(schema_included) {}

 private:
  bool Read(std::string_view record, Broken* broken) override {
    auto error = Iterate(parser_, record).get(document_);
    if (error != simdjson::SUCCESS) return Fail(broken, simdjson::error_message(error));
    std::string_view op;
    od::object envelope;
    if (!Envelope(&envelope) || envelope.find_field_unordered("op").get_string().get(op) != simdjson::SUCCESS) return Fail(broken, "no 'op'");
    char what = op.size() == 1 ? op[0] : ' ';
    switch (what) {
      case 'c':
      case 'r': return Image("after", RowKind::kInsert, broken);
      case 'u': return Image("before", RowKind::kUpdateBefore, broken) && Image("after", RowKind::kUpdateAfter, broken);
      case 'd': return Image("before", RowKind::kDelete, broken);
      default: return Fail(broken, StrCat("'op' is '", op.substr(0, 20), "', not c, r, u or d"));
    }
  }

  bool Whole(bool root, od::object* out) override {
    if (!root) return Envelope(out);
    document_.rewind();
    return document_.get_object().get(*out) == simdjson::SUCCESS;
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
  bool Image(std::string_view name, RowKind kind, Broken* broken) {
    od::object envelope, image;
    if (!Envelope(&envelope)) return Fail(broken, "no object");
    if (envelope.find_field_unordered(name).get_object().get(image) != simdjson::SUCCESS) {
      bool before = name == "before";
      return Fail(broken, StrCat("no '", name, "'", before ? "; the database must write rows as they were before: REPLICA IDENTITY FULL" : ""));
    }
    if (!reader_.ReadObject(image, fields_, builders_.data(), rows(), 0, broken)) return false;
    EndRow(kind);
    return true;
  }

  const bool schema_included_;
  od::parser parser_;
  od::document document_;
};

// What canal-json and maxwell-json call things.
struct Dialect {
  std::string_view format;
  bool lists = false;  // "data" and "old" are lists, of all rows that a statement changed
  std::string_view insert, update, remove;
  std::string_view ddl;  // changes no rows; empty: there is none
};
constexpr Dialect kCanal = {"canal-json", true, "INSERT", "UPDATE", "DELETE", "CREATE"};
constexpr Dialect kMaxwell = {"maxwell-json", false, "insert", "update", "delete", ""};

// Whose records are read, where not all are.
struct Wanted {
  std::shared_ptr<const RE2> database;
  std::shared_ptr<const RE2> table;
};

// canal-json, maxwell-json: rows as they are, and of those that were changed what was different before.
class OldFieldsDecoder final : public ChangelogDecoder {
 public:
  OldFieldsDecoder(const Dialect& dialect, const JsonOptions& options, Wanted wanted, const Schema& columns) : ChangelogDecoder(dialect.format, options, columns), dialect_(dialect), wanted_(std::move(wanted)) {}
  int rows_per_record() const override { return dialect_.lists ? 2 * kChangesMax : 2; }

 private:
  static constexpr int kChangesMax = 1024;
  using Texts = std::vector<std::string_view>;

  bool Read(std::string_view record, Broken* broken) override {
    auto error = Iterate(parser_, record).get(document_);
    if (error != simdjson::SUCCESS) return Fail(broken, simdjson::error_message(error));
    if (!IsWanted(wanted_.database, "database") || !IsWanted(wanted_.table, "table")) return true;
    std::string type = Field("type");
    if (type.empty()) return Fail(broken, "no 'type'");
    if (type == dialect_.ddl) return true;
    bool insert = type == dialect_.insert, update = type == dialect_.update, remove = type == dialect_.remove;
    if (!insert && !update && !remove) return Fail(broken, StrCat("'type' is '", type.substr(0, 20), "', not ", dialect_.insert, ", ", dialect_.update, " or ", dialect_.remove));
    Texts rows, old;
    if (!Find("data", &rows, broken)) return false;
    if (update && !Find("old", &old, broken)) return false;
    if (update && old.size() != rows.size()) return Fail(broken, StrCat("'old' has ", old.size(), " rows and 'data' ", rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) {
      if (update) {
        if (!Row(old[i], rows[i], broken)) return false;
        EndRow(RowKind::kUpdateBefore);
      }
      if (!Row({}, rows[i], broken)) return false;
      EndRow(insert ? RowKind::kInsert : update ? RowKind::kUpdateAfter : RowKind::kDelete);
    }
    return true;
  }

  bool Whole(bool, od::object* out) override {
    document_.rewind();
    return document_.get_object().get(*out) == simdjson::SUCCESS;
  }

  std::string Field(std::string_view name) {
    document_.rewind();
    std::string_view text;
    return document_.find_field_unordered(name).get_string().get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
  }
  bool IsWanted(const std::shared_ptr<const RE2>& pattern, std::string_view name) { return pattern == nullptr || RE2::FullMatch(Field(name), *pattern); }

  // The texts of the objects below a name.
  bool Find(std::string_view name, Texts* out, Broken* broken) {
    document_.rewind();
    if (!dialect_.lists) {
      od::object object;
      if (document_.find_field_unordered(name).get_object().get(object) != simdjson::SUCCESS) return Fail(broken, StrCat("no object '", name, "'"));
      return Take(object, out) || Fail(broken, StrCat("broken '", name, "'"));
    }
    od::array array;
    if (document_.find_field_unordered(name).get_array().get(array) != simdjson::SUCCESS) return Fail(broken, StrCat("no list '", name, "'"));
    for (auto item : array) {
      od::object object;
      if (item.get_object().get(object) != simdjson::SUCCESS || !Take(object, out)) return Fail(broken, StrCat("broken '", name, "'"));
      if (out->size() > static_cast<size_t>(kChangesMax)) return Fail(broken, StrCat("more than ", kChangesMax, " rows in one record"));
    }
    return true;
  }
  static bool Take(od::object& object, Texts* out) {
    std::string_view raw;
    if (object.raw_json().get(raw) != simdjson::SUCCESS) return false;
    out->push_back(raw);
    return true;
  }

  // A row of what `old` says and, for the rest, `now`.
  bool Row(std::string_view old, std::string_view now, Broken* broken) {
    od::object object;
    od::document document;
    if (!old.empty()) {
      if (Iterate(row_parser_, old).get(document) != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS) return Fail(broken, "broken 'old'");
      if (!reader_.ReadFields(object, fields_, builders_.data(), rows(), 0, broken)) return false;
    }
    if (Iterate(row_parser_, now).get(document) != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS) return Fail(broken, "broken 'data'");
    return reader_.ReadObject(object, fields_, builders_.data(), rows(), 0, broken);
  }

  const Dialect& dialect_;
  const Wanted wanted_;
  od::parser parser_, row_parser_;
  od::document document_;
};

Result<std::shared_ptr<const RE2>> PatternOf(const Options& options, const std::string& key) {
  auto found = options.find(key);
  if (found == options.end()) return std::shared_ptr<const RE2>();
  auto pattern = std::make_shared<RE2>(found->second, RE2::Quiet);
  if (!pattern->ok()) return Fault::Unsupported("option 'canal-json.", key, "' is '", found->second, "', which is no regular expression that is supported: ", pattern->error());
  return std::shared_ptr<const RE2>(std::move(pattern));
}

using Opened = Result<std::unique_ptr<ChangelogDecoder>>;

Opened Debezium(const Options& options, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadJsonOptions(options));
  ASSIGN_OR_RETURN(bool schema_included, BooleanOption(options, "schema-include", false));
  return std::unique_ptr<ChangelogDecoder>(std::make_unique<DebeziumDecoder>(read, schema_included, wanted));
}

Opened Canal(const Options& options, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadJsonOptions(options));
  Wanted records;
  ASSIGN_OR_RETURN(records.database, PatternOf(options, "database.include"));
  ASSIGN_OR_RETURN(records.table, PatternOf(options, "table.include"));
  return std::unique_ptr<ChangelogDecoder>(std::make_unique<OldFieldsDecoder>(kCanal, read, std::move(records), wanted));
}

Opened Maxwell(const Options& options, const Schema& wanted) {
  ASSIGN_OR_RETURN(JsonOptions read, ReadJsonOptions(options));
  return std::unique_ptr<ChangelogDecoder>(std::make_unique<OldFieldsDecoder>(kMaxwell, read, Wanted(), wanted));
}

Opened OpenBy(std::string_view format, const Options& options, const Schema& wanted) {
  if (format == "canal-json") return Canal(options, wanted);
  return format == "maxwell-json" ? Maxwell(options, wanted) : Debezium(options, wanted);
}

Result<std::unique_ptr<Decoder>> Plain(std::string_view format, const Options& options, const Schema& wanted) {
  ASSIGN_OR_RETURN(auto decoder, OpenBy(format, options, wanted));
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace

Result<std::unique_ptr<Decoder>> OpenDebeziumDecoder(const Options& options, const Schema&, const Schema& wanted) { return Plain("debezium-json", options, wanted); }
Result<std::unique_ptr<Decoder>> OpenCanalDecoder(const Options& options, const Schema&, const Schema& wanted) { return Plain("canal-json", options, wanted); }
Result<std::unique_ptr<Decoder>> OpenMaxwellDecoder(const Options& options, const Schema&, const Schema& wanted) { return Plain("maxwell-json", options, wanted); }

// The options are looked at where every format's are.
Result<std::unique_ptr<Decoder>> OpenChangelogDecoder(const std::string& format, const Options& options, const Schema& record, const Schema& wanted, const std::vector<std::string>& said) {
  if (said.empty()) return OpenDecoder(format, options, record, wanted);
  RETURN_NOT_OK(OpenDecoder(format, options, record, wanted).status());
  ASSIGN_OR_RETURN(auto decoder, OpenBy(format, options, wanted));
  std::vector<SaidBeside> known = SaidBy(format), asked;
  for (const auto& key : said) {
    auto one = std::find_if(known.begin(), known.end(), [&key](const SaidBeside& other) { return other.key == key; });
    CHECK(one != known.end());  // who asks has looked it up
    asked.push_back(*one);
  }
  decoder->Say(std::move(asked));
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace freshet::formats
