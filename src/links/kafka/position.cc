#include "links/kafka/position.h"

#include "data/texts.h"

namespace freshet::links::kafka {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kPlaceBytesMin = 1 + 4 + 8 + 8;

}  // namespace

std::string EncodePlaces(const ClusterPlaces& places) {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.Write(kVersion);
  data::WriteVarText(out, places.cluster);
  out.WriteVarUint64(places.all.size());
  for (const Place& place : places.all) {
    data::WriteVarText(out, place.topic);
    out.Write(place.partition);
    out.Write(place.next);
    out.Write(place.stop);
  }
  return bytes;
}

Result<ClusterPlaces> DecodePlaces(std::string_view bytes) {
  ByteReader in(bytes, Order::kLittle);
  auto version = in.Read<uint8_t>();
  if (!in.ok() || version != kVersion) return Fault::Unsupported("link position: version ", static_cast<int>(version), "; this build reads version 1");
  ClusterPlaces places;
  places.cluster = data::ReadVarText(in);
  uint64_t count = in.ReadVarUint64();
  if (!in.ok() || count > in.remaining() / kPlaceBytesMin) return Fault::Corrupt("link position: its length does not fit its count");
  places.all.resize(count);
  for (Place& place : places.all) {
    place.topic = data::ReadVarText(in);
    place.partition = in.Read<int32_t>();
    place.next = in.Read<int64_t>();
    place.stop = in.Read<int64_t>();
    bool good = in.ok() && place.partition >= 0 && place.next >= Place::kNowhere && place.stop >= 0;
    if (!good) return Fault::Corrupt("link position: a negative partition or offset, or it is cut short");
  }
  if (in.remaining() != 0) return Fault::Corrupt("link position: bytes behind its end");
  return places;
}

}  // namespace freshet::links::kafka
