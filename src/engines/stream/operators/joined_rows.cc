#include "engines/stream/operators/joined_rows.h"

#include <algorithm>

#include "data/pick.h"

namespace freshet::stream {
namespace {

std::vector<bool> All(const std::vector<data::Type>& types) { return std::vector<bool>(types.size(), true); }

std::vector<data::ColumnPtr> Nulls(const std::vector<data::Type>& types, int length) {
  std::vector<data::ColumnPtr> columns;
  for (const auto& type : types) columns.push_back(data::NullColumn(type, length));
  return columns;
}

}  // namespace

JoinedRows::JoinedRows(const std::vector<data::Type>& left, const std::vector<data::Type>& right, std::vector<data::Type> out)
    : types_{left, right}, out_(std::move(out)), kept_{{left, All(left)}, {right, All(right)}} {}

void JoinedRows::Begin(int kept_side, const data::Batch* at_hand) {
  CHECK(kinds_.empty());
  kept_side_ = kept_side;
  at_hand_ = at_hand;
}

data::Batch JoinedRows::Build() {
  if (kinds_.empty()) return {};
  auto length = static_cast<int>(kinds_.size());
  std::vector<data::ColumnPtr> columns;
  for (int side = 0; side < 2; ++side) {
    bool shown = columns.size() < out_.size();
    if (!shown) break;
    for (const auto& column : side == kept_side_ ? KeptColumns() : ColumnsAtHand()) columns.push_back(data::WithType(column, out_[columns.size()]));
  }
  if (kept_[kept_side_].count() > 0) kept_[kept_side_].Finish();  // nobody asked for their columns
  data::Batch out(length, std::move(columns));
  if (changelog_) out = out.WithOps(kinds_);
  rows_.clear();
  numbers_.clear();
  kinds_.clear();
  changelog_ = false;
  return out;
}

std::vector<data::ColumnPtr> JoinedRows::ColumnsAtHand() const {
  auto absent = static_cast<size_t>(std::count(rows_.begin(), rows_.end(), kNobody));
  if (absent == 0) return data::Pick(at_hand_->columns(), rows_);
  const auto& types = types_[1 - kept_side_];
  auto length = static_cast<int>(rows_.size());
  if (absent == rows_.size()) return Nulls(types, length);
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < types.size(); ++c) {
    data::ColumnBuilder builder(types[c], length);
    for (uint16_t row : rows_) {
      if (row == kNobody) builder.AppendNull();
      else builder.AppendFrom(*at_hand_->columns()[c], row);
    }
    columns.push_back(builder.Finish());
  }
  return columns;
}

std::vector<data::ColumnPtr> JoinedRows::KeptColumns() {
  KeptRows& kept = kept_[kept_side_];
  if (kept.count() == 0) return Nulls(types_[kept_side_], static_cast<int>(numbers_.size()));
  bool some_absent = std::find(numbers_.begin(), numbers_.end(), kNobody) != numbers_.end();
  if (some_absent) std::replace(numbers_.begin(), numbers_.end(), kNobody, kept.AddNulls());
  return data::Pick(kept.Finish(), numbers_);
}

}  // namespace freshet::stream
