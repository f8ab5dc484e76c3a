#include "engines/stream/state/row_encoder.h"

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
}

std::string_view RowEncoder::Encode(int row) {
  used_ = 0;
  for (const auto& part : parts_) {
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
  return {bytes_.data(), used_};
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
