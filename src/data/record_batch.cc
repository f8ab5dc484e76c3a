#include "data/record_batch.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "data/checksum.h"
#include "data/record_batch_header.h"

namespace freshet::data {
namespace {

constexpr size_t kLeaderEpochAt = 12;
constexpr size_t kMagicAt = 16;
constexpr size_t kCrcAt = 17;
constexpr size_t kAttributesAt = 21;
constexpr size_t kMaxTimestampAt = 35;
constexpr int16_t kKnownAttributes = 0x7f;

RecordBatchHeader ReadHeader(std::string_view bytes) {
  ByteReader reader(bytes.substr(0, kRecordBatchHeaderBytes));
  RecordBatchHeader header;
  header.base_offset = Offset(reader.Read<int64_t>());
  header.length = reader.Read<int32_t>();
  header.leader_epoch = LeaderEpoch(reader.Read<int32_t>());
  header.magic = reader.Read<int8_t>();
  header.crc = reader.Read<uint32_t>();
  header.attributes = reader.Read<int16_t>();
  header.last_offset_delta = reader.Read<int32_t>();
  header.base_timestamp_ms = reader.Read<int64_t>();
  header.max_timestamp_ms = reader.Read<int64_t>();
  header.producer_id = ProducerId(reader.Read<int64_t>());
  header.producer_epoch = ProducerEpoch(reader.Read<int16_t>());
  header.base_sequence = Sequence(reader.Read<int32_t>());
  header.record_count = reader.Read<int32_t>();
  return header;
}

// Header and payload as one batch, its checksum filled in.
std::string SealBatch(const RecordBatchHeader& header, std::string_view payload) {
  std::string out;
  out.reserve(kRecordBatchHeaderBytes + payload.size());
  ByteWriter writer(out);
  writer.Write(header.base_offset.get());
  writer.Write(static_cast<int32_t>(kRecordBatchHeaderBytes - kRecordBatchPrefixBytes + payload.size()));
  writer.Write(header.leader_epoch.get());
  writer.Write(header.magic);
  writer.Write(uint32_t{0});
  writer.Write(header.attributes);
  writer.Write(header.last_offset_delta);
  writer.Write(header.base_timestamp_ms);
  writer.Write(header.max_timestamp_ms);
  writer.Write(header.producer_id.get());
  writer.Write(header.producer_epoch.get());
  writer.Write(header.base_sequence.get());
  writer.Write(header.record_count);
  writer.WriteBytes(payload);
  writer.Patch(kCrcAt, Crc32c(std::string_view(out).substr(kAttributesAt)));
  return out;
}

void WriteNullable(ByteWriter& writer, std::optional<std::string_view> bytes) {
  writer.WriteVarInt32(bytes ? static_cast<int32_t>(bytes->size()) : -1);
  if (bytes) writer.WriteBytes(*bytes);
}

std::optional<std::string_view> ReadNullable(ByteReader& reader) {
  int32_t n = reader.ReadVarInt32();
  if (n == -1) return std::nullopt;
  if (n < 0) reader.Fail();
  return reader.ReadBytes(static_cast<size_t>(std::max(n, 0)));
}

void ReadHeaders(ByteReader& reader, std::vector<RecordHeader>& headers) {
  headers.clear();
  int32_t n = reader.ReadVarInt32();
  // A header takes at least two bytes, so a count beyond that is refused before the list grows.
  if (n < 0 || static_cast<size_t>(n) > reader.remaining() / 2) return reader.Fail();
  for (int32_t i = 0; i < n && reader.ok(); ++i) {
    auto key = ReadNullable(reader);
    if (!key) return reader.Fail();
    headers.push_back({*key, ReadNullable(reader)});
  }
}

Fault BadBatch(const RecordBatchHeader& header, std::string_view detail) {
  return Fault::Corrupt("record batch at offset ", header.base_offset, ": ", detail);
}

Status CheckProducer(const RecordBatchHeader& header) {
  if (!header.has_producer()) {
    if (header.transactional()) return BadBatch(header, "transactional without a producer id");
    return {};
  }
  if (header.producer_epoch.get() < 0) return BadBatch(header, "producer id without an epoch");
  if (header.base_sequence.get() < 0 && !header.control()) return BadBatch(header, "producer id without a sequence");
  return {};
}

}  // namespace

Sequence RecordBatchHeader::last_sequence() const {
  if (base_sequence.get() < 0) return base_sequence;
  int64_t last = int64_t{base_sequence.get()} + last_offset_delta;
  return Sequence(static_cast<int32_t>(last & INT32_MAX));
}

Result<RecordBatchHeader> DecodeRecordBatchHeader(std::string_view run) {
  if (run.size() <= kMagicAt) return Fault::Corrupt("record batch: ", run.size(), " bytes are too few");
  if (auto magic = LoadInt<int8_t>(Order::kBig, run.data() + kMagicAt); magic != 2) {
    return Fault::Unsupported("record batch layout ", int{magic}, "; only version 2 is spoken");
  }
  if (run.size() < kRecordBatchHeaderBytes) return Fault::Corrupt("record batch: header cut short");
  auto header = ReadHeader(run);
  constexpr auto kLeast = static_cast<int32_t>(kRecordBatchHeaderBytes - kRecordBatchPrefixBytes);
  if (header.length < kLeast) return BadBatch(header, "length below its own header");
  return header;
}

Result<RecordBatchView> RecordBatchView::Parse(std::string_view run) {
  ASSIGN_OR_RETURN(RecordBatchHeader header, DecodeRecordBatchHeader(run));
  if (header.size_bytes() > run.size()) return BadBatch(header, "cut short");
  return RecordBatchView(run.substr(0, header.size_bytes()), header);
}

Status RecordBatchView::CheckCrc() const {
  if (Crc32c(bytes_.substr(kAttributesAt)) != header_.crc) return BadBatch(header_, "checksum does not match");
  return {};
}

Status RecordBatchView::Validate() const {
  RETURN_NOT_OK(CheckCrc());
  if ((header_.attributes & ~kKnownAttributes) != 0) return BadBatch(header_, "unknown attribute bits");
  if (header_.codec_number() >= kCodecs) {
    return Fault::Unsupported("record batch: compression number ", header_.codec_number());
  }
  if (header_.record_count < 1) return BadBatch(header_, "no records");
  if (header_.last_offset_delta != header_.record_count - 1) return BadBatch(header_, "count and last offset disagree");
  // The smallest record is 7 bytes; packed ones can only be judged after unpacking.
  if (header_.codec() == Codec::kNone && static_cast<size_t>(header_.record_count) > payload().size() / 7) {
    return BadBatch(header_, "more records counted than there is room for");
  }
  return CheckProducer(header_);
}

void PlaceRecordBatch(char* batch, Offset base_offset, LeaderEpoch leader_epoch) {
  StoreInt(Order::kBig, batch, base_offset.get());
  StoreInt(Order::kBig, batch + kLeaderEpochAt, leader_epoch.get());
}

uint32_t Crc32cExtendByBatch(uint32_t crc, std::string_view batch) {
  CHECK(batch.size() >= kRecordBatchHeaderBytes);
  return Crc32cExtendKnown(Crc32cExtend(crc, batch.substr(0, kAttributesAt)), batch.substr(kAttributesAt), LoadInt<uint32_t>(Order::kBig, batch.data() + kCrcAt));
}

void StampLogAppendTime(std::span<char> batch, int64_t now_ms) {
  CHECK(batch.size() >= kRecordBatchHeaderBytes);
  auto attributes = LoadInt<int16_t>(Order::kBig, batch.data() + kAttributesAt);
  StoreInt(Order::kBig, batch.data() + kAttributesAt, static_cast<int16_t>(attributes | 8));
  StoreInt(Order::kBig, batch.data() + kMaxTimestampAt, now_ms);
  StoreInt(Order::kBig, batch.data() + kCrcAt, Crc32c(std::string_view(batch.data(), batch.size()).substr(kAttributesAt)));
}

void StampNewestTime(std::span<char> batch, int64_t newest_ms) {
  CHECK(batch.size() >= kRecordBatchHeaderBytes);
  StoreInt(Order::kBig, batch.data() + kMaxTimestampAt, newest_ms);
  StoreInt(Order::kBig, batch.data() + kCrcAt, Crc32c(std::string_view(batch.data(), batch.size()).substr(kAttributesAt)));
}

Result<RecordReader> RecordReader::Open(const RecordBatchView& batch, size_t unpacked_bytes_max) {
  const auto& header = batch.header();
  if (header.codec() == Codec::kNone) return RecordReader(header, {}, batch.payload());
  ASSIGN_OR_RETURN(auto unpacked, Decompress(header.codec(), batch.payload(), unpacked_bytes_max));
  return RecordReader(header, std::move(unpacked), {});
}

Result<bool> RecordReader::Next(Record& record) {
  if (seen_ == header_.record_count) {
    if (at_ != records_.size()) return BadBatch(header_, "bytes left over after the last record");
    return false;
  }
  ByteReader outer(records_.substr(at_));
  int32_t length = outer.ReadVarInt32();
  if (length < 0) return BadBatch(header_, "negative record length");
  ByteReader reader(outer.ReadBytes(static_cast<size_t>(length)));
  reader.Skip(1);  // attributes, unused
  int64_t timestamp_delta = reader.ReadVarInt64();
  int32_t offset_delta = reader.ReadVarInt32();
  record.key = ReadNullable(reader);
  record.value = ReadNullable(reader);
  ReadHeaders(reader, record.headers);
  if (!outer.ok() || !reader.ok() || !reader.AtEnd()) {
    return BadBatch(header_, StrCat("record ", seen_, " is malformed"));
  }
  if (offset_delta < 0 || offset_delta > header_.last_offset_delta) return BadBatch(header_, "record offset outside its batch");
  record.offset = header_.base_offset + offset_delta;
  // Wraps on overflow, as the JVM does, instead of being undefined.
  auto timestamp = static_cast<uint64_t>(header_.base_timestamp_ms) + static_cast<uint64_t>(timestamp_delta);
  record.timestamp_ms = header_.log_append_time() ? header_.max_timestamp_ms : static_cast<int64_t>(timestamp);
  at_ += outer.position();
  ++seen_;
  return true;
}

Result<int64_t> ValidateRecords(const RecordBatchView& batch, size_t unpacked_bytes_max, bool keys_required) {
  ASSIGN_OR_RETURN(auto reader, RecordReader::Open(batch, unpacked_bytes_max));
  Record record;
  int64_t newest_ms = INT64_MIN;
  for (int32_t i = 0;; ++i) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return newest_ms;
    newest_ms = std::max(newest_ms, record.timestamp_ms);
    if (record.offset != batch.header().base_offset + i) return BadBatch(batch.header(), "record offsets have gaps");
    if (keys_required && !record.key) return Fault::Invalid("record ", i, " has no key; a compacted topic needs one");
  }
}

