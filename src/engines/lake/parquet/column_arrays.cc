#include <arrow/api.h>
#include <arrow/buffer_builder.h>

#include <cmath>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "engines/lake/parquet/column_arrays.h"

namespace freshet::lake {
namespace {

std::shared_ptr<arrow::Field> ArrowField(const Field& field);

std::shared_ptr<arrow::DataType> ArrowType(const FieldType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean: return arrow::boolean();
    case TypeKind::kInt: return arrow::int32();
    case TypeKind::kLong: return arrow::int64();
    case TypeKind::kFloat: return arrow::float32();
    case TypeKind::kDouble: return arrow::float64();
    case TypeKind::kDecimal: return arrow::decimal128(type.precision, type.scale);
    case TypeKind::kString: return arrow::utf8();
    case TypeKind::kBinary: return arrow::binary();
    case TypeKind::kFixed: return arrow::fixed_size_binary(type.length);
    case TypeKind::kDate: return arrow::date32();
    case TypeKind::kTime: return arrow::time64(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestamp: return arrow::timestamp(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestampTz: return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case TypeKind::kList: return arrow::list(ArrowField(type.children[0]));
    case TypeKind::kMap: return std::make_shared<arrow::MapType>(ArrowField(type.children[0]), ArrowField(type.children[1]));
    case TypeKind::kStruct: break;
  }
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const Field& child : type.children) fields.push_back(ArrowField(child));
  return arrow::struct_(fields);
}

std::shared_ptr<arrow::Field> ArrowField(const Field& field) {
  auto id = arrow::key_value_metadata({"PARQUET:field_id"}, {StrCat(field.id)});
  return arrow::field(field.name, ArrowType(field.type), !field.required, id);
}

// Values of a time in the column's unit, as microseconds.
int64_t MicrosOf(int64_t value, const data::Type& type) {
  if (type.kind() == data::Kind::kTime) return value * 1000;
  return value * (1'000'000 / type.UnitsPerSecond());
}

Status NullRefused(const Field& field) { return Fault::Invalid("column ", field.name, " is NOT NULL and a row brings NULL; leave such rows out, or declare the column without NOT NULL"); }

// One append a row, in order; `append(row)` for values.
template <typename Builder, typename Append>
Result<std::shared_ptr<arrow::Array>> Fill(Builder& builder, const Field& field, const data::Column& column, const std::vector<int>& rows, Append&& append) {
  RETURN_ARROW_NOT_OK(builder.Reserve(static_cast<int64_t>(rows.size())));
  for (int row : rows) {
    if (row == ColumnArrays::kAbsent) {
      RETURN_ARROW_NOT_OK(field.required ? builder.AppendEmptyValue() : builder.AppendNull());
    } else if (column.IsNull(row)) {
      if (field.required) return NullRefused(field).fault();
      RETURN_ARROW_NOT_OK(builder.AppendNull());
    } else {
      RETURN_ARROW_NOT_OK(append(row));
    }
  }
  std::shared_ptr<arrow::Array> array;
  RETURN_ARROW_NOT_OK(builder.Finish(&array));
  return array;
}

// Which rows are there, as Arrow's bitmap, and how many are not.
struct Presence {
  std::shared_ptr<arrow::Buffer> bits;
  int64_t absent = 0;
};
Result<Presence> PresenceOf(const Field& field, const data::Column& column, const std::vector<int>& rows) {
  arrow::TypedBufferBuilder<bool> bits(arrow::system_memory_pool());
  Presence presence;
  for (int row : rows) {
    bool null = row == ColumnArrays::kAbsent ? !field.required : column.IsNull(row);
    if (null && field.required) return NullRefused(field).fault();
    presence.absent += null ? 1 : 0;
    RETURN_ARROW_NOT_OK(bits.Append(!null));
  }
  RETURN_ARROW_NOT_OK(bits.Finish(&presence.bits));
  return presence;
}

}  // namespace

std::shared_ptr<arrow::Schema> ArrowSchema(const TableSchema& schema) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const Field& field : schema.fields) fields.push_back(ArrowField(field));
  return arrow::schema(fields);
}

Result<std::shared_ptr<arrow::Array>> ColumnArrays::Build(const Field& field, const data::Column& column, const std::vector<int>& rows) {
  switch (field.type.kind) {
    case TypeKind::kStruct: return BuildStruct(field, column, rows);
    case TypeKind::kList:
    case TypeKind::kMap: return BuildRepeated(field, column, rows);
    default: return BuildLeaf(field, column, rows);
  }
}

