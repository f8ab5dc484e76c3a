#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/batch.h"

namespace freshet::stream {

// The rows of a table with a key, as the changes that are applied leave them.
class KeyTable {
 public:
  KeyTable(std::vector<int> key, int64_t bytes_max) : key_(std::move(key)), bytes_max_(bytes_max) {}

  // kTooLarge: more than bytes_max.
  Status Apply(const data::Batch& changes);
  // What makes this table of `before`: rows that are new or differ (+U), and those whose keys are gone (-D).
  struct Before {
    const KeyTable& rows;
    bool is_own = true;     // or somebody else's, whose keys are left alone
    bool is_whole = true;   // or there is more in its rows than this table has columns: all are written
  };
  std::vector<data::Batch> ChangesFrom(const Before& before, const std::vector<data::Type>& types) const;
  size_t rows() const { return rows_.size(); }

 private:
  const std::vector<int> key_;
  const int64_t bytes_max_;
  int64_t bytes_ = 0;
  std::unordered_map<std::string, std::string> rows_;  // by key, both as AppendKey writes them
};

}  // namespace freshet::stream
