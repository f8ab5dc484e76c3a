#include "doors/kafka/requests/config_edits.h"

#include "data/topic.h"
#include "doors/kafka/requests/config_resources.h"

namespace freshet::doors::kafka {
Altered CheckAlterable(const Room& room, int8_t resource_type, std::string_view name) {
  if (resource_type == static_cast<int8_t>(ConfigResource::kBroker)) {
    return {Error::kInvalidRequest, "what a broker obeys is set in freshet.yaml and does not change while it runs"};
  }
  if (resource_type != static_cast<int8_t>(ConfigResource::kTopic)) return {Error::kInvalidRequest, StrCat("resource type ", int{resource_type}, " has no configs here")};
  if (data::IsInternalTopic(name)) return {Error::kInvalidTopic, "topics that begin with __ are the house's own"};
  if (room.ports.topics.Find(name) == nullptr) return {Error::kUnknownTopicOrPartition, StrCat("no topic '", name, "'")};
  return {};
}

Task<Altered> AlterTopic(Ctx ctx, Room& room, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) {
  auto alter = room.ports.topics.AlterConfigs(ctx, std::move(name), std::move(edits), validate_only);
  auto topic = co_await alter;
  if (topic.ok()) co_return Altered{};
  Error error = topic.code() == Code::kInvalid ? Error::kInvalidConfig : ErrorOf(topic.code());
  co_return Altered{error, topic.fault().message()};
}

}  // namespace freshet::doors::kafka
