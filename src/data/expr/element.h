#pragma once

#include <string>

#include "data/column.h"

// Elements of arrays and keys of maps, compared with each other. NULL is the same as NULL.

namespace freshet::expr {

bool SameElement(const data::Column& a, int i, const data::Column& b, int j);

// Bytes that are equal exactly for the same elements of one type.
void AppendElement(std::string& out, const data::Column& column, int row);

// Below, at or above zero; not for NULL, not for nested types. NaN is the greatest number.
int CompareElements(const data::Column& a, int i, const data::Column& b, int j);

}  // namespace freshet::expr