Result<std::shared_ptr<arrow::Array>> ColumnArrays::BuildLeaf(const Field& field, const data::Column& column, const std::vector<int>& rows) {
  auto* pool = arrow::system_memory_pool();
  auto type = ArrowType(field.type);
  switch (field.type.kind) {
    case TypeKind::kBoolean: {
      arrow::BooleanBuilder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(column.IntAt(row) != 0); });
    }
    case TypeKind::kInt: {
      arrow::Int32Builder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(static_cast<int32_t>(column.IntAt(row))); });
    }
    case TypeKind::kDate: {
      arrow::Date32Builder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(static_cast<int32_t>(column.IntAt(row))); });
    }
    case TypeKind::kLong: {
      arrow::Int64Builder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(column.IntAt(row)); });
    }
    case TypeKind::kFloat: {
      arrow::FloatBuilder to(pool);
      int64_t& nans = nans_[field.id];
      return Fill(to, field, column, rows, [&](int row) {
        auto value = column.Value<float>(row);
        nans += std::isnan(value) ? 1 : 0;
        return to.Append(value);
      });
    }
    case TypeKind::kDouble: {
      arrow::DoubleBuilder to(pool);
      int64_t& nans = nans_[field.id];
      return Fill(to, field, column, rows, [&](int row) {
        auto value = column.Value<double>(row);
        nans += std::isnan(value) ? 1 : 0;
        return to.Append(value);
      });
    }
    case TypeKind::kDecimal: {
      arrow::Decimal128Builder to(type, pool);
      return Fill(to, field, column, rows, [&](int row) {
        data::Int128 unscaled = column.DecimalAt(row);
        return to.Append(arrow::Decimal128(static_cast<int64_t>(unscaled >> 64), static_cast<uint64_t>(unscaled)));
      });
    }
    case TypeKind::kTime: {
      arrow::Time64Builder to(type, pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(MicrosOf(column.IntAt(row), column.type)); });
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz: {
      arrow::TimestampBuilder to(type, pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(MicrosOf(column.IntAt(row), column.type)); });
    }
    case TypeKind::kString: {
      arrow::StringBuilder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(column.String(row)); });
    }
    case TypeKind::kBinary: {
      arrow::BinaryBuilder to(pool);
      return Fill(to, field, column, rows, [&](int row) { return to.Append(column.String(row)); });
    }
    case TypeKind::kFixed: {
      arrow::FixedSizeBinaryBuilder to(type, pool);
      return Fill(to, field, column, rows, [&](int row) {
        std::string value(column.String(row));
        value.resize(static_cast<size_t>(field.type.length));
        return to.Append(value);
      });
    }
    default: return Fault::Internal("column ", field.name, ": not a leaf");
  }
}

Result<std::shared_ptr<arrow::Array>> ColumnArrays::BuildStruct(const Field& field, const data::Column& column, const std::vector<int>& rows) {
  ASSIGN_OR_RETURN(Presence presence, PresenceOf(field, column, rows));
  std::vector<int> inner(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) inner[i] = rows[i] == kAbsent || column.IsNull(rows[i]) ? kAbsent : column.Base(rows[i]);
  std::vector<std::shared_ptr<arrow::Array>> children;
  for (size_t c = 0; c < field.type.children.size(); ++c) {
    ASSIGN_OR_RETURN(auto child, Build(field.type.children[c], *column.children[c], inner));
    children.push_back(std::move(child));
  }
  return std::shared_ptr<arrow::Array>(std::make_shared<arrow::StructArray>(ArrowType(field.type), static_cast<int64_t>(rows.size()), children, presence.bits, presence.absent));
}

Result<std::shared_ptr<arrow::Array>> ColumnArrays::BuildRepeated(const Field& field, const data::Column& column, const std::vector<int>& rows) {
  ASSIGN_OR_RETURN(Presence presence, PresenceOf(field, column, rows));
  arrow::TypedBufferBuilder<int32_t> offsets(arrow::system_memory_pool());
  std::vector<int> inner;
  for (int row : rows) {
    RETURN_ARROW_NOT_OK(offsets.Append(static_cast<int32_t>(inner.size())));
    if (row == kAbsent || column.IsNull(row)) continue;
    auto range = column.Range(row);
    for (int item = range.first; item < range.second; ++item) inner.push_back(item);
  }
  RETURN_ARROW_NOT_OK(offsets.Append(static_cast<int32_t>(inner.size())));
  std::shared_ptr<arrow::Buffer> ends;
  RETURN_ARROW_NOT_OK(offsets.Finish(&ends));
  auto type = ArrowType(field.type);
  auto length = static_cast<int64_t>(rows.size());
  ASSIGN_OR_RETURN(auto first, Build(field.type.children[0], *column.children[0], inner));
  if (field.type.kind == TypeKind::kList) return std::shared_ptr<arrow::Array>(std::make_shared<arrow::ListArray>(type, length, ends, first, presence.bits, presence.absent));
  ASSIGN_OR_RETURN(auto second, Build(field.type.children[1], *column.children[1], inner));
  return std::shared_ptr<arrow::Array>(std::make_shared<arrow::MapArray>(type, length, ends, first, second, presence.bits, presence.absent));
}

}  // namespace freshet::lake
