#include "doors/kafka/requests.h"
#include "wire/kafka/messages/heartbeat.h"

namespace freshet::doors::kafka {

Task<wire::HeartbeatResponse> Heartbeat(Ctx ctx, Room& room, const Call&, const wire::HeartbeatRequest& request) {
  ports::GroupCaller caller{.group = std::string(request.group_id), .member_id = std::string(request.member_id), .generation = request.generation_id};
  if (request.group_instance_id) caller.instance_id = std::string(*request.group_instance_id);

  auto run = room.ports.groups.Heartbeat(ctx, std::move(caller));
  auto beat = co_await run;
  wire::HeartbeatResponse response;
  response.error_code = ErrorNumber(beat);
  co_return response;
}

}  // namespace freshet::doors::kafka
