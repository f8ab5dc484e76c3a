#pragma once

#include <string>
#include <vector>

#include "data/arrow_ipc/messages.h"
#include "data/column.h"

namespace freshet::arrow_ipc {

// Lays columns out as the arrays of one batch.
class ColumnWriter {
 public:
  explicit ColumnWriter(data::Codec codec) { plan_.codec = codec; }

  // A whole Flat column, as a builder makes it. A Fault: a NULL where none may be.
  Status Add(const Field& field, const data::Column& column) { return Put(field, field.name, column, nullptr); }
  // Appends the message of what was added.
  void AppendMessage(std::string& out, int64_t rows);

 private:
  // Rows that are NULL in `parent` count for nothing.
  Status Put(const Field& field, const std::string& path, const data::Column& column, const uint64_t* parent);
  Status PutValidity(const Field& field, const std::string& path, const data::Column& column, const uint64_t* parent);
  Status PutValues(const Field& field, const data::Column& column);
  Status PutTexts(const data::Column& column);
  Status PutBuffer(std::string_view bytes);

  BatchPlan plan_;
  std::string body_;
};

}  // namespace freshet::arrow_ipc
