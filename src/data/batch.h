#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/column.h"
#include "data/column_builder.h"
#include "data/schema.h"
#include "data/value.h"

namespace freshet::data {

// What a row does to the table that the stream describes.
enum class RowKind : int8_t { kInsert = 0, kUpdateBefore = 1, kUpdateAfter = 2, kDelete = 3 };
std::string_view RowKindText(RowKind kind);  // "+I" "-U" "+U" "-D"
inline bool IsAdded(RowKind kind) { return kind == RowKind::kInsert || kind == RowKind::kUpdateAfter; }

// A Batch is up to kMaxBatchRows rows as columns of one length. `sel` (absent = all) says which rows count:
// the others are undefined and must not be read. `ops` (absent = append-only) is the kind of each row.
// `watermarks`, made only when an operator above asked for it, is the hidden BIGINT column of the watermark
// implied by the rows before each row: lateness is judged by it, whatever the batch boundaries. Immutable and
// cheap to copy; a changed batch is a new one that shares columns.
class Batch {
 public:
  Batch();
  Batch(int length, std::vector<ColumnPtr> columns);
  Batch(const Batch& other);
  Batch(Batch&& other) noexcept;
  Batch& operator=(const Batch& other);
  Batch& operator=(Batch&& other) noexcept;
  ~Batch();

  int length() const { return length_; }
  int selected() const { return sel_ ? static_cast<int>(sel_->size()) : length_; }
  Selection selection() const { return {sel_ ? sel_->data() : nullptr, selected()}; }
  bool has_selection() const { return sel_ != nullptr; }
  int column_count() const { return static_cast<int>(columns_.size()); }
  const ColumnPtr& column(int i) const { return columns_[static_cast<size_t>(i)]; }
  const std::vector<ColumnPtr>& columns() const { return columns_; }

  bool append_only() const { return ops_ == nullptr; }
  RowKind op(int row) const { return ops_ ? static_cast<RowKind>((*ops_)[static_cast<size_t>(row)]) : RowKind::kInsert; }
  const int8_t* ops() const { return ops_ ? ops_->data() : nullptr; }

  const ColumnPtr& watermarks() const { return watermarks_; }
  // The source partition that all rows come from; 0 where a source has only one.
  int32_t partition() const { return partition_; }

  Batch WithSelection(std::vector<uint16_t> rows) const;
  Batch WithColumns(std::vector<ColumnPtr> columns) const;
  Batch WithOps(std::vector<int8_t> ops) const;
  Batch WithWatermarks(ColumnPtr watermarks) const;
  Batch WithPartition(int32_t partition) const;

  int64_t pinned_bytes() const;
  // The selected rows as Flat columns of their own; no selection, nothing pinned of this batch.
  Batch Gather() const;
  // Rows begin…begin+count of the selection, as a batch of their own.
  Batch Part(int begin, int count) const;

 private:
  int length_ = 0;
  std::vector<ColumnPtr> columns_;
  std::shared_ptr<const std::vector<uint16_t>> sel_;
  std::shared_ptr<const std::vector<int8_t>> ops_;
  ColumnPtr watermarks_;
  int32_t partition_ = 0;
};

// A BatchBuilder grows a batch row by row, column builders side by side.
class BatchBuilder {
 public:
  explicit BatchBuilder(const std::vector<Type>& types, int expected_rows = 64);
  BatchBuilder(BatchBuilder&& other) noexcept;
  BatchBuilder& operator=(BatchBuilder&& other) noexcept;
  ~BatchBuilder();
  int length() const { return length_; }
  bool full() const { return length_ >= kMaxBatchRows; }
  ColumnBuilder& column(int i) { return columns_[static_cast<size_t>(i)]; }
  int column_count() const { return static_cast<int>(columns_.size()); }

  // Call once a row, after one Append on each column.
  void EndRow(RowKind kind = RowKind::kInsert);
  void AppendRow(const std::vector<Value>& row, RowKind kind = RowKind::kInsert);
  Batch Build();

 private:
  int length_ = 0;
  bool changelog_ = false;
  std::vector<ColumnBuilder> columns_;
  std::vector<int8_t> ops_;
};

std::vector<Type> TypesOf(const Schema& schema);

}  // namespace freshet::data
