#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/schema.h"

// Formats turn the bytes of one record into one row and back, as Flink's formats of the same names do. A new one
// is a decoder, an encoder and a line in format.cc.

namespace freshet::formats {

using data::Batch;
using data::Pin;
using data::Schema;

// Options with the format's prefix cut off: {"ignore-parse-errors", "true"}.
using Options = std::map<std::string, std::string>;

// A Decoder collects records into a batch. Used by one thread. Records lie inside the current chunk, which the
// pin keeps alive and which has Slab::kSpareBytes readable bytes behind its end: strings are pointed at, not
// copied.
class Decoder {
 public:
  virtual ~Decoder() = default;

  virtual void SetChunk(std::string_view chunk, Pin pin) = 0;
  // Whether it copies what it needs of a record, which may lie anywhere then and for as long as the call lasts.
  virtual bool copies() const { return false; }
  // One row more, or none for a record that holds none (blank line; broken, and told to ignore); of a changelog format one for each side of a change; of a block format as many as it has. After a Fault
  // the decoder stands as before the call.
  virtual Status Append(std::string_view record) = 0;
  virtual int rows() const = 0;
  virtual int rows_per_record() const { return 1; }  // of the usual ones, at most
  // Of this one, at most: who has not so much room in a batch appends it to the next. Never more than kMaxBatchRows.
  virtual int rows_of(std::string_view) const { return rows_per_record(); }
  virtual int64_t skipped() const = 0;  // records ignored since the beginning
  virtual Batch Finish() = 0;           // the rows so far; the decoder starts anew with the same chunk
};

// An Encoder writes selected rows as records. Used by one thread.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends the record of one row, without a line end.
  virtual Status Append(std::string& out, const Batch& batch, int row) = 0;
};

// A BlockEncoder writes many rows into one record. Used by one thread.
class BlockEncoder {
 public:
  virtual ~BlockEncoder() = default;
  // Whether the row still goes into a record of so many bytes at most. The first one always does.
  virtual bool HasRoom(const Batch& batch, int row, int64_t bytes_max) const = 0;
  virtual void Append(const Batch& batch, int row) = 0;
  virtual int rows() const = 0;
  virtual int64_t bytes() const = 0;          // of their record, at most
  virtual Result<std::string> Finish() = 0;   // their record; the encoder starts anew
};

// `record` is what a record holds, for formats that count positions; `wanted` names the columns to read: a ROW with
// fewer fields than the record has reads only those.
Result<std::unique_ptr<Decoder>> OpenDecoder(const std::string& format, const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenEncoder(const std::string& format, const Options& options, const Schema& columns);

Result<std::unique_ptr<BlockEncoder>> OpenBlockEncoder(const std::string& format, const Options& options, const Schema& columns);

struct FormatOption {
  std::string_view key;      // without the format's prefix
  std::string_view meaning;  // what it takes, its default
};
struct FormatDescription {
  std::string_view name;
  std::string_view meaning;
  std::span<const FormatOption> options;
};
// Every format with its options, for messages and docs/sql.md.
std::vector<FormatDescription> DescribeFormats();
// Formats of Flink that are refused, and why.
std::span<const std::pair<std::string_view, std::string_view>> RefusedFormats();
std::span<const std::string_view> FormatNames();
bool IsFormat(std::string_view name);
// Whether its records say what happened to a row, so that a table of it updates.
bool IsChangelogFormat(std::string_view name);
// Whether one of its records holds many rows.
bool IsBlockFormat(std::string_view name);

// One per format, for format.cc.
Result<std::unique_ptr<Decoder>> OpenJsonDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenJsonEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenDebeziumDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenDebeziumEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenCanalDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenCanalEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenMaxwellDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenMaxwellEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenCsvDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenCsvEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenAvroDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenAvroEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenProtobufDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenProtobufEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenRawDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenRawEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<Decoder>> OpenArrowDecoder(const Options& options, const Schema& record, const Schema& wanted);
Result<std::unique_ptr<Encoder>> OpenArrowEncoder(const Options& options, const Schema& columns);
Result<std::unique_ptr<BlockEncoder>> OpenArrowBlockEncoder(const Options& options, const Schema& columns);

// Readers of option values; a Fault names the key and what it takes.
Result<bool> BooleanOption(const Options& options, const std::string& key, bool otherwise);

}  // namespace freshet::formats
