#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/batch.h"
#include "engines/lake/table_schema.h"

namespace freshet::lake {

// One value of a partition tuple. Numbers, dates and times as Iceberg stores them (days, microseconds).
struct PartitionValue {
  data::Value value;
  bool operator==(const PartitionValue&) const = default;
};

// One field of a partition spec, ready to turn rows into values.
struct Transform {
  enum class Kind : unsigned char { kIdentity, kVoid, kYear, kMonth, kDay, kHour };
  Kind kind = Kind::kIdentity;
  int column = 0;       // of the batch
  PartitionField field;
  FieldType source;
  FieldType result;
};

// A table's spec over the columns that a sink writes: which files a row goes to. Immutable.
class Partitioning {
 public:
  // Transforms that are not known are refused by name.
  static Result<Partitioning> Make(const TableSchema& schema, const PartitionSpec& spec, const TableSchema& written);

  const PartitionSpec& spec() const { return spec_; }
  const std::vector<Transform>& transforms() const { return transforms_; }
  std::vector<PartitionValue> ValuesOf(const data::Batch& batch, int row) const;
  // "dt=2026-11-23/k=a", percent-encoded; empty for a table without partitions.
  std::string FolderOf(const std::vector<PartitionValue>& values) const;

 private:
  PartitionSpec spec_;
  std::vector<Transform> transforms_;
};

// A spec of "identity" fields over the named columns, numbered from 1000.
Result<PartitionSpec> IdentitySpec(const TableSchema& schema, const std::vector<std::string>& columns);
// Iceberg's single-value bytes of a value that is there.
std::string SingleValueOf(const FieldType& type, const data::Value& value);

}  // namespace freshet::lake
