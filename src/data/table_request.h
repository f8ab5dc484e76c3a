#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "data/schema.h"
#include "data/time_zone.h"

namespace freshet::data {

using ConnectorOptions = std::map<std::string, std::string>;

// A table as CREATE TABLE declares it.
struct TableRequest {
  std::string name;
  Schema columns;                          // to be read, in this order; or all that are written
  std::vector<std::string> metadata_keys;  // per column: a metadata key, or empty for a physical column
  Schema record;                           // all physical columns as declared: what a record holds
  std::vector<std::string> primary_key;
  std::vector<std::string> partitioned_by;
  ConnectorOptions options;
  bool bounded = true;                     // run to the end of what is there now
  std::string writer;                      // of an endless sink: the pipeline and its INSERT, the same after a restart
  std::string reader;                      // of an endless source: the pipeline
  TimeZone zone;                           // table.local-time-zone, for metadata that is a moment
  bool replays = false;                    // of an endless source: what was read before is read once more, as far as Source::HoldAt says; nothing is made or kept for it
  std::function<void(std::string why)> unreadable;  // of a look: told of each record that cannot be read, with its place; none of them is kept as a dead letter
  std::optional<WallTime> since;           // a mere look: at what came since then, and of tables kept by key at all; nothing is made or kept for it
  int64_t newest_max = 0;                  // with it: of what came since then so many records at most, the newest; 0: all
};

}  // namespace freshet::data
