#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/column.h"

namespace freshet::data {

// The same rows of all columns, in any order and as often as they are named: values are pointed at, not copied, and columns whose rows are numbered alike
// share their numbers. Absent columns stay absent.
std::vector<ColumnPtr> Pick(const std::vector<ColumnPtr>& columns, std::span<const uint16_t> rows);

}  // namespace freshet::data
