#include "doors/kafka/requests.h"
#include "wire/kafka/messages/list_groups.h"

namespace freshet::doors::kafka {
namespace {

constexpr std::string_view kType = "classic";

// An empty filter lets everything pass; states and types compare without regard to case, as in Kafka.
bool Passes(const std::vector<std::string_view>& filter, std::string_view value) {
  auto same = [value](std::string_view wanted) {
    return wanted.size() == value.size() && std::equal(wanted.begin(), wanted.end(), value.begin(), [](char a, char b) { return (a | 32) == (b | 32); });
  };
  return filter.empty() || std::any_of(filter.begin(), filter.end(), same);
}

}  // namespace

Task<wire::ListGroupsResponse> ListGroups(Ctx ctx, Room& room, const Call&, const wire::ListGroupsRequest& request) {
  auto run = room.ports.groups.List(ctx);
  auto groups = co_await run;
  wire::ListGroupsResponse response;
  if (!groups.ok()) {
    response.error_code = ErrorNumber(groups.fault());
    co_return response;
  }
  for (const ports::GroupDescription& group : *groups) {
    if (!Passes(request.states_filter, group.state) || !Passes(request.types_filter, kType)) continue;
    response.groups.push_back({group.group, group.protocol_type, group.state, std::string(kType)});
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
