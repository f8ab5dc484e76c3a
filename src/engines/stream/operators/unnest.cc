#include "engines/stream/operators/unnest.h"

namespace freshet::stream {

Status Unnest::OnBatch(int, const Batch& batch) {
  const data::Column& list = *batch.column(spec_.list);
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    auto [begin, end] = list.IsNull(row) ? std::pair<int, int>(0, 0) : list.Range(row);
    for (int i = begin; i < end; ++i) {
      rows_.push_back(static_cast<uint16_t>(row));
      elements_.push_back(i);
      places_.push_back(i - begin + 1);
      if (rows_.size() == data::kMaxBatchRows) RETURN_NOT_OK(Flush(batch));
    }
    if (begin < end || !spec_.left) continue;
    rows_.push_back(static_cast<uint16_t>(row));
    elements_.push_back(-1);
    places_.push_back(0);
    if (rows_.size() == data::kMaxBatchRows) RETURN_NOT_OK(Flush(batch));
  }
  return Flush(batch);
}

Status Expand::OnBatch(int, const Batch& batch) {
  for (size_t s = 0; s < spec_.nulled.size(); ++s) {
    std::vector<data::ColumnPtr> columns = batch.columns();
    for (int c : spec_.nulled[s]) columns[static_cast<size_t>(c)] = data::NullColumn(types_[static_cast<size_t>(c)], batch.length());
    data::ColumnBuilder number(types_.back(), 1);
    number.Append(static_cast<int32_t>(s));
    columns.push_back(data::Repeat(number.Finish(), 0, batch.length()));
    RETURN_NOT_OK(Emit(batch.WithColumns(std::move(columns))));
  }
  return {};
}

namespace {

// Elements as a column of their own; a ROW's fields side by side.
void AppendElements(const data::Column& child, const std::vector<int>& elements, const std::vector<data::Type>& types, size_t first, std::vector<data::ColumnPtr>& out) {
  bool row = child.type.kind() == data::Kind::kRow;
  size_t parts = row ? child.children.size() : 1;
  for (size_t p = 0; p < parts; ++p) {
    data::ColumnBuilder builder(types[first + p], static_cast<int>(elements.size()));
    for (int e : elements) {
      bool null = e < 0 || child.IsNull(e);
      if (null) builder.AppendNull();
      else builder.AppendFrom(row ? *child.children[p] : child, row ? child.Base(e) : e);
    }
    out.push_back(builder.Finish());
  }
}

}  // namespace

Status Unnest::Flush(const Batch& batch) {
  if (rows_.empty()) return {};
  auto count = static_cast<int>(rows_.size());
  std::vector<data::ColumnPtr> columns;
  for (const auto& column : batch.columns()) columns.push_back(data::Slice(column, rows_.data(), count));
  for (const auto& child : batch.column(spec_.list)->children) AppendElements(*child, elements_, types_, columns.size(), columns);
  if (spec_.ordinality) {
    data::ColumnBuilder places(types_[columns.size()], count);
    for (int place : places_) place > 0 ? places.AppendInt(place) : places.AppendNull();
    columns.push_back(places.Finish());
  }
  Batch out(count, std::move(columns));
  if (batch.watermarks()) out = out.WithWatermarks(data::Slice(batch.watermarks(), rows_.data(), count));
  if (!batch.append_only()) {
    std::vector<int8_t> ops;
    for (uint16_t row : rows_) ops.push_back(static_cast<int8_t>(batch.op(row)));
    out = out.WithOps(std::move(ops));
  }
  rows_.clear();
  elements_.clear();
  places_.clear();
  return Emit(out);
}

}  // namespace freshet::stream
