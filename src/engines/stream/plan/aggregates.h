#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/expr/doc.h"
#include "data/expr/expr.h"

namespace freshet::stream {

// A call of an aggregate while it is bound: at most one argument is left, several have become a ROW; constants such as a separator have become the option.
struct BoundAggregate {
  std::vector<expr::ExprPtr> args;
  std::string option;
  data::Type type;
};

// Names, types and arguments of the aggregates; how they work is operators/aggregate.h. To add one, copy its neighbour in both.
struct AggregateFunction {
  std::string_view name;
  int args_min;
  int args_max;
  Status (*bind)(std::string_view name, BoundAggregate& call);
  expr::Doc doc;
};
std::span<const AggregateFunction> AggregateFunctions();

// What stands among aggregates and is none: it is the binder's.
std::span<const expr::Doc> GroupDocs();

bool IsAggregateFunction(std::string_view name);

// What stands only before OVER and is no aggregate: ROW_NUMBER, RANK, LAG and their like. Some can be told only when the rows behind are known.
bool IsPlaceFunction(std::string_view name);
bool NeedsAllRows(std::string_view name);

// Whose answer is in the order of the rows, so that a change must come out where it happened.
bool IsInOrder(std::string_view name);

// `words`: the clauses behind the arguments, such as "ABSENT ON NULL". The result type: COUNT is BIGINT NOT NULL, SUM(DECIMAL(p, s)) DECIMAL(38, s), AVG keeps
// integers …
Result<BoundAggregate> BindAggregate(std::string_view name, std::vector<expr::ExprPtr> args, const std::string& words);

}  // namespace freshet::stream
