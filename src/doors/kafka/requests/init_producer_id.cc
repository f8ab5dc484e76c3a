#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/init_producer_id.h"

namespace freshet::doors::kafka {
namespace {

constexpr int16_t kFirstThatKnowsFenced = 4;

Task<wire::InitProducerIdResponse> InitTransactional(Ctx ctx, Room& room, const Call& call, const wire::InitProducerIdRequest& request, Error fenced) {
  ports::TransactionInit init{.id = std::string(*request.transactional_id), .timeout_ms = request.transaction_timeout_ms,
                              .producer = data::ProducerId(request.producer_id), .epoch = data::ProducerEpoch(request.producer_epoch)};
  auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.transactions.Init(ctx, std::move(init)));
  auto inited = co_await run;
  wire::InitProducerIdResponse response;
  response.error_code = Number(TransactionErrorOf(inited.ok() ? Result<ports::TransactionError>(inited->error) : inited.fault(), fenced));
  bool is_given = inited.ok() && inited->error == ports::TransactionError::kNone;
  response.producer_id = (is_given ? inited->producer : data::kNoProducer).get();
  response.producer_epoch = (is_given ? inited->epoch : data::kNoProducerEpoch).get();
  co_return response;
}

Task<wire::InitProducerIdResponse> InitIdempotent(Ctx ctx, Room& room, const Call& call) {
  wire::InitProducerIdResponse response;
  response.producer_id = data::kNoProducer.get();
  response.producer_epoch = data::kNoProducerEpoch.get();
  auto allocate = InTime(room, call, call.arrived + kStoringPatience, room.ports.producer_ids.Allocate(ctx));
  auto id = co_await allocate;
  if (!id.ok()) {
    response.error_code = ErrorNumber(id.fault());
    co_return response;
  }
  response.producer_id = id->get();
  response.producer_epoch = 0;
  co_return response;
}

}  // namespace

// An idempotent producer gets a number that was never given before, a transactional one that of its id, in a new epoch.
Task<wire::InitProducerIdResponse> InitProducerId(Ctx ctx, Room& room, const Call& call, const wire::InitProducerIdRequest& request) {
  if (request.transactional_id) return InitTransactional(ctx, room, call, request, call.header.version >= kFirstThatKnowsFenced ? Error::kProducerFenced : Error::kInvalidProducerEpoch);
  return InitIdempotent(ctx, room, call);
}

}  // namespace freshet::doors::kafka
