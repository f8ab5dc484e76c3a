#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "links/postgres/database.h"
#include "links/postgres/options.h"

namespace freshet::links::postgres {

// Answers by key, the one that was not asked for longest going first. On one loop.
class AnswerCache {
 public:
  explicit AnswerCache(const JdbcOptions& options)
      : rows_max_(options.cache_rows_max), expire_after_write_(options.expire_after_write), expire_after_access_(options.expire_after_access), keeps_missing_(options.cache_missing) {}

  // Absent: not known; an absent row inside: known to be missing.
  std::optional<std::optional<Cells>> Find(const std::string& key, MonoTime now);
  void Keep(const std::string& key, const std::optional<Cells>& row, MonoTime now);

 private:
  struct Answer {
    std::optional<Cells> row;
    MonoTime written;
    MonoTime used;
    std::list<std::string>::iterator place;
  };

  const int64_t rows_max_;
  const Duration expire_after_write_;
  const Duration expire_after_access_;
  const bool keeps_missing_;
  std::list<std::string> order_;  // the newest use in front
  std::unordered_map<std::string, Answer> answers_;
};

}  // namespace freshet::links::postgres
