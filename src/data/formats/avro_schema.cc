#include "data/formats/avro_rows.h"

// The schema that Flink's avro format derives from a table: what is nullable is a union with null in front, and the record of
// a nested row is called after its parent and its field.

namespace freshet::formats {
namespace {

using data::Kind;
using data::Type;

constexpr std::string_view kNamespace = "org.apache.flink.avro.generated";

std::string LogicalType(std::string_view type, std::string_view logical) { return StrCat(R"({"type":")", type, R"(","logicalType":")", logical, "\"}"); }

class SchemaWriter {
 public:
  explicit SchemaWriter(AvroTimestamps timestamps) : timestamps_(timestamps) {}

  // `outer` is said of the outermost record only: those inside inherit it.
  Result<std::string> Record(const std::string& name, std::string_view outer, const std::vector<data::NamedType>& fields) {
    std::string out = StrCat(R"({"type":"record","name":")", name, "\"");
    if (!outer.empty()) out += StrCat(R"(,"namespace":")", outer, "\"");
    out += R"(,"fields":[)";
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!avro::IsName(fields[i].name)) return Fault::Unsupported("avro: column `", fields[i].name, "`: names in Avro have letters, digits and _, and no digit in front; rename it");
      ASSIGN_OR_RETURN(std::string type, Of(fields[i].type, StrCat(name, "_", fields[i].name), fields[i].name));
      out += StrCat(i > 0 ? "," : "", R"({"name":")", fields[i].name, R"(","type":)", type, fields[i].type.nullable() ? R"(,"default":null})" : "}");
    }
    return out + "]}";
  }

 private:
  Result<std::string> Of(const Type& type, const std::string& name, const std::string& column) {
    ASSIGN_OR_RETURN(std::string plain, NotNull(type, name, column));
    return type.nullable() ? StrCat("[\"null\",", plain, "]") : plain;
  }

  Result<std::string> NotNull(const Type& type, const std::string& name, const std::string& column) {
    switch (type.kind()) {
      case Kind::kBoolean: return std::string("\"boolean\"");
      case Kind::kTinyInt:
      case Kind::kSmallInt:
      case Kind::kInt: return std::string("\"int\"");
      case Kind::kBigInt: return std::string("\"long\"");
      case Kind::kFloat: return std::string("\"float\"");
      case Kind::kDouble: return std::string("\"double\"");
      case Kind::kChar:
      case Kind::kVarchar: return std::string("\"string\"");
      case Kind::kBinary:
      case Kind::kVarbinary: return std::string("\"bytes\"");
      case Kind::kDecimal: return StrCat(R"({"type":"bytes","logicalType":"decimal","precision":)", type.precision(), R"(,"scale":)", type.scale(), "}");
      case Kind::kDate: return LogicalType("int", "date");
      case Kind::kTime:
        if (type.precision() > 3) return Fault::Unsupported("avro: column ", column, " of type ", type, ": Avro has times of milliseconds; declare TIME(3)");
        return LogicalType("int", "time-millis");
      case Kind::kTimestamp:
      case Kind::kTimestampLtz: return Timestamp(type, column);
      case Kind::kRow: return Record(name, "", type.fields());
      case Kind::kArray: {
        ASSIGN_OR_RETURN(std::string items, Of(type.element(), name, column));
        return StrCat(R"({"type":"array","items":)", items, "}");
      }
      case Kind::kMap:
      case Kind::kMultiset: return Map(type, name, column);
      default: return Fault::Unsupported("avro: column ", column, " of type ", type, " has no Avro type");
    }
  }

  Result<std::string> Map(const Type& type, const std::string& name, const std::string& column) {
    if (!type.key().IsString()) return Fault::Unsupported("avro: column ", column, " of type ", type, ": keys of maps are strings in Avro; cast them to STRING");
    ASSIGN_OR_RETURN(std::string values, Of(type.value(), name, column));
    return StrCat(R"({"type":"map","values":)", values, "}");
  }

  Result<std::string> Timestamp(const Type& type, const std::string& column) {
    bool local = type.kind() == Kind::kTimestamp, legacy = timestamps_ == AvroTimestamps::kLegacy;
    constexpr std::string_view kRemedy = "; set 'avro.timestamp_mapping.legacy' = 'false'";
    if (legacy && !local) return Fault::Unsupported("avro: column ", column, " of type ", type, " is written by the new mapping only", kRemedy);
    if (legacy && type.precision() > 3) return Fault::Unsupported("avro: column ", column, " of type ", type, ": the old mapping of timestamps goes to precision 3", kRemedy, " for up to 6, or declare TIMESTAMP(3)");
    if (type.precision() > 6) return Fault::Unsupported("avro: column ", column, " of type ", type, ": Avro has timestamps of up to precision 6");
    return LogicalType("long", StrCat(local && !legacy ? "local-" : "", "timestamp-", type.precision() > 3 ? "micros" : "millis"));
  }

  AvroTimestamps timestamps_;
};

}  // namespace

Result<std::string> AvroSchemaOf(const data::Schema& columns, AvroTimestamps timestamps) {
  return SchemaWriter(timestamps).Record("record", kNamespace, columns.AsRowType().fields());
}

}  // namespace freshet::formats
