#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/groups.h"

namespace freshet::testing {

// Groups of one member each, for door tests: whoever joins leads generation 1 at once; offsets are kept in memory. Not
// thread-safe: one loop.
class LoneGroups final : public ports::Groups {
 public:
  Task<ports::GroupJoined> Join(Ctx, ports::GroupJoin join) override {
    ports::GroupJoined joined{.member_id = "lone", .generation = 1, .protocol_type = join.protocol_type, .leader = "lone"};
    if (join.protocols.empty()) joined.error = ports::GroupError::kInconsistentProtocol;
    else joined.protocol = join.protocols[0].name;
    co_return joined;
  }
  Task<ports::GroupSynced> Sync(Ctx, ports::GroupCaller caller, std::vector<std::pair<std::string, std::string>> assignments) override {
    ports::GroupSynced synced{.error = Check(caller), .assignment = ""};
    if (!assignments.empty()) synced.assignment = assignments[0].second;
    co_return synced;
  }
  Task<ports::GroupError> Heartbeat(Ctx, ports::GroupCaller caller) override { co_return Check(caller); }
  Task<ports::GroupError> Leave(Ctx, ports::GroupCaller) override { co_return ports::GroupError::kNone; }
  // From now on commits meet this fault; ok() ends it.
  void FailCommits(Status fault) { fault_ = std::move(fault); }
  Task<ports::GroupError> CommitOffsets(Ctx, ports::GroupCaller caller, std::vector<ports::CommittedOffset> offsets) override {
    if (!fault_.ok()) co_return fault_;
    offsets_[caller.group] = std::move(offsets);
    co_return ports::GroupError::kNone;
  }
  Task<std::vector<ports::CommittedOffset>> FetchOffsets(Ctx, std::string group, std::optional<std::vector<ports::CommittedOffset>>) override {
    co_return offsets_[group];
  }
  Task<std::vector<ports::GroupDescription>> List(Ctx) override {
    std::vector<ports::GroupDescription> all;
    for (const auto& [group, offsets] : offsets_) all.push_back({.group = group, .state = "Empty", .protocol_type = "consumer"});
    co_return all;
  }
  Task<ports::GroupDescription> Describe(Ctx, std::string group) override {
    bool known = offsets_.contains(group);
    co_return ports::GroupDescription{.error = known ? ports::GroupError::kNone : ports::GroupError::kGroupNotFound, .group = group, .state = known ? "Empty" : "Dead"};
  }
  Task<ports::OffsetsForgotten> ForgetOffsets(Ctx, std::string group, std::vector<ports::CommittedOffset> places) override {
    auto known = offsets_.find(group);
    if (known == offsets_.end()) co_return ports::OffsetsForgotten{.error = ports::GroupError::kGroupNotFound, .places = {}};
    ports::OffsetsForgotten forgotten;
    for (const ports::CommittedOffset& place : places) {
      std::erase_if(known->second, [&](const auto& offset) { return offset.topic == place.topic && offset.partition == place.partition; });
      forgotten.places.push_back(ports::GroupError::kNone);
    }
    co_return forgotten;
  }
  Task<ports::GroupError> Delete(Ctx, std::string group) override {
    co_return offsets_.erase(group) > 0 ? ports::GroupError::kNone : ports::GroupError::kGroupNotFound;
  }

 private:
  static ports::GroupError Check(const ports::GroupCaller& caller) {
    return caller.generation == 1 ? ports::GroupError::kNone : ports::GroupError::kIllegalGeneration;
  }
  std::map<std::string, std::vector<ports::CommittedOffset>> offsets_;
  Status fault_;
};

}  // namespace freshet::testing
