#include <arrow/api.h>
#include <arrow/util/bitmap_ops.h>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "engines/lake/parquet/flat_columns.h"

namespace freshet::lake {
namespace {

using data::Column;
using data::Physical;
using data::Slab;
using data::StringRef;

int64_t PerSecondOf(const arrow::DataType& timestamp) {
  constexpr int64_t kUnits[] = {1, 1'000, 1'000'000, 1'000'000'000};
  return kUnits[static_cast<int>(static_cast<const arrow::TimestampType&>(timestamp).unit())];
}

template <typename T>
T* Values(Column& out) {
  auto slab = Slab::Make(static_cast<size_t>(out.length) * sizeof(T) + 1);
  auto* values = reinterpret_cast<T*>(slab->data());
  out.values = values;
  out.pins.push_back(std::move(slab));
  return values;
}

// What stands where nothing is may be anything.
template <typename T>
void ClearNulls(const Column& out, T* values) {
  for (int i = 0; out.validity != nullptr && i < out.length; ++i) {
    if (!Column::BitAt(out.validity, i)) values[i] = T{};
  }
}

template <typename To, typename ArrayType>
bool Copy(const arrow::Array& from, Column& out) {
  const auto* given = static_cast<const ArrayType&>(from).raw_values();
  To* values = Values<To>(out);
  if constexpr (std::is_same_v<To, std::decay_t<decltype(*given)>>) {
    if (out.length > 0) std::memcpy(values, given, static_cast<size_t>(out.length) * sizeof(To));
  } else {
    for (int i = 0; i < out.length; ++i) values[i] = static_cast<To>(given[i]);
  }
  ClearNulls(out, values);
  return true;
}

bool CopyWhole(const arrow::Array& from, Column& out) {
  bool narrow = from.type_id() == arrow::Type::INT32;
  switch (out.type.kind()) {
    case data::Kind::kInt: return narrow && Copy<int32_t, arrow::Int32Array>(from, out);
    case data::Kind::kBigInt: return narrow ? Copy<int64_t, arrow::Int32Array>(from, out) : Copy<int64_t, arrow::Int64Array>(from, out);
    default: return false;
  }
}

bool CopyBooleans(const arrow::Array& from, Column& out) {
  const auto& given = static_cast<const arrow::BooleanArray&>(from);
  auto* values = Values<int8_t>(out);
  for (int i = 0; i < out.length; ++i) values[i] = given.Value(i) ? 1 : 0;
  ClearNulls(out, values);
  return true;
}

// False: one lies beyond what the column can say.
bool CopyTimestamps(const arrow::Array& from, Column& out) {
  int64_t wrote = PerSecondOf(*from.type()), wanted = out.type.UnitsPerSecond();
  if (wrote == wanted) return Copy<int64_t, arrow::TimestampArray>(from, out);
  if (wanted < wrote) return false;
  const int64_t* given = static_cast<const arrow::TimestampArray&>(from).raw_values();
  auto* values = Values<int64_t>(out);
  bool beyond = false;
  for (int i = 0; i < out.length; ++i) beyond |= __builtin_mul_overflow(given[i], wanted / wrote, &values[i]);
  ClearNulls(out, values);
  return !beyond;
}

// The texts' bytes are copied together, and each is a place in them.
template <typename ArrayType>
bool CopyTexts(const arrow::Array& from, Column& out) {
  const auto& given = static_cast<const ArrayType&>(from);
  auto* refs = Values<StringRef>(out);
  if (out.length == 0) return true;
  int64_t begin = given.value_offset(0), bytes = given.value_offset(out.length) - begin;
  auto slab = Slab::Make(static_cast<size_t>(bytes) + 1);
  if (bytes > 0) std::memcpy(slab->data(), given.raw_data() + begin, static_cast<size_t>(bytes));
  for (int i = 0; i < out.length; ++i) {
    auto at = static_cast<uint32_t>(given.value_offset(i) - begin);
    std::string_view text(slab->data() + at, static_cast<size_t>(given.value_offset(i + 1)) - static_cast<size_t>(begin) - at);
    refs[i] = text.size() <= StringRef::kInlineMax ? StringRef::Inline(text) : StringRef::Far(text, 0, at);
  }
  ClearNulls(out, refs);
  out.buffers.push_back({slab->data(), static_cast<size_t>(bytes)});
  out.pins.push_back(std::move(slab));
  return true;
}

bool Take(const arrow::Array& from, Column& out) {
  bool text = out.type.IsString() || out.type.kind() == data::Kind::kVarbinary;
  switch (from.type_id()) {
    case arrow::Type::BOOL: return CopyBooleans(from, out);
    case arrow::Type::INT32:
    case arrow::Type::INT64: return CopyWhole(from, out);
    case arrow::Type::FLOAT: return out.type.kind() == data::Kind::kFloat ? Copy<float, arrow::FloatArray>(from, out) : Copy<double, arrow::FloatArray>(from, out);
    case arrow::Type::DOUBLE: return out.type.kind() == data::Kind::kDouble && Copy<double, arrow::DoubleArray>(from, out);
    case arrow::Type::DATE32: return Copy<int32_t, arrow::Date32Array>(from, out);
    case arrow::Type::TIMESTAMP: return CopyTimestamps(from, out);
    case arrow::Type::STRING: return text && CopyTexts<arrow::StringArray>(from, out);
    case arrow::Type::BINARY: return text && CopyTexts<arrow::BinaryArray>(from, out);
    default: return false;
  }
}

}  // namespace

const uint64_t* ValidityOf(const arrow::Array& from, Column& out) {
  if (from.null_count() == 0) return nullptr;
  auto slab = Slab::Make(static_cast<size_t>(from.length() / 64 + 1) * 8);
  std::memset(slab->data(), 0, slab->size());
  arrow::internal::CopyBitmap(from.null_bitmap_data(), from.offset(), from.length(), reinterpret_cast<uint8_t*>(slab->data()), 0);
  const auto* bits = reinterpret_cast<const uint64_t*>(slab->data());
  out.pins.push_back(std::move(slab));
  return bits;
}

data::ColumnPtr FlatColumn(const arrow::Array& from, const data::Type& to) {
  auto out = std::make_shared<Column>();
  out->type = to;
  out->length = out->base_rows = static_cast<int>(from.length());
  out->validity = ValidityOf(from, *out);
  return Take(from, *out) ? out : nullptr;
}

}  // namespace freshet::lake
