#include "engines/log/segment.h"

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::log {
namespace {

constexpr uint64_t kSegmentMagic = 0x3147455354485346ull;  // "FSHTSEG1"
constexpr uint64_t kIndexMagic = 0x3158444954485346ull;    // "FSHTIDX1"
constexpr uint32_t kVersion = 1;
constexpr int kNameDigits = 20;

// The same header begins both files: whose bytes these are, and in which format.
std::string EncodeHeader(uint64_t magic, const data::PartitionKey& key, data::Offset base) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(magic);
  writer.Write<uint32_t>(kVersion);
  writer.Write<uint32_t>(0);  // feature bits
  writer.WriteBytes(key.topic.view());
  writer.Write<int32_t>(key.partition.get());
  writer.Write<uint32_t>(0);  // tenant
  writer.Write<int64_t>(base.get());
  writer.Write<uint32_t>(0);  // key id
  out.resize(kSegmentHeaderBytes - 4, '\0');
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

void EncodeEntry(const Block& block, ByteWriter& writer, const std::string& out) {
  size_t begin = out.size();
  writer.Write<int64_t>(block.place);
  writer.Write<uint32_t>(static_cast<uint32_t>(block.bytes));
  writer.Write<uint32_t>(block.crc);
  writer.Write<int64_t>(block.base_offset.get());
  writer.Write<int64_t>(block.last_offset.get());
  writer.Write<int64_t>(block.max_timestamp_ms);
  writer.Write<uint32_t>(0);
  writer.Write<uint32_t>(Crc32c(std::string_view(out).substr(begin)));
  CHECK(out.size() - begin == static_cast<size_t>(kIndexEntryBytes));
}

Result<Block> DecodeEntry(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  Block block;
  block.place = reader.Read<int64_t>();
  block.bytes = reader.Read<uint32_t>();
  block.crc = reader.Read<uint32_t>();
  block.base_offset = data::Offset(reader.Read<int64_t>());
  block.last_offset = data::Offset(reader.Read<int64_t>());
  block.max_timestamp_ms = reader.Read<int64_t>();
  reader.Skip(4);
  if (reader.Read<uint32_t>() != Crc32c(bytes.substr(0, static_cast<size_t>(kIndexEntryBytes) - 4))) {
    return Fault::Corrupt("an index entry does not match its checksum");
  }
  return block;
}

}  // namespace

std::string SegmentFiles::PathOf(const Segment& segment, std::string_view ending) const {
  std::string digits = StrCat(segment.base_offset);
  return StrCat(directory_, "/", std::string(kNameDigits - digits.size(), '0'), digits, ending);
}

Result<std::unique_ptr<io::File>> SegmentFiles::OpenForAppend(const Segment& segment, std::string_view ending, int64_t keep_bytes, bool& is_new) {
  std::string path = PathOf(segment, ending);
  is_new = keep_bytes == 0;
  ASSIGN_OR_RETURN(auto file, files_.Open(path, is_new ? io::OpenMode::kCreateOrOpen : io::OpenMode::kReadWrite));
  // A crash may have left bytes behind those that count; they must not be there when ours end up shorter.
  ASSIGN_OR_RETURN(int64_t size, file->Size());
  if (size < keep_bytes) return Fault::Corrupt(path, " has ", size, " bytes where ", keep_bytes, " were synced");
  if (size > keep_bytes) RETURN_NOT_OK(file->Truncate(keep_bytes));
  return file;
}

Status SegmentFiles::Append(Segment& segment, const std::vector<TailBatch>& batches) {
  if (segment.bytes == 0) RETURN_NOT_OK(files_.CreateDirectories(directory_));
  bool is_new = false;
  int64_t index_bytes = segment.bytes == 0 ? 0 : kSegmentHeaderBytes + segment.blocks * kIndexEntryBytes;
  ASSIGN_OR_RETURN(auto seg, OpenForAppend(segment, ".seg", segment.bytes, is_new));
  ASSIGN_OR_RETURN(auto idx, OpenForAppend(segment, ".idx", index_bytes, is_new));

  Segment grown = segment;
  std::vector<Block> blocks;
  if (segment.index != nullptr) blocks = *segment.index;
  std::string seg_header = is_new ? EncodeHeader(kSegmentMagic, key_, segment.base_offset) : "";
  std::string entries = is_new ? EncodeHeader(kIndexMagic, key_, segment.base_offset) : "";
  ByteWriter entry_writer(entries, Order::kLittle);
  std::vector<std::string_view> pieces;
  if (is_new) {
    pieces.push_back(seg_header);
    grown.bytes = kSegmentHeaderBytes;
  }
  for (size_t i = 0; i < batches.size();) {
    Block block{.place = grown.bytes, .base_offset = batches[i].base_offset, .max_timestamp_ms = batches[i].max_timestamp_ms};
    for (; i < batches.size() && (block.bytes == 0 || block.bytes + static_cast<int64_t>(batches[i].bytes->size()) <= kBlockBytes); ++i) {
      pieces.push_back(*batches[i].bytes);
      block.crc = Crc32cExtend(block.crc, *batches[i].bytes);
      block.bytes += static_cast<int64_t>(batches[i].bytes->size());
      block.last_offset = batches[i].last_offset;
      block.max_timestamp_ms = std::max(block.max_timestamp_ms, batches[i].max_timestamp_ms);
    }
    EncodeEntry(block, entry_writer, entries);
    blocks.push_back(block);
    grown.bytes += block.bytes;
    grown.blocks += 1;
    grown.next_offset = block.last_offset + 1;
    grown.max_timestamp_ms = std::max(grown.max_timestamp_ms, block.max_timestamp_ms);
  }
  RETURN_NOT_OK(seg->WriteAt(segment.bytes, pieces));
  std::string_view entry_bytes = entries;
  RETURN_NOT_OK(idx->WriteAt(index_bytes, std::span<const std::string_view>(&entry_bytes, 1)));
  RETURN_NOT_OK(seg->SyncData());
  RETURN_NOT_OK(idx->SyncData());
  if (is_new && !Planted("skip_directory_fsync")) RETURN_NOT_OK(files_.SyncDirectory(directory_));
  bool index_is_whole = segment.index != nullptr || segment.blocks == 0;
  grown.index = index_is_whole ? std::make_shared<const std::vector<Block>>(std::move(blocks)) : nullptr;
  segment = std::move(grown);
  return {};
}

Result<std::shared_ptr<const std::vector<Block>>> SegmentFiles::LoadIndex(const Segment& segment) {
  std::string path = PathOf(segment, ".idx");
  ASSIGN_OR_RETURN(auto file, files_.Open(path, io::OpenMode::kRead));
  std::string bytes(static_cast<size_t>(kSegmentHeaderBytes + segment.blocks * kIndexEntryBytes), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(0, bytes));
  if (read != bytes.size()) return Fault::Corrupt(path, " ends before entry ", segment.blocks);
  if (bytes.substr(0, kSegmentHeaderBytes) != EncodeHeader(kIndexMagic, key_, segment.base_offset)) return Fault::Corrupt(path, ": its header does not hold");
  auto blocks = std::make_shared<std::vector<Block>>();
  for (int64_t i = 0; i < segment.blocks; ++i) {
    auto entry = DecodeEntry(std::string_view(bytes).substr(static_cast<size_t>(kSegmentHeaderBytes + i * kIndexEntryBytes), static_cast<size_t>(kIndexEntryBytes)));
    if (!entry.ok()) return Fault::Corrupt(path, ": ", entry.fault().message());
    blocks->push_back(*entry);
  }
  return std::shared_ptr<const std::vector<Block>>(std::move(blocks));
}

Result<std::string> SegmentFiles::ReadBlock(const Segment& segment, const Block& block) {
  std::string path = PathOf(segment, ".seg");
  ASSIGN_OR_RETURN(auto file, files_.Open(path, io::OpenMode::kRead));
  std::string bytes(static_cast<size_t>(block.bytes), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(block.place, bytes));
  if (read != bytes.size() || Crc32c(bytes) != block.crc) {
    return Fault::Corrupt(path, ": offsets ", block.base_offset, " to ", block.last_offset, " are damaged on disk; records outside them are readable");
  }
  return bytes;
}

Status SegmentFiles::Remove(const Segment& segment) {
  for (std::string_view ending : {".idx", ".seg"}) {
    Status removed = files_.Remove(PathOf(segment, ending));
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
  }
  return {};
}

Status SegmentFiles::RemoveOthers(const std::vector<Segment>& segments) {
  auto entries = files_.List(directory_);
  if (entries.code() == Code::kNotFound) return {};
  if (!entries.ok()) return entries.status();
  for (const io::Entry& entry : *entries) {
    std::string path = directory_ + "/" + entry.name;
    bool owned = std::any_of(segments.begin(), segments.end(), [&](const Segment& s) { return PathOf(s, ".seg") == path || PathOf(s, ".idx") == path; });
    if (!owned) RETURN_NOT_OK(files_.Remove(path));
  }
  return {};
}

Status SegmentFiles::RemoveAll() {
  RETURN_NOT_OK(RemoveOthers({}));
  Status removed = files_.Remove(directory_);
  return removed.code() == Code::kNotFound ? Status() : removed;
}

}  // namespace freshet::log
