#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/ids.h"

namespace freshet::topic_tables {

// How far one partition has been read.
struct PartitionPlace {
  static constexpr int64_t kNoStop = INT64_MAX;

  data::PartitionKey key;
  data::Offset next;
  int64_t stop = kNoStop;  // reading ends before this offset
};

// docs/formats/topic_position.md
std::string EncodePlaces(const std::vector<PartitionPlace>& places);
Result<std::vector<PartitionPlace>> DecodePlaces(std::string_view bytes);

}  // namespace freshet::topic_tables