void RecordBatchBuilder::Add(int64_t timestamp_ms, std::optional<std::string_view> key,
                             std::optional<std::string_view> value, std::span<const RecordHeader> headers) {
  if (count_ == 0) base_timestamp_ms_ = max_timestamp_ms_ = timestamp_ms;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, timestamp_ms);
  scratch_.clear();
  ByteWriter body(scratch_);
  body.Write(int8_t{0});
  body.WriteVarInt64(static_cast<int64_t>(static_cast<uint64_t>(timestamp_ms) - static_cast<uint64_t>(base_timestamp_ms_)));
  body.WriteVarInt32(count_);
  WriteNullable(body, key);
  WriteNullable(body, value);
  body.WriteVarInt32(static_cast<int32_t>(headers.size()));
  for (const auto& header : headers) {
    WriteNullable(body, header.key);
    WriteNullable(body, header.value);
  }
  ByteWriter writer(records_);
  writer.WriteVarInt32(static_cast<int32_t>(scratch_.size()));
  writer.WriteBytes(scratch_);
  ++count_;
}

Result<std::string> RecordBatchBuilder::Finish(Sequence base_sequence) {
  CHECK(count_ > 0);
  RecordBatchHeader header;
  header.attributes = static_cast<int16_t>(static_cast<int>(options_.codec) | (options_.transactional ? 16 : 0));
  header.last_offset_delta = count_ - 1;
  header.base_timestamp_ms = base_timestamp_ms_;
  header.max_timestamp_ms = max_timestamp_ms_;
  header.producer_id = options_.producer_id;
  header.producer_epoch = options_.producer_epoch;
  header.base_sequence = base_sequence;
  header.record_count = count_;
  std::string packed;
  if (options_.codec != Codec::kNone) {
    ASSIGN_OR_RETURN(packed, Compress(options_.codec, records_));
  }
  std::string batch = SealBatch(header, options_.codec == Codec::kNone ? records_ : packed);
  records_.clear();
  count_ = 0;
  return batch;
}

