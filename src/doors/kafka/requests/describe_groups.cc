#include <set>

#include "doors/kafka/operations.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_groups.h"

namespace freshet::doors::kafka {

// A group that nobody knows is described as Dead without an error, as up to version 5.
Task<wire::DescribeGroupsResponse> DescribeGroups(Ctx ctx, Room& room, const Call&, const wire::DescribeGroupsRequest& request) {
  wire::DescribeGroupsResponse response;
  std::set<std::string_view> named;  // a group that is asked for often is told once
  for (std::string_view name : request.groups) {
    if (!named.insert(name).second) continue;
    auto run = room.ports.groups.Describe(ctx, std::string(name));
    auto described = co_await run;
    auto& answer = response.groups.emplace_back();
    answer.group_id = name;
    if (!described.ok()) {
      answer.error_code = ErrorNumber(described.fault());
      continue;
    }
    if (request.include_authorized_operations) answer.authorized_operations = kGroupOperations;
    answer.group_state = described->state;
    answer.protocol_type = described->protocol_type;
    answer.protocol_data = described->protocol;
    for (const ports::GroupMember& member : described->members) {
      answer.members.push_back({member.member_id, member.instance_id, member.client_id, member.client_host, member.metadata, member.assignment});
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
