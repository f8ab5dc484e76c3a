#include <algorithm>

#include "base/bytes.h"
#include "engines/log/segment.h"
#include "engines/log/segment_check.h"
#include "testing/fault_fs.h"

namespace freshet::log {
namespace {

const data::PartitionKey kKey{Uuid{{7}}, data::PartitionId(3)};

std::string BatchOf(data::Offset base, size_t records, size_t bytes) {
  data::RecordBatchBuilder builder({});
  for (size_t i = 0; i < records; ++i) builder.Add(1000 + static_cast<int64_t>(i), {}, std::string(bytes, static_cast<char>('a' + base.get() % 26)));
  std::string batch = builder.Finish().value();
  data::PlaceRecordBatch(batch.data(), base, data::LeaderEpoch(0));
  return batch;
}

// One burst of at most four bytes, which no checksum misses. Where it hit.
struct Hit {
  size_t begin = 0, end = 0;
  bool Touches(int64_t from, int64_t bytes) const { return end > static_cast<size_t>(from) && begin < static_cast<size_t>(from + bytes); }
};

Hit Damage(freshet::testing::FaultFs& files, const std::string& path, uint32_t place, uint32_t burst) {
  std::string content = io::ReadWhole(files, path, 1 << 24).value();
  size_t begin = place % (content.size() - sizeof burst);
  Hit hit{content.size(), 0};
  std::string damaged = content.substr(begin, sizeof burst);
  for (size_t i = 0; i < sizeof burst; ++i) {
    char flip = static_cast<char>(burst >> (8 * i));
    if (flip == 0) continue;
    damaged[i] = static_cast<char>(damaged[i] ^ flip);
    hit = {std::min(hit.begin, begin + i), begin + i + 1};
  }
  files.Overwrite(path, static_cast<int64_t>(begin), damaged);
  return hit;
}

// A segment as a partition writes it, batch by batch.
struct Written {
  freshet::testing::FaultFs files;
  Segment segment{.base_offset = data::Offset(100), .next_offset = data::Offset(100)};
  std::vector<Block> blocks;

  explicit Written(ByteReader& in) {
    auto writer = SegmentWriter::Open(files, "p", kKey, segment).value();
    while (!in.AtEnd() && blocks.size() < 30) {
      auto size = in.Read<uint16_t>();
      auto batch = std::make_shared<const std::string>(BatchOf(segment.next_offset, 1 + size % 5, size / 5));
      TailBatch tail{.base_offset = segment.next_offset, .last_offset = segment.next_offset + size % 5, .max_timestamp_ms = 1000 + size % 5, .bytes = batch};
      CHECK(writer->Append(segment, std::span<const TailBatch>(&tail, 1), blocks).ok());
    }
    CHECK(writer->Sync().ok());
  }
};

}  // namespace
}  // namespace freshet::log

// Whatever rots in a segment's files, a block that is read is as it was written, and the check finds exactly what a reader would miss.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace freshet;
  using namespace freshet::log;
  ByteReader in({reinterpret_cast<const char*>(bytes), size}, Order::kLittle);
  uint32_t words[4];
  for (uint32_t& word : words) word = in.Read<uint32_t>();
  Written written(in);
  if (written.blocks.empty()) return 0;
  SegmentFiles files(written.files, "p", kKey);
  SegmentName name = written.segment.name();
  std::string whole = io::ReadWhole(written.files, files.SegPath(name), 1 << 24).value();
  Hit seg = Damage(written.files, files.SegPath(name), words[0], words[1]);
  Hit idx = Damage(written.files, files.IdxPath(name), words[2], words[3]);

  bool is_whole = true;
  for (size_t i = 0; i < written.blocks.size(); ++i) {
    const Block& block = written.blocks[i];
    bool entry_holds = !idx.Touches(kSegmentHeaderBytes + static_cast<int64_t>(i) * kIndexEntryBytes, kIndexEntryBytes);
    bool block_holds = !seg.Touches(block.place, block.bytes);
    is_whole = is_whole && entry_holds && block_holds;
    auto read = files.ReadBlocks(name, std::span<const Block>(&block, 1));
    CHECK(read.ok() == block_holds);
    if (block_holds) CHECK(*read->front() == std::string_view(whole).substr(static_cast<size_t>(block.place), static_cast<size_t>(block.bytes)));
    auto entries = files.LoadEntries(written.segment).value();
    CHECK(entries.size() == written.blocks.size() && entries[i].has_value() == entry_holds);
    if (entry_holds) CHECK(entries[i]->place == block.place && entries[i]->bytes == block.bytes && entries[i]->crc == block.crc && entries[i]->base_offset == block.base_offset);
  }
  bool headers_hold = !seg.Touches(0, kSegmentHeaderBytes) && !idx.Touches(0, kSegmentHeaderBytes);
  CHECK(files.CheckHeaders(name).ok() == headers_hold);
  std::vector<SegmentDamage> found;
  for (SegmentCheck check(files, written.segment); check.Step(64 << 10, found);) continue;
  CHECK(found.empty() == is_whole);

  auto index = files.LoadIndex(written.segment);  // makes anew what it can
  CHECK(index.ok() || seg.end > seg.begin);
  for (const Block& block : index.ok() ? *index->blocks : std::vector<Block>()) {
    auto read = files.ReadBlocks(name, std::span<const Block>(&block, 1));
    if (read.ok()) CHECK(*read->front() == std::string_view(whole).substr(static_cast<size_t>(block.place), static_cast<size_t>(block.bytes)));
    CHECK(read.ok() || seg.Touches(block.place, block.bytes));
  }
  if (seg.end > seg.begin) return 0;
  CHECK(index->blocks->size() == written.blocks.size());
  found.clear();
  for (SegmentCheck check(files, written.segment); check.Step(64 << 10, found);) continue;
  CHECK(found.empty());
  return 0;
}
