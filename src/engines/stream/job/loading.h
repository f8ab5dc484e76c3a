#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/pipeline.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {

// Takes a snapshot's bytes as they come and gives operators what they hold of it, so that beside the state only one part stands in memory. (Of version 1, all.)
class Loading {
 public:
  explicit Loading(std::vector<Pipeline*> parts);

  // Whether it must have seen the whole snapshot by Look before the first Take: statements that are told apart now may have shared a state.
  bool looks_first() const { return looks_first_; }
  Status Look(std::string_view bytes);
  Status Take(std::string_view bytes);
  // All of it at once.
  Status TakeAll(std::string_view bytes);
  struct Loaded {
    Snapshot known;                      // its sources, and its operators without what they keep
    std::vector<std::string> unclaimed;  // operators that it holds rows of, and that nobody has
    bool renamed = false;                // an earlier version wrote it: what it does not say the next epoch does
  };
  // All has come.
  Result<Loaded> End();

 private:
  bool OfVersion1() const;
  // What `bytes` make whole of the parts that wait for their end.
  static Status ForEachPart(std::string& waiting, std::string_view bytes, const std::function<Status(const PartView& part)>& take);
  Status TakePartOf(const PartView& part);
  Status TakeAs(const std::string& signature, const PartView::Operator& op);
  bool Knows(const std::string& signature) const;
  Result<Loaded> EndVersion1();

  // One, or several where it is the state of what has been told apart since.
  std::vector<std::string> NamesOf(std::string_view signature);

  std::vector<Pipeline*> parts_;
  std::vector<Pipeline::OperatorPart> operators_;
  bool looks_first_ = false;
  std::set<std::string> seen_;  // names in the snapshot
  NewNames names_before_;
  std::string waiting_;  // the beginning of a part
  std::string looked_at_;
  Loaded loaded_;
  std::map<std::string, std::set<std::string>> unclaimed_;  // ids, of operators that nobody has
};

}  // namespace freshet::stream
