#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/job/pipeline.h"

namespace freshet::stream {

// Takes a snapshot's bytes as they come and gives operators what they hold of it, so that beside the state only one part stands in memory. (Of version 1, all.)
class Loading {
 public:
  explicit Loading(std::vector<Pipeline*> parts);

  Status Take(std::string_view bytes);
  struct Loaded {
    Snapshot known;                      // its sources, and its operators without what they keep
    std::vector<std::string> unclaimed;  // operators that it holds rows of, and that nobody has
    bool renamed = false;                // an earlier version wrote it: what it does not say the next epoch does
  };
  // All has come.
  Result<Loaded> End();

 private:
  bool OfVersion1() const;
  Status TakePartOf(std::string_view body);
  bool Knows(const std::string& signature) const;
  Result<Loaded> EndVersion1();

  std::string NameOf(std::string_view signature);

  std::vector<Pipeline*> parts_;
  std::map<std::string, std::string> names_before_;
  std::string waiting_;  // the beginning of a part
  Loaded loaded_;
  std::map<std::string, std::set<std::string>> unclaimed_;  // ids, of operators that nobody has
};

}  // namespace freshet::stream
