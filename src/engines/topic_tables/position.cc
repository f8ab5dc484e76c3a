#include "engines/topic_tables/position.h"

#include "base/bytes.h"

namespace freshet::topic_tables {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kPlaceBytes = 16 + 4 + 8 + 8;

}  // namespace

std::string EncodePlaces(const std::vector<PartitionPlace>& places) {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.Write(kVersion);
  out.WriteVarUint64(places.size());
  for (const PartitionPlace& place : places) {
    out.WriteBytes(place.key.topic.view());
    out.Write(place.key.partition.get());
    out.Write(place.next.get());
    out.Write(place.stop);
  }
  return bytes;
}

Result<std::vector<PartitionPlace>> DecodePlaces(std::string_view bytes) {
  ByteReader in(bytes, Order::kLittle);
  auto version = in.Read<uint8_t>();
  if (!in.ok() || version != kVersion) return Fault::Unsupported("topic position: version ", static_cast<int>(version), "; this build reads version 1");
  uint64_t count = in.ReadVarUint64();
  if (!in.ok() || count != in.remaining() / kPlaceBytes || in.remaining() % kPlaceBytes != 0) return Fault::Corrupt("topic position: its length does not fit its count");
  std::vector<PartitionPlace> places(count);
  for (PartitionPlace& place : places) {
    place.key.topic = Uuid::FromBytes(in.ReadBytes(16));
    place.key.partition = data::PartitionId(in.Read<int32_t>());
    place.next = data::Offset(in.Read<int64_t>());
    place.stop = in.Read<int64_t>();
    if (place.key.partition.get() < 0 || place.next.get() < 0 || place.stop < 0) return Fault::Corrupt("topic position: a negative partition or offset");
  }
  return places;
}

}  // namespace freshet::topic_tables
