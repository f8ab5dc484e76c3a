#include "engines/stream/job/results.h"

#include <algorithm>

namespace freshet::stream {

ResultTable::ResultTable(std::vector<std::string> names, std::vector<int> primary_key, ResultMode mode)
    : writer_(names), key_(std::move(primary_key)), mode_(mode) {}

void ResultTable::Add(const data::Batch& batch) {
  std::string line, key;
  batch.selection().ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    line.clear();
    writer_.AppendRow(line, batch, r, mode_ == ResultMode::kChangelog);
    if (mode_ == ResultMode::kChangelog) {
      lines_.push_back(line);
      return;
    }
    key.clear();
    for (int k : key_) data::AppendCanonical(key, *batch.column(k), r);
    Fold(line, key, batch.op(r));
  });
}

void ResultTable::Fold(const std::string& line, const std::string& key, data::RowKind kind) {
  if (!key_.empty()) {
    if (data::IsAdded(kind)) by_key_[key] = line;
    // A row before an update goes unless another has taken its place; the row after it may have another key.
    else if (auto at = by_key_.find(key); at != by_key_.end() && (kind == data::RowKind::kDelete || at->second == line)) by_key_.erase(at);
    return;
  }
  if (!folding_ && data::IsAdded(kind)) {
    lines_.push_back(line);
    return;
  }
  if (!folding_) {
    folding_ = true;
    for (auto& earlier : lines_) ++counts_[earlier];
    lines_.clear();
  }
  auto [at, added] = counts_.try_emplace(line, 0);
  at->second += data::IsAdded(kind) ? 1 : -1;
  if (at->second == 0) counts_.erase(at);
}

std::string ResultTable::Text() const {
  std::vector<std::string> lines = lines_;
  for (const auto& [line, count] : counts_) lines.insert(lines.end(), static_cast<size_t>(std::max<int64_t>(count, 0)), line);
  for (const auto& [key, line] : by_key_) lines.push_back(line);
  if (mode_ == ResultMode::kFinal) std::sort(lines.begin(), lines.end());
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

int64_t ResultTable::rows() const {
  int64_t rows = static_cast<int64_t>(lines_.size() + by_key_.size());
  for (const auto& [line, count] : counts_) rows += count;
  return rows;
}

ResultTable& Results::Open(const std::string& name, const std::vector<std::string>& columns, const std::vector<int>& primary_key) {
  auto [at, added] = tables_.try_emplace(name, columns, primary_key, mode_);
  if (added) order_.push_back(name);
  return at->second;
}

}  // namespace freshet::stream
