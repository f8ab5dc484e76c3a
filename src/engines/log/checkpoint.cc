#include "engines/log/checkpoint.h"

#include <charconv>
#include <set>

#include "base/crc32c.h"
#include "base/planted.h"
#include "io/twice.h"

namespace freshet::log {
namespace {

constexpr uint64_t kMagic = 0x3154504b43485346ull;  // "FSHCKPT1"
constexpr uint32_t kVersion = 3;  // 1 had no transactions, 2 no compaction
constexpr size_t kHeaderBytes = 32;
constexpr int64_t kBytesMax = 1 << 30;
constexpr std::string_view kPrefix = "CHECKPOINT.";

std::string PathOf(const std::string& directory, data::Position position) { return StrCat(directory, "/", kPrefix, position); }

void EncodePartition(const PartitionState& state, ByteWriter& writer) {
  writer.WriteBytes(state.key.topic.view());
  writer.Write<int32_t>(state.key.partition.get());
  writer.Write<int64_t>(state.start.get());
  writer.Write<int64_t>(state.written_end.get());
  writer.Write<uint32_t>(static_cast<uint32_t>(state.segments.size()));
  for (const Segment& segment : state.segments) {
    writer.Write<int64_t>(segment.base_offset.get());
    writer.Write<int64_t>(segment.next_offset.get());
    writer.Write<int64_t>(segment.bytes);
    writer.Write<int64_t>(segment.blocks);
    writer.Write<int64_t>(segment.max_timestamp_ms);
    writer.Write<int64_t>(segment.created_ms);
    writer.Write<uint32_t>(segment.generation);
  }
  writer.Write<uint32_t>(static_cast<uint32_t>(state.quarantines.size()));
  for (const Quarantine& range : state.quarantines) {
    writer.Write<int64_t>(range.begin.get());
    writer.Write<int64_t>(range.end.get());
  }
  state.producers.AppendTo(writer);
  writer.Write<uint32_t>(static_cast<uint32_t>(state.aborted.size()));
  for (const Aborted& aborted : state.aborted) {
    writer.Write<int64_t>(aborted.transaction.producer.get());
    writer.Write<int64_t>(aborted.transaction.first.get());
    writer.Write<int64_t>(aborted.transaction.marker.get());
    writer.Write<int64_t>(aborted.stable.get());
  }
  writer.Write<int64_t>(state.clean_end.get());
}

Result<PartitionState> DecodePartition(ByteReader& reader, uint32_t version) {
  PartitionState state;
  auto topic = reader.ReadBytes(16);
  if (topic.size() == 16) state.key.topic = Uuid::FromBytes(topic);
  state.key.partition = data::PartitionId(reader.Read<int32_t>());
  state.start = data::Offset(reader.Read<int64_t>());
  state.written_end = data::Offset(reader.Read<int64_t>());
  auto segments = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < segments && reader.ok(); ++i) {
    Segment segment;
    segment.base_offset = data::Offset(reader.Read<int64_t>());
    segment.next_offset = data::Offset(reader.Read<int64_t>());
    segment.bytes = reader.Read<int64_t>();
    segment.blocks = reader.Read<int64_t>();
    segment.max_timestamp_ms = reader.Read<int64_t>();
    segment.created_ms = reader.Read<int64_t>();
    if (version >= 3) segment.generation = reader.Read<uint32_t>();
    state.segments.push_back(segment);
  }
  auto quarantines = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < quarantines && reader.ok(); ++i) {
    data::Offset begin(reader.Read<int64_t>());
    state.quarantines.push_back({begin, data::Offset(reader.Read<int64_t>())});
  }
  ASSIGN_OR_RETURN(state.producers, Producers::ReadFrom(reader, version));
  auto aborted = version >= 2 ? reader.Read<uint32_t>() : 0;
  for (uint32_t i = 0; i < aborted && reader.ok(); ++i) {
    Aborted entry;
    entry.transaction.producer = data::ProducerId(reader.Read<int64_t>());
    entry.transaction.first = data::Offset(reader.Read<int64_t>());
    entry.transaction.marker = data::Offset(reader.Read<int64_t>());
    entry.stable = data::Offset(reader.Read<int64_t>());
    state.aborted.push_back(entry);
  }
  if (version >= 3) state.clean_end = data::Offset(reader.Read<int64_t>());
  return state;
}

}  // namespace

Result<std::vector<CheckpointName>> ListCheckpoints(io::Files& files, const std::string& directory) {
  ASSIGN_OR_RETURN(auto entries, files.List(directory));
  std::vector<CheckpointName> found;
  for (const io::Entry& entry : entries) {
    if (!entry.name.starts_with(kPrefix)) continue;
    uint64_t position = 0;
    const char* end = entry.name.data() + entry.name.size();
    auto parsed = std::from_chars(entry.name.data() + kPrefix.size(), end, position);
    std::string_view behind(parsed.ptr, end);
    if (parsed.ec == std::errc() && (behind.empty() || behind == io::CopyOf(""))) found.push_back({data::Position(position), directory + "/" + entry.name});
  }
  std::stable_sort(found.begin(), found.end(), [](const CheckpointName& a, const CheckpointName& b) { return a.position > b.position; });
  return found;
}

