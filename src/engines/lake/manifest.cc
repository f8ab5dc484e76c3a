#include "engines/lake/manifest.h"

#include <cmath>

#include "data/number_text.h"
#include "engines/lake/bounds.h"
#include "data/avro/container_reader.h"
#include "data/avro/encoder.h"

namespace freshet::lake {
namespace {

using avro::Encoder;
using avro::Value;

// A map with integer keys, as Avro has none: an array of key-value records.
std::string IntMapType(int key_id, int value_id, std::string_view value) {
  return StrCat(R"(["null",{"type":"array","logicalType":"map","items":{"type":"record","name":"k)", key_id, "_v", value_id, R"(","fields":[{"name":"key","type":"int","field-id":)",
                key_id, R"(},{"name":"value","type":")", value, R"(","field-id":)", value_id, "}]}}]");
}

std::string Optional(std::string_view name, int id, std::string_view type) {
  return StrCat(R"({"name":")", name, R"(","type":)", type, R"(,"default":null,"field-id":)", id, "}");
}

// Bytes that hold every decimal of this many digits.
size_t DecimalWidth(int precision) { return DecimalBytes(data::PowerOfTen(precision) - 1).size(); }

// The Avro type of a partition value; decimals and fixed are named by their field.
std::string PartitionType(const FieldType& type, int32_t field_id) {
  switch (type.kind) {
    case TypeKind::kBoolean: return "\"boolean\"";
    case TypeKind::kInt: return "\"int\"";
    case TypeKind::kLong: return "\"long\"";
    case TypeKind::kFloat: return "\"float\"";
    case TypeKind::kDouble: return "\"double\"";
    case TypeKind::kDate: return R"({"type":"int","logicalType":"date"})";
    case TypeKind::kTime: return R"({"type":"long","logicalType":"time-micros"})";
    case TypeKind::kTimestamp: return R"({"type":"long","logicalType":"timestamp-micros","adjust-to-utc":false})";
    case TypeKind::kTimestampTz: return R"({"type":"long","logicalType":"timestamp-micros","adjust-to-utc":true})";
    case TypeKind::kBinary: return "\"bytes\"";
    case TypeKind::kFixed: return StrCat(R"({"type":"fixed","name":"fixed_)", field_id, R"(","size":)", type.length, "}");
    case TypeKind::kDecimal:
      return StrCat(R"({"type":"fixed","name":"decimal_)", field_id, R"(","size":)", DecimalWidth(type.precision), R"(,"logicalType":"decimal","precision":)", type.precision,
                    R"(,"scale":)", type.scale, "}");
    default: return "\"string\"";
  }
}

// Avro takes letters, digits and underscores in names; other characters are written as _x and their code, as Iceberg does.
std::string AvroName(std::string_view name) {
  std::string out;
  for (char c : name) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    bool digit = c >= '0' && c <= '9';
    if (letter || (digit && !out.empty())) {
      out += c;
    } else if (digit) {
      out += StrCat("_", c);
    } else {
      out += "_x" + ToHex(std::string_view(&c, 1));
    }
  }
  return out;
}

std::string EntrySchema(const Partitioning& partitioning) {
  std::string partition;
  for (const Transform& t : partitioning.transforms()) {
    partition += StrCat(partition.empty() ? "" : ",", Optional(AvroName(t.field.name), t.field.field_id, StrCat(R"(["null",)", PartitionType(t.result, t.field.field_id), "]")));
  }
  return StrCat(
      R"({"type":"record","name":"manifest_entry","fields":[{"name":"status","type":"int","field-id":0},)", Optional("snapshot_id", 1, R"(["null","long"])"), ",",
      Optional("sequence_number", 3, R"(["null","long"])"), ",", Optional("file_sequence_number", 4, R"(["null","long"])"),
      R"(,{"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[{"name":"content","type":"int","field-id":134},)"
      R"({"name":"file_path","type":"string","field-id":100},{"name":"file_format","type":"string","field-id":101},)"
      R"({"name":"partition","field-id":102,"type":{"type":"record","name":"r102","fields":[)",
      partition, R"(]}},{"name":"record_count","type":"long","field-id":103},{"name":"file_size_in_bytes","type":"long","field-id":104},)",
      Optional("column_sizes", 108, IntMapType(117, 118, "long")), ",", Optional("value_counts", 109, IntMapType(119, 120, "long")), ",",
      Optional("null_value_counts", 110, IntMapType(121, 122, "long")), ",", Optional("nan_value_counts", 137, IntMapType(138, 139, "long")), ",",
      Optional("lower_bounds", 125, IntMapType(126, 127, "bytes")), ",", Optional("upper_bounds", 128, IntMapType(129, 130, "bytes")), ",",
      Optional("key_metadata", 131, R"(["null","bytes"])"), ",", Optional("split_offsets", 132, R"(["null",{"type":"array","items":"long","element-id":133}])"), ",",
      Optional("equality_ids", 135, R"(["null",{"type":"array","items":"int","element-id":136}])"), ",", Optional("sort_order_id", 140, R"(["null","int"])"), "]}}]}");
}

void EncodePartitionValue(Encoder& to, const FieldType& type, const data::Value& value) {
  to.Branch(value.is_null() ? 0 : 1);
  if (value.is_null()) return;
  switch (type.kind) {
    case TypeKind::kBoolean: return to.Boolean(value.integer() != 0);
    case TypeKind::kFloat: return to.Float(static_cast<float>(value.real()));
    case TypeKind::kDouble: return to.Double(value.real());
    case TypeKind::kDecimal: {
      std::string bytes = DecimalBytes(value.decimal());
      return to.Fixed(std::string(DecimalWidth(type.precision) - bytes.size(), value.decimal() < 0 ? '\xff' : '\0') + bytes);
    }
    case TypeKind::kFixed: return to.Fixed(value.text());
    case TypeKind::kBinary:
    case TypeKind::kString: return to.Bytes(value.text());
    default: return to.Long(value.integer());
  }
}

// One of the maps from field id to a number or bytes; columns without it are left out.
template <typename Get>
void EncodeMetrics(Encoder& to, const std::vector<ColumnMetrics>& columns, Get&& get) {
  size_t count = 0;
  for (const auto& column : columns) count += get(column).has_value() ? 1 : 0;
  to.Branch(1);
  to.Items(count);
  for (const auto& column : columns) {
    auto value = get(column);
    if (!value) continue;
    to.Long(column.field_id);
    if constexpr (std::is_integral_v<std::decay_t<decltype(*value)>>) to.Long(*value);
    else to.Bytes(*value);
  }
  to.End();
}

void EncodeEntry(Encoder& to, const Partitioning& partitioning, const DataFile& file) {
  using Count = std::optional<int64_t>;
  to.Long(1);  // added
  for (int i = 0; i < 3; ++i) to.Branch(0);  // snapshot id and sequence numbers: of the manifest list
  to.Long(0);  // data
  to.Bytes(file.path);
  to.Bytes("PARQUET");
  for (size_t i = 0; i < file.partition.size(); ++i) EncodePartitionValue(to, partitioning.transforms()[i].result, file.partition[i].value);
  to.Long(file.contents.rows);
  to.Long(file.bytes);
  const auto& columns = file.contents.columns;
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return Count(c.bytes); });
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return Count(c.values); });
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return Count(c.nulls); });
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return c.nans; });
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return c.lower; });
  EncodeMetrics(to, columns, [](const ColumnMetrics& c) { return c.upper; });
  to.Branch(0);  // key metadata
  to.Branch(1);
  to.Items(file.contents.split_offsets.size());
  for (int64_t offset : file.contents.split_offsets) to.Long(offset);
  to.End();
  to.Branch(0);  // equality ids
  to.Branch(1);
  to.Long(0);  // sort order: unsorted
}

