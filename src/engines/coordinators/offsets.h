#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/record_batch.h"
#include "ports/groups.h"

namespace freshet::coordinators {

// Committed offsets of the groups of one loop, and their records in the topic __offsets (docs/formats/offsets.md): the
// newest record of a (group, topic, partition) is the truth, one without a value means "none". One owner, one loop.
class Offsets {
 public:
  void Apply(const std::string& group, const ports::CommittedOffset& offset);
  void Forget(const std::string& group);
  void EraseIf(const std::string& group, const std::function<bool(const ports::CommittedOffset&)>& is_gone);

  ports::CommittedOffset Find(const std::string& group, const std::string& topic, data::PartitionId partition) const;
  std::vector<ports::CommittedOffset> All(const std::string& group) const;
  bool Has(const std::string& group) const { return groups_.contains(group); }
  std::vector<std::string> Groups() const;

 private:
  using Place = std::pair<std::string, data::PartitionId>;
  std::map<std::string, std::map<Place, ports::CommittedOffset>> groups_;
};

// One record batch that commits (or, with `forget`, takes back) these offsets of a group.
Result<std::string> EncodeOffsets(const std::string& group, const std::vector<ports::CommittedOffset>& offsets, bool forget, int64_t now_ms);

// A record of __offsets; offset -1 when it takes the commit back.
struct OffsetRecord {
  std::string group;
  ports::CommittedOffset committed;
};
Result<OffsetRecord> DecodeOffset(const data::Record& record);

}  // namespace freshet::coordinators
