#pragma once

#include "engines/lake/parquet_format.h"
#include "io/env.h"
#include "ports/connector.h"

namespace freshet::lake {

// Reads the snapshot that is current at the first Poll, file by file in the order of its manifests, to the end.
Result<std::unique_ptr<ports::Source>> OpenLakeSource(Env& env, const ParquetFormat& format, ports::TableRequest table);

}  // namespace freshet::lake
