#include "engines/stream/operators/upsert_rows.h"

#include <unordered_map>

#include "engines/stream/state/keys.h"

namespace freshet::stream {

data::Batch UpsertRows(const data::Batch& batch, const std::vector<int>& key) {
  if (batch.append_only()) return batch;
  data::Selection rows = batch.selection();
  KeyBatch keys;
  keys.Encode(batch, rows, key);
  std::unordered_map<std::string_view, int> last;
  for (int k = 0; k < rows.count; ++k) last[keys.key(k)] = k;
  std::vector<uint16_t> kept;
  std::vector<int8_t> ops(batch.ops(), batch.ops() + batch.length());
  for (int k = 0; k < rows.count; ++k) {
    if (last[keys.key(k)] != k) continue;
    auto row = static_cast<uint16_t>(rows.row(k));
    kept.push_back(row);
    if (batch.op(row) == data::RowKind::kUpdateBefore) ops[row] = static_cast<int8_t>(data::RowKind::kDelete);
  }
  return batch.WithOps(std::move(ops)).WithSelection(std::move(kept));
}

}  // namespace freshet::stream
