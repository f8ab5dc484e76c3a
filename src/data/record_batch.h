#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/compression.h"
#include "data/ids.h"

// The record batch, layout version 2: the one form in which records travel, are stored and are answered. A
// producer's bytes are kept as they came; only base offset and leader epoch, which its checksum leaves out,
// are written over. Layout: docs/formats/record_batch.md.

namespace freshet::data {

inline constexpr size_t kRecordBatchHeaderBytes = 61;
inline constexpr size_t kRecordBatchPrefixBytes = 12;  // base offset and length, not counted by the length itself

struct RecordBatchHeader {
  Offset base_offset;
  int32_t length = 0;  // bytes after the prefix
  LeaderEpoch leader_epoch;
  int8_t magic = 2;
  uint32_t crc = 0;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  ProducerId producer_id = kNoProducer;
  ProducerEpoch producer_epoch = kNoProducerEpoch;
  Sequence base_sequence = kNoSequence;
  int32_t record_count = 0;

  int codec_number() const { return attributes & 7; }
  Codec codec() const { return static_cast<Codec>(codec_number()); }  // only after Validate()
  bool log_append_time() const { return (attributes & 8) != 0; }
  bool transactional() const { return (attributes & 16) != 0; }
  bool control() const { return (attributes & 32) != 0; }
  bool has_producer() const { return producer_id.get() >= 0; }
  size_t size_bytes() const { return kRecordBatchPrefixBytes + static_cast<size_t>(length); }
  Offset last_offset() const { return base_offset + last_offset_delta; }
  Offset next_offset() const { return base_offset + last_offset_delta + 1; }
  Sequence last_sequence() const;  // wraps from 2^31 − 1 to 0
};

// A RecordBatchView is one whole batch in somebody else's bytes. Cheap to copy.
class RecordBatchView {
 public:
  // The first batch of `run`: magic, length and header are there, nothing else is promised yet. A run that
  // ends inside the batch is kCorrupt, an older layout kUnsupported.
  static Result<RecordBatchView> Parse(std::string_view run);

  const RecordBatchHeader& header() const { return header_; }
  std::string_view bytes() const { return bytes_; }
  std::string_view payload() const { return bytes_.substr(kRecordBatchHeaderBytes); }

  // The checksum over attributes to end.
  Status CheckCrc() const;

  // What we ask of a producer: checksum, known codec, at least one record, offsets without gaps, sensible
  // producer fields. Does not open the records.
  Status Validate() const;

 private:
  RecordBatchView(std::string_view bytes, const RecordBatchHeader& header) : bytes_(bytes), header_(header) {}

  std::string_view bytes_;
  RecordBatchHeader header_;
};

// Writes a stored batch's place over what the producer sent; the checksum still holds.
void PlaceRecordBatch(char* batch, Offset base_offset, LeaderEpoch leader_epoch);

// Crc32cExtend by all bytes of a batch whose own checksum holds: from that one and the bytes in front of it, so that long batches are not read again.
uint32_t Crc32cExtendByBatch(uint32_t crc, std::string_view batch);

// Topics with LogAppendTime: the time of arrival replaces the producer's, and the checksum is made again.
// `batch` is one whole batch.
void StampLogAppendTime(std::span<char> batch, int64_t now_ms);

// The newest time of its records replaces the one that the producer wrote, and the checksum is made again. `batch` is one whole batch.
void StampNewestTime(std::span<char> batch, int64_t newest_ms);

struct RecordHeader {
  std::string_view key;
  std::optional<std::string_view> value;
};

struct Record {
  Offset offset;
  int64_t timestamp_ms = 0;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::vector<RecordHeader> headers;
};

// A RecordReader walks the records of one batch. It owns the unpacked bytes of a compressed batch, so the
// views it hands out live as long as the reader, and as the batch's own bytes.
class RecordReader {
 public:
  // Unpacks at most `unpacked_bytes_max`. The batch has passed Validate().
  static Result<RecordReader> Open(const RecordBatchView& batch, size_t unpacked_bytes_max);

  // The next record into `record` (its header list is reused), or false at the end. Every length is checked;
  // after the last record nothing may be left over.
  Result<bool> Next(Record& record);

  int32_t count() const { return header_.record_count; }

 private:
  RecordReader(const RecordBatchHeader& header, std::string unpacked, std::string_view records)
      : header_(header), unpacked_(std::make_unique<std::string>(std::move(unpacked))), records_(records) {
    if (header.codec() != Codec::kNone) records_ = *unpacked_;
  }

  RecordBatchHeader header_;
  std::unique_ptr<std::string> unpacked_;  // at a stable address: views point into it
  std::string_view records_;
  size_t at_ = 0;
  int32_t seen_ = 0;
};

// Opens every record of a batch that passed Validate(), as deep as a consumer would. The newest time of a record.
// `keys_required` is asked for by compacted topics (kInvalid when a key is missing).
Result<int64_t> ValidateRecords(const RecordBatchView& batch, size_t unpacked_bytes_max, bool keys_required);

// Collects records into one batch, for our own sinks. Reusable after Finish().
class RecordBatchBuilder {
 public:
  struct Options {
    Codec codec = Codec::kNone;
    ProducerId producer_id = kNoProducer;
    ProducerEpoch producer_epoch = kNoProducerEpoch;
    bool transactional = false;
  };

  explicit RecordBatchBuilder(Options options) : options_(options) {}

  void Add(int64_t timestamp_ms, std::optional<std::string_view> key, std::optional<std::string_view> value,
           std::span<const RecordHeader> headers = {});

  int32_t count() const { return count_; }
  size_t plain_bytes() const { return kRecordBatchHeaderBytes + records_.size(); }

  // The batch with the given first sequence and base offset 0; CHECKs that there is a record.
  Result<std::string> Finish(Sequence base_sequence = kNoSequence);

 private:
  Options options_;
  std::string records_;
  std::string scratch_;
  int32_t count_ = 0;
  int64_t base_timestamp_ms_ = 0;
  int64_t max_timestamp_ms_ = 0;
};

// The marker that ends a transaction in one partition.
struct ControlMarker {
  enum class Kind : int16_t { kAbort = 0, kCommit = 1 };
  Kind kind = Kind::kAbort;
  ProducerId producer_id;
  ProducerEpoch producer_epoch;
  int32_t coordinator_epoch = 0;
  int64_t timestamp_ms = 0;
};

std::string BuildControlBatch(const ControlMarker& marker);
Result<ControlMarker> ParseControlBatch(const RecordBatchView& batch);

}  // namespace freshet::data
