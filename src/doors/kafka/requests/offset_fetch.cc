#include <set>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/offset_fetch.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = std::optional<std::vector<ports::CommittedOffset>>;

template <typename Topics>
Wanted WantedOf(const std::optional<Topics>& topics) {
  if (!topics) return std::nullopt;
  std::vector<ports::CommittedOffset> wanted;
  for (const auto& topic : *topics) {
    for (int32_t partition : topic.partition_indexes) wanted.push_back({.topic = std::string(topic.name), .partition = data::PartitionId(partition)});
  }
  return wanted;
}

// Groups a flat list, ordered by topic as it came, into the answer's topics.
template <typename Topic>
void AppendTopics(const std::vector<ports::CommittedOffset>& offsets, bool require_stable, std::vector<Topic>& topics) {
  for (const ports::CommittedOffset& offset : offsets) {
    if (topics.empty() || topics.back().name != offset.topic) topics.emplace_back().name = offset.topic;
    auto& partition = topics.back().partitions.emplace_back();
    partition.partition_index = offset.partition.get();
    bool waits = require_stable && offset.unstable;  // for a transaction to end
    if (waits) partition.error_code = Number(Error::kUnstableOffsetCommit);
    if (waits) partition.committed_offset = -1;
    if (waits) continue;
    partition.committed_offset = offset.offset.get();
    partition.committed_leader_epoch = offset.leader_epoch.get();
    partition.metadata = offset.metadata;
  }
}

}  // namespace

// Up to version 7 one group, from 8 a list.
Task<wire::OffsetFetchResponse> OffsetFetch(Ctx ctx, Room& room, const Call& call, const wire::OffsetFetchRequest& request) {
  constexpr int16_t kFirstBatched = 8;
  wire::OffsetFetchResponse response;
  if (call.header.version < kFirstBatched) {
    auto run = room.ports.groups.FetchOffsets(ctx, std::string(request.group_id), WantedOf(request.topics));
    auto offsets = co_await run;
    if (offsets.ok()) AppendTopics(*offsets, request.require_stable, response.topics);
    else response.error_code = ErrorNumber(offsets.fault());
    co_return response;
  }
  std::set<std::string_view> named;  // a group that is asked for often is told once
  for (const auto& group : request.groups) {
    if (!named.insert(group.group_id).second) continue;
    auto run = room.ports.groups.FetchOffsets(ctx, std::string(group.group_id), WantedOf(group.topics));
    auto offsets = co_await run;
    auto& answer = response.groups.emplace_back();
    answer.group_id = group.group_id;
    if (offsets.ok()) AppendTopics(*offsets, request.require_stable, answer.topics);
    else answer.error_code = ErrorNumber(offsets.fault());
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
