#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::links::kafka {

// How far one partition of another cluster has been read.
struct Place {
  static constexpr int64_t kNoStop = INT64_MAX;
  static constexpr int64_t kNowhere = -1;  // the group has no offset: an error, unless a position from before says where to go on

  std::string topic;
  int32_t partition = 0;
  int64_t next = 0;
  int64_t stop = kNoStop;  // reading ends before this offset
};

struct ClusterPlaces {
  std::string cluster;  // its id
  std::vector<Place> all;
};

// docs/formats/link_position.md
std::string EncodePlaces(const ClusterPlaces& places);
Result<ClusterPlaces> DecodePlaces(std::string_view bytes);

}  // namespace freshet::links::kafka
