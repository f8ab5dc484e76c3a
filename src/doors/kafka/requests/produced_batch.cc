#include "doors/kafka/requests/produced_batch.h"

#include <algorithm>

namespace freshet::doors::kafka {
namespace {

constexpr size_t kRecordBytesMin = 7;  // of a record without anything in it

// Topics that stamp records themselves take any time.
bool TakesTime(const data::LogConfig& config, int64_t time_ms, int64_t now_ms) {
  if (config.log_append_time) return true;
  bool too_old = config.timestamp_before_max_ms != INT64_MAX && time_ms < now_ms - config.timestamp_before_max_ms;
  bool too_new = config.timestamp_after_max_ms != INT64_MAX && time_ms > now_ms && time_ms - now_ms > config.timestamp_after_max_ms;
  return !too_old && !too_new;
}

size_t BytesOf(const data::Record& record) {
  size_t bytes = kRecordBytesMin + (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const data::RecordHeader& header : record.headers) bytes += header.key.size() + (header.value ? header.value->size() : 0);
  return bytes;
}

}  // namespace

Result<BatchContents> ReadThrough(const data::RecordBatchView& batch, const data::LogConfig& config, int64_t now_ms, size_t unpacked_bytes_max) {
  ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(batch, unpacked_bytes_max));
  BatchContents contents;
  data::Record record;
  for (int32_t i = 0;; ++i) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return contents;
    if (record.offset != batch.header().base_offset + i) return Fault::Corrupt("record offsets have gaps");
    contents.newest_ms = std::max(contents.newest_ms, record.timestamp_ms);
    contents.plain_bytes += static_cast<int64_t>(BytesOf(record));
    if (!record.key) contents.without_key.push_back(i);
    if (!TakesTime(config, record.timestamp_ms, now_ms)) contents.of_another_time.push_back(i);
  }
}

}  // namespace freshet::doors::kafka
