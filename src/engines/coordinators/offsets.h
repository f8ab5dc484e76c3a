#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "data/record_batch.h"
#include "engines/coordinators/membership.h"
#include "ports/groups.h"

namespace freshet::coordinators {

// Committed offsets of the groups of one loop, and their records in the topic __offsets (docs/formats/offsets.md): the
// newest record of a (group, topic, partition) is the truth, one without a value means "none". One owner, one loop.
class Offsets {
 public:
  // Of a record that stands at `at`, made at `at_ms`; what is known from a later one stays.
  void Apply(const std::string& group, const ports::CommittedOffset& offset, data::Offset at, int64_t at_ms);
  void Forget(const std::string& group);
  void EraseIf(const std::string& group, const std::function<bool(const ports::CommittedOffset&)>& is_gone);

  ports::CommittedOffset Find(const std::string& group, const std::string& topic, data::PartitionId partition) const;
  std::vector<ports::CommittedOffset> All(const std::string& group) const;
  bool Has(const std::string& group) const { return groups_.contains(group); }
  std::vector<std::string> Groups() const;
  // Those whose newest record is not younger than that, and which no open transaction will replace.
  std::vector<ports::CommittedOffset> CommittedBy(const std::string& group, int64_t ms) const;

  // Offsets that an open transaction of this producer will commit, or not.
  using Holder = std::pair<data::ProducerId, data::ProducerEpoch>;
  void Hold(const std::string& group, const ports::CommittedOffset& offset, Holder holder);
  void LetGo(const std::string& group, const ports::CommittedOffset& offset, Holder holder);

 private:
  using Place = std::pair<std::string, data::PartitionId>;
  struct Stored {
    ports::CommittedOffset offset;
    data::Offset at;
    int64_t at_ms = 0;
  };
  bool IsHeld(const std::string& group, const Place& place) const;

  std::map<std::string, std::map<Place, Stored>> groups_;
  std::map<std::string, std::map<Place, std::set<Holder>>> held_;
};

// Whether a group that has committed offsets is in use: what its offsets' expiry counts from once nobody is.
struct GroupUse {
  enum class Kind : unsigned char { kForgotten, kInUse, kEmpty };
  Kind kind = Kind::kForgotten;
  int64_t since_ms = 0;

  bool operator==(const GroupUse&) const = default;
};

// One record batch that commits (or, with `forget`, takes back) these offsets of a group, and says, if anything, that it is in use.
Result<std::string> EncodeOffsets(const std::string& group, const std::vector<ports::CommittedOffset>& offsets, bool forget, int64_t now_ms, std::optional<GroupUse> use = {});
Result<std::string> EncodeUses(const std::vector<std::pair<std::string, GroupUse>>& uses, int64_t now_ms);

// A record of __offsets: a group's members or its use when there are any, else an offset, which is -1 when the commit is taken back.
struct OffsetRecord {
  std::string group = {};
  ports::CommittedOffset committed = {};
  data::Offset at;  // of the record
  int64_t at_ms = 0;
  std::optional<GroupUse> use = {};
  std::optional<Membership> membership = {};
};
Result<OffsetRecord> DecodeOffset(const data::Record& record);

}  // namespace freshet::coordinators
