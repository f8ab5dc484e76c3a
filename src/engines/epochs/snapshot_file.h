#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engines/epochs/record.h"
#include "io/twice.h"

namespace freshet::epochs {

// DATA/epochs/SNAPSHOT: every pipeline, true for all journal frames below the position. Each entry has its own checksum in a
// table: damage of one refuses its pipeline and no other. It is there twice, as SNAPSHOT.copy too.
struct SnapshotFile {
  data::Position position;
  std::map<Uuid, PipelineState> pipelines;
  int damaged_entries = 0;  // of those that were read
};

std::string EncodeSnapshotFile(const SnapshotFile& file);
// A damaged entry comes back as a pipeline with its damage said. kCorrupt when header or table do not hold.
Result<SnapshotFile> DecodeSnapshotFile(std::string_view bytes);
// Decodes into `best` and is ok with a whole file only; one with damaged entries stays there until a whole one comes, or the last.
io::TakeContent TakeBest(std::optional<SnapshotFile>& best);

}  // namespace freshet::epochs
