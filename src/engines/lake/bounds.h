#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/type.h"
#include "engines/lake/table_schema.h"

// Iceberg's single-value bytes: how bounds of columns and partitions are written (format spec, appendix D).

namespace freshet::lake {

std::string DecimalBytes(data::Int128 unscaled);  // big-endian two's complement, as short as it goes

// By the order of the type's values: < 0, 0, > 0.
int CompareSingleValues(const FieldType& type, std::string_view a, std::string_view b);

// Text and binary cut to 16 characters or bytes; an upper bound is then raised. Other types stay whole. An upper bound
// that cannot be raised is given up.
std::string CutLowerBound(const FieldType& type, const std::string& bound);
std::optional<std::string> CutUpperBound(const FieldType& type, const std::string& bound);

}  // namespace freshet::lake
