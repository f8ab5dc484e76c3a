#pragma once

#include <memory>

#include "data/formats/file_format.h"
#include "engines/lake/parquet_format.h"

namespace freshet::lake {

// Parquet as a format of plain files: no table around them, columns found by their names.
std::unique_ptr<formats::FileFormat> ParquetFiles(std::unique_ptr<ParquetFormat> format);
inline std::unique_ptr<formats::FileFormat> ParquetFiles() { return ParquetFiles(ParquetFromLibrary(std::string(kParquetLibrary))); }

}  // namespace freshet::lake
