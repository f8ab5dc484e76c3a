#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "engines/lake/manifest.h"

namespace freshet::lake {

// What Deliver needs of an epoch: the manifest that lists its data files, and the marks of the commit
// (docs/formats/iceberg.md).
struct Outbox {
  Uuid write;
  std::string location;  // of the table
  ManifestFile manifest;
  int64_t bytes = 0;     // of the data files
  int64_t partitions = 0;
};

std::string EncodeOutbox(const Outbox& outbox);
Result<Outbox> DecodeOutbox(std::string_view bytes);

}  // namespace freshet::lake
