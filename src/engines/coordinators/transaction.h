#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/record_batch.h"
#include "ports/transactions.h"

namespace freshet::coordinators {

// One transactional id: whose it is, and what is open. Plain state that is told the time; it is its own record in the topic
// __transactions (docs/formats/transactions.md).
struct Transaction {
  enum class State : uint8_t { kEmpty = 0, kOngoing = 1, kCommitted = 2, kAborted = 3 };
  using Place = std::pair<std::string, data::PartitionId>;

  // Epochs end before their number does; then the id gets another producer.
  static constexpr data::ProducerEpoch kLastEpoch{INT16_MAX - 1};

  std::string id;
  data::ProducerId producer = data::kNoProducer;
  data::ProducerEpoch epoch = data::kNoProducerEpoch;
  data::ProducerEpoch last_epoch = data::kNoProducerEpoch;  // whose owner may still go on: it was answered late, or timed out
  int32_t timeout_ms = 0;
  State state = State::kEmpty;
  int64_t started_ms = -1;  // wall time, of what is open
  int64_t updated_ms = 0;
  std::set<data::PartitionKey> partitions;
  std::map<std::string, std::map<Place, ports::CommittedOffset>> groups;  // those added, with the offsets that wait for the commit

  bool is_open() const { return state == State::kOngoing; }
  ports::TransactionError Check(const ports::TransactionCaller& caller) const;
  // kNone: a new epoch begins; kFenced: the caller is not the newest. `again` when the caller repeats what was answered already.
  ports::TransactionError CheckInit(const ports::TransactionInit& init, bool* again) const;
  // What End answers at once; kNone while it is open, or when it ended that way.
  ports::TransactionError CheckEnd(bool commit) const;

  void Open(int64_t now_ms);
  void Close(State how, int64_t now_ms);
  // Locks older producers out, and lets the one that was fenced go on with the new epoch.
  void Fence() {
    last_epoch = epoch;
    epoch = data::ProducerEpoch(static_cast<int16_t>(epoch.get() + 1));
  }

  ports::TransactionDescription Describe() const;
  std::vector<ports::CommittedOffset> OffsetsOf(const std::string& group) const;
};

// One record batch with the transaction's state; `forget` takes it back.
Result<std::string> EncodeTransaction(const Transaction& transaction, bool forget, int64_t now_ms);
// Has no producer when the record takes it back.
Result<Transaction> DecodeTransaction(const data::Record& record);

}  // namespace freshet::coordinators
