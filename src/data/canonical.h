#pragma once

#include <string>
#include <vector>

#include "data/batch.h"

// Canonical result rows: one JSON object a row, written the same way by every engine, so that answers compare
// byte by byte.

namespace freshet::data {

// Appends the value of one row: decimals as strings with their scale, floats as Python's repr, times by
// precision, MAP as sorted [key,value] pairs, VARIANT as a string of its JSON (so that its null is not NULL), BITMAP as
// BITMAP_TO_STRING gives it, NULL as null.
void AppendCanonical(std::string& out, const Column& column, int row);

// A CanonicalWriter writes rows of one schema. Its owner calls it from one thread.
class CanonicalWriter {
 public:
  explicit CanonicalWriter(const std::vector<std::string>& names);
  // {"a":1,"b":null} without a newline; `with_op` puts "op":"+I" first.
  void AppendRow(std::string& out, const Batch& batch, int row, bool with_op = false) const;

 private:
  std::vector<std::string> keys_;  // "\"name\":"
};

}  // namespace freshet::data
