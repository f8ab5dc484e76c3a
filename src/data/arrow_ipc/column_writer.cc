#include "data/arrow_ipc/column_writer.h"

#include <bit>

namespace freshet::arrow_ipc {
namespace {

using data::Column;
using data::Int128;

std::string_view Bytes(const void* data, size_t bytes) { return {static_cast<const char*>(data), bytes}; }

struct Missing {
  int64_t all = 0;     // NULLs
  bool own = false;    // one of them where the parent is not
};
Missing MissingOf(const Column& column, const uint64_t* parent) {
  Missing out;
  for (int w = 0; w * 64 < column.length && column.validity != nullptr; ++w) {
    int bits = column.length - w * 64;
    uint64_t mask = bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1, missing = ~column.validity[w] & mask;
    out.all += std::popcount(missing);
    out.own = out.own || (missing & (parent == nullptr ? ~uint64_t{0} : parent[w])) != 0;
  }
  return out;
}

std::string Bits(const Column& column) {
  std::string out(static_cast<size_t>((column.length + 7) / 8), '\0');
  for (int i = 0; i < column.length; ++i) out[static_cast<size_t>(i / 8)] = static_cast<char>(out[static_cast<size_t>(i / 8)] | (column.Value<int8_t>(i) & 1) << (i % 8));
  return out;
}

}  // namespace

Status ColumnWriter::PutBuffer(std::string_view bytes) {
  auto offset = static_cast<int64_t>(body_.size());
  if (plan_.codec == data::Codec::kNone || bytes.empty()) {
    body_ += bytes;
  } else {
    ASSIGN_OR_RETURN(std::string packed, data::Compress(plan_.codec, bytes));
    bool smaller = packed.size() < bytes.size();
    ByteWriter(body_, Order::kLittle).Write(smaller ? static_cast<int64_t>(bytes.size()) : kNotPacked);
    body_ += smaller ? std::string_view(packed) : bytes;
  }
  plan_.buffers.push_back({offset, static_cast<int64_t>(body_.size()) - offset});
  body_.append((8 - body_.size() % 8) % 8, '\0');
  return {};
}

Status ColumnWriter::PutValidity(const Field& field, const std::string& path, const Column& column, const uint64_t* parent) {
  Missing missing = MissingOf(column, parent);
  if (missing.own && !field.nullable) return Fault::Invalid("column ", path, " is NOT NULL and a row brings NULL; leave such rows out, or declare the column without NOT NULL");
  plan_.arrays.push_back({column.length, missing.own ? missing.all : 0});
  return PutBuffer(missing.own ? Bytes(column.validity, static_cast<size_t>((column.length + 7) / 8)) : std::string_view());
}

Status ColumnWriter::PutTexts(const Column& column) {
  std::string ends, texts;
  ByteWriter out(ends, Order::kLittle);
  out.Write(int32_t{0});
  for (int i = 0; i < column.length; ++i) {
    if (!column.IsNull(i)) texts += column.String(i);
    if (texts.size() > INT32_MAX) return Fault::TooLarge("arrow: a column's texts of one batch have more than ", INT32_MAX, " bytes");
    out.Write(static_cast<int32_t>(texts.size()));
  }
  RETURN_NOT_OK(PutBuffer(ends));
  return PutBuffer(texts);
}

Status ColumnWriter::PutValues(const Field& field, const Column& column) {
  auto rows = static_cast<size_t>(column.length);
  if (field.shape == Shape::kBoolean) return PutBuffer(Bits(column));
  if (field.shape == Shape::kText || field.shape == Shape::kBytes) return PutTexts(column);
  bool is_short = field.shape == Shape::kDecimal && column.type.physical() == data::Physical::kInt64;
  if (!is_short) return PutBuffer(Bytes(column.values, rows * data::PhysicalWidth(column.type.physical())));
  std::vector<Int128> wide(rows);
  for (size_t i = 0; i < rows; ++i) wide[i] = column.Value<int64_t>(static_cast<int>(i));
  return PutBuffer(Bytes(wide.data(), rows * sizeof(Int128)));
}

Status ColumnWriter::Put(const Field& field, const std::string& path, const Column& column, const uint64_t* parent) {
  RETURN_NOT_OK(PutValidity(field, path, column, parent));
  if (field.shape == Shape::kStruct) {
    for (size_t i = 0; i < field.children.size(); ++i) RETURN_NOT_OK(Put(field.children[i], StrCat(path, ".", field.children[i].name), *column.children[i], column.validity));
    return {};
  }
  bool is_map = field.shape == Shape::kMap;
  if (field.shape != Shape::kList && !is_map) return PutValues(field, column);
  RETURN_NOT_OK(PutBuffer(Bytes(column.values, (static_cast<size_t>(column.length) + 1) * sizeof(int32_t))));
  if (is_map) {  // the entries, none of which is missing
    plan_.arrays.push_back({column.children[0]->length, 0});
    RETURN_NOT_OK(PutBuffer({}));
  }
  const std::vector<Field>& inside = is_map ? field.children[0].children : field.children;
  for (size_t i = 0; i < inside.size(); ++i) RETURN_NOT_OK(Put(inside[i], StrCat(path, " ", inside[i].name), *column.children[i], nullptr));
  return {};
}

void ColumnWriter::AppendMessage(std::string& out, int64_t rows) {
  plan_.rows = rows;
  AppendRowsMessage(out, plan_, body_);
}

}  // namespace freshet::arrow_ipc
