#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_client_quotas.h"

namespace freshet::doors::kafka {

// There are none, and none can be set. `kafka-configs` asks before it shows users' credentials.
Task<wire::DescribeClientQuotasResponse> DescribeClientQuotas(Ctx, Room&, const Call&, const wire::DescribeClientQuotasRequest&) {
  wire::DescribeClientQuotasResponse response;
  response.error_message.reset();
  co_return response;
}

}  // namespace freshet::doors::kafka