std::string BuildControlBatch(const ControlMarker& marker) {
  std::string key, value, record, payload;
  ByteWriter key_writer(key), value_writer(value), record_writer(record), payload_writer(payload);
  key_writer.Write(int16_t{0});
  key_writer.Write(static_cast<int16_t>(marker.kind));
  value_writer.Write(int16_t{0});
  value_writer.Write(marker.coordinator_epoch);
  record_writer.Write(int8_t{0});
  record_writer.WriteVarInt64(0);
  record_writer.WriteVarInt32(0);
  WriteNullable(record_writer, key);
  WriteNullable(record_writer, value);
  record_writer.WriteVarInt32(0);
  payload_writer.WriteVarInt32(static_cast<int32_t>(record.size()));
  payload_writer.WriteBytes(record);

  RecordBatchHeader header;
  header.attributes = 16 | 32;
  header.base_timestamp_ms = header.max_timestamp_ms = marker.timestamp_ms;
  header.producer_id = marker.producer_id;
  header.producer_epoch = marker.producer_epoch;
  header.record_count = 1;
  return SealBatch(header, payload);
}

Result<ControlMarker> ParseControlBatch(const RecordBatchView& batch) {
  const auto& header = batch.header();
  if (!header.control()) return BadBatch(header, "is not a control batch");
  constexpr size_t kUnpackedBytesMax = 4096;
  ASSIGN_OR_RETURN(auto reader, RecordReader::Open(batch, kUnpackedBytesMax));
  Record record;
  ASSIGN_OR_RETURN(bool more, reader.Next(record));
  if (!more || !record.key || !record.value) return BadBatch(header, "control batch without its record");
  ByteReader key(*record.key), value(*record.value);
  key.Skip(2);
  auto kind = key.Read<int16_t>();
  value.Skip(2);
  ControlMarker marker;
  marker.kind = static_cast<ControlMarker::Kind>(kind);
  marker.coordinator_epoch = value.Read<int32_t>();
  marker.producer_id = header.producer_id;
  marker.producer_epoch = header.producer_epoch;
  marker.timestamp_ms = header.base_timestamp_ms;
  if (!key.ok() || !value.ok() || kind < 0 || kind > 1) return BadBatch(header, "unknown control record");
  return marker;
}

}  // namespace freshet::data
