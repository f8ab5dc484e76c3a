#include "engines/stream/state/row_encoder.h"

#include <algorithm>
#include <cstring>

#include "engines/stream/state/keys.h"

namespace freshet::stream {

void RowEncoder::Begin(const data::Batch& batch) {
  parts_.clear();
  for (const auto& column : batch.columns()) {
    auto physical = column->type.physical();
    bool text = physical == data::Physical::kString, nested = physical == data::Physical::kNested;
    parts_.push_back({column.get(), text || nested ? 0 : static_cast<uint32_t>(data::PhysicalWidth(physical)), text});
  }
  FindShared(batch.length());
  decoded_.clear();
  for (const auto& part : parts_) {
    bool flat = part.column->encoding == data::Encoding::kFlat && (part.width > 0 || part.text);
    if (flat) decoded_.push_back(part);
  }
}

void RowEncoder::PrefetchBehind(int k, data::Selection rows) const {
  constexpr int kValues = 16, kTexts = 6, kRowsALine = 8;
  constexpr size_t kLine = 64, kLines = 4;
  if (k + kValues < rows.count) {
    int row = rows.row(k + kValues);
    bool begins_line = row / kRowsALine != rows.row(k + kValues - 1) / kRowsALine;
    for (const auto& [column, width, text] : decoded_) {
      if (begins_line) __builtin_prefetch(static_cast<const char*>(column->values) + static_cast<size_t>(row) * (text ? sizeof(data::StringRef) : width));
    }
  }
  if (k + kTexts >= rows.count) return;
  int row = rows.row(k + kTexts);
  for (const auto& [column, width, is_text] : decoded_) {
    if (!is_text || column->IsNull(row)) continue;
    std::string_view text = column->String(row);
    for (size_t line = 0; line < std::min(text.size(), kLines * kLine); line += kLine) __builtin_prefetch(text.data() + line);
  }
}

// Worth it for some columns, and where rows come twice on average.
void RowEncoder::FindShared(int rows) {
  constexpr size_t kColumnsLeast = 3;
  shared_from_ = parts_.size();
  if (parts_.empty()) return;
  const data::Column& last = *parts_.back().column;
  if (last.indices == nullptr || last.base_rows * 2 > rows) return;
  while (shared_from_ > 0 && parts_[shared_from_ - 1].column->indices == last.indices) --shared_from_;
  if (parts_.size() - shared_from_ < kColumnsLeast) shared_from_ = parts_.size();
  written_.assign(static_cast<size_t>(last.base_rows), {});
  shared_.clear();
}

std::string_view RowEncoder::Encode(int row) {
  used_ = 0;
  for (size_t i = 0; i < shared_from_; ++i) Append(parts_[i], row);
  if (shared_from_ < parts_.size()) AppendShared(row);
  return {bytes_.data(), used_};
}

void RowEncoder::AppendShared(int row) {
  Written& written = written_[static_cast<size_t>(parts_.back().column->Base(row))];
  if (written.bytes > 0) {
    std::memcpy(Room(written.bytes), shared_.data() + written.begin, written.bytes);
    used_ += written.bytes;
    return;
  }
  size_t before = used_;
  for (size_t i = shared_from_; i < parts_.size(); ++i) Append(parts_[i], row);
  written = {shared_.size(), used_ - before};
  shared_.append(bytes_, before, written.bytes);
}

void RowEncoder::Append(const Part& part, int row) {
  const data::Column& column = *part.column;
  if (column.IsNull(row)) {
    *Room(1) = '\1';
    ++used_;
  } else if (part.width > 0) {
    AppendFixed(part, column.Base(row));
  } else if (part.text) {
    AppendText(column.String(row));
  } else {
    AppendNested(column, row);
  }
}

void RowEncoder::AppendFixed(const Part& part, int base) {
  char* out = Room(1 + part.width);
  const char* value = static_cast<const char*>(part.column->values) + static_cast<size_t>(base) * part.width;
  *out = '\0';
  if (part.width == sizeof(int64_t)) std::memcpy(out + 1, value, sizeof(int64_t));
  else std::memcpy(out + 1, value, part.width);
  used_ += 1 + part.width;
}

void RowEncoder::AppendText(std::string_view text) {
  auto length = static_cast<uint32_t>(text.size());
  char* out = Room(1 + sizeof(length) + text.size());
  *out = '\0';
  std::memcpy(out + 1, &length, sizeof(length));
  if (!text.empty()) std::memcpy(out + 1 + sizeof(length), text.data(), text.size());
  used_ += 1 + sizeof(length) + text.size();
}

void RowEncoder::AppendNested(const data::Column& column, int row) {
  nested_.clear();
  AppendKey(nested_, column, row);
  std::memcpy(Room(nested_.size()), nested_.data(), nested_.size());
  used_ += nested_.size();
}

}  // namespace freshet::stream
