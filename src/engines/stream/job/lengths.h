#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

// Whether texts and bytes are as long as their columns say, of a table whose script wants to be told: CHAR and BINARY to the character, VARCHAR and VARBINARY at most. Inside
// of rows and arrays nobody looks, as in Flink.
class Lengths {
 public:
  Lengths(const SinkSpec& sink, const std::vector<PlanColumn>& columns);
  // A Fault that tells the first row with another length.
  Status Check(const data::Batch& batch) const;

 private:
  const std::string table_;
  std::vector<std::string> names_;
  std::vector<data::Type> types_;
  std::vector<int> columns_;  // that are looked at
};

}  // namespace freshet::stream
