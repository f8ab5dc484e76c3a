#include "engines/kv/record.h"

#include "base/bytes.h"

namespace freshet::kv {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kString = 1;
constexpr uint8_t kHash = 2;

void WriteText(ByteWriter& writer, std::string_view text) {
  writer.WriteVarUint64(text.size());
  writer.WriteBytes(text);
}

std::string ReadText(ByteReader& reader) {
  uint64_t size = reader.ReadVarUint64();
  if (size > reader.remaining()) reader.Fail();
  return std::string(reader.ReadBytes(static_cast<size_t>(size)));
}

}  // namespace

std::string EncodeEntry(const ports::KeyEntry& entry) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint8_t>(kVersion);
  writer.Write<uint8_t>(entry.string() != nullptr ? kString : kHash);
  writer.Write<int64_t>(entry.expires_ms);
  if (const std::string* text = entry.string()) {
    WriteText(writer, *text);
    return out;
  }
  writer.WriteVarUint64(entry.hash()->size());
  for (const auto& [field, value] : *entry.hash()) {
    WriteText(writer, field);
    WriteText(writer, value);
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
    entry.value = ReadText(reader);
  } else if (kind == kHash) {
    ports::KeyEntry::Hash hash;
    uint64_t fields = reader.ReadVarUint64();
    for (uint64_t i = 0; i < fields && reader.ok(); ++i) {
      std::string field = ReadText(reader);
      hash.emplace_hint(hash.end(), std::move(field), ReadText(reader));
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
