#include "data/arrow_ipc/rows_writer.h"

#include "data/arrow_ipc/column_writer.h"

namespace freshet::arrow_ipc {
namespace {

constexpr int64_t kArrayBytes = 16 + 3 * (16 + 8 + 8 + 8);  // of an array beside its values: what lists it and its buffers, padding, and the length of a packed one

int64_t ArraysIn(const Field& field) {
  int64_t arrays = 1;
  for (const Field& child : field.children) arrays += ArraysIn(child);
  return arrays;
}

// Its bytes in a column's buffers, with a whole one for its bit. Where a ROW is NULL there is room for its fields.
int64_t ValueBytes(const data::Column& column, int row) {
  const data::Type& type = column.type;
  bool null = column.IsNull(row);
  if (type.kind() == data::Kind::kRow) {
    int64_t bytes = 1;
    for (const auto& child : column.children) bytes += ValueBytes(*child, column.Base(row));
    return bytes;
  }
  if (type.IsNested()) {
    int64_t bytes = 1 + static_cast<int64_t>(sizeof(int32_t));
    auto [begin, end] = null ? std::pair(0, 0) : column.Range(row);
    for (const auto& child : column.children) {
      for (int i = begin; i < end; ++i) bytes += ValueBytes(*child, i);
    }
    return bytes;
  }
  if (type.physical() == data::Physical::kString) return 1 + static_cast<int64_t>(sizeof(int32_t)) + (null ? 0 : static_cast<int64_t>(column.String(row).size()));
  return 1 + (type.kind() == data::Kind::kDecimal ? static_cast<int64_t>(sizeof(data::Int128)) : static_cast<int64_t>(data::PhysicalWidth(type.physical())));
}

}  // namespace

Result<RowsWriter> RowsWriter::Open(const data::Schema& columns, data::Codec codec) {
  ASSIGN_OR_RETURN(auto fields, FieldsOf(columns));
  RowsWriter out(data::TypesOf(columns), std::move(fields), codec);
  std::string empty;
  AppendRowsMessage(empty, {}, {});
  out.empty_bytes_ = static_cast<int64_t>(empty.size());
  for (const Field& field : out.fields_) out.empty_bytes_ += ArraysIn(field) * kArrayBytes;
  return out;
}

int64_t RowsWriter::BytesOf(const data::Batch& batch, int row) {
  int64_t bytes = 0;
  for (const auto& column : batch.columns()) bytes += ValueBytes(*column, row);
  return bytes;
}

void RowsWriter::Append(const data::Batch& batch, int row) {
  for (int c = 0; c < batch.column_count(); ++c) rows_.column(c).AppendFrom(*batch.column(c), row);
  rows_.EndRow();
  row_bytes_ += BytesOf(batch, row);
}

Status RowsWriter::Flush(std::string& out) {
  if (rows() == 0) return {};
  data::Batch rows = rows_.Build();
  row_bytes_ = 0;
  ColumnWriter writer(codec_);
  for (size_t c = 0; c < fields_.size(); ++c) RETURN_NOT_OK(writer.Add(fields_[c], *rows.column(static_cast<int>(c))));
  writer.AppendMessage(out, rows.length());
  return {};
}

}  // namespace freshet::arrow_ipc
