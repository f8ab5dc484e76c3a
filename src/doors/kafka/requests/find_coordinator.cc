#include "doors/kafka/requests.h"
#include "wire/kafka/messages/find_coordinator.h"

namespace freshet::doors::kafka {
namespace {

constexpr int8_t kGroupKey = 0;
constexpr int8_t kTransactionKey = 1;

}  // namespace

// One node coordinates every group and every transaction.
Task<wire::FindCoordinatorResponse> FindCoordinator(Ctx, Room& room, const Call& call, const wire::FindCoordinatorRequest& request) {
  constexpr int16_t kFirstBatched = 4;
  wire::FindCoordinatorResponse response;
  std::vector<std::string_view> keys = request.coordinator_keys;
  if (call.header.version < kFirstBatched) keys = {request.key};
  bool is_known = request.key_type == kGroupKey || request.key_type == kTransactionKey;
  for (std::string_view key : keys) {
    wire::FindCoordinatorResponse::Coordinator found;
    found.key = key;
    found.node_id = is_known ? room.options.node_id : -1;
    found.host = is_known ? room.host : "";
    found.port = is_known ? room.port : -1;
    found.error_code = is_known ? Number(Error::kNone) : Number(Error::kUnsupportedVersion);
    found.error_message.reset();
    if (!is_known) found.error_message = StrCat("key type ", int{request.key_type}, " has no coordinator here");
    response.coordinators.push_back(std::move(found));
  }
  if (call.header.version < kFirstBatched) {
    const auto& only = response.coordinators[0];
    response.error_code = only.error_code;
    response.error_message = only.error_message;
    response.node_id = only.node_id;
    response.host = only.host;
    response.port = only.port;
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
