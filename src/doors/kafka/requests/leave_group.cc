#include "doors/kafka/requests.h"
#include "wire/kafka/messages/leave_group.h"

namespace freshet::doors::kafka {

// Up to version 2 one member, from 3 a list.
Task<wire::LeaveGroupResponse> LeaveGroup(Ctx ctx, Room& room, const Call& call, const wire::LeaveGroupRequest& request) {
  constexpr int16_t kFirstBatched = 3;
  std::vector<ports::GroupCaller> callers;
  if (call.header.version < kFirstBatched) {
    callers.push_back({.group = std::string(request.group_id), .member_id = std::string(request.member_id)});
  }
  for (const auto& member : request.members) {
    auto& caller = callers.emplace_back();
    caller.group = request.group_id;
    caller.member_id = member.member_id;
    if (member.group_instance_id) caller.instance_id = std::string(*member.group_instance_id);
  }
  wire::LeaveGroupResponse response;
  for (const ports::GroupCaller& caller : callers) {
    auto run = room.ports.groups.Leave(ctx, caller);
    auto left = co_await run;
    if (call.header.version < kFirstBatched) response.error_code = ErrorNumber(left);
    else response.members.push_back({caller.member_id, caller.instance_id, ErrorNumber(left)});
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
