#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engines/coordinators/transactions.h"
#include "log/history.h"
#include "log/log_house.h"
#include "testing/sim_env.h"

// What the histories of transactions have in common: the rooms that a transaction passes through, producers that outlive the house,
// and what a committed reader makes of a slice.

namespace freshet::testing {

class CountedIds final : public ports::ProducerIds {
 public:
  Task<data::ProducerId> Allocate(Ctx) override { co_return data::ProducerId(next_++); }

 private:
  int64_t next_ = 500;
};

// A producer with an id of its own, as its process knows it.
struct TransactionalProducer {
  bool begun = false;
  bool writing = false;                      // a batch has no answer: its sequence may be taken, so only a new producer goes on
  ports::TransactionCaller caller;
  std::map<int, int32_t> sequences;          // by partition
};

// What outlives the house.
struct TransactionWorld {
  static constexpr int kPartitions = 3;
  static constexpr int32_t kTimeoutMs = 3000;

  TransactionWorld(const HistoryOptions& the_options, SimEnv& the_sim, std::string the_name, const std::vector<std::string>& topic_names);

  data::PartitionKey KeyOf(int topic, int partition) const { return {topics[static_cast<size_t>(topic)]->id, data::PartitionId(partition)}; }
  void Violation(const std::string& what);
  // Whether a step may be refused without a word of ours.
  bool may_fail(Code code) const { return faults_on || sim.disk().frozen() || code == Code::kExhausted || code == Code::kUnavailable; }
  // The answer to a step of a transaction: kFenced when somebody, or time, has ended it.
  Status StatusOf(const Result<ports::TransactionError>& outcome, std::string_view step);

  const HistoryOptions options;
  SimEnv& sim;
  const std::string name;
  SeededRandom choices;                      // of the workload
  std::vector<std::shared_ptr<const data::Topic>> topics;              // those named, then the coordinators' own
  CountedIds ids;
  std::map<std::pair<data::PartitionKey, int64_t>, std::string> seen;  // by a committed reader: partition, offset → value
  int64_t open_operations = 0;
  bool faults_on = false;
  History history;
};

struct TransactionRooms {
  Task<> Open(TransactionWorld& world);
  // What has been opened.
  Task<> Close();

  std::unique_ptr<LogHouse> house;
  std::unique_ptr<ports::Topics> topics;
  std::unique_ptr<coordinators::Coordinators> groups;
  std::unique_ptr<coordinators::Transactions> transactions;
};

// Fences whoever went by this id before, and aborts what they left open.
Task<> BeginProducer(TransactionWorld& world, TransactionRooms& rooms, TransactionalProducer& producer);
// One batch. kFenced when somebody, or time, has ended the transaction.
Task<> WriteInTransaction(TransactionWorld& world, TransactionRooms& rooms, TransactionalProducer& producer, data::PartitionKey key, std::vector<std::string> values);

// Records by offset, without those of aborted transactions. `next`: where a reader goes on.
Result<std::map<int64_t, std::string>> VisibleIn(const ports::LogSlice& slice, int64_t* next);
Task<ports::LogSlice> ReadCommitted(TransactionRooms& rooms, data::PartitionKey key, int64_t from);
// A reader of committed records, near the end: what it sees must stay.
Task<> LookNearEnd(TransactionWorld& world, TransactionRooms& rooms, data::PartitionKey key, std::map<int64_t, std::string>* found);
// All that a reader of committed records finds; a violation when the partition holds readers back, or when what one saw is not there any more.
Task<std::map<int64_t, std::string>> ReadAllCommitted(TransactionWorld& world, TransactionRooms& rooms, data::PartitionKey key);

// Lives that end in crashes at a step, a file call or a named point, and a last one that ends well.
using TransactionLife = std::function<Task<>(TransactionRooms& rooms, bool is_last)>;
History RunTransactionLives(TransactionWorld& world, const TransactionLife& life);

}  // namespace freshet::testing
