#include "app/admin/table.h"

#include "base/check.h"
#include "base/text.h"

namespace freshet::app {
namespace {

constexpr size_t kWidthMax = 60;  // of a column; a longer cell moves what follows it in its own row only

std::string Printable(const Table::Cell& cell) {
  if (!cell.has_value() || cell->empty()) return "-";
  std::string out;
  for (char c : *cell) {
    bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (is_control) out += StrCat("\\x", ToHex(std::string_view(&c, 1)));
    else out += c;
  }
  return out;
}

// In characters, not in bytes: those that continue one in UTF-8 do not count.
size_t WidthOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void AppendJsonCell(std::string& out, Table::Kind kind, const Table::Cell& cell) {
  if (!cell.has_value()) out += "null";
  else if (kind == Table::Kind::kText) AppendJsonString(out, *cell);
  else out += *cell;
}

}  // namespace

void Table::Add(std::vector<Cell> row) {
  CHECK(row.size() == columns_.size());
  rows_.push_back(std::move(row));
}

std::string Table::Aligned() const {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns_) lines[0].push_back(column.name);
  for (const auto& row : rows_) {
    lines.emplace_back();
    for (const Cell& cell : row) lines.back().push_back(Printable(cell));
  }
  std::vector<size_t> widths(columns_.size(), 0);
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], std::min(kWidthMax, WidthOf(line[i])));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string shown;
    for (size_t i = 0; i < line.size(); ++i) {
      std::string space(widths[i] - std::min(widths[i], WidthOf(line[i])), ' ');
      if (i > 0) shown += "  ";
      shown += columns_[i].kind == Kind::kNumber ? space + line[i] : line[i] + space;
    }
    shown.erase(shown.find_last_not_of(' ') + 1);
    out += shown + "\n";
  }
  return out;
}

std::string Table::JsonLines() const {
  std::string out;
  for (const auto& row : rows_) {
    out += '{';
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      AppendJsonString(out, columns_[i].name);
      out += ':';
      AppendJsonCell(out, columns_[i].kind, row[i]);
    }
    out += "}\n";
  }
  return out;
}

}  // namespace freshet::app
