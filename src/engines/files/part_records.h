#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/uuid.h"

// What a sink of files carries from epoch to epoch, and what an epoch leaves to be done once it is committed.

namespace freshet::files {

// A file that is written on, and how much of it belongs to committed epochs.
struct OpenPart {
  std::string folder;
  std::string name;
  int64_t bytes = 0;
  int64_t created_ms = 0;
  int64_t written_ms = 0;
};

// A partition that is not whole yet.
struct OpenPartition {
  std::string folder;
  int64_t created_ms = 0;
};

struct PartState {
  Uuid lineage;                        // of the pipeline
  int64_t epoch = 0;                   // whose files are there; 0: an older program did not say
  std::vector<OpenPart> parts;
  std::vector<OpenPartition> partitions;
};
std::string EncodeState(const PartState& state);
Result<PartState> DecodeState(std::string_view bytes);

struct EpochParts {
  struct Ended {
    std::string folder;
    std::string name;
  };
  std::vector<Ended> ended;         // to be given their names
  std::vector<std::string> whole;   // folders of partitions to be marked
  std::string state;                // encoded, to be kept; empty: nothing is carried on
};
std::string EncodeOutbox(const EpochParts& epoch);
Result<EpochParts> DecodeOutbox(std::string_view bytes);

}  // namespace freshet::files
