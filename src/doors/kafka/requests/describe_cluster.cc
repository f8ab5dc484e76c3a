#include "doors/kafka/operations.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_cluster.h"

namespace freshet::doors::kafka {

Task<wire::DescribeClusterResponse> DescribeCluster(Ctx, Room& room, const Call&, const wire::DescribeClusterRequest& request) {
  constexpr int8_t kBrokers = 1;
  wire::DescribeClusterResponse response;
  response.cluster_id = room.options.cluster_id;
  response.controller_id = room.options.node_id;
  response.endpoint_type = request.endpoint_type;
  if (request.include_cluster_authorized_operations) response.cluster_authorized_operations = kClusterOperations;
  if (request.endpoint_type != kBrokers) {
    response.error_code = Number(Error::kUnsupportedVersion);
    response.error_message = "only brokers can be described here";
    co_return response;
  }
  auto& broker = response.brokers.emplace_back();
  broker.broker_id = room.options.node_id;
  broker.host = room.host;
  broker.port = room.port;
  co_return response;
}

}  // namespace freshet::doors::kafka
