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
  ResultTable(std::vector<std::string> names, std::vector<int> primary_key, ResultMode mode);

  void Add(const data::Batch& batch);
  std::string Text() const;  // one row a line
  int64_t rows() const;

 private:
  void Fold(const std::string& line, const std::string& key, data::RowKind kind);

  data::CanonicalWriter writer_;
  std::vector<int> key_;
  ResultMode mode_;
  std::vector<std::string> lines_;             // kChangelog, and kFinal while nothing was taken back
  std::map<std::string, int64_t> counts_;      // multiset, once a row is taken back
  std::map<std::string, std::string> by_key_;  // with a primary key
  bool folding_ = false;
};

// All results of one script by name. One thread.
class Results {
 public:
  explicit Results(ResultMode mode) : mode_(mode) {}
  // The table of that name, made at first use; a script that inserts twice into one print table has one result.
  ResultTable& Open(const std::string& name, const std::vector<std::string>& columns, const std::vector<int>& primary_key);
  const std::vector<std::string>& names() const { return order_; }
  const ResultTable& table(const std::string& name) const { return tables_.at(name); }
  ResultMode mode() const { return mode_; }

 private:
  ResultMode mode_;
  std::map<std::string, ResultTable> tables_;
  std::vector<std::string> order_;
};

}  // namespace freshet::stream
