#include "doors/kafka/requests/config_edits.h"
#include "wire/kafka/messages/alter_configs.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::AlterConfigsRequest::AlterConfigsResource;

// What is named becomes the whole: everything else goes back to its default.
std::vector<ports::ConfigEdit> EditsOf(const data::Topic& topic, const Wanted& wanted) {
  std::vector<ports::ConfigEdit> edits;
  for (const auto& [name, value] : topic.configs) edits.push_back({name, std::nullopt});
  for (const auto& config : wanted.configs) {
    auto& edit = edits.emplace_back();
    edit.name = config.name;
    if (config.value) edit.value = std::string(*config.value);
  }
  return edits;
}

Task<Altered> AlterOne(Ctx ctx, Room& room, const Wanted& wanted, bool validate_only) {
  Altered refused = CheckAlterable(room, wanted.resource_type, wanted.resource_name);
  if (refused.error != Error::kNone) co_return refused;
  auto topic = room.ports.topics.Find(wanted.resource_name);
  if (topic == nullptr) co_return Altered{Error::kUnknownTopicOrPartition, ""};
  auto alter = AlterTopic(ctx, room, topic->name, EditsOf(*topic, wanted), validate_only);
  co_return co_await alter;
}

}  // namespace

Task<wire::AlterConfigsResponse> AlterConfigs(Ctx ctx, Room& room, const Call&, const wire::AlterConfigsRequest& request) {
  wire::AlterConfigsResponse response;
  for (const auto& wanted : request.resources) {
    CO_ASSIGN_OR_RETURN(auto altered, AlterOne(ctx, room, wanted, request.validate_only));
    auto& answer = response.responses.emplace_back();
    answer.error_code = Number(altered.error);
    answer.error_message.reset();
    if (altered.error != Error::kNone) answer.error_message = std::move(altered.message);
    answer.resource_type = wanted.resource_type;
    answer.resource_name = wanted.resource_name;
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
