#include "data/formats/file_format.h"

#include <algorithm>

#include "data/known_words.h"

namespace freshet::formats {
namespace {

struct Format {
  FormatDescription about;
  Result<std::unique_ptr<Decoder>> (*decoder)(const Options&, const Schema&, const Schema&);
  Result<std::unique_ptr<Encoder>> (*encoder)(const Options&, const Schema&);
};

constexpr FormatOption kJson[] = {
    {"fail-on-missing-field", "true or false (default): whether a record without a field is bad"},
    {"ignore-parse-errors", "true or false (default): what does not read is NULL, a record that is no JSON is skipped and counted"},
    {"timestamp-format.standard", "SQL (default): 2026-11-23 10:00:00.5, or ISO-8601: 2026-11-23T10:00:00.5"},
    {"map-null-key.mode", "FAIL (default), DROP or LITERAL: what a NULL key of a map becomes"},
    {"map-null-key.literal", "the key for LITERAL; default null"},
    {"encode.decimal-as-plain-number", "true or false (default): never 1E-7"},
    {"encode.ignore-null-fields", "true or false (default): leave NULLs out"},
    {"decode.json-parser.enabled", "true (default) or false: which reader Flink uses; the answer is the same"},
};
constexpr FormatOption kDebezium[] = {
    {"schema-include", "true or false (default): whether a record has its schema beside its payload; for reading"},
    {"ignore-parse-errors", "true or false (default): what does not read is NULL, a record that is none is skipped and counted"},
    {"timestamp-format.standard", "SQL (default) or ISO-8601"},
    {"map-null-key.mode", "FAIL (default), DROP or LITERAL: what a NULL key of a map becomes"},
    {"map-null-key.literal", "the key for LITERAL; default null"},
    {"encode.decimal-as-plain-number", "true or false (default): never 1E-7"},
    {"encode.ignore-null-fields", "true or false (default): leave NULLs out"},
};
constexpr FormatOption kCanal[] = {
    {"database.include", "a regular expression: records of other databases are passed over"},
    {"table.include", "a regular expression: records of other tables are passed over"},
    {"ignore-parse-errors", "true or false (default): what does not read is NULL, a record that is none is skipped and counted"},
    {"timestamp-format.standard", "SQL (default) or ISO-8601"},
    {"map-null-key.mode", "FAIL (default), DROP or LITERAL: what a NULL key of a map becomes"},
    {"map-null-key.literal", "the key for LITERAL; default null"},
    {"encode.decimal-as-plain-number", "true or false (default): never 1E-7"},
    {"encode.ignore-null-fields", "true or false (default): leave NULLs out"},
};
constexpr FormatOption kMaxwell[] = {
    {"ignore-parse-errors", "true or false (default): what does not read is NULL, a record that is none is skipped and counted"},
    {"timestamp-format.standard", "SQL (default) or ISO-8601"},
    {"map-null-key.mode", "FAIL (default), DROP or LITERAL: what a NULL key of a map becomes"},
    {"map-null-key.literal", "the key for LITERAL; default null"},
    {"encode.decimal-as-plain-number", "true or false (default): never 1E-7"},
    {"encode.ignore-null-fields", "true or false (default): leave NULLs out"},
};
constexpr FormatOption kCsv[] = {
    {"field-delimiter", "one character; default ,"},
    {"quote-character", "one character; default \""},
    {"disable-quote-character", "true or false (default)"},
    {"allow-comments", "true or false (default): lines that begin with # are none"},
    {"ignore-parse-errors", "true or false (default): what does not read is NULL"},
    {"ignore-trailing-unmappable", "true or false (default): whether a record may have more fields than the table"},
    {"array-element-delimiter", "a text; default ;"},
    {"escape-character", "one character; none by default"},
    {"null-literal", "the text that stands for NULL; none by default"},
    {"write-bigdecimal-in-scientific-notation", "true (default) or false: whether a small decimal is written as 1E-7"},
    {"trim-spaces", "true or false (default)"},
    {"empty-string-as-null", "true or false (default)"},
};
constexpr FormatOption kAvro[] = {
    {"encoding", "binary"},
    {"timestamp_mapping.legacy", "true (default): TIMESTAMP(0..3) is timestamp-millis; false: TIMESTAMP is local-timestamp-millis or -micros, TIMESTAMP_LTZ timestamp-millis or -micros"},
};
constexpr FormatOption kProtobuf[] = {
    {"message-class-name", "the Java class of the message, com.example.OrdersProto$Order, or its own name, example.Order"},
    {"descriptor-set", "what protoc --include_imports --descriptor_set_out writes, in base64; Flink finds the class instead"},
    {"ignore-parse-errors", "true or false (default): a record that is none is skipped and counted"},
    {"read-default-values", "true or false (default): whether what a record does not have is its default value also where it could be NULL"},
    {"write-null-string-literal", "the string that stands for a NULL in arrays and maps; empty by default"},
};
constexpr FormatOption kArrow[] = {
    {"fail-on-missing-field", "true or false (default): whether a record without a column is bad; else the column is NULL"},
    {"ignore-parse-errors", "true or false (default): a record that is none is skipped and counted"},
    {"compression", "none (default), lz4 or zstd: how buffers are packed; for writing"},
};
constexpr FormatOption kRaw[] = {
    {"charset", "UTF-8 (default), US-ASCII, ISO-8859-1, UTF-16, UTF-16BE or UTF-16LE: of a text"},
    {"endianness", "big-endian (default) or little-endian: of numbers"},
};

constexpr Format kFormats[] = {
    {{"json", "one JSON object a record", kJson}, OpenJsonDecoder, OpenJsonEncoder},
    {{"debezium-json", "what happened to a row of a database's table: op c, r, u or d with the row before and after", kDebezium}, OpenDebeziumDecoder, OpenDebeziumEncoder},
    {{"canal-json", "what a statement did to rows of a database's table, as Canal says it: type INSERT, UPDATE or DELETE, the rows in data, what was different before in old", kCanal}, OpenCanalDecoder, OpenCanalEncoder},
    {{"maxwell-json", "what happened to a row of a database's table, as Maxwell says it: type insert, update or delete, the row in data, what was different before in old", kMaxwell}, OpenMaxwellDecoder, OpenMaxwellEncoder},
    {{"csv", "one line a record, fields by position", kCsv}, OpenCsvDecoder, OpenCsvEncoder},
    {{"avro", "one Avro value a record, by the schema that Flink derives from the table", kAvro}, OpenAvroDecoder, OpenAvroEncoder},
    {{"protobuf", "one message a record; a column is the field of its name", kProtobuf}, OpenProtobufDecoder, OpenProtobufEncoder},
    {{"arrow", "many rows a record: a stream of Arrow's IPC format, a schema and batches of rows, as pyarrow's new_stream writes it; a column is the field of its name", kArrow}, OpenArrowDecoder, OpenArrowEncoder},
    {{"raw", "the whole record is the one column: a string, bytes, a number or a boolean", kRaw}, OpenRawDecoder, OpenRawEncoder},
};
constexpr std::string_view kNames[] = {"json", "debezium-json", "canal-json", "maxwell-json", "csv", "avro", "protobuf", "arrow", "raw"};

// Formats of Flink that are not there.
constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
    {"avro-confluent", "its records name schemas of a registry: it is one of topics ('connector' = 'kafka'); files have avro"},
    {"debezium-avro-confluent", "write Debezium's records as JSON (debezium-json), or what is left of them after its ExtractNewRecordState as avro-confluent"},
    {"ogg-json", "changelogs are read as debezium-json, canal-json or maxwell-json, or from upsert-kafka"},
    {"parquet", "it is one of files and lake tables ('connector' = 'filesystem' or 'iceberg')"},
    {"orc", "use a lake table ('connector' = 'iceberg')"},
};

Result<const Format*> Find(const std::string& name) {
  for (const auto& format : kFormats) {
    if (format.about.name == name) return &format;
  }
  for (auto [refused, reason] : kRefused) {
    if (refused == name) return Fault::Unsupported("format '", name, "' is not supported yet: ", reason);
  }
  return Fault::Invalid("no format '", name, "'", data::InsteadOf(name, kNames));
}

bool HoldsBitmap(const data::Type& type) {
  if (!type.IsNested()) return type.IsBitmap();
  return std::any_of(type.fields().begin(), type.fields().end(), [](const auto& field) { return HoldsBitmap(field.type); });
}

// No format holds a BITMAP; its bytes go through all that hold bytes.
Status WithoutBitmaps(const std::string& format, const Schema& columns) {
  for (const auto& field : columns.fields()) {
    if (!HoldsBitmap(field.type)) continue;
    return Fault::Unsupported("format ", format, ": column ", field.name, " of type ", field.type, "; declare it as BYTES, write BITMAP_TO_BYTES of it there, and read it with BITMAP_FROM_BYTES");
  }
  return {};
}

}  // namespace

