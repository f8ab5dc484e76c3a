#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/column_builder.h"
#include "io/wait.h"
#include "ports/functions.h"

namespace freshet::testing {

// Functions in C++ that stand in for those of Python. Each answer comes at the loop's next turn. Thread-safe once filled.
class MemoryFunctions final : public ports::Functions {
 public:
  using Row = std::vector<data::Value>;
  using Body = std::function<Result<data::Value>(const Row& args)>;

  void Set(ports::FunctionSignature signature, Body body) {
    std::string name = signature.name;
    functions_[name] = {std::move(signature), std::move(body)};
  }

  Result<ports::FunctionSignature> Find(std::string_view name) const override {
    auto found = functions_.find(name);
    if (found == functions_.end()) return Fault::NotFound("no function '", name, "'");
    return found->second.first;
  }
  Status CheckType(const data::Type& type) const override {
    if (type.kind() != data::Kind::kTimestampLtz) return {};
    return Fault::Unsupported("values of ", type.WithNullable(true), " do not go over");
  }
  Task<data::ColumnPtr> Call(Ctx, std::string name, data::Batch args, data::Type result) override {
    io::Yield yield;
    co_await yield;
    const Body& body = functions_.find(name)->second.second;
    data::ColumnBuilder out(result);
    data::Selection rows = args.selection();
    for (int k = 0; k < rows.count; ++k) {
      Row row;
      for (const auto& column : args.columns()) row.push_back(data::ValueAt(*column, rows.row(k)));
      auto value = body(row);
      if (!value.ok()) co_return Fault::Invalid("function ", name, ": ", value.fault().message());
      out.AppendValue(*value);
    }
    co_return out.Finish();
  }

 private:
  std::map<std::string, std::pair<ports::FunctionSignature, Body>, std::less<>> functions_;
};

}  // namespace freshet::testing
