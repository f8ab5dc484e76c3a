#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "data/avro/schema.h"
#include "data/batch.h"
#include "data/schema.h"

// Rows as Avro records, under the schema that Flink derives from a table's columns.

namespace freshet::formats {

// What timestamps become. Flink's old way, its default: TIMESTAMP(0..3) is timestamp-millis, TIMESTAMP_LTZ is refused. The new
// way: TIMESTAMP is local-timestamp-*, TIMESTAMP_LTZ timestamp-*, in milliseconds up to precision 3, in microseconds up to 6.
enum class AvroTimestamps : unsigned char { kLegacy, kCorrect };

// The JSON of the schema, letter for letter Flink's. What has no Avro type is refused by its column.
Result<std::string> AvroSchemaOf(const data::Schema& columns, AvroTimestamps timestamps);

// How the options of format avro map timestamps; others are not looked at.
Result<AvroTimestamps> AvroTimestampsOf(const std::map<std::string, std::string>& options);

// Writes rows of columns that have a schema.
Status AppendAvroRow(std::string& out, const data::Schema& columns, const data::Batch& batch, int row);

// Reads records of a writer's schema (or a union with one) as rows of columns, found by name; a column that the writer does not have is NULL. Used
// by one thread.
class AvroRowReader {
 public:
  static Result<AvroRowReader> Make(avro::SchemaPtr writer, const data::Schema& columns);

  // Bytes that the records read next lie in; long strings are pointed at there.
  void SetChunk(std::string_view chunk, data::Pin pin) {
    chunk_ = chunk;
    pin_ = std::move(pin);
  }
  // One value for each builder, or none for a value that is null instead of a record: then the answer is false. After a Fault
  // the caller takes back what was appended.
  Result<bool> Read(ByteReader& in, std::vector<data::ColumnBuilder>& builders);

 private:
  // What is done with the next value of the writer.
  struct Step {
    enum class Do : unsigned char { kUnfit, kNull, kBoolean, kInteger, kTime, kTimestamp, kReal, kText, kFixedText, kSymbol, kDecimal, kFixedDecimal, kArray, kMap, kRecord, kUnion };
    Do what = Do::kUnfit;
    const avro::Schema* writer = nullptr;
    std::vector<Step> children;   // of members, items, branches
    std::vector<int> places;      // of a record: which builder each member fills, or -1: it is read over
    std::vector<int> absent;      // of a record: builders that no member fills
    int64_t multiply = 1;         // units of the writer to those of the column
    int64_t divide = 1;
    int scale_up = 0;             // decimal digits to add; fewer when negative
  };

  explicit AvroRowReader(avro::SchemaPtr writer) : writer_(std::move(writer)) {}

  static Step Plan(const avro::Schema& writer, const data::Type& type);
  static Step PlanPlain(const avro::Schema& writer, const data::Type& type);
  static Step PlanNested(const avro::Schema& writer, const data::Type& type);
  static Step PlanRecord(const avro::Schema& writer, const std::vector<data::NamedType>& fields);

  Status ReadValue(const Step& step, ByteReader& in, data::ColumnBuilder& builder);
  Status ReadMembers(const Step& step, ByteReader& in, data::ColumnBuilder* builders);
  Status ReadUnion(const Step& step, ByteReader& in, data::ColumnBuilder& builder);
  // Arrays and maps: `key` takes a map's keys, `item(in)` reads one item.
  template <typename Item>
  Status ReadItems(const avro::Schema& writer, ByteReader& in, data::ColumnBuilder* key, Item&& item);
  Status ReadOver(const avro::Schema& writer, ByteReader& in);
  Status AppendInteger(int64_t value, data::ColumnBuilder& builder);
  Status AppendDecimalBytes(std::string_view bytes, const Step& step, data::ColumnBuilder& builder);
  void AppendText(std::string_view text, data::ColumnBuilder& builder);

  avro::SchemaPtr writer_;
  Step record_;
  int record_branch_ = -1;  // of the union that the records stand in; -1: they stand alone
  std::string_view chunk_;
  data::Pin pin_;
  int64_t empty_items_left_ = 0;  // of this record: items that take no byte
};

}  // namespace freshet::formats
