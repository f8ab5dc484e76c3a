#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/formats/registry_format.h"
#include "data/record_batch.h"
#include "data/records/options.h"

namespace freshet::records {

// What stands around a record, for metadata columns.
struct RecordPlace {
  std::string_view topic;
  int32_t partition = 0;
  int32_t leader_epoch = 0;
  bool log_append_time = false;
};

// RecordRows turns records into rows of a table: columns from the value, from the key and from what stands around
// them. Owned by a source, on its loop.
class RecordRows {
 public:
  enum class Outcome : uint8_t { kRow, kNothing };  // kNothing: no value, a blank one, or a broken one that is to be skipped

  static Result<std::unique_ptr<RecordRows>> Open(const TopicOptions& options, const data::TableRequest& table);

  // Whether these need schemas that nobody has brought: then for each side of a record its decoder tells which.
  bool LacksSchemas(std::span<const data::Record> records) const;
  template <typename Visit>
  void EachMissing(std::span<const data::Record> records, Visit&& visit) {
    for (const auto& record : records) {
      if (key_registry_ != nullptr && record.key) VisitMissing(*key_registry_, *record.key, visit);
      if (value_registry_ != nullptr && record.value) VisitMissing(*value_registry_, *record.value, visit);
    }
  }
  bool has_registry() const { return key_registry_ != nullptr || value_registry_ != nullptr; }
  // Copies the records' keys and values to where decoders may point at them and read beyond an end; then each is appended. Values whose decoder copies them stay where they are.
  void CopyIn(std::span<data::Record> records);
  // A Fault: the record cannot be decoded, and no row was added.
  Result<Outcome> Append(const data::Record& record, const RecordPlace& place);
  int rows() const { return static_cast<int>(rows_.size()); }
  // As how many usual records this one counts, before it is appended.
  int WeightOf(const data::Record& record) const { return record.value ? value_decoder_->rows_of(*record.value) / value_decoder_->rows_per_record() : 1; }
  // Usual records that a batch still takes.
  int room() const { return (data::kMaxBatchRows - rows()) / value_decoder_->rows_per_record(); }
  Result<data::Batch> Finish();
  const std::vector<int64_t>& offsets() const { return offsets_; }  // of the records that made the last batch, by row

 private:
  struct Row {
    int key = -1;    // row of the key decoder
    int value = -1;  // row of the value decoder; -1: a tombstone
    int64_t offset = 0;
    int64_t timestamp_ms = 0;
    RecordPlace place;
  };
  // Where a wanted column comes from.
  struct ColumnFrom {
    int value = -1;
    int key = -1;
    std::string metadata;  // a key of what stands around the record, or of what its value says beside the row
    data::Type own;        // of that, before it is cast to the column's
  };

  RecordRows(const TopicOptions& options, const data::TableRequest& table) : upsert_(options.upsert), columns_(table.columns), zone_(table.zone) {}
  template <typename Visit>
  static void VisitMissing(formats::RegistryDecoder& decoder, std::string_view bytes, Visit&& visit) {
    if (auto id = decoder.MissingSchema(bytes)) visit(decoder, *id);
  }
  static Result<std::unique_ptr<formats::Decoder>> OpenSide(const std::string& format, const formats::Options& options, const data::Schema& record, const data::Schema& wanted, formats::RegistryDecoder*& registry);
  Status Plan(const TopicOptions& options, const data::TableRequest& table);
  void Keep(const Row& row, const data::Record& record);
  data::ColumnPtr Decoded(const ColumnFrom& from, const data::Type& type, const data::Batch& keys, const data::Batch& values) const;
  Result<data::ColumnPtr> Metadata(const ColumnFrom& from, const data::Type& type, const data::Batch& keys, const data::Batch& values);

  const bool upsert_;
  const data::Schema columns_;
  const data::TimeZone zone_;
  std::unique_ptr<formats::Decoder> key_decoder_;    // absent: no column needs the key
  std::unique_ptr<formats::Decoder> value_decoder_;
  formats::RegistryDecoder* key_registry_ = nullptr;    // those of them whose records name schemas
  formats::RegistryDecoder* value_registry_ = nullptr;
  std::vector<ColumnFrom> from_;
  std::vector<Row> rows_;
  std::vector<int64_t> offsets_;
  data::Pin chunk_;            // of the records copied in last: who appends them may look at them still
  bool plain_keys_ = true;     // row i came from decoder row i
  bool plain_values_ = true;
  std::unique_ptr<data::ColumnBuilder> headers_;  // when a column asks for them
};

}  // namespace freshet::records
