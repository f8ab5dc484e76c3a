#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// What a function says of itself. Types are texts of SQL.
struct FunctionSignature {
  std::string name;                  // "module.function"
  std::string digest;                // sha256 of the file that it is in, lower-case hex
  int args_min = 0;
  int args_max = 0;                  // -1: any number
  std::vector<std::string> inputs;   // of the first arguments; empty: the value as it comes
  std::string result;
  bool deterministic = true;
};

// Functions of one row that somebody else computes, by name. They are what they were when their owner began. Thread-safe.
class Functions {
 public:
  virtual ~Functions() = default;
  // kNotFound, or why it cannot be called, with the remedy.
  virtual Result<FunctionSignature> Find(std::string_view name) const = 0;
  // Whether values of this type go in and come out.
  virtual Status CheckType(const data::Type& type) const = 0;
  // One value for each selected row of `args`, whose columns are the arguments. On any loop.
  virtual Task<data::ColumnPtr> Call(Ctx ctx, std::string name, data::Batch args, data::Type result) = 0;
};

}  // namespace freshet::ports
