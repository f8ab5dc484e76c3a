#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engines/coordinators/coordinators.h"
#include "engines/coordinators/transaction.h"
#include "io/turn.h"
#include "ports/log_transactions.h"
#include "ports/log_units.h"

namespace freshet::coordinators {

struct TransactionOptions {
  int32_t partitions = 16;                     // of __transactions
  int32_t timeout_ms_max = 15 * 60 * 1000;     // what a producer may ask for
  int64_t unused_ms_max = 7LL * 24 * 3600 * 1000;  // an id that nobody used for so long is forgotten
  size_t metadata_bytes_max = 4096;            // of one offset
  Duration tick = Milliseconds(100);
  Duration sweep = Seconds(60);                // between two looks for ids that nobody uses
};

struct TransactionPorts {
  ports::EventLog& log;
  ports::LogUnits& units;
  ports::LogTransactions& log_transactions;
  ports::Topics& topics;
  ports::ProducerIds& producer_ids;
};

// The Transactions of all producers, each on the home loop that its id chooses, where its steps pass one by one. State is in
// memory and, before anything is answered, in a record of the topic __transactions. An end is one unit of the journal: markers,
// offsets of groups, the record. Owned by House, ends before the groups do.
class Transactions final : public ports::Transactions {
 public:
  Transactions(Env& env, TransactionOptions options, TransactionPorts ports, Coordinators& groups);
  ~Transactions() override;

  // Makes the topic if it is not there, reads it, admits what is open again, starts the clocks. On loop 0, after the groups began
  // and before doors open.
  Task<> Begin();
  Task<> Close();

  Task<ports::TransactionInited> Init(Ctx ctx, ports::TransactionInit init) override;
  Task<ports::TransactionError> AddPartitions(Ctx ctx, ports::TransactionCaller caller, std::vector<data::PartitionKey> partitions) override;
  Task<ports::TransactionError> AddGroup(Ctx ctx, ports::TransactionCaller caller, std::string group) override;
  Task<ports::TransactionOffsets> CommitOffsets(Ctx ctx, ports::TransactionCaller caller, ports::GroupCaller member, std::vector<ports::CommittedOffset> offsets) override;
  Task<ports::TransactionError> End(Ctx ctx, ports::TransactionCaller caller, bool commit) override;
  Task<ports::TransactionDescription> Describe(Ctx ctx, std::string id) override;
  Task<std::vector<ports::TransactionDescription>> List(Ctx ctx) override;

 private:
  // One id, and those who wait for their turn with it. Shared with them, so that a forgotten one may be dropped.
  struct Place {
    Transaction transaction;
    MonoTime overdue = MonoTime::Never();  // what is open is aborted then
    io::Turns turns;                       // steps of one id pass one by one, each from its checks to its answer
    io::Reservation room;
  };
  using PlaceRef = std::shared_ptr<Place>;
  struct Home {
    Home(io::Loop& home_loop, int number) : loop(home_loop), clock(home_loop, StrCat("transactions ", number)) {}
    io::Loop& loop;
    io::TaskGroup clock;
    std::map<std::string, PlaceRef> places;
    std::set<std::pair<MonoTime, std::string>> overdue;  // of what is open, with its id
    bool leaving = false;
  };

  static int64_t BytesOf(const std::string& id);
  Home& HomeOf(std::string_view id);
  static PlaceRef Find(Home& home, const std::string& id);  // null when there is none

  Task<ports::TransactionInited> InitAtHome(Home& home, ports::TransactionInit init);
  Task<ports::TransactionError> AddPartitionsAtHome(Home& home, ports::TransactionCaller caller, std::vector<data::PartitionKey> partitions);
  Task<ports::TransactionError> AddGroupAtHome(Home& home, ports::TransactionCaller caller, std::string group);
  Task<ports::TransactionError> CheckAtHome(Home& home, ports::TransactionCaller caller);
  Task<ports::TransactionError> TakeOffsetsAtHome(Home& home, ports::TransactionCaller caller, std::string group, std::vector<ports::CommittedOffset> offsets);
  Task<std::vector<ports::CommittedOffset>> NotWaiting(Home& home, std::string id, std::string group, std::vector<ports::CommittedOffset> offsets);
  Task<ports::TransactionError> EndAtHome(Home& home, ports::TransactionCaller caller, bool commit);
  Task<ports::TransactionDescription> DescribeAtHome(Home& home, std::string id);
  Task<std::vector<ports::TransactionDescription>> ListAtHome(Home& home);

  // Both hold the place's turn. What is durable becomes the place's state.
  Task<> Store(PlaceRef place, Transaction next);
  // The markers carry `epoch`.
  Task<> Decide(PlaceRef place, Transaction next, data::ControlMarker::Kind kind, data::ProducerEpoch epoch);
  struct EndPlan {
    std::vector<ports::LogAppend> appends;
    size_t groups_at = 0;                  // the first of those for groups, in their order
  };
  Result<EndPlan> PlanEnd(const Transaction& open, const Transaction& next, data::ControlMarker::Kind kind, data::ProducerEpoch epoch) const;
  Task<> SettleOffsets(Transaction ended, std::map<std::string, data::Offset> committed_at);
  void Become(Place& place, Transaction next);
  void SetOverdue(Place& place, MonoTime overdue);
  static ports::TransactionError CheckCaller(const Place* place, const ports::TransactionCaller& caller);
  data::PartitionKey PartitionOfId(std::string_view id) const { return PartitionOf(*topic_, id); }

  Task<> Replay(data::PartitionKey partition);
  Task<> TakeOver(Home& home, std::vector<Transaction> found);
  Task<> StartClock(Home& home);
  Task<> StopClock(Home& home);
  Task<> Tick(Home& home);
  Task<> SweepUnused(Home& home);
  Task<> AbortOverdue(PlaceRef place);
  Task<> ForgetUnused(Home& home, PlaceRef place, int64_t unused_since_ms);

  Env& env_;
  const TransactionOptions options_;
  io::Budget ids_memory_;  // a new id that has no room in it is refused
  Logger log_;
  TransactionPorts ports_;
  Coordinators& groups_;
  ports::Topics::Ref topic_;
  std::vector<std::unique_ptr<Home>> homes_;
  Counter& committed_;
  Counter& aborted_;
  Counter& timed_out_;
};

}  // namespace freshet::coordinators
