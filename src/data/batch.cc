#include "data/batch.h"

namespace freshet::data {

std::string_view RowKindText(RowKind kind) {
  static constexpr std::string_view kTexts[] = {"+I", "-U", "+U", "-D"};
  return kTexts[static_cast<size_t>(kind)];
}

// Here and not in place: what is made and dropped in every second function is compiled once.
Batch::Batch() = default;
Batch::Batch(const Batch& other) = default;
Batch::Batch(Batch&& other) noexcept = default;
Batch& Batch::operator=(const Batch& other) = default;
Batch& Batch::operator=(Batch&& other) noexcept = default;
Batch::~Batch() = default;
Batch::Batch(int length, std::vector<ColumnPtr> columns) : length_(length), columns_(std::move(columns)) {}

BatchBuilder::BatchBuilder(BatchBuilder&& other) noexcept = default;
BatchBuilder& BatchBuilder::operator=(BatchBuilder&& other) noexcept = default;
BatchBuilder::~BatchBuilder() = default;

Batch Batch::WithSelection(std::vector<uint16_t> rows) const {
  Batch out = *this;
  out.sel_ = std::make_shared<const std::vector<uint16_t>>(std::move(rows));
  return out;
}

Batch Batch::WithColumns(std::vector<ColumnPtr> columns) const {
  Batch out = *this;
  out.columns_ = std::move(columns);
  return out;
}

Batch Batch::WithOps(std::vector<int8_t> ops) const {
  CHECK(static_cast<int>(ops.size()) == length_);
  Batch out = *this;
  out.ops_ = std::make_shared<const std::vector<int8_t>>(std::move(ops));
  return out;
}

Batch Batch::WithWatermarks(ColumnPtr watermarks) const {
  Batch out = *this;
  out.watermarks_ = std::move(watermarks);
  return out;
}

Batch Batch::WithPartition(int32_t partition) const {
  Batch out = *this;
  out.partition_ = partition;
  return out;
}

int64_t Batch::pinned_bytes() const {
  int64_t bytes = 0;
  for (const auto& column : columns_) bytes += column->pinned_bytes();
  return bytes;
}

Batch Batch::Gather() const {
  Selection sel = selection();
  std::vector<ColumnPtr> columns;
  columns.reserve(columns_.size());
  for (const auto& column : columns_) columns.push_back(data::Gather(*column, sel));
  Batch out(sel.count, std::move(columns));
  if (ops_) {
    std::vector<int8_t> ops;
    ops.reserve(static_cast<size_t>(sel.count));
    sel.ForEach([&](uint32_t row) { ops.push_back((*ops_)[row]); });
    out = out.WithOps(std::move(ops));
  }
  if (watermarks_) out.watermarks_ = data::Gather(*watermarks_, sel);
  out.partition_ = partition_;
  return out;
}

Batch Batch::Part(int begin, int count) const {
  Selection sel = selection();
  std::vector<uint16_t> rows;
  rows.reserve(static_cast<size_t>(count));
  for (int k = begin; k < begin + count; ++k) rows.push_back(static_cast<uint16_t>(sel.row(k)));
  return WithSelection(std::move(rows));
}

BatchBuilder::BatchBuilder(const std::vector<Type>& types, int expected_rows) {
  columns_.reserve(types.size());
  for (const auto& type : types) columns_.emplace_back(type, expected_rows);
}

void BatchBuilder::EndRow(RowKind kind) {
  if (kind != RowKind::kInsert) changelog_ = true;
  ops_.push_back(static_cast<int8_t>(kind));
  ++length_;
}

void BatchBuilder::AppendRow(const std::vector<Value>& row, RowKind kind) {
  CHECK(row.size() == columns_.size());
  for (size_t i = 0; i < row.size(); ++i) columns_[i].AppendValue(row[i]);
  EndRow(kind);
}

Batch BatchBuilder::Build() {
  std::vector<ColumnPtr> columns;
  columns.reserve(columns_.size());
  for (auto& column : columns_) {
    CHECK(column.length() == length_);
    columns.push_back(column.Finish());
  }
  Batch out(length_, std::move(columns));
  if (changelog_) out = out.WithOps(std::move(ops_));
  length_ = 0;
  changelog_ = false;
  ops_.clear();
  return out;
}

std::vector<Type> TypesOf(const Schema& schema) {
  std::vector<Type> types;
  for (const auto& field : schema.fields()) types.push_back(field.type);
  return types;
}

}  // namespace freshet::data