constexpr std::string_view kManifestFileSchema =
    R"({"type":"record","name":"manifest_file","fields":[{"name":"manifest_path","type":"string","field-id":500},)"
    R"({"name":"manifest_length","type":"long","field-id":501},{"name":"partition_spec_id","type":"int","field-id":502},)"
    R"({"name":"content","type":"int","field-id":517},{"name":"sequence_number","type":"long","field-id":515},)"
    R"({"name":"min_sequence_number","type":"long","field-id":516},{"name":"added_snapshot_id","type":"long","field-id":503},)"
    R"({"name":"added_files_count","type":"int","field-id":504},{"name":"existing_files_count","type":"int","field-id":505},)"
    R"({"name":"deleted_files_count","type":"int","field-id":506},{"name":"added_rows_count","type":"long","field-id":512},)"
    R"({"name":"existing_rows_count","type":"long","field-id":513},{"name":"deleted_rows_count","type":"long","field-id":514},)"
    R"({"name":"partitions","type":["null",{"type":"array","element-id":508,"items":{"type":"record","name":"r508","fields":[)"
    R"({"name":"contains_null","type":"boolean","field-id":509},{"name":"contains_nan","type":["null","boolean"],"default":null,"field-id":518},)"
    R"({"name":"lower_bound","type":["null","bytes"],"default":null,"field-id":510},{"name":"upper_bound","type":["null","bytes"],"default":null,"field-id":511}]}}],)"
    R"("default":null,"field-id":507},{"name":"key_metadata","type":["null","bytes"],"default":null,"field-id":519}]})";

