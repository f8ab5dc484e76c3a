#pragma once

#include <map>

#include "engines/lake/parquet_format.h"

namespace parquet {
class FileMetaData;
}

namespace freshet::lake {

// Sizes, counts and bounds of each leaf column from a finished file's footer. Bounds only where a row has at most one
// value. `nans` by field id, as counted while writing.
ParquetSummary SummaryOf(const parquet::FileMetaData& file, const TableSchema& schema, const std::map<int32_t, int64_t>& nans);

}  // namespace freshet::lake
