#include "doors/kafka/requests.h"
#include "wire/kafka/messages/init_producer_id.h"

namespace freshet::doors::kafka {

// Idempotent producers get a number that was never given before. Transactional ones are refused by name.
Task<wire::InitProducerIdResponse> InitProducerId(Ctx ctx, Room& room, const Call&, const wire::InitProducerIdRequest& request) {
  wire::InitProducerIdResponse response;
  response.producer_id = data::kNoProducer.get();
  response.producer_epoch = data::kNoProducerEpoch.get();
  if (request.transactional_id) {
    response.error_code = Number(Error::kUnsupportedVersion);
    co_return response;
  }
  auto allocate = room.ports.producer_ids.Allocate(ctx);
  auto id = co_await allocate;
  if (!id.ok()) {
    response.error_code = ErrorNumber(id.fault());
    co_return response;
  }
  response.producer_id = id->get();
  response.producer_epoch = 0;
  co_return response;
}

}  // namespace freshet::doors::kafka
