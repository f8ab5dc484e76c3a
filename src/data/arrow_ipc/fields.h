#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/arrow_ipc/flat_reader.h"
#include "data/arrow_ipc/flat_writer.h"
#include "data/schema.h"

// Arrow's types, as its messages write them, and which of them a SQL type is written as.

namespace freshet::arrow_ipc {

enum class Shape : uint8_t {
  kNull, kBoolean, kInteger, kFloat, kDecimal, kText, kBytes, kFixedBytes, kDate, kTime, kTimestamp, kList, kFixedList, kStruct, kMap,
  kUnion, kListView, kRunEnds, kOther  // not read; known so that what stands beside them is
};
// How texts, bytes and lists say where a value lies.
enum class Offsets : uint8_t { kShort, kLong, kViews };

struct Field {
  std::string name;
  bool nullable = true;
  Shape shape = Shape::kOther;
  std::string type_name;               // as Arrow prints it
  int bits = 0;                        // of numbers, dates, times
  bool is_signed = true;
  int precision = 0, scale = 0;        // of decimals
  int64_t units_per_second = 0;        // of times and timestamps
  bool has_zone = false;               // of a timestamp: it is a moment
  int size = 0;                        // bytes of kFixedBytes, elements of kFixedList
  bool is_dense = false;               // of a union
  Offsets offsets = Offsets::kShort;
  bool is_dictionary = false;          // values stand in dictionary `dictionary`, here are their numbers
  int64_t dictionary = 0;
  int index_bits = 32;
  std::vector<Field> children;
};

inline constexpr int kFieldsMax = 10'000;  // in all, of one schema
inline constexpr int kDepthMax = 32;

// Of a Schema table.
Result<std::vector<Field>> ReadFields(const FlatTable& schema);
// A Schema table under a pointer of a message.
void WriteFields(FlatWriter& out, size_t from, const std::vector<Field>& fields);

// What a column is written as. A Fault names the column whose type Arrow lacks.
Result<std::vector<Field>> FieldsOf(const data::Schema& columns);

}  // namespace freshet::arrow_ipc
