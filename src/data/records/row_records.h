#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/batch.h"
#include "data/formats/registry_format.h"
#include "data/records/options.h"

namespace freshet::records {

// A record on its way into a topic.
struct OutgoingRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;  // absent: a tombstone
  int64_t timestamp_ms = 0;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  int64_t bytes() const { return static_cast<int64_t>((key ? key->size() : 0) + (value ? value->size() : 0)) + 16; }
};

// RowRecords turns a table's rows into records and keeps them until they are taken: one each, or of a block format as many into one as fit. Of an upsert table only the newest
// change of a key is kept, a deletion as a tombstone. Owned by a sink, on its loop.
class RowRecords {
 public:
  static Result<std::unique_ptr<RowRecords>> Open(const TopicOptions& options, const data::TableRequest& table);

  // Of a format whose records name a schema: to be registered under the subject, and its id told, before the first row.
  struct ToRegister {
    formats::RegistryEncoder* encoder;
    std::string subject;
  };
  const std::vector<ToRegister>& to_register() const { return to_register_; }
  static constexpr int64_t kBlockBytes = 512 << 10;  // of a record of many rows, unless one row is larger
  // Rows whose table has no timestamp column stand at `now_ms`. A record of many rows takes at most `block_bytes_max`.
  Status Append(const data::Batch& batch, int64_t now_ms, int64_t block_bytes_max = kBlockBytes);
  bool empty() const { return rows_.empty() && block_rows() == 0; }
  int64_t bytes() const { return bytes_ + (block_encoder_ ? block_encoder_->bytes() : 0); }
  // The oldest ones, at least one.
  Result<std::vector<OutgoingRecord>> Take(int64_t bytes_max);

 private:
  RowRecords(const TopicOptions& options, const data::TableRequest& table)
      : upsert_(options.upsert), changelog_(formats::IsChangelogFormat(options.value_format)), table_(table.name), shape_(ShapeOf(options, table.columns, table.metadata_keys)) {}
  Result<OutgoingRecord> RecordOf(const data::Batch& batch, const data::Batch& keys, const data::Batch& values, int row, int64_t now_ms);
  void Keep(OutgoingRecord row);
  Status AppendToBlocks(const data::Batch& batch, int64_t now_ms, int64_t block_bytes_max);
  Status CloseBlock();
  int block_rows() const { return block_encoder_ ? block_encoder_->rows() : 0; }
  Status OpenBlocks(const TopicOptions& options);
  Result<std::unique_ptr<formats::Encoder>> OpenSide(const std::string& format, const formats::Options& options, const data::Schema& columns, const std::string& subject);

  const bool upsert_;
  const bool changelog_;
  const std::string table_;
  const RecordShape shape_;
  int timestamp_column_ = -1;
  int headers_column_ = -1;
  std::unique_ptr<formats::Encoder> key_encoder_;    // absent: records have no key
  std::unique_ptr<formats::Encoder> value_encoder_;
  std::unique_ptr<formats::BlockEncoder> block_encoder_;  // instead of it: a record has many rows
  int64_t block_timestamp_ms_ = 0;                   // of its first
  std::vector<ToRegister> to_register_;
  std::vector<OutgoingRecord> rows_;
  std::unordered_map<std::string, size_t> newest_;   // upsert: a key's place in rows_
  int64_t bytes_ = 0;
};

// Which partition a record goes to, as Kafka's clients choose: by its key; records without one stay together for a batch.
class PartitionChoice {
 public:
  explicit PartitionChoice(Partitioner partitioner) : partitioner_(partitioner) {}
  int32_t For(const OutgoingRecord& record, int32_t partitions);
  void EndBatch(int32_t partitions);

 private:
  const Partitioner partitioner_;
  int32_t next_ = 0;
};

}  // namespace freshet::records
