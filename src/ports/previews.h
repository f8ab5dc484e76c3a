#pragma once

#include <string>

#include "base/time.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

struct PreviewRequest {
  std::string sql;
  Duration last;           // how far back topics are read
  std::string result;      // which: a table that an INSERT writes, or select_1 …; empty: the only SELECT, or else the only INSERT
  int64_t rows_max = 100;
};

struct PreviewAnswer {
  std::string result;      // empty: nothing ran, `lines` are what EXPLAIN, SHOW and DESCRIBE print
  std::string lines;       // canonical rows, one a line, rows_max at most
  int64_t rows = 0;        // of all that there are
  int64_t events = 0;      // that sources brought
  int64_t late_rows = 0;
  int64_t newest_max = 0;  // of each topic only so many records were looked at, where all of that time takes longer than an answer may; 0: all
  int64_t unread_records = 0;  // that are in no result because they cannot be read
  std::string first_unread;    // where the first of them stands, and why
};

// A look at what SQL would give, over what the house holds now: nothing is deployed, made or written. Callable from any loop.
class Previews {
 public:
  virtual ~Previews() = default;
  // kExhausted: too many at once, or one that takes more than its bounds.
  virtual Task<PreviewAnswer> Preview(Ctx ctx, PreviewRequest request) = 0;
};

}  // namespace freshet::ports
