#include "engines/stream/job/key_table.h"

#include "data/column_builder.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {
namespace {

constexpr int64_t kRowOverheadBytes = 96;

void Append(std::string_view row, data::RowKind kind, data::BatchBuilder& out) {
  for (int c = 0; c < out.column_count(); ++c) AppendFromKey(out.column(c), &row);
  out.EndRow(kind);
}

}  // namespace

Status KeyTable::Apply(const data::Batch& changes) {
  data::Selection selected = changes.selection();
  for (int k = 0; k < selected.count; ++k) {
    int row = selected.row(k);
    std::string key, bytes;
    for (int c : key_) AppendKey(key, *changes.column(c), row);
    auto found = rows_.find(key);
    if (found != rows_.end()) {
      bytes_ -= static_cast<int64_t>(found->first.size() + found->second.size()) + kRowOverheadBytes;
      if (!data::IsAdded(changes.op(row))) rows_.erase(found);
    }
    if (!data::IsAdded(changes.op(row))) continue;
    for (const auto& column : changes.columns()) AppendKey(bytes, *column, row);
    bytes_ += static_cast<int64_t>(key.size() + bytes.size()) + kRowOverheadBytes;
    rows_[std::move(key)] = std::move(bytes);
  }
  if (bytes_ > bytes_max_) return Fault::TooLarge("its rows by key need more than ", bytes_max_, " bytes of memory");
  return {};
}

std::vector<data::Batch> KeyTable::ChangesFrom(const Before& before, const std::vector<data::Type>& types) const {
  std::vector<data::Batch> batches;
  data::BatchBuilder out(types, 0);
  auto add = [&](std::string_view row, data::RowKind kind) {
    Append(row, kind, out);
    if (out.length() == data::kMaxBatchRows) batches.push_back(out.Build());
  };
  for (const auto& [key, row] : rows_) {
    auto old = before.rows.rows_.find(key);
    if (!before.is_whole || old == before.rows.rows_.end() || old->second != row) add(row, data::RowKind::kUpdateAfter);
  }
  for (const auto& [key, row] : before.rows.rows_) {
    if (before.is_own && !rows_.contains(key)) add(row, data::RowKind::kDelete);
  }
  if (out.length() > 0) batches.push_back(out.Build());
  return batches;
}

}  // namespace freshet::stream
