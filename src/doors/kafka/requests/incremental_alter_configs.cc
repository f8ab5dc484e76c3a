#include <algorithm>

#include "doors/kafka/requests/config_edits.h"
#include "wire/kafka/messages/incremental_alter_configs.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::IncrementalAlterConfigsRequest::AlterConfigsResource;
using WantedConfig = wire::IncrementalAlterConfigsRequest::AlterableConfig;

enum Operation : int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    size_t comma = text.find(',');
    items.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

// A list in force, with items added or taken away.
std::string Combine(std::string_view list, std::string_view change, bool append) {
  std::vector<std::string> items = SplitList(list);
  for (const std::string& item : SplitList(change)) {
    auto found = std::find(items.begin(), items.end(), item);
    if (append && found == items.end()) items.push_back(item);
    if (!append && found != items.end()) items.erase(found);
  }
  std::string out;
  for (const std::string& item : items) out += StrCat(out.empty() ? "" : ",", item);
  return out;
}

Result<ports::ConfigEdit> EditOf(const std::vector<ports::ConfigEntry>& in_force, const WantedConfig& wanted) {
  ports::ConfigEdit edit{std::string(wanted.name), std::nullopt};
  if (wanted.config_operation == kDelete) return edit;
  if (!wanted.value) return Fault::Invalid("topic config '", wanted.name, "' has no value; to go back to the default, delete it");
  edit.value = std::string(*wanted.value);
  if (wanted.config_operation == kSet) return edit;
  bool append = wanted.config_operation == kAppend;
  if (!append && wanted.config_operation != kSubtract) return Fault::Invalid("operation ", int{wanted.config_operation}, " is none of set, delete, append, subtract");
  auto config = std::find_if(in_force.begin(), in_force.end(), [&](const auto& entry) { return entry.name == wanted.name; });
  bool is_list = config != in_force.end() && config->type == ports::ConfigType::kList;
  if (!is_list) return Fault::Invalid("topic config '", wanted.name, "' is no list; only set and delete are possible");
  edit.value = Combine(config->value, *wanted.value, append);
  return edit;
}

Task<Altered> AlterOne(Ctx ctx, Room& room, const Wanted& wanted, bool validate_only) {
  Altered refused = CheckAlterable(room, wanted.resource_type, wanted.resource_name);
  if (refused.error != Error::kNone) co_return refused;
  auto topic = room.ports.topics.Find(wanted.resource_name);
  if (topic == nullptr) co_return Altered{Error::kUnknownTopicOrPartition, ""};
  auto in_force = room.ports.topics.DescribeConfigs(*topic);
  std::vector<ports::ConfigEdit> edits;
  for (const auto& config : wanted.configs) {
    auto edit = EditOf(in_force, config);
    if (!edit.ok()) co_return Altered{Error::kInvalidConfig, edit.fault().message()};
    edits.push_back(std::move(edit).value());
  }
  auto alter = AlterTopic(ctx, room, topic->name, std::move(edits), validate_only);
  co_return co_await alter;
}

}  // namespace

Task<wire::IncrementalAlterConfigsResponse> IncrementalAlterConfigs(Ctx ctx, Room& room, const Call&,
                                                                    const wire::IncrementalAlterConfigsRequest& request) {
  wire::IncrementalAlterConfigsResponse response;
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
