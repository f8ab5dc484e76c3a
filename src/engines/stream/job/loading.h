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
// An earlier version called some operators otherwise, and the name of one may be what another was called before: where that can be, only all names of a
// snapshot together tell, and they are known at its end. So it is taken for one of this version, and once more, into operators without state, if it was not.
class Loading {
 public:
  explicit Loading(std::vector<Pipeline*> parts);
  // Of one whose names are known.
  Loading(std::vector<Pipeline*> parts, const std::set<std::string>& names);

  Status Take(std::string_view bytes);
  // All has been taken: whether some of it went to the wrong operators, or to none.
  bool was_mistaken() const;
  const std::set<std::string>& names() const { return seen_; }
  // All of it at once, whose names are looked at first.
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
  Status Look(std::string_view bytes);
  void NoteNames(const PartView& part);
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
  bool is_doubtful_ = false;      // all names have to be known, and are not yet
  NewNames doubtful_names_;       // that an earlier version may have written
  bool mistaken_ = false;         // there was one that is none of now: the rest is not taken
  std::set<std::string> seen_;    // names in the snapshot
  NewNames names_before_;
  std::string waiting_;  // the beginning of a part
  Loaded loaded_;
  std::map<std::string, std::set<std::string>> unclaimed_;  // ids, of operators that nobody has
};

}  // namespace freshet::stream
