#include "engines/lake/partition.h"

#include <bit>
#include <cmath>

#include "base/bytes.h"
#include "data/civil.h"
#include "data/number_text.h"
#include "engines/lake/bounds.h"

namespace freshet::lake {
namespace {

using Kind = Transform::Kind;

constexpr std::pair<std::string_view, Kind> kTransforms[] = {{"identity", Kind::kIdentity}, {"void", Kind::kVoid}, {"year", Kind::kYear},
                                                             {"month", Kind::kMonth},       {"day", Kind::kDay},   {"hour", Kind::kHour}};
constexpr int64_t kMicrosPerHour = 3'600'000'000;

bool IsTime(TypeKind kind) { return kind == TypeKind::kDate || kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampTz; }
bool IsNested(TypeKind kind) { return kind >= TypeKind::kStruct; }

Result<FieldType> ResultOf(Kind kind, const PartitionField& field, const Field& source) {
  bool fits = kind == Kind::kVoid || (kind == Kind::kIdentity ? !IsNested(source.type.kind) : IsTime(source.type.kind)) ;
  if (kind == Kind::kHour && source.type.kind == TypeKind::kDate) fits = false;
  if (!fits) return Fault::Invalid("partition field ", field.name, ": ", field.transform, " does not take ", TypeText(source.type));
  if (kind == Kind::kIdentity || kind == Kind::kVoid) return source.type;
  return FieldType{kind == Kind::kDay ? TypeKind::kDate : TypeKind::kInt};
}

// The value of a row as Iceberg keeps it, before the transform.
data::Value SourceValue(const Transform& t, const data::Column& column, int row) {
  data::Value value = data::ValueAt(column, row);
  if (value.is_null()) return value;
  if (t.source.kind == TypeKind::kTime) return value.integer() * 1000;
  if (t.source.kind == TypeKind::kTimestamp || t.source.kind == TypeKind::kTimestampTz) return value.integer() * (1'000'000 / column.type.UnitsPerSecond());
  if (t.source.kind == TypeKind::kDecimal) return value.decimal();
  if (t.source.kind == TypeKind::kFixed) {
    std::string bytes = value.text();
    bytes.resize(static_cast<size_t>(t.source.length));
    return bytes;
  }
  return value;
}

int64_t TimePart(const Transform& t, int64_t value) {
  bool date = t.source.kind == TypeKind::kDate;
  if (t.kind == Kind::kHour) return data::FloorDiv(value, kMicrosPerHour);
  int64_t days = date ? value : data::FloorDiv(value, 24 * kMicrosPerHour);
  if (t.kind == Kind::kDay) return days;
  data::CivilDate civil = data::CivilFromDays(days);
  return t.kind == Kind::kYear ? civil.year - 1970 : (civil.year - 1970) * 12 + civil.month - 1;
}

std::string ValueText(const FieldType& type, const data::Value& value) {
  if (value.is_null()) return "null";
  std::string out;
  switch (type.kind) {
    case TypeKind::kBoolean: return value.integer() != 0 ? "true" : "false";
    case TypeKind::kDate: return data::AppendDate(out, value.integer()), out;
    case TypeKind::kTime: return data::AppendTimeOfDay(out, value.integer() / 1000, 3), out;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz: return data::AppendTimestamp(out, value.integer(), data::Type::Timestamp(6), 'T'), out;
    case TypeKind::kDecimal: return data::AppendDecimal(out, value.decimal(), type.scale), out;
    case TypeKind::kFloat:
    case TypeKind::kDouble: return data::AppendRepr(out, value.real(), type.kind == TypeKind::kFloat), out;
    case TypeKind::kString: return value.text();
    case TypeKind::kBinary:
    case TypeKind::kFixed: return ToHex(value.text());
    default: return StrCat(value.integer());
  }
}

void AppendPercentEncoded(std::string& out, std::string_view text) {
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) {
      out += c;
    } else {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      out += '%';
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[static_cast<uint8_t>(c) & 15];
    }
  }
}

template <typename T>
std::string Raw(T value) { return std::string(reinterpret_cast<const char*>(&value), sizeof value); }

}  // namespace

Result<Partitioning> Partitioning::Make(const TableSchema& schema, const PartitionSpec& spec, const TableSchema& written) {
  Partitioning out;
  out.spec_ = spec;
  for (const PartitionField& field : spec.fields) {
    Transform t;
    t.field = field;
    const auto* known = std::find_if(std::begin(kTransforms), std::end(kTransforms), [&](const auto& k) { return k.first == field.transform; });
    if (known == std::end(kTransforms)) return Fault::Unsupported("partition field ", field.name, ": transform ", field.transform, " is not written yet; known are identity, year, month, day, hour, void");
    t.kind = known->second;
    const Field* source = schema.FindById(field.source_id);
    if (source == nullptr && t.kind != Kind::kVoid) return Fault::Unsupported("partition field ", field.name, ": its source column ", field.source_id, " is not a column of the table's top level");
    if (source != nullptr) t.source = source->type;
    ASSIGN_OR_RETURN(t.result, ResultOf(t.kind, field, source != nullptr ? *source : Field()));
    t.column = -1;
    for (size_t c = 0; c < written.fields.size(); ++c) {
      if (written.fields[c].id == field.source_id) t.column = static_cast<int>(c);
    }
    out.transforms_.push_back(std::move(t));
  }
  return out;
}

std::vector<PartitionValue> Partitioning::ValuesOf(const data::Batch& batch, int row) const {
  std::vector<PartitionValue> values;
  for (const Transform& t : transforms_) {
    PartitionValue& to = values.emplace_back();
    if (t.kind == Kind::kVoid || t.column < 0) continue;  // a column that is not written is NULL
    data::Value value = SourceValue(t, *batch.column(t.column), row);
    if (value.is_null()) continue;
    to.value = t.kind == Kind::kIdentity ? std::move(value) : data::Value(TimePart(t, value.integer()));
  }
  return values;
}

std::string Partitioning::FolderOf(const std::vector<PartitionValue>& values) const {
  std::string folder;
  for (size_t i = 0; i < transforms_.size(); ++i) {
    if (i > 0) folder += '/';
    AppendPercentEncoded(folder, transforms_[i].field.name);
    folder += '=';
    AppendPercentEncoded(folder, ValueText(transforms_[i].result, values[i].value));
  }
  return folder;
}

Result<PartitionSpec> IdentitySpec(const TableSchema& schema, const std::vector<std::string>& columns) {
  PartitionSpec spec;
  for (const auto& name : columns) {
    const Field* field = schema.Find(name);
    if (field == nullptr) return Fault::NotFound("there is no column '", name, "' to partition by");
    spec.fields.push_back({field->id, 1000 + static_cast<int32_t>(spec.fields.size()), name, "identity"});
  }
  return spec;
}

std::string SingleValueOf(const FieldType& type, const data::Value& value) {
  switch (type.kind) {
    case TypeKind::kBoolean: return std::string(1, value.integer() != 0 ? '\1' : '\0');
    case TypeKind::kInt:
    case TypeKind::kDate: return Raw(static_cast<int32_t>(value.integer()));
    case TypeKind::kLong:
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz: return Raw(value.integer());
    case TypeKind::kFloat: return Raw(static_cast<float>(value.real()));
    case TypeKind::kDouble: return Raw(value.real());
    case TypeKind::kDecimal: return DecimalBytes(value.decimal());
    default: return value.text();
  }
}

}  // namespace freshet::lake
