#pragma once

#include <memory>
#include <vector>

#include "engines/lake/parquet_format.h"

namespace freshet::lake {

Result<std::unique_ptr<ParquetReader>> OpenArrowReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in);
Result<std::unique_ptr<ParquetReader>> OpenArrowReaderByName(const data::Schema& wanted, std::unique_ptr<ByteInput> in);

}  // namespace freshet::lake
