#include "doors/kafka/requests.h"
#include "wire/kafka/messages/offset_delete.h"

namespace freshet::doors::kafka {

Task<wire::OffsetDeleteResponse> OffsetDelete(Ctx ctx, Room& room, const Call&, const wire::OffsetDeleteRequest& request) {
  std::vector<ports::CommittedOffset> places;
  wire::OffsetDeleteResponse response;
  for (const auto& topic : request.topics) {
    auto known = room.ports.topics.Find(topic.name);
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      bool exists = known != nullptr && partition.partition_index >= 0 && partition.partition_index < known->partitions;
      answer.partitions.push_back({partition.partition_index, Number(exists ? Error::kNone : Error::kUnknownTopicOrPartition)});
      if (exists) places.push_back({.topic = std::string(topic.name), .partition = data::PartitionId(partition.partition_index)});
    }
  }
  auto run = room.ports.groups.ForgetOffsets(ctx, std::string(request.group_id), std::move(places));
  auto forgotten = co_await run;
  response.error_code = forgotten.ok() ? ErrorNumber(forgotten->error) : ErrorNumber(forgotten.fault());
  if (response.error_code != 0) {
    response.topics.clear();
    co_return response;
  }
  size_t next = 0;
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == 0) partition.error_code = ErrorNumber(forgotten->places[next++]);
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
