#include "app/admin/partitions.h"

#include "wire/kafka/messages/list_offsets.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;

constexpr int16_t kUnknownTopicOrPartition = 3;

}  // namespace

std::string TopicNamed(std::string_view topic) { return StrCat("topic '", topic, "'"); }

Task<std::map<int32_t, int32_t>> LeadersOf(Broker& broker, std::string topic) {
  wire::MetadataRequest request{.allow_auto_topic_creation = false};
  request.topics->emplace_back().name = topic;
  auto ask = broker.Ask<wire::MetadataResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  std::map<int32_t, int32_t> leaders;
  for (const auto& found : answer->topics) {
    Status told = FromKafkaError(found.error_code, TopicNamed(topic), found.error_code == kUnknownTopicOrPartition ? "there is no such topic; freshet topics list shows all" : "");
    if (!told.ok()) co_return told;
    for (const auto& partition : found.partitions) leaders[partition.partition_index] = partition.leader_id;
  }
  if (leaders.empty()) co_return Fault::NotFound(TopicNamed(topic), ": the broker names no partition of it");
  co_return leaders;
}

Task<PlaceOffsets> FindOffsets(Broker& broker, Places places, int64_t time_ms) {
  PlaceOffsets offsets;
  if (places.empty()) co_return offsets;
  wire::ListOffsetsRequest request{.replica_id = -1};
  for (const auto& [topic, partition] : places) {
    if (request.topics.empty() || request.topics.back().name != topic) request.topics.emplace_back().name = topic;
    auto& wanted = request.topics.back().partitions.emplace_back();
    wanted.partition_index = partition;
    wanted.timestamp = time_ms;
  }
  auto ask = broker.Ask<wire::ListOffsetsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code == kUnknownTopicOrPartition) continue;
      Status told = FromKafkaError(partition.error_code, StrCat(TopicNamed(topic.name), " partition ", partition.partition_index));
      if (!told.ok()) co_return told;
      offsets[{topic.name, partition.partition_index}] = partition.offset;
    }
  }
  co_return offsets;
}

}  // namespace freshet::app
