#include "engines/stream/job/results.h"

#include <algorithm>

namespace freshet::stream {
namespace {

constexpr int64_t kLineBytes = 64, kNodeBytes = 160;  // of a line, and of one in a map, beside their letters

// The letters of a row's texts, before any of them is written.
int64_t LettersOf(const data::Column& column, int row) {
  if (column.IsNull(row)) return 0;
  if (column.type.IsString() || column.type.IsOpaque()) return static_cast<int64_t>(column.String(row).size());
  int64_t letters = 0;
  bool is_list = column.type.IsNested() && column.type.kind() != data::Kind::kRow;
  auto [begin, end] = is_list ? column.Range(row) : std::pair(column.Base(row), column.Base(row) + 1);
  for (const auto& child : column.children) {
    for (int i = begin; i < end; ++i) letters += LettersOf(*child, i);
  }
  return letters;
}

}  // namespace

ResultTable::ResultTable(std::vector<std::string> names, std::vector<int> primary_key, ResultMode mode, int64_t bytes_max)
    : names_(std::move(names)), writer_(names_), key_(std::move(primary_key)), mode_(mode), bytes_max_(bytes_max) {}

Status ResultTable::Add(const data::Batch& batch) {
  Status added;
  batch.selection().ForEach([&](uint32_t row) {
    if (added.ok()) added = AddRow(batch, static_cast<int>(row));
  });
  return added;
}

Status ResultTable::AddRow(const data::Batch& batch, int row) {
  int64_t letters = 0;
  for (int c = 0; bytes_max_ < INT64_MAX && c < batch.column_count(); ++c) letters += LettersOf(*batch.column(c), row);
  if (letters > bytes_max_ - bytes_) return TooLarge();
  line_.clear();
  writer_.AppendRow(line_, batch, row, mode_ == ResultMode::kChangelog);
  row_key_.clear();
  for (int k : key_) data::AppendCanonical(row_key_, *batch.column(k), row);
  if (mode_ == ResultMode::kChangelog) {
    bytes_ += static_cast<int64_t>(line_.size()) + kLineBytes;
    lines_.push_back(line_);
  } else {
    Fold(line_, row_key_, batch.op(row));
  }
  return bytes_ <= bytes_max_ ? Status() : Status(TooLarge());
}

Fault ResultTable::TooLarge() const { return Fault::Exhausted("the result takes more than ", bytes_max_, " bytes; look at less: fewer columns, shorter texts, or a WHERE"); }

void ResultTable::Fold(const std::string& line, const std::string& key, data::RowKind kind) {
  auto bytes_of = [](const std::string& text) { return static_cast<int64_t>(text.size()); };
  if (!key_.empty()) {
    auto at = by_key_.find(key);
    if (data::IsAdded(kind)) {
      if (at == by_key_.end()) bytes_ += bytes_of(key) + kNodeBytes;
      else bytes_ -= bytes_of(at->second);
      bytes_ += bytes_of(line);
      by_key_[key] = line;
    } else if (at != by_key_.end() && (kind == data::RowKind::kDelete || at->second == line)) {
      // A row before an update goes unless another has taken its place; the row after it may have another key.
      bytes_ -= bytes_of(key) + kNodeBytes + bytes_of(at->second);
      by_key_.erase(at);
    }
    return;
  }
  if (!folding_ && data::IsAdded(kind)) {
    bytes_ += bytes_of(line) + kLineBytes;
    lines_.push_back(line);
    return;
  }
  if (!folding_) {
    folding_ = true;
    bytes_ = 0;
    for (auto& earlier : std::exchange(lines_, {})) Count(earlier, 1);
  }
  Count(line, data::IsAdded(kind) ? 1 : -1);
}

// Of the multiset.
void ResultTable::Count(const std::string& line, int64_t times) {
  auto [at, added] = counts_.try_emplace(line, 0);
  int64_t bytes = static_cast<int64_t>(line.size()) + kNodeBytes;
  if (added) bytes_ += bytes;
  at->second += times;
  if (at->second != 0) return;
  bytes_ -= bytes;
  counts_.erase(at);
}

std::string ResultTable::Text(int64_t rows_max, int64_t bytes_max) const {
  std::vector<std::string_view> lines(lines_.begin(), lines_.end());
  for (const auto& [line, count] : counts_) lines.insert(lines.end(), static_cast<size_t>(std::max<int64_t>(count, 0)), line);
  for (const auto& [key, line] : by_key_) lines.push_back(line);
  if (mode_ == ResultMode::kFinal) std::sort(lines.begin(), lines.end());
  std::string out;
  for (std::string_view line : lines) {
    bool fits = rows_max-- > 0 && static_cast<int64_t>(out.size() + line.size()) < bytes_max;
    if (!fits) break;
    out.append(line) += '\n';
  }
  return out;
}

int64_t ResultTable::rows() const {
  int64_t rows = static_cast<int64_t>(lines_.size() + by_key_.size());
  for (const auto& [line, count] : counts_) rows += count;
  return rows;
}

ResultTable& Results::Open(const std::string& name, const std::vector<std::string>& columns, const std::vector<int>& primary_key) {
  std::string own = name;
  for (int n = 2; tables_.contains(own) && !tables_.at(own).Holds(columns, primary_key); ++n) own = StrCat(name, "_", n);
  auto [at, added] = tables_.try_emplace(own, columns, primary_key, mode_, bytes_max_);
  if (added) order_.push_back(own);
  return at->second;
}

}  // namespace freshet::stream
