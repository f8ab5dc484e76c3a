#pragma once

#include <optional>
#include <string>
#include <vector>

namespace freshet::app {

// Rows under named columns, for people or for programs.
class Table {
 public:
  enum class Kind : unsigned char { kText, kNumber, kFlag };
  struct Column {
    std::string name;
    Kind kind = Kind::kText;
  };
  using Cell = std::optional<std::string>;  // a flag reads true or false

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<Cell> row);
  const std::vector<std::vector<Cell>>& rows() const { return rows_; }
  // Lines for people alone, told beside the rows.
  void Note(std::string line) { notes_.push_back(std::move(line)); }
  const std::vector<std::string>& notes() const { return notes_; }
  // The same, of a row whose wish was refused: the command ends with 1.
  void Fail(std::string line) {
    Note(std::move(line));
    failed_ = true;
  }
  bool failed() const { return failed_; }

  // What a terminal would take as a command is shown as bytes; what there is none of as "-". A very long cell stands whole, and widens no row but its own.
  std::string Aligned() const;
  std::string JsonLines() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
  std::vector<std::string> notes_;
  bool failed_ = false;
};

}  // namespace freshet::app
