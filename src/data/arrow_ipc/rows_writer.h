#pragma once

#include <string>
#include <vector>

#include "data/arrow_ipc/messages.h"
#include "data/batch.h"

namespace freshet::arrow_ipc {

// Collects rows and writes them as messages of a stream. Used by one thread.
class RowsWriter {
 public:
  // A Fault names a column that Arrow has no type for.
  static Result<RowsWriter> Open(const data::Schema& columns, data::Codec codec);

  const std::vector<Field>& fields() const { return fields_; }
  void Append(const data::Batch& batch, int row);
  int rows() const { return rows_.length(); }
  bool full() const { return rows_.full(); }
  // What the collected rows' message takes at most, without being packed.
  int64_t bytes() const { return rows() == 0 ? 0 : empty_bytes_ + row_bytes_; }
  static int64_t BytesOf(const data::Batch& batch, int row);

  // Appends their message, if there are any; they are gone then.
  Status Flush(std::string& out);
  // What a message takes beside its rows.
  int64_t empty_bytes() const { return empty_bytes_; }

 private:
  RowsWriter(const std::vector<data::Type>& types, std::vector<Field> fields, data::Codec codec) : fields_(std::move(fields)), codec_(codec), rows_(types) {}

  std::vector<Field> fields_;
  data::Codec codec_;
  data::BatchBuilder rows_;
  int64_t row_bytes_ = 0;
  int64_t empty_bytes_ = 0;
};

}  // namespace freshet::arrow_ipc
