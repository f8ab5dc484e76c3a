#include "doors/kafka/requests.h"
#include "wire/kafka/messages/sync_group.h"

namespace freshet::doors::kafka {

Task<wire::SyncGroupResponse> SyncGroup(Ctx ctx, Room& room, const Call&, const wire::SyncGroupRequest& request) {
  ports::GroupCaller caller{.group = std::string(request.group_id), .member_id = std::string(request.member_id), .generation = request.generation_id};
  if (request.group_instance_id) caller.instance_id = std::string(*request.group_instance_id);
  if (request.protocol_type) caller.protocol_type = std::string(*request.protocol_type);
  if (request.protocol_name) caller.protocol = std::string(*request.protocol_name);
  std::vector<std::pair<std::string, std::string>> assignments;
  for (const auto& assignment : request.assignments) assignments.emplace_back(assignment.member_id, assignment.assignment);

  auto run = room.ports.groups.Sync(ctx, std::move(caller), std::move(assignments));
  auto synced = co_await run;
  wire::SyncGroupResponse response;
  if (!synced.ok()) {
    response.error_code = ErrorNumber(synced.fault());
    co_return response;
  }
  response.error_code = ErrorNumber(synced->error);
  if (synced->error == ports::GroupError::kNone) {
    response.protocol_type = synced->protocol_type;
    response.protocol_name = synced->protocol;
  }
  response.assignment = std::move(synced->assignment);
  co_return response;
}

}  // namespace freshet::doors::kafka
