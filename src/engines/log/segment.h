#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/ids.h"
#include "data/record_batch.h"
#include "io/file.h"

// The second copy of records, for reading. A segment is two files: <base offset>.seg holds record batches as they are
// served, <base offset>.idx one entry for each block of whole batches, up to 64 KiB: where it lies, which offsets and
// times it holds, and its checksum. Every cold read checks that checksum: Kafka's own does not cover offset and length.
// docs/formats/segment.md draws the bytes.

namespace freshet::log {

constexpr int64_t kBlockBytes = 64 << 10;

struct Block {
  int64_t place = 0;          // in the .seg file
  int64_t bytes = 0;
  uint32_t crc = 0;
  data::Offset base_offset;
  data::Offset last_offset;
  int64_t max_timestamp_ms = 0;
};

// A segment as its partition knows it. What lies in the files behind `bytes` and `blocks` is not part of it.
struct Segment {
  data::Offset base_offset;
  data::Offset next_offset;            // one past its last record
  int64_t bytes = 0;                   // of .seg, header included
  int64_t blocks = 0;                  // in .idx
  int64_t max_timestamp_ms = -1;
  int64_t created_ms = 0;              // wall time of its first flush
  std::shared_ptr<const std::vector<Block>> index;  // loaded when first read; replaced when blocks are added
};

// One batch of the tail on its way into a segment.
struct TailBatch {
  data::Offset base_offset;
  data::Offset last_offset;
  int64_t max_timestamp_ms = 0;
  std::shared_ptr<const std::string> bytes;
};

// Where the files of one partition are. All calls block: Workers only.
class SegmentFiles {
 public:
  SegmentFiles(io::Files& files, std::string directory, data::PartitionKey key) : files_(files), directory_(std::move(directory)), key_(key) {}

  // Appends the batches to the segment's files and syncs them, with their names if they are new. `segment` is advanced only
  // when all of it is durable; until then the files may hold garbage behind it.
  Status Append(Segment& segment, const std::vector<TailBatch>& batches);

  Result<std::shared_ptr<const std::vector<Block>>> LoadIndex(const Segment& segment);
  // The bytes of a block, checked. kCorrupt when they are not what was written.
  Result<std::string> ReadBlock(const Segment& segment, const Block& block);
  Status Remove(const Segment& segment);
  // Files in the folder that none of these segments own, left by a crash.
  Status RemoveOthers(const std::vector<Segment>& segments);
  Status RemoveAll();

 private:
  std::string PathOf(const Segment& segment, std::string_view ending) const;
  Result<std::unique_ptr<io::File>> OpenForAppend(const Segment& segment, std::string_view ending, int64_t keep_bytes, bool& is_new);

  io::Files& files_;
  const std::string directory_;
  const data::PartitionKey key_;
};

constexpr int64_t kSegmentHeaderBytes = 64;
constexpr int64_t kIndexEntryBytes = 48;

}  // namespace freshet::log
