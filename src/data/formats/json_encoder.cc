#include <cmath>

#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/text_values.h"
#include "data/number_text.h"

// Rows to JSON objects, laid out as Flink's json format writes them.

namespace freshet::formats {
namespace {

using data::Column;
using data::Kind;

// What the NULL key of a map becomes.
enum class NullKeys : uint8_t { kFail, kDrop, kLiteral };

class JsonEncoder final : public Encoder {
 public:
  JsonEncoder(const Schema& columns, TimestampStyle style, bool plain_decimals, bool ignore_nulls, NullKeys null_keys, std::string null_key)
      : style_(style), plain_decimals_(plain_decimals), ignore_nulls_(ignore_nulls), null_keys_(null_keys), null_key_(std::move(null_key)) {
    for (const auto& field : columns.fields()) names_.push_back(field.name);
  }

  Status Append(std::string& out, const Batch& batch, int row) override {
    out += '{';
    bool first = true;
    for (size_t i = 0; i < names_.size(); ++i) {
      const Column& column = *batch.column(static_cast<int>(i));
      if (ignore_nulls_ && column.IsNull(row)) continue;
      AppendName(out, names_[i], &first);
      RETURN_NOT_OK(AppendValue(out, column, row));
    }
    out += '}';
    return {};
  }

 private:
  static void AppendName(std::string& out, std::string_view name, bool* first) {
    if (!*first) out += ',';
    *first = false;
    AppendJsonString(out, name);
    out += ':';
  }

  Status AppendValue(std::string& out, const Column& column, int row) {
    if (column.IsNull(row)) {
      out += "null";
      return {};
    }
    const data::Type& type = column.type;
    switch (type.kind()) {
      case Kind::kNull: out += "null"; return {};
      case Kind::kBoolean: out += column.Value<int8_t>(row) != 0 ? "true" : "false"; return {};
      case Kind::kTinyInt:
      case Kind::kSmallInt:
      case Kind::kInt:
      case Kind::kBigInt:
      case Kind::kIntervalMonths:
      case Kind::kIntervalMillis: AppendText(out, column.IntAt(row)); return {};
      case Kind::kFloat: AppendDouble(out, column.Value<float>(row), true); return {};
      case Kind::kDouble: AppendDouble(out, column.Value<double>(row), false); return {};
      case Kind::kDecimal:
        if (plain_decimals_) data::AppendDecimal(out, column.DecimalAt(row), type.scale());
        else data::AppendJavaDecimal(out, column.DecimalAt(row), type.scale());
        return {};
      case Kind::kChar:
      case Kind::kVarchar: AppendJsonString(out, column.String(row)); return {};
      case Kind::kVariant: out += column.String(row); return {};
      case Kind::kBitmap: return Fault::Unsupported("json holds no BITMAP; write BITMAP_TO_BYTES of it");
      case Kind::kBinary:
      case Kind::kVarbinary:
        out += '"';
        AppendBase64(out, column.String(row));
        out += '"';
        return {};
      case Kind::kDate:
      case Kind::kTime:
      case Kind::kTimestamp:
      case Kind::kTimestampLtz:
        out += '"';
        AppendTemporal(out, column, row, style_);
        out += '"';
        return {};
      case Kind::kRow: return AppendRow(out, column, column.Base(row));
      case Kind::kArray: return AppendArray(out, column, row);
      case Kind::kMap:
      case Kind::kMultiset: return AppendMap(out, column, row);
    }
    CHECK(false);
  }

  static void AppendDouble(std::string& out, double value, bool single) {
    bool quoted = !std::isfinite(value);
    if (quoted) out += '"';
    data::AppendJavaDouble(out, value, single);
    if (quoted) out += '"';
  }

  Status AppendRow(std::string& out, const Column& column, int base) {
    out += '{';
    bool first = true;
    for (size_t i = 0; i < column.children.size(); ++i) {
      if (ignore_nulls_ && column.children[i]->IsNull(base)) continue;
      AppendName(out, column.type.fields()[i].name, &first);
      RETURN_NOT_OK(AppendValue(out, *column.children[i], base));
    }
    out += '}';
    return {};
  }

  Status AppendArray(std::string& out, const Column& column, int row) {
    auto [begin, end] = column.Range(row);
    out += '[';
    for (int i = begin; i < end; ++i) {
      if (i > begin) out += ',';
      RETURN_NOT_OK(AppendValue(out, *column.children[0], i));
    }
    out += ']';
    return {};
  }

