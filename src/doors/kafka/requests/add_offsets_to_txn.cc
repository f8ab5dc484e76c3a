#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/add_offsets_to_txn.h"

namespace freshet::doors::kafka {

Task<wire::AddOffsetsToTxnResponse> AddOffsetsToTxn(Ctx ctx, Room& room, const Call& call, const wire::AddOffsetsToTxnRequest& request) {
  constexpr int16_t kFirstThatKnowsFenced = 2;
  wire::AddOffsetsToTxnResponse response;
  if (request.group_id.empty()) {
    response.error_code = Number(Error::kInvalidGroupId);
    co_return response;
  }
  ports::TransactionCaller caller{std::string(request.transactional_id), data::ProducerId(request.producer_id), data::ProducerEpoch(request.producer_epoch)};
  auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.transactions.AddGroup(ctx, std::move(caller), std::string(request.group_id)));
  auto added = co_await run;
  response.error_code = Number(TransactionErrorOf(added, call.header.version >= kFirstThatKnowsFenced ? Error::kProducerFenced : Error::kInvalidProducerEpoch));
  co_return response;
}

}  // namespace freshet::doors::kafka
