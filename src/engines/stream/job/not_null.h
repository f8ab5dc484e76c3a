#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

// What a table asks of the rows that are written to it: a value in every column that is NOT NULL, as those of its key are. Owned by the sink's operator.
class NotNull {
 public:
  // A result has no table and takes what comes.
  NotNull(const SinkSpec& sink, const std::vector<PlanColumn>& columns);

  // The rows that have what they must have. One that has not is dropped and counted, if the sink drops such rows, else a Fault that tells it. Of a deletion by key
  // only the key says something.
  Result<data::Batch> Enforce(const data::Batch& batch);
  int64_t dropped_rows() const { return dropped_rows_; }

 private:
  int Lacking(const data::Batch& batch, int row) const;  // the column; -1: none
  Fault Refusal(const data::Batch& batch, int row, int column) const;

  const std::string table_;
  const bool drops_;
  std::vector<std::string> names_;
  std::vector<int> key_;
  std::vector<int> columns_;        // that are NOT NULL
  std::vector<int> of_deletions_;   // the same, where a row only says that its key is gone
  int64_t dropped_rows_ = 0;
};

}  // namespace freshet::stream
