#pragma once

#include <map>
#include <memory>
#include <vector>

#include "data/batch.h"
#include "engines/lake/table_schema.h"

namespace arrow {
class Array;
class DataType;
class Field;
class Schema;
}  // namespace arrow

namespace freshet::lake {

std::shared_ptr<arrow::Schema> ArrowSchema(const TableSchema& schema);  // with field ids

// Copies rows of columns into Arrow arrays and counts NaN on the way, by field id.
class ColumnArrays {
 public:
  // kAbsent stands for a row whose parent is NULL: it becomes NULL, or any value where the field is required.
  static constexpr int kAbsent = -1;
  Result<std::shared_ptr<arrow::Array>> Build(const Field& field, const data::Column& column, const std::vector<int>& rows);
  const std::map<int32_t, int64_t>& nans() const { return nans_; }

 private:
  Result<std::shared_ptr<arrow::Array>> BuildLeaf(const Field& field, const data::Column& column, const std::vector<int>& rows);
  Result<std::shared_ptr<arrow::Array>> BuildStruct(const Field& field, const data::Column& column, const std::vector<int>& rows);
  Result<std::shared_ptr<arrow::Array>> BuildRepeated(const Field& field, const data::Column& column, const std::vector<int>& rows);

  std::map<int32_t, int64_t> nans_;
};

}  // namespace freshet::lake