void EncodeOptional(Encoder& to, const std::optional<std::string>& bytes) {
  to.Branch(bytes ? 1 : 0);
  if (bytes) to.Bytes(*bytes);
}

void EncodeManifestFile(Encoder& to, const ManifestFile& m) {
  to.Bytes(m.path);
  to.Long(m.length);
  to.Long(m.spec_id);
  to.Long(m.content);
  for (int64_t number : {m.sequence_number, m.min_sequence_number, m.added_snapshot_id}) to.Long(number);
  for (int32_t files : {m.added_files, m.existing_files, m.deleted_files}) to.Long(files);
  for (int64_t rows : {m.added_rows, m.existing_rows, m.deleted_rows}) to.Long(rows);
  to.Branch(m.partitions ? 1 : 0);
  if (m.partitions) {
    to.Items(m.partitions->size());
    for (const FieldSummary& field : *m.partitions) {
      to.Boolean(field.contains_null);
      to.Branch(field.contains_nan ? 1 : 0);
      if (field.contains_nan) to.Boolean(*field.contains_nan);
      EncodeOptional(to, field.lower);
      EncodeOptional(to, field.upper);
    }
    to.End();
  }
  EncodeOptional(to, m.key_metadata);
}

// Takes members of one record by field id and remembers whether one was missing.
class Members {
 public:
  Members(const avro::Schema& schema, const Value& record) : schema_(schema), record_(record) {}

  bool good() const { return good_; }
  template <typename T>
  void Number(int field_id, T& into) {
    const Value* value = avro::MemberOf(schema_, record_, field_id);
    const auto* number = value == nullptr ? nullptr : std::get_if<int64_t>(&value->v);
    good_ &= number != nullptr;
    if (number != nullptr) into = static_cast<T>(*number);
  }
  void Text(int field_id, std::string& into) {
    auto text = OptionalText(field_id);
    good_ &= text.has_value();
    if (text) into = *text;
  }
  std::optional<std::string> OptionalText(int field_id) const {
    const Value* value = avro::MemberOf(schema_, record_, field_id);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->v);
    return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
  }
  std::optional<bool> OptionalFlag(int field_id) const {
    const Value* value = avro::MemberOf(schema_, record_, field_id);
    const auto* flag = value == nullptr ? nullptr : std::get_if<int64_t>(&value->v);
    return flag == nullptr ? std::nullopt : std::optional<bool>(*flag != 0);
  }

 private:
  const avro::Schema& schema_;
  const Value& record_;
  bool good_ = true;
};

// The record inside ["null", {"type": "array", "items": record}], or nullptr.
const avro::Schema* SummarySchema(const avro::Schema& list) {
  for (const auto& field : list.fields) {
    if (field.field_id != 507) continue;
    const avro::Schema* type = field.type.get();
    if (type->shape == avro::Shape::kUnion) {
      for (const auto& branch : type->children) {
        if (branch->shape == avro::Shape::kArray) type = branch.get();
      }
    }
    return type->shape == avro::Shape::kArray ? type->children[0].get() : nullptr;
  }
  return nullptr;
}

std::optional<std::vector<FieldSummary>> ReadSummaries(const avro::Schema& list, const Value& record) {
  const Value* value = avro::MemberOf(list, record, 507);
  const avro::Schema* schema = SummarySchema(list);
  const auto* items = value == nullptr ? nullptr : std::get_if<std::vector<Value>>(&value->v);
  if (items == nullptr || schema == nullptr) return std::nullopt;
  std::vector<FieldSummary> summaries;
  for (const Value& item : *items) {
    Members from(*schema, item);
    summaries.push_back({from.OptionalFlag(509).value_or(true), from.OptionalFlag(518), from.OptionalText(510), from.OptionalText(511)});
  }
  return summaries;
}

bool IsNan(const data::Value& value) { return std::holds_alternative<double>(value.v) && std::isnan(value.real()); }

}  // namespace

