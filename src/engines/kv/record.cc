#include "engines/kv/record.h"

#include "data/texts.h"

namespace freshet::kv {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kString = 1;
constexpr uint8_t kHash = 2;

}  // namespace

std::string EncodeEntry(const ports::KeyEntry& entry) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint8_t>(kVersion);
  writer.Write<uint8_t>(entry.string() != nullptr ? kString : kHash);
  writer.Write<int64_t>(entry.expires_ms);
  if (const std::string* text = entry.string()) {
    data::WriteVarText(writer, *text);
    return out;
  }
  writer.WriteVarUint64(entry.hash()->size());
  for (const auto& [field, value] : *entry.hash()) {
    data::WriteVarText(writer, field);
    data::WriteVarText(writer, value);
  }
  return out;
}

Result<ports::KeyEntry> DecodeEntry(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  auto version = reader.Read<uint8_t>();
  auto kind = reader.Read<uint8_t>();
  ports::KeyEntry entry;
  entry.expires_ms = reader.Read<int64_t>();
  if (!reader.ok() || version != kVersion) return Fault::Corrupt("a key's record of ", bytes.size(), " bytes has version ", static_cast<int>(version));
  if (kind == kString) {
    entry.value = std::string(data::ReadVarText(reader));
  } else if (kind == kHash) {
    ports::KeyEntry::Hash hash;
    uint64_t fields = reader.ReadVarUint64();
    for (uint64_t i = 0; i < fields && reader.ok(); ++i) {
      std::string field(data::ReadVarText(reader));
      hash.emplace_hint(hash.end(), std::move(field), data::ReadVarText(reader));
    }
    if (hash.size() != fields) reader.Fail();
    entry.value = std::move(hash);
  } else {
    reader.Fail();
  }
  if (!reader.ok() || !reader.AtEnd()) return Fault::Corrupt("a key's record of ", bytes.size(), " bytes does not hold together");
  return entry;
}

}  // namespace freshet::kv