  Status AppendMap(std::string& out, const Column& column, int row) {
    auto [begin, end] = column.Range(row);
    out += '{';
    bool first = true;
    for (int i = begin; i < end; ++i) {
      bool null = column.children[0]->IsNull(i);
      if (null && null_keys_ == NullKeys::kDrop) continue;
      if (null && null_keys_ == NullKeys::kFail) return Fault::Invalid("json: a map key is NULL, which JSON cannot say; 'json.map-null-key.mode' = 'DROP' leaves it out, 'LITERAL' writes a name");
      if (!column.children[0]->type.IsString()) return Fault::Unsupported("json: map keys of type ", column.children[0]->type, "; cast them to STRING");
      AppendName(out, null ? null_key_ : column.children[0]->String(i), &first);
      RETURN_NOT_OK(AppendValue(out, *column.children[1], i));
    }
    out += '}';
    return {};
  }

  std::vector<std::string> names_;
  TimestampStyle style_;
  bool plain_decimals_;
  bool ignore_nulls_;
  NullKeys null_keys_;
  std::string null_key_;
};

Result<NullKeys> ReadNullKeys(const Options& options) {
  auto mode = options.find("map-null-key.mode");
  if (mode == options.end() || mode->second == "FAIL") return NullKeys::kFail;
  if (mode->second == "DROP") return NullKeys::kDrop;
  if (mode->second == "LITERAL") return NullKeys::kLiteral;
  return Fault::Invalid("option 'json.map-null-key.mode' is '", mode->second, "'; it takes FAIL, DROP or LITERAL");
}

// What stands around a row that is added, and around one that is taken back.
struct Frame {
  std::string_view added, behind_added, removed, behind_removed;
};
constexpr Frame kDebezium = {R"({"before":null,"after":)", R"(,"op":"c"})", R"({"before":)", R"(,"after":null,"op":"d"})"};
constexpr Frame kCanal = {R"({"data":[)", R"(],"type":"INSERT"})", R"({"data":[)", R"(],"type":"DELETE"})"};
constexpr Frame kMaxwell = {R"({"data":)", R"(,"type":"insert"})", R"({"data":)", R"(,"type":"delete"})"};

// An update is a row that is taken back and one that is added, as in Flink.
class ChangelogEncoder final : public Encoder {
 public:
  ChangelogEncoder(const Frame& frame, std::unique_ptr<Encoder> rows) : frame_(frame), rows_(std::move(rows)) {}
  Status Append(std::string& out, const Batch& batch, int row) override {
    bool added = data::IsAdded(batch.op(row));
    out += added ? frame_.added : frame_.removed;
    RETURN_NOT_OK(rows_->Append(out, batch, row));
    out += added ? frame_.behind_added : frame_.behind_removed;
    return {};
  }

 private:
  const Frame& frame_;
  std::unique_ptr<Encoder> rows_;
};

Result<std::unique_ptr<Encoder>> OpenFramed(const Frame& frame, const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(auto rows, OpenJsonEncoder(options, columns));
  return std::unique_ptr<Encoder>(std::make_unique<ChangelogEncoder>(frame, std::move(rows)));
}

}  // namespace

Result<std::unique_ptr<Encoder>> OpenDebeziumEncoder(const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(bool schema_included, BooleanOption(options, "schema-include", false));
  if (schema_included) return Fault::Unsupported("debezium-json.schema-include: a schema is read, not written, as in Flink");
  return OpenFramed(kDebezium, options, columns);
}

Result<std::unique_ptr<Encoder>> OpenCanalEncoder(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(OpenCanalDecoder(options, columns, columns));
  return OpenFramed(kCanal, options, columns);
}

Result<std::unique_ptr<Encoder>> OpenMaxwellEncoder(const Options& options, const Schema& columns) { return OpenFramed(kMaxwell, options, columns); }

Result<std::unique_ptr<Encoder>> OpenJsonEncoder(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(OpenJsonDecoder(options, columns, columns));  // the same options, checked in one place
  auto standard = options.find("timestamp-format.standard");
  bool iso = standard != options.end() && standard->second == "ISO-8601";
  ASSIGN_OR_RETURN(bool plain, BooleanOption(options, "encode.decimal-as-plain-number", false));
  ASSIGN_OR_RETURN(bool ignore_nulls, BooleanOption(options, "encode.ignore-null-fields", false));
  ASSIGN_OR_RETURN(NullKeys null_keys, ReadNullKeys(options));
  auto literal = options.find("map-null-key.literal");
  std::string null_key = literal == options.end() ? "null" : literal->second;
  return std::unique_ptr<Encoder>(std::make_unique<JsonEncoder>(columns, iso ? TimestampStyle::kIso8601 : TimestampStyle::kSql, plain, ignore_nulls, null_keys, std::move(null_key)));
}

}  // namespace freshet::formats
