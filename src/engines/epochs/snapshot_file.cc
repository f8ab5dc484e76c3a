#include "engines/epochs/snapshot_file.h"

#include "base/crc32c.h"

namespace freshet::epochs {
namespace {

constexpr uint64_t kMagic = 0x31434f5045485346ull;  // "FSHEPOC1"
constexpr size_t kHeaderBytes = 40;
constexpr size_t kTableEntryBytes = 24;
constexpr uint32_t kPipelinesMax = 100'000;

}  // namespace

std::string EncodeSnapshotFile(const SnapshotFile& file) {
  std::string table;
  std::string entries;
  ByteWriter rows(table, Order::kLittle);
  for (const auto& [id, pipeline] : file.pipelines) {
    std::string entry = EncodePipeline(pipeline);
    rows.WriteBytes(id.view());
    rows.Write<uint32_t>(static_cast<uint32_t>(entry.size()));
    rows.Write<uint32_t>(Crc32c(entry));
    entries += entry;
  }
  std::string out;
  ByteWriter header(out, Order::kLittle);
  header.Write<uint64_t>(kMagic);
  header.Write<uint32_t>(kPipelineVersion);
  header.Write<uint32_t>(0);  // feature bits
  header.Write<uint64_t>(file.position.get());
  header.Write<uint32_t>(static_cast<uint32_t>(file.pipelines.size()));
  header.Write<uint32_t>(0);
  header.Write<uint32_t>(Crc32c(table));
  header.Write<uint32_t>(Crc32c(out));
  return out + table + entries;
}

Result<SnapshotFile> DecodeSnapshotFile(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return Fault::Corrupt("it is cut short");
  ByteReader header(bytes, Order::kLittle);
  bool magic_holds = header.Read<uint64_t>() == kMagic;
  auto version = header.Read<uint32_t>();
  auto features = header.Read<uint32_t>();
  SnapshotFile file;
  file.position = data::Position(header.Read<uint64_t>());
  auto pipelines = header.Read<uint32_t>();
  header.Skip(4);
  auto table_crc = header.Read<uint32_t>();
  if (!magic_holds || header.Read<uint32_t>() != Crc32c(bytes.substr(0, kHeaderBytes - 4))) return Fault::Corrupt("its header does not match its checksum");
  if (version == 0 || version > kPipelineVersion || features != 0) return Fault::Unsupported("it has format ", version, "; this program reads formats up to ", kPipelineVersion, ", so start the newer one");
  if (pipelines > kPipelinesMax) return Fault::Corrupt("it names ", pipelines, " pipelines");
  std::string_view table = header.ReadBytes(pipelines * kTableEntryBytes);
  if (!header.ok() || Crc32c(table) != table_crc) return Fault::Corrupt("its table does not match its checksum");
  ByteReader rows(table, Order::kLittle);
  size_t at = header.position();
  for (uint32_t i = 0; i < pipelines; ++i) {
    Uuid id = Uuid::FromBytes(rows.ReadBytes(16));
    auto size = rows.Read<uint32_t>();
    auto crc = rows.Read<uint32_t>();
    std::string_view entry = bytes.substr(std::min(at, bytes.size()), size);
    at += size;
    auto decoded = entry.size() == size && Crc32c(entry) == crc ? DecodePipeline(entry, version) : Fault::Corrupt("its entry in the snapshot file of epochs does not match its checksum");
    if (decoded.ok()) {
      file.pipelines[id] = std::move(decoded).value();
      continue;
    }
    file.pipelines[id].damage = decoded.fault().message();
    ++file.damaged_entries;
  }
  return file;
}

io::TakeContent TakeBest(std::optional<SnapshotFile>& best) {
  return [&best](std::string_view bytes) -> Status {
    ASSIGN_OR_RETURN(SnapshotFile file, DecodeSnapshotFile(bytes));
    bool is_whole = file.damaged_entries == 0, has_whole = best.has_value() && best->damaged_entries == 0;
    if (is_whole || !has_whole) best = std::move(file);
    return is_whole ? Status() : Fault::Corrupt("entries of pipelines in it do not match their checksums");
  };
}

}  // namespace freshet::epochs