std::string EncodeManifest(const TableSchema& schema, const Partitioning& partitioning, const std::vector<DataFile>& files, const Uuid& write) {
  std::string objects;
  Encoder to(objects);
  for (const DataFile& file : files) EncodeEntry(to, partitioning, file);
  return avro::ContainerFile(EntrySchema(partitioning),
                                   {{"schema", SchemaJson(schema)}, {"schema-id", StrCat(schema.id)}, {"partition-spec", PartitionFieldsJson(partitioning.spec())},
                                    {"partition-spec-id", StrCat(partitioning.spec().id)}, {"format-version", "2"}, {"content", "data"}},
                                   write.view(), static_cast<int64_t>(files.size()), objects);
}

ManifestFile DescribeManifest(const Partitioning& partitioning, const std::vector<DataFile>& files) {
  ManifestFile m{.spec_id = partitioning.spec().id, .added_files = static_cast<int32_t>(files.size())};
  std::vector<FieldSummary> summaries(partitioning.transforms().size());
  for (const DataFile& file : files) {
    m.added_rows += file.contents.rows;
    for (size_t i = 0; i < summaries.size(); ++i) {
      FieldSummary& summary = summaries[i];
      const FieldType& type = partitioning.transforms()[i].result;
      const data::Value& value = file.partition[i].value;
      if (!summary.contains_nan) summary.contains_nan = false;
      if (value.is_null() || IsNan(value)) {
        summary.contains_null |= value.is_null();
        summary.contains_nan = *summary.contains_nan || IsNan(value);
        continue;
      }
      std::string bytes = SingleValueOf(type, value);
      if (!summary.lower || CompareSingleValues(type, bytes, *summary.lower) < 0) summary.lower = bytes;
      if (!summary.upper || CompareSingleValues(type, bytes, *summary.upper) > 0) summary.upper = bytes;
    }
  }
  m.partitions = std::move(summaries);
  return m;
}

std::string EncodeManifestList(const std::vector<ManifestFile>& manifests, int64_t snapshot_id, std::optional<int64_t> parent, int64_t sequence_number, const Uuid& write) {
  std::string objects;
  Encoder to(objects);
  for (const ManifestFile& manifest : manifests) EncodeManifestFile(to, manifest);
  return avro::ContainerFile(kManifestFileSchema,
                                   {{"snapshot-id", StrCat(snapshot_id)}, {"parent-snapshot-id", parent ? StrCat(*parent) : std::string("null")},
                                    {"sequence-number", StrCat(sequence_number)}, {"format-version", "2"}},
                                   write.view(), static_cast<int64_t>(manifests.size()), objects);
}

Result<std::vector<ManifestFile>> ReadManifestList(std::string_view bytes) {
  ASSIGN_OR_RETURN(auto file, avro::ContainerReader::Open(bytes));
  std::vector<ManifestFile> manifests;
  for (const Value& record : file.objects()) {
    Members from(file.schema(), record);
    ManifestFile m;
    from.Text(500, m.path);
    from.Number(501, m.length);
    from.Number(502, m.spec_id);
    from.Number(517, m.content);
    from.Number(515, m.sequence_number);
    from.Number(516, m.min_sequence_number);
    from.Number(503, m.added_snapshot_id);
    from.Number(504, m.added_files);
    from.Number(505, m.existing_files);
    from.Number(506, m.deleted_files);
    from.Number(512, m.added_rows);
    from.Number(513, m.existing_rows);
    from.Number(514, m.deleted_rows);
    if (!from.good()) return Fault::Corrupt("manifest list: a line lacks what version 2 requires");
    m.partitions = ReadSummaries(file.schema(), record);
    m.key_metadata = from.OptionalText(519);
    manifests.push_back(std::move(m));
  }
  return manifests;
}

Result<std::vector<ManifestEntry>> ReadManifest(std::string_view bytes) {
  ASSIGN_OR_RETURN(auto file, avro::ContainerReader::Open(bytes));
  const avro::Schema* data_file = nullptr;
  for (const auto& field : file.schema().fields) {
    if (field.field_id == 2) data_file = field.type.get();
  }
  std::vector<ManifestEntry> entries;
  for (const Value& record : file.objects()) {
    const Value* described = file.Member(record, 2);
    if (data_file == nullptr || described == nullptr) return Fault::Corrupt("manifest: a line without a data file");
    Members outer(file.schema(), record), inner(*data_file, *described);
    ManifestEntry& entry = entries.emplace_back();
    outer.Number(0, entry.status);
    inner.Number(134, entry.content);
    inner.Text(100, entry.path);
    inner.Text(101, entry.format);
    if (!outer.good() || !inner.good()) return Fault::Corrupt("manifest: a line lacks what version 2 requires");
  }
  return entries;
}

}  // namespace freshet::lake