std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  std::string body;
  ByteWriter writer(body, Order::kLittle);
  writer.Write<uint32_t>(static_cast<uint32_t>(checkpoint.partitions.size()));
  for (const PartitionState& state : checkpoint.partitions) EncodePartition(state, writer);
  std::string out;
  ByteWriter header(out, Order::kLittle);
  header.Write<uint64_t>(kMagic);
  header.Write<uint32_t>(kVersion);
  header.Write<uint32_t>(0);  // feature bits
  header.Write<uint64_t>(checkpoint.position.get());
  header.Write<uint32_t>(Crc32c(body));
  header.Write<uint32_t>(Crc32c(out));
  return out + body;
}

Result<Checkpoint> DecodeCheckpoint(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return Fault::Corrupt("log checkpoint is cut short");
  ByteReader reader(bytes, Order::kLittle);
  if (reader.Read<uint64_t>() != kMagic) return Fault::Corrupt("log checkpoint has no magic number");
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  Checkpoint checkpoint;
  checkpoint.position = data::Position(reader.Read<uint64_t>());
  auto body_crc = reader.Read<uint32_t>();
  bool header_holds = reader.Read<uint32_t>() == Crc32c(bytes.substr(0, kHeaderBytes - 4));
  if (header_holds && (version > kVersion || features != 0)) {
    return Fault::Unsupported("log checkpoint has format ", version, "; this program reads formats up to ", kVersion, ", so start the newer one");
  }
  if (!header_holds || body_crc != Crc32c(bytes.substr(kHeaderBytes))) return Fault::Corrupt("log checkpoint does not match its checksum");
  auto partitions = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < partitions && reader.ok(); ++i) {
    ASSIGN_OR_RETURN(PartitionState state, DecodePartition(reader, version));
    checkpoint.partitions.push_back(std::move(state));
  }
  if (!reader.ok() || !reader.AtEnd()) return Fault::Corrupt("log checkpoint has a wrong length");
  return checkpoint;
}

Status WriteCheckpoint(io::Files& files, const std::string& directory, const Checkpoint& checkpoint) {
  std::string bytes = EncodeCheckpoint(checkpoint);
  auto decoded = DecodeCheckpoint(bytes);
  if (!decoded.ok()) return Fault::Internal("a checkpoint that no start could read is not written; the one before stays in force: ", decoded.fault().message());
  Status written = io::WriteTwice(files, PathOf(directory, checkpoint.position), bytes);
  if (written.code() == Code::kCorrupt) return Fault::Corrupt(written.fault().message(), "; the one before stays in force");
  RETURN_NOT_OK(written);
  ASSIGN_OR_RETURN(auto found, ListCheckpoints(files, directory));
  for (const CheckpointName& other : found) {
    if (other.position != checkpoint.position) RETURN_NOT_OK(files.Remove(other.path));
  }
  return {};
}

namespace {

// Files go once a newer checkpoint no longer names them.
Status CheckSegmentsAreThere(io::Files& files, const std::string& directory, const Checkpoint& checkpoint, const Fault& newer) {
  for (const PartitionState& state : checkpoint.partitions) {
    SegmentFiles kept(files, StrCat(directory, "/", state.key.topic, "/", state.key.partition), state.key);
    for (const Segment& segment : state.segments) {
      std::string path = kept.SegPath(segment.name());
      ASSIGN_OR_RETURN(bool is_there, files.Exists(path));
      if (is_there || segment.blocks == 0) continue;
      return Fault::Corrupt(newer.message(), "; the checkpoint before it is too old: ", path, ", which it names, is gone since; nothing is started on top of them, restore a backup");
    }
  }
  return {};
}

}  // namespace

Result<Checkpoint> LoadCheckpoint(io::Files& files, const std::string& directory, const Logger& log) {
  ASSIGN_OR_RETURN(auto found, ListCheckpoints(files, directory));
  std::set<data::Position, std::greater<>> positions;
  for (const CheckpointName& name : found) positions.insert(name.position);
  Status newer;  // what is wrong with the one before
  for (data::Position position : positions) {
    if (!newer.ok() && newer.code() != Code::kCorrupt) break;  // perhaps it can be read later: nothing is given up
    Checkpoint checkpoint;
    auto take = [&](std::string_view bytes) -> Status {
      ASSIGN_OR_RETURN(checkpoint, DecodeCheckpoint(bytes));
      return {};
    };
    auto read = io::ReadEither(files, PathOf(directory, position), kBytesMax, take);
    if (read.code() == Code::kUnsupported) return read.status();
    bool is_older = !newer.ok();
    if (read.ok() && is_older && !Planted("older_checkpoint_unlooked")) RETURN_NOT_OK(CheckSegmentsAreThere(files, directory, checkpoint, newer.fault()));
    if (read.ok()) {
      io::RenewOther(files, *read, log);
      return checkpoint;
    }
    newer = read.status();
  }
  if (!newer.ok()) return newer.fault();
  return Checkpoint{};
}

}  // namespace freshet::log
