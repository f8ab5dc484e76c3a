#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "data/arrow_ipc/column_reader.h"
#include "data/batch.h"

namespace freshet::arrow_ipc {

// Reads one stream of Arrow, or one file of its IPC format, which is a stream with something around it. Borrows the input; used by one thread.
class StreamReader {
 public:
  // `wanted` columns, found by name; with `fail_on_missing` one that is not there is a Fault, else NULL. `known` (may hold nothing) is the schema of a stream before this one, which is
  // mostly the same; it becomes this one's.
  static Result<std::unique_ptr<StreamReader>> Open(data::ByteInput& in, const data::Schema& wanted, bool fail_on_missing, std::shared_ptr<const FittedSchema>& known);

  // The next rows, at most kMaxBatchRows, or a batch of length 0 at the end.
  Result<data::Batch> Next();

 private:
  static constexpr size_t kDictionariesMax = 10'000;  // messages that are kept

  StreamReader(data::ByteInput& in, MessageReader messages, bool is_file, std::shared_ptr<const FittedSchema> schema)
      : in_(in), messages_(std::move(messages)), is_file_(is_file), schema_(std::move(schema)) {}
  Result<bool> OpenNext();   // false: the end
  Status KeepDictionary(Message message);
  Result<data::ColumnPtr> Dictionary(const Fit& fit);
  ColumnReader::Dictionaries Dictionaries() {
    return [this](const Fit& fit) { return Dictionary(fit); };
  }

  data::ByteInput& in_;
  MessageReader messages_;
  const bool is_file_;
  const std::shared_ptr<const FittedSchema> schema_;
  BatchPlan plan_;                              // of the rows that are being read
  std::optional<ColumnReader> columns_;
  int64_t row_ = 0;                             // the next
  std::map<int64_t, std::vector<BatchPlan>> dictionaries_;
  size_t dictionary_messages_ = 0;
  std::map<const Fit*, data::ColumnPtr> values_;  // of dictionaries, as they are now
};

}  // namespace freshet::arrow_ipc
