#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/features/product.h"

namespace freshet::features {

// One entity's newest row. Immutable.
struct Row {
  data::EventTime event_time;
  data::Offset offset;
  std::vector<data::Value> values;   // one a column; null when the record had none

  int64_t bytes() const;
};

// Reads the records of upsert topics: the key is a JSON object of the entity's keys, the value a JSON object. Reusable,
// because its buffers are; single loop.
class RowReader {
 public:
  explicit RowReader(const Product& product);
  ~RowReader();

  // kInvalid when the key is no object with these keys, each a string, whole number or boolean.
  Result<ports::EntityKey> ReadKey(std::string_view json);
  // Columns that are absent are null. kInvalid when it is no object or a value has another type than its column.
  Result<Row> ReadValue(std::string_view json, int64_t timestamp_ms, data::Offset offset);

 private:
  struct Buffers;
  const Product& product_;
  std::unique_ptr<Buffers> buffers_;
};

// The record of a row, as RowReader reads it.
std::string WriteKey(const ports::FeatureView& view, const ports::EntityKey& entity);
std::string WriteValue(const Product& product, const ports::FeatureWrite& row);

// {"delay":1.5,"carrier":"UA"}; a real number with the fewest digits that read back to it.
void AppendJson(std::string& out, const data::Value& value, ports::FeatureKind kind);
// The same value as plain text, for a hash field.
std::string PlainText(const data::Value& value, ports::FeatureKind kind);
// Whether the value is of the kind, or null.
bool IsOfKind(const data::Value& value, ports::FeatureKind kind);

}  // namespace freshet::features
