#include "engines/stream/job/upsert_entry.h"

#include "base/bytes.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

Status UpsertEntry::OnBatch(int, const Batch& batch) {
  data::Selection sel = batch.selection();
  data::BatchBuilder out(types_, sel.count);
  for (int k = 0; k < sel.count; ++k) {
    if (out.length() + 2 > data::kMaxBatchRows) RETURN_NOT_OK(Emit(out.Build().WithPartition(batch.partition())));
    Apply(batch, sel.row(k), out);
  }
  if (out.length() == 0) return {};
  return Emit(out.Build().WithPartition(batch.partition()));
}

void UpsertEntry::Apply(const Batch& batch, int row, data::BatchBuilder& out) {
  std::string key;
  for (int c : keys_) AppendKey(key, *batch.column(c), row);
  auto found = newest_.find(std::pmr::string(key));
  if (!data::IsAdded(batch.op(row))) {
    if (found == newest_.end()) return;
    Append(found->second, out, data::RowKind::kDelete);
    newest_.erase(found);
    return;
  }
  std::string now;
  for (const auto& column : batch.columns()) AppendKey(now, *column, row);
  if (found == newest_.end()) {
    Append(now, out, data::RowKind::kInsert);
    newest_.emplace(key, now);
    return;
  }
  if (found->second == std::string_view(now)) return;
  if (update_before_) Append(found->second, out, data::RowKind::kUpdateBefore);
  Append(now, out, data::RowKind::kUpdateAfter);
  found->second.assign(now);
}

void UpsertEntry::Append(std::string_view row, data::BatchBuilder& out, data::RowKind kind) const {
  for (int c = 0; c < out.column_count(); ++c) AppendFromKey(out.column(c), &row);
  out.EndRow(kind);
}

void UpsertEntry::Save(OperatorState& state) const {
  SaveTime(state);
  for (const auto& [key, row] : newest_) {
    std::string& group = state.groups[static_cast<size_t>(KeyGroupOf(HashBytes(key)))];
    ByteWriter out(group, Order::kLittle);
    out.WriteVarUint64(key.size());
    out.WriteBytes(key);
    out.WriteVarUint64(row.size());
    out.WriteBytes(row);
  }
}

Status UpsertEntry::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  for (const auto& group : state.groups) {
    ByteReader in(group, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      std::pmr::string key(in.ReadBytes(in.ReadVarUint64()));
      newest_[key].assign(in.ReadBytes(in.ReadVarUint64()));
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: rows of an upsert source are cut off");
  }
  return {};
}

}  // namespace freshet::stream
