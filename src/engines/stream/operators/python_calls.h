#pragma once

#include "engines/stream/operators/waiting.h"
#include "engines/stream/plan/node.h"
#include "ports/functions.h"

namespace freshet::stream {

// Calls of Python functions: a column of answers for each stands behind the columns of the rows.
class PythonCalls final : public WaitingOperator {
 public:
  PythonCalls(PythonSpec spec, ports::Functions& functions, std::vector<data::Type> out) : spec_(std::move(spec)), functions_(functions), out_(std::move(out)) {}

 protected:
  Task<Batches> Answer(Ctx ctx, Batch batch) override;

 private:
  PythonSpec spec_;
  ports::Functions& functions_;
  std::vector<data::Type> out_;
};

}  // namespace freshet::stream
