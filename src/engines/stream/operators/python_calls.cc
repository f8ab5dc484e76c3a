#include "engines/stream/operators/python_calls.h"

namespace freshet::stream {

Task<PythonCalls::Batches> PythonCalls::Answer(Ctx ctx, Batch batch) {
  Batch rows = batch.Gather();
  std::vector<data::ColumnPtr> columns = rows.columns();
  for (const auto& call : spec_.calls) {
    std::vector<data::ColumnPtr> args;
    for (int arg : call.args) args.push_back(rows.column(arg));
    Batch given(rows.length(), std::move(args));
    auto calling = functions_.Call(ctx, call.function->target, given, out_[columns.size()]);
    auto answered = co_await calling;
    if (!answered.ok()) co_return answered.fault();
    columns.push_back(std::move(*answered));
  }
  Batches out;
  out.push_back(rows.WithColumns(std::move(columns)));
  co_return out;
}

}  // namespace freshet::stream
