#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "base/uuid.h"
#include "data/byte_streams.h"
#include "data/formats/format.h"

// Formats of whole files, as those of format.h are of single records: a file of theirs has a beginning or an end of its own,
// and cannot be cut into lines.

namespace freshet::formats {

// Reads one file from its beginning. Used by one worker at a time.
class FileReader {
 public:
  virtual ~FileReader() = default;
  // The next rows, or a batch of length 0 at the end.
  virtual Result<Batch> Next() = 0;
};

// Writes one file. Used by one worker at a time; after a Fault it is only destroyed.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual Status Append(const Batch& batch, std::span<const int> rows) = 0;
  virtual int64_t bytes_so_far() const = 0;  // written or encoded
  virtual Status Finish() = 0;
};

// Thread-safe.
class FileFormat {
 public:
  virtual ~FileFormat() = default;
  virtual FormatDescription Describe() const = 0;
  // What options and columns alone tell.
  virtual Status Check(const Options& options, const Schema& columns) const = 0;
  // Column i of the batches is `wanted` i, found in the file by its name; what the file does not have is NULL.
  virtual Result<std::unique_ptr<FileReader>> NewReader(const Options& options, const Schema& wanted, std::unique_ptr<data::ByteInput> in) const = 0;
  // `unique` is of this file alone. `out` outlives the writer.
  virtual Result<std::unique_ptr<FileWriter>> NewWriter(const Options& options, const Schema& columns, const Uuid& unique, data::ByteOutput& out) const = 0;
};

// By the name that 'format' = … gives them. Borrowed pointers.
using FileFormats = std::map<std::string, const FileFormat*, std::less<>>;

// Avro's object container files.
const FileFormat& AvroFiles();
// Arrow's IPC format; streams of it are read, too.
const FileFormat& ArrowFiles();

// Refuses options that the format does not describe.
Status OnlyKnownOptions(const FormatDescription& format, const Options& options);

}  // namespace freshet::formats
