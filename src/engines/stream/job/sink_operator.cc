#include "engines/stream/job/sink_operator.h"

#include "engines/stream/operators/upsert_rows.h"

namespace freshet::stream {

SinkOperator::SinkOperator(const Node& sink, ResultTable* result, SinkForm form)
    : Operator(1), result_(result), swallows_(std::get<SinkSpec>(sink.spec).table != nullptr && std::get<SinkSpec>(sink.spec).table->connector() == "blackhole"),
      not_null_(std::get<SinkSpec>(sink.spec), sink.columns), lengths_(std::get<SinkSpec>(sink.spec), sink.columns), form_(std::move(form)) {
  if (result_ == nullptr) upsert_key_ = std::get<SinkSpec>(sink.spec).primary_key;
}

Status SinkOperator::OnBatch(int, const Batch& batch) {
  bool is_unbound = result_ == nullptr && !out_ && !swallows_;  // of a job that replays: those rows were written once
  if (is_unbound) return {};
  ASSIGN_OR_RETURN(Batch rows, not_null_.Enforce(upsert_key_.empty() ? batch : UpsertRows(batch, upsert_key_)));
  RETURN_NOT_OK(lengths_.Check(rows));
  counters_.rows_out += rows.selected();
  if (result_ != nullptr) return result_->Add(rows);
  bool leaves = out_ && rows.selected() > 0;
  return leaves ? out_(rows) : Status();
}

}  // namespace freshet::stream
