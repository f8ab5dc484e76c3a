#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engines/epochs/record.h"

namespace freshet::epochs {

// DATA/epochs/SNAPSHOT: every pipeline, true for all journal frames below the position. Each entry has its own checksum in a
// table: damage of one refuses its pipeline and no other.
struct SnapshotFile {
  data::Position position;
  std::map<Uuid, PipelineState> pipelines;
};

std::string EncodeSnapshotFile(const SnapshotFile& file);
// A damaged entry comes back as a pipeline with its damage said. kCorrupt when header or table do not hold.
Result<SnapshotFile> DecodeSnapshotFile(std::string_view bytes);

}  // namespace freshet::epochs
