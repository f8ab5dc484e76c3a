#include "data/expr/memo.h"

namespace freshet::expr {

// Equal texts of equal types are one part. What is inside of a part that was seen before is not asked for again.
void Memo::Add(const Expr& expr) {
  bool plain = expr.op == Op::kInput || expr.op == Op::kLiteral || expr.op == Op::kField;
  if (!plain && parts_.size() < kPartsMax && IsDeterministic(expr)) {
    auto [known, first] = by_text_.try_emplace(StrCat(Describe(expr), " ", expr.type), parts_.size());
    if (first) parts_.emplace_back();
    parts_of_[&expr] = known->second;
    ++parts_[known->second].asked_;
    shares_ = shares_ || !first;
    if (!first) return;
  }
  for (const auto& arg : expr.args) Add(*arg);
}

void Memo::Begin(const Batch& batch) {
  if (!columns_.empty() && columns_ == batch.columns()) return;
  Forget();
  columns_ = batch.columns();
}

void Memo::Forget() {
  columns_.clear();
  for (auto& part : parts_) part.column_ = nullptr;
}

ColumnPtr Memo::Part::Known(Selection rows) const {
  if (column_ == nullptr || rows.count > count_) return nullptr;
  if (rows.rows == nullptr && rows_.empty()) return column_;
  for (int k = 0; k < rows.count; ++k) {
    auto row = static_cast<size_t>(rows.row(k));
    bool known = rows_.empty() ? row < static_cast<size_t>(count_) : rows_[row] != 0;
    if (!known) return nullptr;
  }
  return column_;
}

void Memo::Part::Keep(const ColumnPtr& column, Selection rows) {
  if (column_ != nullptr && rows.count < count_) return;
  column_ = column;
  count_ = rows.count;
  rows_.clear();
  if (rows.rows == nullptr) return;
  rows_.assign(static_cast<size_t>(column->length), 0);
  rows.ForEach([&](uint32_t row) { rows_[row] = 1; });
}

}  // namespace freshet::expr
