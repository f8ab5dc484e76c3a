#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"
#include "data/table_request.h"

namespace freshet::links::postgres {

// The WITH options of a jdbc table, read and checked.
struct JdbcOptions {
  std::map<std::string, std::string> connection;  // by libpq's names
  std::string from;                               // the table, quoted
  int retries_max = 3;
  // Of answers; zero rows: none is kept.
  int64_t cache_rows_max = 0;
  Duration expire_after_write{0};                 // zero: never
  Duration expire_after_access{0};
  bool cache_missing = true;
};

Result<JdbcOptions> ReadJdbcOptions(const data::TableRequest& table);

// A name as PostgreSQL takes it: in lower case, as it takes unquoted ones, or as it stands where it is no plain name.
std::string Quoted(std::string_view name);

// Every option that is taken, for docs/sql.md.
std::span<const std::string_view> JdbcOptionNames();

}  // namespace freshet::links::postgres
