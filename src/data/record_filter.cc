#include "data/record_filter.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/crc32c.h"

namespace freshet::data {
namespace {

constexpr int16_t kHasDeleteHorizon = 64;
constexpr size_t kLengthAt = 8, kCrcAt = 17, kAttributesAt = 21, kBaseTimestampAt = 27, kMaxTimestampAt = 35, kRecordCountAt = 57;

struct Kept {
  std::vector<Record> records;
  bool tombstones = false;
  int64_t max_timestamp_ms = -1;
};

void WriteNullable(ByteWriter& writer, const std::optional<std::string_view>& bytes) {
  writer.WriteVarInt32(bytes ? static_cast<int32_t>(bytes->size()) : -1);
  if (bytes) writer.WriteBytes(*bytes);
}

void WriteRecord(const Record& record, int64_t base_timestamp_ms, Offset base_offset, std::string& scratch, ByteWriter& out) {
  scratch.clear();
  ByteWriter writer(scratch);
  writer.Write(int8_t{0});
  writer.WriteVarInt64(static_cast<int64_t>(static_cast<uint64_t>(record.timestamp_ms) - static_cast<uint64_t>(base_timestamp_ms)));
  writer.WriteVarInt32(static_cast<int32_t>(record.offset - base_offset));
  WriteNullable(writer, record.key);
  WriteNullable(writer, record.value);
  writer.WriteVarInt32(static_cast<int32_t>(record.headers.size()));
  for (const RecordHeader& header : record.headers) {
    WriteNullable(writer, header.key);
    WriteNullable(writer, header.value);
  }
  out.WriteVarInt32(static_cast<int32_t>(scratch.size()));
  out.WriteBytes(scratch);
}

// The header as it was, but for what the records that are left say otherwise.
Result<std::string> Rewrite(const RecordBatchView& batch, const Kept& kept, std::optional<int64_t> horizon_ms) {
  const RecordBatchHeader& header = batch.header();
  int64_t base_timestamp_ms = kept.tombstones ? horizon_ms.value() : kept.records.front().timestamp_ms;
  std::string payload, scratch;
  ByteWriter writer(payload);
  for (const Record& record : kept.records) WriteRecord(record, base_timestamp_ms, header.base_offset, scratch, writer);
  if (header.codec() != Codec::kNone) {
    ASSIGN_OR_RETURN(payload, Compress(header.codec(), payload));
  }
  std::string out(batch.bytes().substr(0, kRecordBatchHeaderBytes));
  auto attributes = static_cast<int16_t>(header.attributes & ~kHasDeleteHorizon);
  if (kept.tombstones) attributes = static_cast<int16_t>(attributes | kHasDeleteHorizon);
  StoreInt(Order::kBig, out.data() + kLengthAt, static_cast<int32_t>(kRecordBatchHeaderBytes - kRecordBatchPrefixBytes + payload.size()));
  StoreInt(Order::kBig, out.data() + kAttributesAt, attributes);
  StoreInt(Order::kBig, out.data() + kBaseTimestampAt, base_timestamp_ms);
  if (!header.log_append_time()) StoreInt(Order::kBig, out.data() + kMaxTimestampAt, kept.max_timestamp_ms);
  StoreInt(Order::kBig, out.data() + kRecordCountAt, static_cast<int32_t>(kept.records.size()));
  out += payload;
  StoreInt(Order::kBig, out.data() + kCrcAt, Crc32c(std::string_view(out).substr(kAttributesAt)));
  return out;
}

}  // namespace

std::optional<int64_t> DeleteHorizonMs(const RecordBatchHeader& header) {
  if ((header.attributes & kHasDeleteHorizon) == 0) return std::nullopt;
  return header.base_timestamp_ms;
}

Result<std::string> FilterRecordBatch(const RecordBatchView& batch, const RecordFilter& filter, size_t unpacked_bytes_max) {
  ASSIGN_OR_RETURN(RecordReader reader, RecordReader::Open(batch, unpacked_bytes_max));
  Kept kept;
  Record record;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) break;
    if (!filter.keeps(record)) continue;
    kept.tombstones = kept.tombstones || !record.value.has_value();
    kept.max_timestamp_ms = std::max(kept.max_timestamp_ms, record.timestamp_ms);
    kept.records.push_back(record);
  }
  if (kept.records.empty()) return std::string();
  std::optional<int64_t> horizon_ms = DeleteHorizonMs(batch.header());
  bool says_all = !kept.tombstones || horizon_ms.has_value();
  if (says_all && static_cast<int32_t>(kept.records.size()) == reader.count()) return std::string(batch.bytes());
  return Rewrite(batch, kept, horizon_ms.value_or(filter.delete_horizon_ms));
}

}  // namespace freshet::data
