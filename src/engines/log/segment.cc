#include "engines/log/segment.h"

#include <algorithm>

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::log {
namespace {

constexpr uint64_t kSegmentMagic = 0x3147455354485346ull;  // "FSHTSEG1"
constexpr uint64_t kIndexMagic = 0x3158444954485346ull;    // "FSHTIDX1"
constexpr uint32_t kVersion = 1;
constexpr int kNameDigits = 20;
constexpr std::string_view kSeg = ".seg";
constexpr std::string_view kIdx = ".idx";

// The same header begins both files: whose bytes these are, and in which format.
std::string EncodeHeader(uint64_t magic, const data::PartitionKey& key, SegmentName name) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(magic);
  writer.Write<uint32_t>(kVersion);
  writer.Write<uint32_t>(0);  // feature bits
  writer.WriteBytes(key.topic.view());
  writer.Write<int32_t>(key.partition.get());
  writer.Write<uint32_t>(0);  // tenant
  writer.Write<int64_t>(name.base.get());
  writer.Write<uint32_t>(0);  // key id
  writer.Write<uint32_t>(name.generation);
  out.resize(kSegmentHeaderBytes - 4, '\0');
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

// Entries and blocks carry the header in their checksums, so a rotten header costs nothing and a stray file nothing either.
uint32_t IdentityCrc(const data::PartitionKey& key, SegmentName name) { return Crc32c(EncodeHeader(kIndexMagic, key, name)); }

void EncodeEntry(const Block& block, uint32_t identity, std::string& out) {
  size_t begin = out.size();
  ByteWriter writer(out, Order::kLittle);
  writer.Write<int64_t>(block.place);
  writer.Write<uint32_t>(static_cast<uint32_t>(block.bytes));
  writer.Write<uint32_t>(block.crc);
  writer.Write<int64_t>(block.base_offset.get());
  writer.Write<int64_t>(block.last_offset.get());
  writer.Write<int64_t>(block.max_timestamp_ms);
  writer.Write<uint32_t>(0);
  writer.Write<uint32_t>(Crc32cExtend(identity, std::string_view(out).substr(begin)));
}

bool DecodeEntry(std::string_view bytes, uint32_t identity, Block& block) {
  ByteReader reader(bytes, Order::kLittle);
  block.place = reader.Read<int64_t>();
  block.bytes = reader.Read<uint32_t>();
  block.crc = reader.Read<uint32_t>();
  block.base_offset = data::Offset(reader.Read<int64_t>());
  block.last_offset = data::Offset(reader.Read<int64_t>());
  block.max_timestamp_ms = reader.Read<int64_t>();
  reader.Skip(4);
  return reader.Read<uint32_t>() == Crc32cExtend(identity, bytes.substr(0, static_cast<size_t>(kIndexEntryBytes) - 4));
}

std::string PathOf(const std::string& directory, SegmentName name, std::string_view ending) {
  std::string digits = StrCat(name.base);
  std::string generation = name.generation > 0 ? StrCat(".", name.generation) : "";
  return StrCat(directory, "/", std::string(kNameDigits - digits.size(), '0'), digits, generation, ending);
}

// Piece by piece, so that each is summed while it is near. False: the file ends before, or the checksum, which begins as `crc`, is another one.
Result<bool> ReadBlock(io::File& file, const Block& block, uint32_t crc, std::span<char> into) {
  constexpr size_t kPieceBytes = 128 << 10;
  for (size_t at = 0; at < into.size(); at += kPieceBytes) {
    std::span<char> piece = into.subspan(at, std::min(kPieceBytes, into.size() - at));
    ASSIGN_OR_RETURN(size_t read, file.ReadAt(block.place + static_cast<int64_t>(at), piece));
    if (read < piece.size()) return false;
    crc = Crc32cExtend(crc, {piece.data(), piece.size()});
  }
  return crc == block.crc || Planted("rotten_block_served");
}

Status WriteOne(io::File& file, int64_t offset, std::string_view bytes) { return file.WriteAt(offset, std::span<const std::string_view>(&bytes, 1)); }

}  // namespace

Result<std::vector<std::string_view>> SplitBatches(std::string_view run) {
  std::vector<std::string_view> batches;
  while (!run.empty()) {
    ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(run));
    batches.push_back(view.bytes());
    run.remove_prefix(view.bytes().size());
  }
  return batches;
}

