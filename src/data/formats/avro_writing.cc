#include "data/avro/encoder.h"
#include "data/formats/avro_rows.h"

namespace freshet::formats {
namespace {

using avro::Encoder;
using data::Column;
using data::Kind;
using data::Type;

// The shortest two's complement, most significant byte first.
std::string DecimalBytes(data::Int128 value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>(value & 0xff));
    value >>= 8;
  } while ((value != 0 && value != -1) || (value < 0) != (static_cast<signed char>(out[0]) < 0));
  return out;
}

Status Append(Encoder& to, const std::string& name, const Type& type, const Column& column, int row);

Status AppendFields(Encoder& to, const Type& type, const Column& column, int base) {
  for (size_t i = 0; i < type.fields().size(); ++i) RETURN_NOT_OK(Append(to, type.fields()[i].name, type.fields()[i].type, *column.children[i], base));
  return {};
}

Status AppendItems(Encoder& to, const std::string& name, const Type& type, const Column& column, int row) {
  auto [begin, end] = column.Range(row);
  bool map = type.kind() != Kind::kArray;
  to.Items(static_cast<size_t>(end - begin));
  for (int i = begin; i < end; ++i) {
    if (map && column.children[0]->IsNull(i)) return Fault::Invalid("avro: column ", name, ": a key of a map is NULL, which Avro cannot say");
    if (map) to.Bytes(column.children[0]->String(i));
    RETURN_NOT_OK(Append(to, name, map ? type.value() : type.element(), *column.children[map ? 1 : 0], i));
  }
  to.End();
  return {};
}

Status Append(Encoder& to, const std::string& name, const Type& type, const Column& column, int row) {
  bool null = column.IsNull(row);
  if (null && !type.nullable()) return Fault::Invalid("avro: column ", name, " is NOT NULL, and a row has NULL there");
  if (type.nullable()) to.Branch(null ? 0 : 1);
  if (null) return {};
  switch (type.kind()) {
    case Kind::kBoolean: to.Boolean(column.Value<int8_t>(row) != 0); return {};
    case Kind::kFloat: to.Float(column.Value<float>(row)); return {};
    case Kind::kDouble: to.Double(column.Value<double>(row)); return {};
    case Kind::kDecimal: to.Bytes(DecimalBytes(column.DecimalAt(row))); return {};
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kBinary:
    case Kind::kVarbinary: to.Bytes(column.String(row)); return {};
    case Kind::kRow: return AppendFields(to, type, column, column.Base(row));
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kMultiset: return AppendItems(to, name, type, column, row);
    default: to.Long(column.IntAt(row)); return {};  // whole numbers, and times in the unit of their column
  }
}

}  // namespace

Status AppendAvroRow(std::string& out, const data::Schema& columns, const data::Batch& batch, int row) {
  Encoder to(out);
  for (int c = 0; c < columns.size(); ++c) RETURN_NOT_OK(Append(to, columns.field(c).name, columns.field(c).type, *batch.column(c), row));
  return {};
}

}  // namespace freshet::formats
