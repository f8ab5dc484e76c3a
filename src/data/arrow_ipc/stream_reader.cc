#include "data/arrow_ipc/stream_reader.h"

#include <algorithm>

namespace freshet::arrow_ipc {
namespace {

Result<bool> BeginsAsFile(data::ByteInput& in, int64_t size) {
  char begin[kFileBegin];
  if (size < kFileBegin) return false;
  ASSIGN_OR_RETURN(size_t read, in.ReadAt(0, std::span<char>(begin)));
  return read == kFileBegin && std::string_view(begin, kFileMagic.size()) == kFileMagic;
}

}  // namespace

Result<std::unique_ptr<StreamReader>> StreamReader::Open(data::ByteInput& in, const data::Schema& wanted, bool fail_on_missing, std::shared_ptr<const FittedSchema>& known) {
  ASSIGN_OR_RETURN(int64_t size, in.Size());
  ASSIGN_OR_RETURN(bool is_file, BeginsAsFile(in, size));
  MessageReader messages(in, is_file ? kFileBegin : 0, size);
  ASSIGN_OR_RETURN(Message first, messages.Next());
  if (first.kind != MessageKind::kSchema) return Fault::Corrupt("arrow: a stream begins with a schema, and this one does not");
  bool is_known = known != nullptr && known->metadata == first.metadata;
  if (!is_known) {
    ASSIGN_OR_RETURN(known, FitSchema(std::move(first.metadata), wanted, fail_on_missing));
  }
  return std::unique_ptr<StreamReader>(new StreamReader(in, messages, is_file, known));
}

Result<bool> StreamReader::OpenNext() {
  columns_.reset();
  row_ = 0;
  while (true) {
    ASSIGN_OR_RETURN(Message message, messages_.Next());
    bool cut = message.kind == MessageKind::kEnd && is_file_ && !messages_.said_end();
    if (cut) return Fault::Corrupt("arrow: the file is cut");
    if (message.kind == MessageKind::kEnd) return false;
    if (message.kind == MessageKind::kSchema) return Fault::Corrupt("arrow: a stream has one schema, and this one has a second");
    if (message.kind == MessageKind::kDictionary) {
      RETURN_NOT_OK(KeepDictionary(std::move(message)));
      continue;
    }
    plan_ = std::move(message.batch);
    ASSIGN_OR_RETURN(auto columns, ColumnReader::Open(in_, plan_, schema_->fields, 0, false, Dictionaries()));
    columns_.emplace(std::move(columns));
    return true;
  }
}

Status StreamReader::KeepDictionary(Message message) {
  values_.clear();
  auto& kept = dictionaries_[message.dictionary];
  if (!message.adds) {
    dictionary_messages_ -= kept.size();
    kept.clear();
  }
  if (++dictionary_messages_ > kDictionariesMax) return Fault::TooLarge("arrow: dictionaries of a stream are told in more than ", kDictionariesMax, " messages");
  kept.push_back(std::move(message.batch));
  return {};
}

Result<data::ColumnPtr> StreamReader::Dictionary(const Fit& fit) {
  auto known = values_.find(&fit);
  if (known != values_.end()) return known->second;
  auto kept = dictionaries_.find(fit.field->dictionary);
  if (kept == dictionaries_.end()) return Fault::Corrupt("arrow: column ", fit.path, ": its dictionary ", fit.field->dictionary, " does not stand before its rows");
  data::ColumnPtr whole;
  for (const BatchPlan& plan : kept->second) {
    if (plan.rows > kElementsMax) return Fault::TooLarge("arrow: column ", fit.path, ": a dictionary of ", plan.rows, " values; at most ", kElementsMax, " are read");
    ASSIGN_OR_RETURN(auto reader, ColumnReader::Open(in_, plan, std::span(fit.field, 1), fit.array, true, Dictionaries()));
    ASSIGN_OR_RETURN(auto values, reader.ReadValues(fit, 0, static_cast<int>(plan.rows)));
    if (whole == nullptr) {
      whole = std::move(values);
      continue;
    }
    if (whole->length + values->length > kElementsMax) return Fault::TooLarge("arrow: column ", fit.path, ": a dictionary has more than ", kElementsMax, " values");
    data::ColumnBuilder both(fit.type, whole->length + values->length);
    for (const auto& part : {whole, values}) {
      for (int i = 0; i < part->length; ++i) both.AppendFrom(*part, i);
    }
    whole = both.Finish();
  }
  return values_[&fit] = whole;
}

Result<data::Batch> StreamReader::Next() {
  while (!columns_ || row_ == plan_.rows) {
    ASSIGN_OR_RETURN(bool more, OpenNext());
    if (!more) return data::Batch(0, {});
  }
  auto rows = static_cast<int>(std::min<int64_t>(plan_.rows - row_, data::kMaxBatchRows));
  std::vector<data::ColumnPtr> columns;
  for (const Fit& fit : schema_->columns) {
    ASSIGN_OR_RETURN(auto column, columns_->Read(fit, row_, rows));
    columns.push_back(std::move(column));
  }
  row_ += rows;
  return data::Batch(rows, std::move(columns));
}

}  // namespace freshet::arrow_ipc
