#include "control/catalog/snapshot_file.h"

#include <algorithm>

#include "base/crc32c.h"

namespace freshet::catalog {
namespace {

constexpr uint64_t kMagic = 0x315441434853'4653ull;  // "SFSHCAT1"
constexpr uint32_t kVersion = 2;  // 1 has no identities, and is written while there are none
constexpr size_t kHeaderBytes = 32;
constexpr size_t kCrcPlace = 24;

bool IsOfIdentities(const Change& change) { return change.kind == Change::Kind::kCredentialPut || change.kind == Change::Kind::kLoginSecret; }

uint32_t Checksum(std::string_view header, std::string_view body) { return Crc32cExtend(Crc32c(header.substr(0, kCrcPlace)), body); }

}  // namespace

std::string EncodeSnapshotFile(const SnapshotFile& file) {
  std::string body;
  ByteWriter writer(body, Order::kLittle);
  writer.Write<uint64_t>(file.number);
  writer.Write<uint32_t>(static_cast<uint32_t>(file.changes.size()));
  for (const Change& change : file.changes) {
    std::string bytes = EncodeChange(change);
    writer.Write<uint32_t>(static_cast<uint32_t>(bytes.size()));
    writer.WriteBytes(bytes);
  }
  std::string out;
  ByteWriter header(out, Order::kLittle);
  header.Write<uint64_t>(kMagic);
  header.Write<uint32_t>(std::any_of(file.changes.begin(), file.changes.end(), IsOfIdentities) ? kVersion : 1);
  header.Write<uint32_t>(0);  // feature bits
  header.Write<uint64_t>(file.position.get());
  header.Write<uint32_t>(Checksum(out, body));
  header.Write<uint32_t>(0);
  return out + body;
}

Result<SnapshotFile> DecodeSnapshotFile(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return Fault::Corrupt("it is cut short");
  ByteReader reader(bytes, Order::kLittle);
  bool magic_holds = reader.Read<uint64_t>() == kMagic;
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  SnapshotFile file;
  file.position = data::Position(reader.Read<uint64_t>());
  auto crc = reader.Read<uint32_t>();
  reader.Skip(4);
  if (!magic_holds || crc != Checksum(bytes, bytes.substr(kHeaderBytes))) return Fault::Corrupt("it does not match its checksum");
  if (version > kVersion || features != 0) return Fault::Unsupported("it has format ", version, "; this program reads format ", kVersion, ", so start the newer one");
  file.number = reader.Read<uint64_t>();
  auto changes = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < changes; ++i) {
    auto length = reader.Read<uint32_t>();
    auto change = reader.ReadBytes(length);
    if (!reader.ok()) return Fault::Corrupt("it is cut short");
    ASSIGN_OR_RETURN(Change decoded, DecodeChange(change));
    file.changes.push_back(std::move(decoded));
  }
  return file;
}

}  // namespace freshet::catalog
