#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "engines/lake/table_schema.h"

namespace freshet::lake {

// The marks that a delivered epoch leaves in its snapshot's summary. `write` is made anew by each Prepare and kept in the
// outbox, so two sinks of one pipeline on one table, or two runs, are never taken for one another.
struct DeliveryToken {
  std::string pipeline;
  Uuid lineage;
  int64_t epoch = 0;
  Uuid write;
};

// What an append adds to its table.
struct AppendedSnapshot {
  int64_t snapshot_id = 0;
  int64_t timestamp_ms = 0;
  std::string manifest_list;
  int64_t files = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t partitions = 0;
  DeliveryToken token;
};

// Iceberg table metadata, version 2: one JSON document. Members that are not known here are kept as they are. A value;
// not thread-safe.
class TableMetadata {
 public:
  struct Creation {
    Uuid table;
    std::string location;
    TableSchema schema;
    PartitionSpec spec;
    std::map<std::string, std::string> properties;
    int64_t now_ms = 0;
  };
  static Result<TableMetadata> Create(const Creation& creation);
  static Result<TableMetadata> Parse(std::string_view json);  // format versions other than 2 are refused by name

  TableMetadata(TableMetadata&&) noexcept;
  TableMetadata& operator=(TableMetadata&&) noexcept;
  TableMetadata(const TableMetadata& other);
  ~TableMetadata();

  const TableSchema& schema() const { return schema_; }
  const PartitionSpec& spec() const { return spec_; }  // the default one
  const std::string& location() const { return location_; }
  int32_t last_column_id() const;
  int64_t last_updated_ms() const;
  int64_t next_sequence_number() const;
  std::string Property(std::string_view key) const;  // empty when it is not set

  // The tip of branch main.
  struct Tip {
    int64_t snapshot_id = 0;
    std::string manifest_list;
  };
  std::optional<Tip> tip() const;
  std::optional<Tip> Snapshot(int64_t snapshot_id) const;
  // Whether any snapshot carries the token, on whatever branch.
  bool Delivered(const DeliveryToken& token) const;
  // The newest epoch of this lineage of the pipeline that any snapshot carries; 0: none.
  int64_t NewestEpoch(std::string_view pipeline, const Uuid& lineage) const;

  // Changes; each also notes `previous_file` in the metadata log.
  void Append(const AppendedSnapshot& snapshot, const std::string& previous_file);
  void SetSchema(std::vector<Field> fields, int32_t last_column_id, int64_t now_ms, const std::string& previous_file);

  std::string Text() const;

 private:
  struct Document;
  explicit TableMetadata(std::unique_ptr<Document> document);
  Status ReadParts();
  void Log(int64_t now_ms, const std::string& previous_file);

  std::unique_ptr<Document> document_;
  TableSchema schema_;
  PartitionSpec spec_;
  std::string location_;
};

}  // namespace freshet::lake
