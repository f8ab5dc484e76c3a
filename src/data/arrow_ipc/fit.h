#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/arrow_ipc/fields.h"
#include "data/type.h"

// Which arrays become which columns.

namespace freshet::arrow_ipc {

// How an array's values become the column's.
enum class Conversion : uint8_t { kNone, kAbsent, kNullsOnly, kBits, kInteger, kFloat, kDouble, kDecimal, kScaled, kTexts, kList, kMap, kRow };

// One column, or a part of one, and the array that it is read from.
struct Fit {
  data::Type type;
  std::string path;                    // "bid.price", for messages
  const Field* field = nullptr;        // absent: the array is not there
  int array = -1;                      // the number of its array among those of a batch
  Conversion conversion = Conversion::kAbsent;
  int64_t times = 1, divided_by = 1;   // kScaled
  std::vector<Fit> children;           // those that are wanted
};

// The columns of a stream with one schema.
struct FittedSchema {
  std::string metadata;                // of the message
  std::vector<Field> fields;           // borrowed by `columns`
  std::vector<Fit> columns;            // by `wanted`
};

// Columns, and fields of rows, are found by their names. A Fault names the column whose types do not go together, or, if that is asked, one that is not there.
Result<std::shared_ptr<const FittedSchema>> FitSchema(std::string metadata, const data::Schema& wanted, bool fail_on_missing);

// What a batch's lists hold for an array and those inside it.
struct Parts {
  int arrays = 0, buffers = 0;
};
Parts OwnParts(const Field& field);  // without its children; of views without the buffers that hold long values
bool HasChildArrays(const Field& field);

}  // namespace freshet::arrow_ipc
