#pragma once

#include <string>
#include <vector>

#include "engines/log/partition.h"
#include "io/file.h"

namespace freshet::log {

// CHECKPOINT.<position>: every partition with its segments and producers, true for all journal frames below the
// position. It names only synced bytes. The one before is kept until the next was written and read back.
struct Checkpoint {
  data::Position position;
  std::vector<PartitionState> partitions;
};

std::string EncodeCheckpoint(const Checkpoint& checkpoint);
Result<Checkpoint> DecodeCheckpoint(std::string_view bytes);

struct CheckpointName {
  data::Position position;
  std::string path;
};
// Newest first. Blocks.
Result<std::vector<CheckpointName>> ListCheckpoints(io::Files& files, const std::string& directory);

// Both block. WriteCheckpoint removes older ones but one. LoadCheckpoint takes the newest that holds, or position 0 and
// nothing when there is none; kCorrupt when there are some and none holds.
Status WriteCheckpoint(io::Files& files, const std::string& directory, const Checkpoint& checkpoint);
Result<Checkpoint> LoadCheckpoint(io::Files& files, const std::string& directory);

}  // namespace freshet::log
