#include "engines/lake/outbox.h"

#include "base/bytes.h"

namespace freshet::lake {
namespace {

constexpr uint8_t kVersion = 1;

void Put(ByteWriter& to, std::string_view bytes) {
  to.WriteVarUint32(static_cast<uint32_t>(bytes.size()));
  to.WriteBytes(bytes);
}

std::string_view Take(ByteReader& from) { return from.ReadBytes(from.ReadVarUint32()); }

// 0 absent, 1 there.
void PutOptional(ByteWriter& to, const std::optional<std::string>& bytes) {
  to.Write<uint8_t>(bytes ? 1 : 0);
  if (bytes) Put(to, *bytes);
}

std::optional<std::string> TakeOptional(ByteReader& from) {
  if (from.Read<uint8_t>() == 0) return std::nullopt;
  return std::string(Take(from));
}

}  // namespace

std::string EncodeOutbox(const Outbox& outbox) {
  std::string out;
  ByteWriter to(out, Order::kLittle);
  to.Write(kVersion);
  to.WriteBytes(outbox.write.view());
  Put(to, outbox.location);
  const ManifestFile& m = outbox.manifest;
  Put(to, m.path);
  for (int64_t number : {m.length, int64_t{m.spec_id}, int64_t{m.added_files}, m.added_rows, outbox.bytes, outbox.partitions}) to.WriteVarInt64(number);
  to.WriteVarUint32(static_cast<uint32_t>(m.partitions ? m.partitions->size() : 0));
  for (const FieldSummary& field : m.partitions.value_or(std::vector<FieldSummary>())) {
    to.Write<uint8_t>(static_cast<uint8_t>((field.contains_null ? 1 : 0) | (field.contains_nan.value_or(false) ? 2 : 0)));
    PutOptional(to, field.lower);
    PutOptional(to, field.upper);
  }
  return out;
}

Result<Outbox> DecodeOutbox(std::string_view bytes) {
  ByteReader from(bytes, Order::kLittle);
  uint8_t version = from.Read<uint8_t>();
  if (version != kVersion) return Fault::Unsupported("iceberg outbox of version ", static_cast<int>(version), "; this house reads ", static_cast<int>(kVersion));
  Outbox outbox;
  std::string_view write = from.ReadBytes(16);
  if (from.ok()) outbox.write = Uuid::FromBytes(write);
  outbox.location = Take(from);
  ManifestFile& m = outbox.manifest;
  m.path = Take(from);
  m.length = from.ReadVarInt64();
  m.spec_id = static_cast<int32_t>(from.ReadVarInt64());
  m.added_files = static_cast<int32_t>(from.ReadVarInt64());
  m.added_rows = from.ReadVarInt64();
  outbox.bytes = from.ReadVarInt64();
  outbox.partitions = from.ReadVarInt64();
  m.partitions.emplace();
  uint32_t fields = from.ReadVarUint32();
  for (uint32_t i = 0; i < fields && from.ok(); ++i) {
    FieldSummary& field = m.partitions->emplace_back();
    uint8_t flags = from.Read<uint8_t>();
    field.contains_null = (flags & 1) != 0;
    field.contains_nan = (flags & 2) != 0;
    field.lower = TakeOptional(from);
    field.upper = TakeOptional(from);
  }
  if (!from.ok() || !from.AtEnd()) return Fault::Corrupt("iceberg outbox: cut or too long");
  return outbox;
}

}  // namespace freshet::lake
