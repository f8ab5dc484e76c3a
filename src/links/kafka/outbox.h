#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::links::kafka {

// The records of one partition, as record batches one behind the other.
struct OwedRecords {
  int32_t partition = 0;
  std::string batches;
};

// What an epoch owes to another cluster, as bytes, and where these are: in the outbox itself, or in a file that it names.
struct Outbox {
  std::string rows;        // EncodeRows; empty when they are in a file
  std::string file;
  int64_t file_bytes = 0;
  uint32_t file_checksum = 0;
};

// docs/formats/link_outbox.md
std::string EncodeRows(const std::vector<OwedRecords>& rows);
Result<std::vector<OwedRecords>> DecodeRows(std::string_view bytes);
std::string EncodeOutbox(const Outbox& outbox);
Result<Outbox> DecodeOutbox(std::string_view bytes);

}  // namespace freshet::links::kafka
