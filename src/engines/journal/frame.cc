#include "engines/journal/frame.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::journal {
namespace {

constexpr uint64_t kFileMagic = 0x314c4e4a54485346ull;  // "FSHTJNL1"
constexpr uint8_t kFrameHeaderVersion = 1;
constexpr uint8_t kEndsUnit = 1;
constexpr size_t kFrameCrcPlace = kFrameHeaderBytes - 4;
constexpr size_t kPositionPlace = 48;
constexpr size_t kFileCopyBytes = 64;
constexpr size_t kFileCopyPlaces[] = {0, kFileHeaderBytes / 2};
constexpr size_t kFileCrcPlace = kFileCopyBytes - 4;

// The salt takes part in the header's checksum without standing in it.
uint32_t HeaderCrc(std::string_view covered, uint64_t salt) {
  if (Planted("stale_recycled_bytes")) salt = 0;
  char salt_bytes[8];
  StoreInt(Order::kLittle, salt_bytes, salt);
  return Crc32cExtend(Crc32c(std::string_view(salt_bytes, sizeof salt_bytes)), covered);
}

std::string EncodeCopy(const FileHeader& header) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(kFileMagic);
  writer.Write<uint32_t>(header.version);
  writer.Write<uint32_t>(header.feature_bits);
  writer.WriteBytes(header.house.view());
  writer.Write<uint64_t>(header.salt);
  writer.Write<uint64_t>(header.first.get());
  writer.Write<int64_t>(header.file_bytes);
  out.resize(kFileCrcPlace, '\0');
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

Result<FileHeader> DecodeCopy(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  if (reader.Read<uint64_t>() != kFileMagic) return Fault::Corrupt("journal file header has no magic number");
  FileHeader header;
  header.version = reader.Read<uint32_t>();
  header.feature_bits = reader.Read<uint32_t>();
  header.house = Uuid::FromBytes(reader.ReadBytes(16));
  header.salt = reader.Read<uint64_t>();
  header.first = data::Position(reader.Read<uint64_t>());
  header.file_bytes = reader.Read<int64_t>();
  if (LoadInt<uint32_t>(Order::kLittle, bytes.data() + kFileCrcPlace) != Crc32c(bytes.substr(0, kFileCrcPlace))) {
    return Fault::Corrupt("journal file header does not match its checksum");
  }
  if (header.version > kFormatVersion || header.feature_bits != 0) {
    return Fault::Unsupported("journal file has format ", header.version, " with features ", header.feature_bits,
                              "; this program reads format ", kFormatVersion, ", so start the newer one");
  }
  return header;
}

}  // namespace

std::string EncodeFileHeader(const FileHeader& header) {
  std::string out;
  for (size_t place : kFileCopyPlaces) {
    out.resize(place, '\0');
    out += EncodeCopy(header);
  }
  out.resize(kFileHeaderBytes, '\0');
  return out;
}

Result<FileHeader> DecodeFileHeader(std::string_view bytes) {
  if (bytes.size() < kFileHeaderBytes) return Fault::Corrupt("journal file header is cut short");
  Result<FileHeader> first = DecodeCopy(bytes.substr(kFileCopyPlaces[0], kFileCopyBytes));
  if (first.code() != Code::kCorrupt) return first;
  Result<FileHeader> second = DecodeCopy(bytes.substr(kFileCopyPlaces[1], kFileCopyBytes));
  return second.code() != Code::kCorrupt ? second : first;
}

void EncodeFrameHeader(const FrameHeader& header, uint64_t salt, std::string& out) {
  size_t begin = out.size();
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint32_t>(kFrameMagic);
  writer.Write<uint8_t>(kFrameHeaderVersion);
  writer.Write<uint8_t>(static_cast<uint8_t>(header.type));
  writer.Write<uint8_t>(header.type_version);
  writer.Write<uint8_t>(header.ends_unit ? kEndsUnit : 0);
  writer.Write<uint32_t>(header.payload_bytes);
  writer.Write<uint32_t>(header.payload_crc);
  writer.WriteBytes(header.stream.id.view());
  writer.Write<int32_t>(header.stream.partition.get());
  writer.Write<uint8_t>(static_cast<uint8_t>(header.stream.kind));
  writer.WriteBytes(std::string_view("\0\0\0", 3));
  writer.Write<uint32_t>(header.tenant);
  writer.Write<uint32_t>(header.key_id);
  writer.Write<uint64_t>(header.position.get());
  writer.Write<uint64_t>(header.durable_before.get());
  writer.Write<int64_t>(header.wall_time_ms);
  writer.Write<int64_t>(header.next_offset.get());
  writer.Write<uint32_t>(0);
  CHECK(out.size() - begin == kFrameCrcPlace);
  writer.Write<uint32_t>(HeaderCrc(std::string_view(out).substr(begin), salt));
}

bool DecodeFrameHeader(std::string_view bytes, uint64_t salt, data::Position expected, FrameHeader& header) {
  if (bytes.size() < kFrameHeaderBytes) return false;
  bytes = bytes.substr(0, kFrameHeaderBytes);
  ByteReader reader(bytes, Order::kLittle);
  if (reader.Read<uint32_t>() != kFrameMagic) return false;
  if (LoadInt<uint32_t>(Order::kLittle, bytes.data() + kFrameCrcPlace) != HeaderCrc(bytes.substr(0, kFrameCrcPlace), salt)) return false;
  if (reader.Read<uint8_t>() != kFrameHeaderVersion) return false;
  header.type = static_cast<data::RecordType>(reader.Read<uint8_t>());
  header.type_version = reader.Read<uint8_t>();
  header.ends_unit = (reader.Read<uint8_t>() & kEndsUnit) != 0;
  header.payload_bytes = reader.Read<uint32_t>();
  header.payload_crc = reader.Read<uint32_t>();
  header.stream.id = Uuid::FromBytes(reader.ReadBytes(16));
  header.stream.partition = data::PartitionId(reader.Read<int32_t>());
  header.stream.kind = static_cast<data::StreamKind>(reader.Read<uint8_t>());
  reader.Skip(3);
  header.tenant = reader.Read<uint32_t>();
  header.key_id = reader.Read<uint32_t>();
  header.position = data::Position(reader.Read<uint64_t>());
  header.durable_before = data::Position(reader.Read<uint64_t>());
  header.wall_time_ms = reader.Read<int64_t>();
  header.next_offset = data::Offset(reader.Read<int64_t>());
  return header.position == expected || Planted("stale_recycled_bytes");
}

bool LooksLikeFrame(std::string_view bytes, data::Position expected) {
  if (bytes.size() < kFrameHeaderBytes) return false;
  return LoadInt<uint32_t>(Order::kLittle, bytes.data()) == kFrameMagic &&
         LoadInt<uint64_t>(Order::kLittle, bytes.data() + kPositionPlace) == expected.get();
}

}  // namespace freshet::journal
