#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/connector.h"

namespace freshet::datagen {

// How the values of a column are made, of a list's elements or of a row's field.
struct Recipe {
  data::Type type;
  uint64_t stream = 0;         // of chance, its own: what is made does not depend on which other columns are read
  bool sequence = false;       // from `least` on, one more with each row
  double null_rate = 0;
  data::Int128 least = 0;      // of exact numbers (DECIMAL: unscaled), and of intervals
  data::Int128 most = 0;
  double real_least = 0;       // of floating ones
  double real_most = 0;
  int64_t length = 0;          // characters, bytes or elements
  bool any_length = false;     // from 1 up to that
  int64_t past_ms_most = 0;    // of times
  std::vector<Recipe> parts;   // of a row; of a list its elements, of a map its keys and values
};

struct TableRecipe {
  std::vector<Recipe> columns;  // that are read
  int64_t rows_per_second = 10'000;
  std::optional<int64_t> rows;  // of the whole table; absent: without end
  int64_t row_bytes = 0;        // at most, about
};

// What the table's options say, checked for all of its columns.
Result<TableRecipe> ReadRecipe(const ports::TableRequest& table);

// What one row's values are made of: the same for the same table and row, but for the time.
struct RowAt {
  uint64_t seed = 0;
  int64_t number = 0;
  int64_t now_ms = 0;
  int64_t local_ms = 0;  // of the session's zone
};
data::Value MakeValue(const Recipe& recipe, const RowAt& row);

}  // namespace freshet::datagen