Status OnlyKnownOptions(const FormatDescription& format, const Options& options) {
  for (const auto& [key, value] : options) {
    bool known = std::any_of(format.options.begin(), format.options.end(), [&](const auto& option) { return option.key == key; });
    if (known) continue;
    std::vector<std::string> names;
    for (const auto& option : format.options) names.push_back(StrCat(format.name, ".", option.key));
    std::vector<std::string_view> whole(names.begin(), names.end());
    std::string written = StrCat(format.name, ".", key);
    return Fault::Invalid("format ", format.name, " has no option '", written, "'", data::InsteadOf(written, whole));
  }
  return {};
}

std::vector<FormatDescription> DescribeFormats() {
  std::vector<FormatDescription> out;
  for (const auto& format : kFormats) out.push_back(format.about);
  return out;
}

std::span<const std::pair<std::string_view, std::string_view>> RefusedFormats() { return kRefused; }

std::span<const std::string_view> FormatNames() { return kNames; }
bool IsFormat(std::string_view name) { return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames); }

bool IsChangelogFormat(std::string_view name) { return name == "debezium-json" || name == "canal-json" || name == "maxwell-json"; }

Result<std::unique_ptr<Decoder>> OpenDecoder(const std::string& format, const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(const Format* found, Find(format));
  RETURN_NOT_OK(OnlyKnownOptions(found->about, options));
  RETURN_NOT_OK(WithoutBitmaps(format, record));
  return found->decoder(options, record, wanted);
}

Result<std::unique_ptr<Encoder>> OpenEncoder(const std::string& format, const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(const Format* found, Find(format));
  RETURN_NOT_OK(OnlyKnownOptions(found->about, options));
  RETURN_NOT_OK(WithoutBitmaps(format, columns));
  return found->encoder(options, columns);
}

bool IsBlockFormat(std::string_view name) { return name == "arrow"; }

Result<std::unique_ptr<BlockEncoder>> OpenBlockEncoder(const std::string& format, const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(const Format* found, Find(format));
  RETURN_NOT_OK(OnlyKnownOptions(found->about, options));
  if (!IsBlockFormat(format)) return Fault::Internal("format ", format, " writes one row a record");
  return OpenArrowBlockEncoder(options, columns);
}

Result<bool> BooleanOption(const Options& options, const std::string& key, bool otherwise) {
  auto found = options.find(key);
  if (found == options.end()) return otherwise;
  if (found->second == "true") return true;
  if (found->second == "false") return false;
  return Fault::Invalid("option '", key, "' is '", found->second, "'; it takes true or false");
}

}  // namespace freshet::formats
