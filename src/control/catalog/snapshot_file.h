#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/catalog/change.h"
#include "data/ids.h"

namespace freshet::catalog {

// DATA/catalog/SNAPSHOT: the changes that would make what exists, true for all journal frames below the position. It is
// there twice, as SNAPSHOT.copy too.
struct SnapshotFile {
  data::Position position;
  uint64_t number = 0;          // of the last change
  std::vector<Change> changes;  // theirs are 0
};

std::string EncodeSnapshotFile(const SnapshotFile& file);
// kCorrupt when it does not hold, kUnsupported when a newer program wrote it.
Result<SnapshotFile> DecodeSnapshotFile(std::string_view bytes);

}  // namespace freshet::catalog
