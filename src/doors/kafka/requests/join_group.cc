#include "doors/kafka/requests.h"
#include "wire/kafka/messages/join_group.h"

namespace freshet::doors::kafka {
namespace {

// As Kafka's own broker writes it: a slash, and the address without its port.
std::string ClientHost(std::string_view peer) { return StrCat("/", peer.substr(0, peer.rfind(':'))); }

}  // namespace

Task<wire::JoinGroupResponse> JoinGroup(Ctx ctx, Room& room, const Call& call, const wire::JoinGroupRequest& request) {
  constexpr int16_t kFirstWithMemberIdRequired = 4;
  constexpr int16_t kFirstWithNullableProtocol = 7;
  ports::GroupJoin join;
  join.group = request.group_id;
  join.member_id = request.member_id;
  if (request.group_instance_id) join.instance_id = std::string(*request.group_instance_id);
  join.client_id = call.header.client_id.value_or("");
  join.client_host = ClientHost(call.served.peer());
  join.protocol_type = request.protocol_type;
  for (const auto& protocol : request.protocols) join.protocols.push_back({std::string(protocol.name), std::string(protocol.metadata)});
  join.session_timeout_ms = request.session_timeout_ms;
  // Version 0 knows no rebalance timeout, and some clients send -1: the session's then holds.
  join.rebalance_timeout_ms = request.rebalance_timeout_ms > 0 ? request.rebalance_timeout_ms : request.session_timeout_ms;
  join.must_know_member_id = call.header.version >= kFirstWithMemberIdRequired;

  auto run = room.ports.groups.Join(ctx, std::move(join));
  auto joined = co_await run;
  wire::JoinGroupResponse response;
  if (!joined.ok()) {
    response.error_code = ErrorNumber(joined.fault());
    co_return response;
  }
  response.error_code = ErrorNumber(joined->error);
  response.generation_id = joined->generation;
  response.member_id = joined->member_id;
  response.leader = joined->leader;
  bool answered = joined->error == ports::GroupError::kNone;
  if (answered || call.header.version < kFirstWithNullableProtocol) response.protocol_name = joined->protocol;
  else response.protocol_name.reset();
  if (answered) response.protocol_type = joined->protocol_type;
  for (ports::GroupMember& member : joined->members) {
    response.members.push_back({std::move(member.member_id), std::move(member.instance_id), std::move(member.metadata)});
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
