#include "schedules/row_lines.h"

#include "data/canonical.h"

namespace freshet::testing {

Status RowLines::Writer::Append(const data::Batch& batch, std::span<const int> rows) {
  std::string lines;
  for (int row : rows) {
    for (int c = 0; c < static_cast<int>(batch.columns().size()); ++c) {
      if (c > 0) lines += ' ';
      data::AppendCanonical(lines, *batch.column(c), row);
    }
    lines += '\n';
  }
  rows_ += static_cast<int64_t>(rows.size());
  bytes_ += static_cast<int64_t>(lines.size());
  return out_.Append(lines);
}

}  // namespace freshet::testing