uint32_t BlockCrc(const data::PartitionKey& key, SegmentName segment, int64_t place, std::string_view bytes) {
  char place_bytes[8];
  StoreInt<int64_t>(Order::kLittle, place_bytes, place);
  return Crc32cExtend(Crc32cExtend(IdentityCrc(key, segment), std::string_view(place_bytes, sizeof place_bytes)), bytes);
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::Open(io::Files& files, const std::string& directory, data::PartitionKey key, const Segment& segment) {
  std::unique_ptr<SegmentWriter> writer(new SegmentWriter(files, directory, key, segment.name()));
  writer->is_new_ = segment.bytes == 0;
  io::OpenMode mode = io::OpenMode::kReadWrite;
  if (writer->is_new_) {
    RETURN_NOT_OK(writer->MakeFolder());
    mode = io::OpenMode::kCreateOrOpen;
  }
  ASSIGN_OR_RETURN(writer->seg_, files.Open(PathOf(directory, segment.name(), kSeg), mode));
  ASSIGN_OR_RETURN(writer->idx_, files.Open(PathOf(directory, segment.name(), kIdx), mode));
  if (writer->is_new_) {
    RETURN_NOT_OK(WriteOne(*writer->seg_, 0, EncodeHeader(kSegmentMagic, key, segment.name())));
    RETURN_NOT_OK(WriteOne(*writer->idx_, 0, EncodeHeader(kIndexMagic, key, segment.name())));
    writer->dirty_ = true;
  }
  return writer;
}

// One that is there already may be an earlier life's that ended before it was durable. That is left to the first sync: a start makes no thousand of them.
Status SegmentWriter::MakeFolder() {
  ASSIGN_OR_RETURN(found_folder_, files_.Exists(directory_));
  if (found_folder_) return {};
  Status made = files_.CreateDirectories(directory_);
  if (made.ok()) return {};
  (void)files_.Remove(directory_);  // names whose sync failed are doubtful for good: the next attempt makes new ones
  (void)files_.Remove(io::ParentOf(directory_));
  return made;
}

Status SegmentWriter::SyncNames() {
  if (!is_new_ || Planted("skip_directory_fsync")) return {};
  RETURN_NOT_OK(files_.SyncDirectory(directory_));
  if (!found_folder_) return {};
  RETURN_NOT_OK(files_.SyncDirectory(io::ParentOf(directory_)));
  return files_.SyncDirectory(io::ParentOf(io::ParentOf(directory_)));
}

Status SegmentWriter::Append(Segment& segment, std::span<const TailBatch> batches, std::vector<Block>& added) {
  CHECK(segment.name() == name_);
  Segment grown = segment;
  if (grown.bytes == 0) grown.bytes = kSegmentHeaderBytes;
  int64_t place = grown.bytes;
  std::vector<std::string_view> pieces;
  std::vector<Block> blocks;
  for (size_t i = 0; i < batches.size();) {
    Block block{.place = grown.bytes, .base_offset = batches[i].base_offset, .max_timestamp_ms = batches[i].max_timestamp_ms};
    block.crc = BlockCrc(key_, name_, block.place, {});
    for (; i < batches.size() && (block.bytes == 0 || block.bytes + static_cast<int64_t>(batches[i].bytes->size()) <= kBlockBytes); ++i) {
      pieces.push_back(*batches[i].bytes);
      block.crc = data::Crc32cExtendByBatch(block.crc, *batches[i].bytes);
      block.bytes += static_cast<int64_t>(batches[i].bytes->size());
      block.last_offset = batches[i].last_offset;
      if (!Planted("time_index_off_by_one")) block.max_timestamp_ms = std::max(block.max_timestamp_ms, batches[i].max_timestamp_ms);
    }
    blocks.push_back(block);
    grown.bytes += block.bytes;
  }
  dirty_ = true;
  RETURN_NOT_OK(seg_->WriteAt(place, pieces));
  for (const Block& block : blocks) RETURN_NOT_OK(Adopt(grown, block, added));
  segment = std::move(grown);
  return {};
}

Status SegmentWriter::Adopt(Segment& segment, const Block& block, std::vector<Block>& added) {
  std::string entry;
  EncodeEntry(block, IdentityCrc(key_, name_), entry);
  dirty_ = true;
  RETURN_NOT_OK(WriteOne(*idx_, kSegmentHeaderBytes + segment.blocks * kIndexEntryBytes, entry));
  segment.bytes = std::max(segment.bytes, block.place + block.bytes);
  segment.blocks += 1;
  segment.next_offset = block.last_offset + 1;
  segment.max_timestamp_ms = std::max(segment.max_timestamp_ms, block.max_timestamp_ms);
  added.push_back(block);
  return {};
}

Status SegmentWriter::Sync() {
  if (!dirty_) return Settle({});
  RETURN_NOT_OK(SyncBatches());
  RETURN_NOT_OK(Settle(idx_->SyncData()));
  dirty_ = false;
  return {};
}

Status SegmentWriter::SyncBatches() {
  RETURN_NOT_OK(Settle({}));
  RETURN_NOT_OK(Settle(seg_->SyncData()));
  RETURN_NOT_OK(Settle(SyncNames()));
  is_new_ = false;
  return {};
}

// What a sync came to; one that failed is the last.
Status SegmentWriter::Settle(Status synced) {
  if (sync_failed_) return Fault::IoError("segment ", PathOf(directory_, name_, kSeg), ": an earlier sync failed; a restart replays it from the journal");
  sync_failed_ = !synced.ok() && !Planted("ignore_eio");
  return sync_failed_ ? synced : Status();
}

std::string SegmentFiles::SegPath(SegmentName segment) const { return PathOf(directory_, segment, kSeg); }
std::string SegmentFiles::IdxPath(SegmentName segment) const { return PathOf(directory_, segment, kIdx); }

Status SegmentFiles::CheckHeaders(SegmentName segment) {
  const std::pair<std::string, uint64_t> both[] = {{SegPath(segment), kSegmentMagic}, {IdxPath(segment), kIndexMagic}};
  for (const auto& [path, magic] : both) {
    ASSIGN_OR_RETURN(auto file, files_.Open(path, io::OpenMode::kRead));
    std::string header(kSegmentHeaderBytes, '\0');
    ASSIGN_OR_RETURN(size_t read, file->ReadAt(0, header));
    if (read < header.size() || header != EncodeHeader(magic, key_, segment)) return Fault::Corrupt(path, ": its header is not the one of this segment");
  }
  return {};
}

void SegmentFiles::DropCache(SegmentName segment) {
  for (const std::string& path : {SegPath(segment), IdxPath(segment)}) {
    auto file = files_.Open(path, io::OpenMode::kRead);
    auto size = file.ok() ? (*file)->Size() : file.status();
    if (size.ok()) (*file)->DropCache(0, *size);
  }
}

Result<std::vector<std::optional<Block>>> SegmentFiles::LoadEntries(const Segment& segment) {
  ASSIGN_OR_RETURN(auto file, files_.Open(IdxPath(segment.name()), io::OpenMode::kRead));
  std::string bytes(static_cast<size_t>(segment.blocks * kIndexEntryBytes), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(kSegmentHeaderBytes, bytes));
  uint32_t identity = IdentityCrc(key_, segment.name());
  std::vector<std::optional<Block>> entries;
  for (size_t at = 0; at + kIndexEntryBytes <= read; at += kIndexEntryBytes) {
    Block block;
    bool holds = DecodeEntry(std::string_view(bytes).substr(at, kIndexEntryBytes), identity, block);
    entries.push_back(holds ? std::optional<Block>(block) : std::nullopt);
  }
  return entries;
}

Result<SegmentFiles::LoadedIndex> SegmentFiles::LoadIndex(const Segment& segment) {
  LoadedIndex index{.blocks = std::make_shared<std::vector<Block>>()};
  if (segment.blocks == 0) return index;
  auto stored = LoadEntries(segment);
  if (!stored.ok() && stored.code() != Code::kNotFound) return stored.status();
  std::vector<std::optional<Block>> entries = stored.ok() ? *stored : std::vector<std::optional<Block>>();
  entries.resize(static_cast<size_t>(segment.blocks));
  bool holds = std::all_of(entries.begin(), entries.end(), [](const auto& entry) { return entry.has_value(); });
  if (!holds && !Planted("index_not_renewed")) index.renewed = RenewEntries(segment, entries);
  if (index.renewed > 0) RETURN_NOT_OK(WriteEntries(segment, stored.ok() ? *stored : std::vector<std::optional<Block>>(), entries));
  for (const std::optional<Block>& entry : entries) {
    if (entry.has_value()) index.blocks->push_back(*entry);
  }
  if (!index.blocks->empty()) return index;
  if (!stored.ok()) return stored.status();
  return Fault::Corrupt(IdxPath(segment.name()), ": none of its ", segment.blocks, " entries holds");
}

// Those that came new, to their places; a file that was missing is made beside, and gets its name when it is whole.
Status SegmentFiles::WriteEntries(const Segment& segment, const std::vector<std::optional<Block>>& before, const std::vector<std::optional<Block>>& entries) {
  std::string path = IdxPath(segment.name());
  uint32_t identity = IdentityCrc(key_, segment.name());
  ASSIGN_OR_RETURN(bool is_there, files_.Exists(path));
  std::unique_ptr<io::File> file;
  if (is_there) {
    ASSIGN_OR_RETURN(file, files_.Open(path, io::OpenMode::kReadWrite));
  }
  std::string whole = EncodeHeader(kIndexMagic, key_, segment.name());
  for (size_t i = 0; i < entries.size(); ++i) {
    std::string entry;
    if (entries[i].has_value()) EncodeEntry(*entries[i], identity, entry);
    bool is_new = entries[i].has_value() && (i >= before.size() || !before[i].has_value());
    if (is_there && is_new) RETURN_NOT_OK(WriteOne(*file, kSegmentHeaderBytes + static_cast<int64_t>(i) * kIndexEntryBytes, entry));
    entry.resize(static_cast<size_t>(kIndexEntryBytes), '\0');
    whole += entry;
  }
  return is_there ? file->SyncData() : io::WriteWhole(files_, path, whole);
}

Result<std::vector<data::KeptBytes>> SegmentFiles::ReadBlocks(SegmentName segment, std::span<const Block> blocks) {
  std::string path = PathOf(directory_, segment, kSeg);
  ASSIGN_OR_RETURN(auto file, files_.Open(path, io::OpenMode::kRead));
  std::vector<data::KeptBytes> found;
  for (const Block& block : blocks) {
    auto buffer = std::make_shared_for_overwrite<char[]>(static_cast<size_t>(block.bytes));
    std::span<char> bytes(buffer.get(), static_cast<size_t>(block.bytes));
    auto holds = ReadBlock(*file, block, BlockCrc(key_, segment, block.place, {}), bytes);
    if (!found.empty() && (!holds.ok() || !*holds)) break;
    if (!holds.ok()) return holds.status();
    if (!*holds) {
      return Fault::Corrupt(path, ": offsets ", block.base_offset, " to ", block.last_offset, " are damaged on disk; records outside them are readable");
    }
    found.emplace_back(std::move(buffer), std::string_view(bytes.data(), bytes.size()));
  }
  return found;
}

Result<std::string> SegmentFiles::ReadRaw(data::Offset segment_base, int64_t place, int64_t bytes) {
  ASSIGN_OR_RETURN(auto file, files_.Open(PathOf(directory_, {segment_base}, kSeg), io::OpenMode::kRead));
  std::string content(static_cast<size_t>(bytes), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(place, content));
  content.resize(read);
  return content;
}

Status SegmentFiles::Remove(SegmentName segment) {
  for (std::string_view ending : {kIdx, kSeg}) {
    Status removed = files_.Remove(PathOf(directory_, segment, ending));
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
  }
  return {};
}

Status SegmentFiles::RemoveOthers(const std::vector<SegmentName>& segments) {
  auto entries = files_.List(directory_);
  if (entries.code() == Code::kNotFound) return {};
  if (!entries.ok()) return entries.status();
  for (const io::Entry& entry : *entries) {
    std::string path = directory_ + "/" + entry.name;
    bool owned = std::any_of(segments.begin(), segments.end(),
                             [&](SegmentName name) { return PathOf(directory_, name, kSeg) == path || PathOf(directory_, name, kIdx) == path; });
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
