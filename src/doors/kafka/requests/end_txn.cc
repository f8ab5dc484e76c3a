#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/end_txn.h"

namespace freshet::doors::kafka {

Task<wire::EndTxnResponse> EndTxn(Ctx ctx, Room& room, const Call& call, const wire::EndTxnRequest& request) {
  constexpr int16_t kFirstThatKnowsFenced = 2;
  ports::TransactionCaller caller{std::string(request.transactional_id), data::ProducerId(request.producer_id), data::ProducerEpoch(request.producer_epoch)};
  auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.transactions.End(ctx, std::move(caller), request.committed));
  auto ended = co_await run;
  wire::EndTxnResponse response;
  response.error_code = Number(TransactionErrorOf(ended, call.header.version >= kFirstThatKnowsFenced ? Error::kProducerFenced : Error::kInvalidProducerEpoch));
  co_return response;
}

}  // namespace freshet::doors::kafka
