#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/byte_streams.h"
#include "engines/lake/table_schema.h"

namespace freshet::lake {

using data::ByteInput;
using data::ByteOutput;

// What Iceberg keeps of one leaf column of a data file.
struct ColumnMetrics {
  int32_t field_id = 0;
  int64_t bytes = 0;
  int64_t values = 0;
  int64_t nulls = 0;
  std::optional<int64_t> nans;       // of floating point
  std::optional<std::string> lower;  // Iceberg's single-value bytes; text and binary cut to 16
  std::optional<std::string> upper;
};

struct ParquetSummary {
  int64_t rows = 0;
  std::vector<int64_t> split_offsets;
  std::vector<ColumnMetrics> columns;
};

// Writes one Parquet file. Used by one worker at a time; after a Fault it is only destroyed.
class ParquetWriter {
 public:
  virtual ~ParquetWriter() = default;
  // Column i of the batch is field i of the schema. A NULL in a required field is refused.
  virtual Status Append(const data::Batch& batch, std::span<const int> rows) = 0;
  virtual int64_t bytes_so_far() const = 0;  // written or encoded
  virtual Result<ParquetSummary> Finish() = 0;
};

// Reads one Parquet file from its beginning. Used by one worker at a time.
class ParquetReader {
 public:
  virtual ~ParquetReader() = default;
  // The next rows, or a batch of length 0 at the end.
  virtual Result<data::Batch> Next() = 0;
};

enum class ParquetCodec : uint8_t { kNone, kSnappy, kGzip, kZstd };

// Thread-safe.
class ParquetFormat {
 public:
  virtual ~ParquetFormat() = default;
  virtual Result<std::unique_ptr<ParquetWriter>> NewWriter(const TableSchema& schema, ParquetCodec codec, ByteOutput& out) const = 0;
  // Column i of the batches is field i of `wanted`, found in the file by its id and given as SQL type i; a field that the
  // file does not have is NULL.
  virtual Result<std::unique_ptr<ParquetReader>> NewReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in) const = 0;
  // The same for files of anybody's, which have no ids: columns, and fields of rows, are found by their names.
  virtual Result<std::unique_ptr<ParquetReader>> NewReaderByName(const data::Schema& wanted, std::unique_ptr<ByteInput> in) const = 0;
};

// Arrow's, from the module beside the program; loaded by the first file. `library` is its path, or a bare
// name that is looked for in lib/.
std::unique_ptr<ParquetFormat> ParquetFromLibrary(std::string library);

inline constexpr std::string_view kParquetLibrary = "libfreshet_parquet.so";
inline constexpr const char* kParquetEntry = "freshet_parquet_format_2";

}  // namespace freshet::lake
