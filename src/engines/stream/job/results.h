#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/canonical.h"

namespace freshet::stream {

enum class ResultMode : uint8_t { kFinal, kChangelog };

// The rows of one result (a print table or a top-level SELECT), as canonical lines. Final: the changelog folded by
// the primary key, or as a multiset, and sorted bytewise. Changelog: every change in the order it came.
class ResultTable {
 public:
  ResultTable(std::vector<std::string> names, std::vector<int> primary_key, ResultMode mode, int64_t bytes_max);

  Status Add(const data::Batch& batch);
  // One row a line; of the first rows only, as many as both bounds allow.
  std::string Text(int64_t rows_max = INT64_MAX, int64_t bytes_max = INT64_MAX) const;
  int64_t rows() const;
  bool Holds(const std::vector<std::string>& names, const std::vector<int>& primary_key) const { return names == names_ && primary_key == key_; }
  // How a print table wants its rows shown; in no result.
  struct Shown {
    std::string prefix;        // of every line
    bool on_error = false;     // on standard error
  };
  void ShowAs(Shown shown) { shown_ = std::move(shown); }
  const Shown& shown() const { return shown_; }

 private:
  Status AddRow(const data::Batch& batch, int row);
  void Fold(const std::string& line, const std::string& key, data::RowKind kind);
  void Count(const std::string& line, int64_t times);
  Fault TooLarge() const;

  std::vector<std::string> names_;
  data::CanonicalWriter writer_;
  std::vector<int> key_;
  Shown shown_;
  ResultMode mode_;
  const int64_t bytes_max_;
  int64_t bytes_ = 0;                          // of what is kept
  std::string line_, row_key_;                 // of the row that is being added
  std::vector<std::string> lines_;             // kChangelog, and kFinal while nothing was taken back
  std::map<std::string, int64_t> counts_;      // multiset, once a row is taken back
  std::map<std::string, std::string> by_key_;  // with a primary key
  bool folding_ = false;
};

// All results of one script by name. One thread.
class Results {
 public:
  // A result that takes more than `bytes_max` is refused.
  explicit Results(ResultMode mode, int64_t bytes_max = INT64_MAX) : mode_(mode), bytes_max_(bytes_max) {}
  // The table of that name, made at first use; a script that inserts twice into one print table has one result. One that has been declared anew with other columns has another, `name_2`.
  ResultTable& Open(const std::string& name, const std::vector<std::string>& columns, const std::vector<int>& primary_key);
  const std::vector<std::string>& names() const { return order_; }
  const ResultTable& table(const std::string& name) const { return tables_.at(name); }
  ResultMode mode() const { return mode_; }

 private:
  ResultMode mode_;
  int64_t bytes_max_;
  std::map<std::string, ResultTable> tables_;
  std::vector<std::string> order_;
};

}  // namespace freshet::stream
