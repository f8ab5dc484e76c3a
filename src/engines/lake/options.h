#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "engines/lake/parquet_format.h"
#include "ports/connector.h"

namespace freshet::lake {

// The WITH options of an iceberg table, checked: unknown ones are refused by name.
struct LakeOptions {
  std::string location;  // of the table: warehouse/database/table
  ParquetCodec codec = ParquetCodec::kZstd;
  int64_t file_bytes = int64_t{128} << 20;         // a data file is closed when it has grown to this
  std::map<std::string, std::string> properties;   // written into a new table
};
Result<LakeOptions> ReadLakeOptions(const ports::TableRequest& table);

// Every option that is taken, for docs/sql.md.
std::span<const std::string_view> LakeOptionNames();

}  // namespace freshet::lake
