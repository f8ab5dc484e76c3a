#include "engines/stream/job/not_null.h"

#include <algorithm>

#include "data/canonical.h"
#include "engines/stream/job/short_text.h"
#include "engines/stream/job/table_request.h"

namespace freshet::stream {
namespace {

constexpr size_t kRowBytesMax = 500;  // of a row in a message

}  // namespace

NotNull::NotNull(const SinkSpec& sink, const std::vector<PlanColumn>& columns) : table_(sink.name), drops_(sink.drops_nulls), key_(sink.primary_key) {
  for (const auto& column : columns) names_.push_back(column.name);
  for (size_t c = 0; sink.table != nullptr && c < columns.size(); ++c) {
    if (!columns[c].type.nullable()) columns_.push_back(static_cast<int>(c));
  }
  of_deletions_ = sink.table != nullptr && IsByKey(*sink.table) ? key_ : columns_;
}

int NotNull::Lacking(const data::Batch& batch, int row) const {
  const auto& asked = batch.op(row) == data::RowKind::kDelete ? of_deletions_ : columns_;
  auto lacking = std::find_if(asked.begin(), asked.end(), [&](int column) { return batch.column(column)->IsNull(row); });
  return lacking == asked.end() ? -1 : *lacking;
}

Result<data::Batch> NotNull::Enforce(const data::Batch& batch) {
  bool may_lack = std::any_of(columns_.begin(), columns_.end(), [&](int column) { return batch.column(column)->validity != nullptr; });
  if (!may_lack) return batch;
  data::Selection rows = batch.selection();
  std::vector<uint16_t> whole;
  for (int k = 0; k < rows.count; ++k) {
    int column = Lacking(batch, rows.row(k));
    if (column < 0) whole.push_back(static_cast<uint16_t>(rows.row(k)));
    else if (!drops_) return Refusal(batch, rows.row(k), column);
  }
  auto dropped = rows.count - static_cast<int>(whole.size());
  dropped_rows_ += dropped;
  return dropped == 0 ? batch : batch.WithSelection(std::move(whole));
}

Fault NotNull::Refusal(const data::Batch& batch, int row, int column) const {
  std::string line;
  data::CanonicalWriter(names_).AppendRow(line, batch, row);
  const std::string& name = names_[static_cast<size_t>(column)];
  bool of_key = std::find(key_.begin(), key_.end(), column) != key_.end();
  return Fault::Invalid("table ", table_, ": column ", name, of_key ? " is of the PRIMARY KEY, which is NOT NULL, and is NULL in the row " : " is NOT NULL, and is NULL in the row ", ShortText(line, kRowBytesMax),
                        "; leave such rows out (WHERE … IS NOT NULL), say what stands there instead (COALESCE), or SET 'table.exec.sink.not-null-enforcer' = 'DROP' to drop and count them");
}

}  // namespace freshet::stream
