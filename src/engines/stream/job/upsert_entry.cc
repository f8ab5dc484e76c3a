#include "engines/stream/job/upsert_entry.h"

#include "base/bytes.h"
#include "engines/stream/state/rows.h"

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
  uint64_t hash = HashBytes(key);
  uint32_t found = index().Find(key, hash);
  bool known = found != UINT32_MAX;
  if (!data::IsAdded(batch.op(row))) {
    if (!known) return;
    Append(newest_[found], out, data::RowKind::kDelete);
    Forget(found);
    return;
  }
  std::string now;
  for (const auto& column : batch.columns()) AppendKey(now, *column, row);
  if (known && newest_[found] == std::string_view(now)) return;
  if (known && update_before_) Append(newest_[found], out, data::RowKind::kUpdateBefore);
  Append(now, out, known ? data::RowKind::kUpdateAfter : data::RowKind::kInsert);
  Take(key, hash, now);
}

void UpsertEntry::Take(std::string_view key, uint64_t hash, std::string_view row) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  Changed(group);
  if (group >= newest_.size()) newest_.resize(group + 1);
  newest_[group].assign(row);
}

void UpsertEntry::Append(std::string_view row, data::BatchBuilder& out, data::RowKind kind) const {
  for (int c = 0; c < out.column_count(); ++c) AppendFromKey(out.column(c), &row);
  out.EndRow(kind);
}

void UpsertEntry::WriteRest(uint32_t group, ByteWriter& out) const { WriteBytes(out, newest_[group]); }

void UpsertEntry::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  std::string_view row = ReadBytes(in);
  if (in.ok()) Take(key, hash, row);
}

void UpsertEntry::Forget(uint32_t group) {
  std::pmr::string(newest_.get_allocator()).swap(newest_[group]);
  Remove(group);
}

}  // namespace freshet::stream
