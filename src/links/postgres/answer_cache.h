#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "links/postgres/database.h"
#include "links/postgres/options.h"

namespace freshet::links::postgres {

// The rows of keys; those of the key that was not asked for longest go first. On one loop.
class AnswerCache {
 public:
  explicit AnswerCache(const JdbcOptions& options)
      : rows_max_(options.cache_rows_max), expire_after_write_(options.expire_after_write), expire_after_access_(options.expire_after_access), keeps_missing_(options.cache_missing) {}

  // Absent: not known; no rows: known to be missing.
  std::optional<std::vector<Cells>> Find(const std::string& key, MonoTime now);
  void Keep(const std::string& key, const std::vector<Cells>& rows, MonoTime now);

 private:
  struct Answer {
    int64_t size() const { return rows.empty() ? 1 : static_cast<int64_t>(rows.size()); }  // what is missing counts as a row
    std::vector<Cells> rows;
    MonoTime written;
    MonoTime used;
    std::list<std::string>::iterator place;
  };

  void Forget(const std::string& key);

  const int64_t rows_max_;
  const Duration expire_after_write_;
  const Duration expire_after_access_;
  const bool keeps_missing_;
  std::list<std::string> order_;  // the newest use in front
  std::unordered_map<std::string, Answer> answers_;
  int64_t rows_ = 0;
};

}  // namespace freshet::links::postgres
