#include "engines/log/large_ref.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "data/record_batch.h"

namespace freshet::log {

bool LargeRef::Holds(std::string_view content) const { return static_cast<int64_t>(content.size()) == bytes && Crc32c(content) == crc; }

std::string LargeRef::Encode() const {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint8_t>(starts_segment ? kStartsSegment : 0);
  writer.Write<int64_t>(segment_base.get());
  writer.Write<int64_t>(place);
  writer.Write<uint32_t>(static_cast<uint32_t>(bytes));
  writer.Write<uint32_t>(crc);
  writer.Write<int64_t>(next_offset.get());
  if (header.empty()) return out;
  writer.Write<uint32_t>(block_crc);
  writer.WriteBytes(header);
  return out;
}

Result<LargeRef> LargeRef::Decode(std::string_view payload) {
  ByteReader reader(payload, Order::kLittle);
  LargeRef ref;
  ref.starts_segment = reader.Read<uint8_t>() == kStartsSegment;
  ref.segment_base = data::Offset(reader.Read<int64_t>());
  ref.place = reader.Read<int64_t>();
  ref.bytes = reader.Read<uint32_t>();
  ref.crc = reader.Read<uint32_t>();
  ref.next_offset = data::Offset(reader.Read<int64_t>());
  if (!reader.AtEnd()) {
    ref.block_crc = reader.Read<uint32_t>();
    ref.header = reader.ReadBytes(data::kRecordBatchHeaderBytes);
  }
  if (!reader.ok() || !reader.AtEnd()) return Fault::Corrupt("a journaled reference to a large batch has ", payload.size(), " bytes");
  return ref;
}

}  // namespace freshet::log
