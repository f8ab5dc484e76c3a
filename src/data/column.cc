#include "data/column.h"

#include <cstdlib>

#include "data/column_builder.h"

namespace freshet::data {

std::shared_ptr<Slab> Slab::Make(size_t bytes) {
  size_t rounded = (bytes + kSpareBytes + 63) / 64 * 64;
  auto* data = static_cast<char*>(std::aligned_alloc(64, rounded));
  CHECK(data != nullptr);
  std::memset(data + bytes, 0, rounded - bytes);
  return std::shared_ptr<Slab>(new Slab(data, bytes));
}

Slab::~Slab() { std::free(data_); }

int64_t Column::IntAt(int row) const {
  switch (type.physical()) {
    case Physical::kInt8: return Value<int8_t>(row);
    case Physical::kInt16: return Value<int16_t>(row);
    case Physical::kInt32: return Value<int32_t>(row);
    case Physical::kInt64: return Value<int64_t>(row);
    default: CHECK(false);
  }
}

Int128 Column::DecimalAt(int row) const {
  return type.physical() == Physical::kInt128 ? Value<Int128>(row) : IntAt(row);
}

int64_t Column::pinned_bytes() const {
  int64_t bytes = 0;
  for (const auto& pin : pins) bytes += static_cast<int64_t>(pin->size());
  for (const auto& child : children) bytes += child->pinned_bytes();
  return bytes;
}

namespace {

std::shared_ptr<Column> Copy(const Column& column) { return std::make_shared<Column>(column); }

// Indices of a Dictionary column that picks `rows` of the given base numbering.
Pin PickIndices(const Column& column, const uint16_t* rows, int count) {
  auto slab = Slab::Make(static_cast<size_t>(count) * sizeof(uint16_t));
  auto* out = reinterpret_cast<uint16_t*>(slab->data());
  for (int i = 0; i < count; ++i) out[i] = static_cast<uint16_t>(column.Base(rows[i]));
  return slab;
}

}  // namespace

Column::Column() = default;
Column::Column(const Column& other) = default;
Column::Column(Column&& other) noexcept = default;
Column& Column::operator=(const Column& other) = default;
Column& Column::operator=(Column&& other) noexcept = default;
Column::~Column() = default;

ColumnPtr Slice(const ColumnPtr& column, const uint16_t* rows, int count) {
  auto out = Copy(*column);
  out->length = count;
  if (column->encoding == Encoding::kConstant) return out;
  Pin indices = PickIndices(*column, rows, count);
  out->encoding = Encoding::kDictionary;
  out->indices = reinterpret_cast<const uint16_t*>(indices->data());
  out->pins.push_back(std::move(indices));
  return out;
}

ColumnPtr WithType(const ColumnPtr& column, Type type) {
  if (column->type == type) return column;
  CHECK(column->type.physical() == type.physical());
  auto out = Copy(*column);
  out->type = std::move(type);
  return out;
}

ColumnPtr WithNulls(const ColumnPtr& column, const uint64_t* validity, Pin pin, int length) {
  CHECK(column->encoding == Encoding::kFlat && column->length == length);
  auto out = Copy(*column);
  out->validity = validity;
  out->pins.push_back(std::move(pin));
  return out;
}

ColumnPtr Repeat(const ColumnPtr& column, int row, int length) {
  ColumnBuilder builder(column->type, 1);
  builder.AppendFrom(*column, row);
  auto out = Copy(*builder.Finish());
  out->encoding = Encoding::kConstant;
  out->length = length;
  return out;
}

ColumnPtr NullColumn(Type type, int length) {
  ColumnBuilder builder(type.WithNullable(true), 1);
  builder.AppendNull();
  auto out = Copy(*builder.Finish());
  out->encoding = Encoding::kConstant;
  out->length = length;
  return out;
}

ColumnPtr Gather(const Column& column, Selection selection) {
  ColumnBuilder builder(column.type, selection.count);
  selection.ForEach([&](uint32_t row) { builder.AppendFrom(column, static_cast<int>(row)); });
  return builder.Finish();
}

}  // namespace freshet::data
