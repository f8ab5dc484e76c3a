#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/type.h"

namespace freshet::stream {

// Names and types of the aggregate functions; how they work is operators/aggregate.h.
bool IsAggregateFunction(std::string_view name);

// What stands only before OVER and is no aggregate: ROW_NUMBER, RANK, LAG and their like. Some can be told only when the rows behind are known.
bool IsPlaceFunction(std::string_view name);
bool NeedsAllRows(std::string_view name);

// The result type of one call: COUNT is BIGINT NOT NULL, SUM(DECIMAL(p, s)) DECIMAL(38, s), AVG keeps integers …
Result<data::Type> AggregateType(std::string_view name, const std::vector<data::Type>& args);

}  // namespace freshet::stream
