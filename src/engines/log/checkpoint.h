#pragma once

#include <string>
#include <vector>

#include "engines/log/partition.h"
#include "io/file.h"

namespace freshet::log {

// CHECKPOINT.<position>: every partition with its segments and producers, true for all journal frames below the
// position. It names only synced bytes. It is there twice, as CHECKPOINT.<position>.copy too; the one before is kept until both were written and read back,
// and gone before any file goes that it names.
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
// Newest first, and of each position the file before its copy. Blocks.
Result<std::vector<CheckpointName>> ListCheckpoints(io::Files& files, const std::string& directory);

// Both block. WriteCheckpoint removes all others. LoadCheckpoint takes the newest, from the file or from its copy, and writes anew the one of the two that is not
// like the other; or position 0 and nothing when there is none. When neither holds: one before them, if every segment that it names is there; else kCorrupt, for
// nothing may be started on top.
Status WriteCheckpoint(io::Files& files, const std::string& directory, const Checkpoint& checkpoint);
Result<Checkpoint> LoadCheckpoint(io::Files& files, const std::string& directory, const Logger& log);

}  // namespace freshet::log
