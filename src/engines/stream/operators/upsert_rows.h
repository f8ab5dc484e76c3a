#pragma once

#include "data/batch.h"

namespace freshet::stream {

// A batch of changes as a table with a key takes them: of each key the last change, +U or -D. What is taken back with
// nothing behind it in the batch is deleted.
data::Batch UpsertRows(const data::Batch& batch, const std::vector<int>& key);

}  // namespace freshet::stream
