#include <algorithm>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/list_transactions.h"

namespace freshet::doors::kafka {
namespace {

// All that Kafka knows; of those that pass within one unit here, nobody is ever seen in one.
constexpr std::string_view kStates[] = {"Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "PrepareEpochFence", "Dead"};

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

bool Passes(const wire::ListTransactionsRequest& request, const ports::TransactionDescription& transaction, int64_t now_ms) {
  bool state = request.state_filters.empty() || Has(request.state_filters, std::string_view(transaction.state));
  bool producer = request.producer_id_filters.empty() || Has(request.producer_id_filters, transaction.producer.get());
  bool duration = request.duration_filter < 0 || (transaction.started_ms >= 0 && now_ms - transaction.started_ms > request.duration_filter);
  return state && producer && duration;
}

}  // namespace

Task<wire::ListTransactionsResponse> ListTransactions(Ctx ctx, Room& room, const Call&, const wire::ListTransactionsRequest& request) {
  wire::ListTransactionsResponse response;
  auto run = room.ports.transactions.List(ctx);
  auto all = co_await run;
  if (!all.ok()) {
    response.error_code = Number(TransactionErrorOf(all.fault(), Error::kProducerFenced));
    co_return response;
  }
  for (std::string_view state : request.state_filters) {
    if (!Has(kStates, state)) response.unknown_state_filters.emplace_back(state);
  }
  for (const ports::TransactionDescription& transaction : *all) {
    if (!Passes(request, transaction, room.env.clock().WallNow().ms)) continue;
    response.transaction_states.push_back({transaction.id, transaction.producer.get(), transaction.state});
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
