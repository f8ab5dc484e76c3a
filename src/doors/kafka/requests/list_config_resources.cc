#include <algorithm>

#include "doors/kafka/requests.h"
#include "doors/kafka/requests/config_resources.h"
#include "wire/kafka/messages/list_config_resources.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::ListConfigResourcesResponse;

// Of each kind those that there are; groups and subscriptions to clients' metrics have no configs, so none is listed.
void Add(const Room& room, ConfigResource kind, Answer& answer) {
  auto add = [&](std::string name) { answer.config_resources.push_back({std::move(name), static_cast<int8_t>(kind)}); };
  switch (kind) {
    case ConfigResource::kTopic:
      for (const auto& topic : room.ports.topics.List()) add(topic->name);
      return;
    case ConfigResource::kBroker:
    case ConfigResource::kBrokerLogger: return add(StrCat(room.options.node_id));
    case ConfigResource::kClientMetrics:
    case ConfigResource::kGroup: return;
  }
}

bool Asks(const wire::ListConfigResourcesRequest& request, ConfigResource kind) {
  const auto& kinds = request.resource_types;
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), static_cast<int8_t>(kind)) != kinds.end();
}

bool IsKnown(int8_t number) {
  return std::any_of(std::begin(kConfigResources), std::end(kConfigResources), [number](ConfigResource kind) { return static_cast<int8_t>(kind) == number; });
}

}  // namespace

// Version 0 names no kinds and asks for clients' metrics alone. A kind that is not known is UNSUPPORTED_VERSION, as in Kafka.
Task<wire::ListConfigResourcesResponse> ListConfigResources(Ctx, Room& room, const Call& call, const wire::ListConfigResourcesRequest& request) {
  Answer answer;
  if (call.header.version == 0) co_return answer;
  if (!std::all_of(request.resource_types.begin(), request.resource_types.end(), IsKnown)) {
    answer.error_code = Number(Error::kUnsupportedVersion);
    co_return answer;
  }
  for (ConfigResource kind : kConfigResources) {
    if (Asks(request, kind)) Add(room, kind, answer);
  }
  co_return answer;
}

}  // namespace freshet::doors::kafka
