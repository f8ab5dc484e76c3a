#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/uuid.h"
#include "engines/lake/parquet_format.h"
#include "engines/lake/partition.h"

// Manifests and manifest lists of Iceberg v2 as Avro bytes.

namespace freshet::lake {

struct DataFile {
  std::string path;
  std::vector<PartitionValue> partition;
  int64_t bytes = 0;
  ParquetSummary contents;
};

struct FieldSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower;
  std::optional<std::string> upper;
};

// One line of a manifest list.
struct ManifestFile {
  std::string path;
  int64_t length = 0;
  int32_t spec_id = 0;
  int32_t content = 0;  // 0 data, 1 deletes
  int64_t sequence_number = 0;
  int64_t min_sequence_number = 0;
  int64_t added_snapshot_id = 0;
  int32_t added_files = 0;
  int32_t existing_files = 0;
  int32_t deleted_files = 0;
  int64_t added_rows = 0;
  int64_t existing_rows = 0;
  int64_t deleted_rows = 0;
  std::optional<std::vector<FieldSummary>> partitions;
  std::optional<std::string> key_metadata;
};

// A manifest of added files. Snapshot id and sequence numbers are left open: readers take them from the manifest list, so
// the same bytes serve whichever snapshot they end up in.
std::string EncodeManifest(const TableSchema& schema, const Partitioning& partitioning, const std::vector<DataFile>& files, const Uuid& write);
// The manifest's line, path, length and snapshot apart.
ManifestFile DescribeManifest(const Partitioning& partitioning, const std::vector<DataFile>& files);

std::string EncodeManifestList(const std::vector<ManifestFile>& manifests, int64_t snapshot_id, std::optional<int64_t> parent, int64_t sequence_number, const Uuid& write);
// What any v2 writer wrote; columns are found by field id.
Result<std::vector<ManifestFile>> ReadManifestList(std::string_view bytes);


// What a reader needs of a manifest's line.
struct ManifestEntry {
  int32_t status = 0;  // 0 existing, 1 added, 2 deleted
  int32_t content = 0;  // 0 data
  std::string path;
  std::string format;
};
Result<std::vector<ManifestEntry>> ReadManifest(std::string_view bytes);

}  // namespace freshet::lake
