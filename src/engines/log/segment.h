#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "data/ids.h"
#include "data/kept_bytes.h"
#include "data/record_batch.h"
#include "io/file.h"

// The second copy of records, for reading. A segment is two files: <base offset>.seg holds record batches as they are
// served, <base offset>.idx one entry for each block of whole batches, up to 64 KiB: where it lies, which offsets and
// times it holds, and its checksum. Every cold read checks that checksum: Kafka's own does not cover offset and length.
// docs/formats/log.md draws the bytes.

namespace freshet::log {

constexpr int64_t kBlockBytes = 64 << 10;
constexpr int64_t kSegmentHeaderBytes = 64;
constexpr int64_t kIndexEntryBytes = 48;

struct Block {
  int64_t place = 0;          // in the .seg file
  int64_t bytes = 0;
  uint32_t crc = 0;           // over whose block this is and its bytes
  data::Offset base_offset;
  data::Offset last_offset;
  int64_t max_timestamp_ms = 0;
};

// The batches of a run of bytes, which were checked against a checksum of ours.
Result<std::vector<std::string_view>> SplitBatches(std::string_view run);

// What a segment's files are called: compaction writes new ones beside the old.
struct SegmentName {
  data::Offset base;
  uint32_t generation = 0;  // how often it was compacted
  auto operator<=>(const SegmentName&) const = default;
};

// A segment as its partition knows it. What lies in the files behind `bytes` and `blocks` is not part of it.
struct Segment {
  data::Offset base_offset;
  data::Offset next_offset;            // one past its last record
  int64_t bytes = 0;                   // of .seg, header included; 0 before the first flush
  int64_t blocks = 0;                  // in .idx
  int64_t max_timestamp_ms = -1;
  int64_t created_ms = 0;              // wall time of its first batch
  uint32_t generation = 0;             // above 0 there may be offsets without a record, and no file when nothing is left
  std::shared_ptr<std::vector<Block>> index;  // loaded when first read; of the home loop

  SegmentName name() const { return {base_offset, generation}; }
};

// One batch of the tail on its way into a segment.
struct TailBatch {
  data::Offset base_offset;
  data::Offset last_offset;
  int64_t max_timestamp_ms = 0;
  int64_t appended_ms = 0;
  bool starts_segment = false;
  data::KeptBytes bytes;
};

// Appends to one segment's two files, which it keeps open: the descriptor that wrote is the one that syncs. Owned by a
// partition; one thread at a time. All calls block.
class SegmentWriter {
 public:
  // `directory` is the partition's. Bytes behind segment.bytes are garbage of an earlier life and are written over.
  static Result<std::unique_ptr<SegmentWriter>> Open(io::Files& files, const std::string& directory, data::PartitionKey key, const Segment& segment);

  // Not durable until Sync. `segment` moves on and the new blocks are appended to `added`; on failure throw `added` away.
  Status Append(Segment& segment, std::span<const TailBatch> batches, std::vector<Block>& added);
  // Takes in a batch whose bytes stand in the .seg file already.
  Status Adopt(Segment& segment, const Block& block, std::vector<Block>& added);
  // After a failure the file's unsynced bytes are lost for good: it is never asked again.
  Status Sync();
  // The batches alone, and the files' names: for those of whose places in the index the journal will tell, until Sync.
  Status SyncBatches();

  data::Offset base_offset() const { return name_.base; }
  bool dirty() const { return dirty_; }

 private:
  Status MakeFolder();
  Status SyncNames();
  Status Settle(Status synced);

  SegmentWriter(io::Files& files, std::string directory, data::PartitionKey key, SegmentName name)
      : files_(files), directory_(std::move(directory)), key_(key), name_(name) {}

  io::Files& files_;
  const std::string directory_;
  const data::PartitionKey key_;
  const SegmentName name_;
  std::unique_ptr<io::File> seg_;
  std::unique_ptr<io::File> idx_;
  bool dirty_ = false;
  bool is_new_ = false;      // the names are not durable yet
  bool found_folder_ = false;  // and whether the folder's is, is not known
  bool sync_failed_ = false;
};

// The files of one partition, for reading and removing. All calls block: Workers only.
class SegmentFiles {
 public:
  SegmentFiles(io::Files& files, std::string directory, data::PartitionKey key) : files_(files), directory_(std::move(directory)), key_(key) {}

  // The index's entries in order: nothing where one does not hold, fewer when the file is cut short.
  Result<std::vector<std::optional<Block>>> LoadEntries(const Segment& segment);
  // Whether the headers of both files are what they were written as. Reading does not need them.
  Status CheckHeaders(SegmentName segment);
  // What memory holds of both files goes: who reads next asks the disk.
  void DropCache(SegmentName segment);
  std::string SegPath(SegmentName segment) const;
  std::string IdxPath(SegmentName segment) const;

  // Fills in entries that do not hold from the batches that stand between those which do (segment_renew.cc), where all of these are whole. How many; nothing is written.
  int64_t RenewEntries(const Segment& segment, std::vector<std::optional<Block>>& entries);

  struct LoadedIndex {
    std::shared_ptr<std::vector<Block>> blocks;  // by offset; what a damaged entry described is missing, if it could not be made anew
    int64_t renewed = 0;                         // entries that were made anew from the segment, and written
  };
  // kCorrupt when not one entry holds.
  Result<LoadedIndex> LoadIndex(const Segment& segment);
  // The bytes of these blocks, each checked. A damaged one ends the list; kCorrupt when it is the first.
  Result<std::vector<data::KeptBytes>> ReadBlocks(SegmentName segment, std::span<const Block> blocks);
  // `bytes` of the .seg file of a segment that was never compacted, at `place`, unchecked; shorter when the file ends before.
  Result<std::string> ReadRaw(data::Offset segment_base, int64_t place, int64_t bytes);
  Status Remove(SegmentName segment);
  // Files in the folder that none of these segments own, left by a crash.
  Status RemoveOthers(const std::vector<SegmentName>& segments);
  Status RemoveAll();

  Result<std::unique_ptr<SegmentWriter>> OpenWriter(const Segment& segment) { return SegmentWriter::Open(files_, directory_, key_, segment); }

 private:
  Status WriteEntries(const Segment& segment, const std::vector<std::optional<Block>>& before, const std::vector<std::optional<Block>>& entries);

  io::Files& files_;
  const std::string directory_;
  const data::PartitionKey key_;
};

// The checksum of a block: over its partition, segment and place, then its bytes, so that a misdirected write shows.
uint32_t BlockCrc(const data::PartitionKey& key, SegmentName segment, int64_t place, std::string_view bytes);

}  // namespace freshet::log
