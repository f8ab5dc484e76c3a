#include "engines/stream/operators/unnest.h"

namespace freshet::stream {

Status Unnest::OnBatch(int, const Batch& batch) {
  const data::Column& list = *batch.column(spec_.list);
  bool counted = list.type.kind() == data::Kind::kMultiset;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k), place = 0;
    auto [begin, end] = list.IsNull(row) ? std::pair<int, int>(0, 0) : list.Range(row);
    for (int i = begin; i < end; ++i) {
      int64_t times = counted ? list.children[1]->IntAt(i) : 1;
      for (int64_t t = 0; t < times; ++t) RETURN_NOT_OK(Put(batch, row, i, ++place));
    }
    if (begin == end && spec_.left) RETURN_NOT_OK(Put(batch, row, -1, 0));
  }
  return Flush(batch);
}

Status Unnest::Put(const Batch& batch, int row, int element, int place) {
  rows_.push_back(static_cast<uint16_t>(row));
  elements_.push_back(element);
  places_.push_back(place);
  return rows_.size() == data::kMaxBatchRows ? Flush(batch) : Status();
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
  const data::Column& list = *batch.column(spec_.list);
  size_t told = list.type.kind() == data::Kind::kMap ? 2 : 1;  // of a MULTISET the element, not how often
  for (size_t c = 0; c < told; ++c) AppendElements(*list.children[c], elements_, types_, columns.size(), columns);
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
