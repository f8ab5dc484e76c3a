#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "data/record_batch.h"
#include "ports/groups.h"
#include "ports/log_transactions.h"
#include "ports/log_units.h"
#include "ports/transactions.h"

namespace freshet::testing {

// Transactions in memory over the ports of a log, for door tests: fencing, markers, offsets on commit; no timeouts. Not
// thread-safe: one loop.
class MemoryTransactions final : public ports::Transactions {
 public:
  MemoryTransactions(ports::LogUnits& units, ports::LogTransactions& log, ports::Groups& groups) : units_(units), log_(log), groups_(groups) {}

  Task<ports::TransactionInited> Init(Ctx ctx, ports::TransactionInit init) override {
    if (init.timeout_ms <= 0 || init.timeout_ms > kTimeoutMsMax) co_return ports::TransactionInited{.error = ports::TransactionError::kInvalidTimeout};
    State& state = states_[init.id];
    bool is_new = state.producer == data::kNoProducer;
    if (is_new) state.producer = data::ProducerId(static_cast<int64_t>(5000 + states_.size()));
    state.epoch = data::ProducerEpoch(static_cast<int16_t>(is_new ? 0 : state.epoch.get() + 1));
    state.timeout_ms = init.timeout_ms;
    if (!is_new) {
      CO_RETURN_NOT_OK(Finish(ctx, state, false));
    }
    co_return ports::TransactionInited{.producer = state.producer, .epoch = state.epoch};
  }
  Task<ports::TransactionError> AddPartitions(Ctx ctx, ports::TransactionCaller caller, std::vector<data::PartitionKey> partitions) override {
    ports::TransactionError error = Check(caller);
    if (error != ports::TransactionError::kNone) co_return error;
    State& state = states_[caller.id];
    state.partitions.insert(partitions.begin(), partitions.end());
    state.is_open = true;
    CO_RETURN_NOT_OK(log_.AdmitTransaction(ctx, caller.producer, caller.epoch, std::move(partitions)));
    co_return ports::TransactionError::kNone;
  }
  Task<ports::TransactionError> AddGroup(Ctx, ports::TransactionCaller caller, std::string group) override {
    ports::TransactionError error = Check(caller);
    if (error == ports::TransactionError::kNone) states_[caller.id].offsets.try_emplace(std::move(group));
    if (error == ports::TransactionError::kNone) states_[caller.id].is_open = true;
    co_return error;
  }
  Task<ports::TransactionOffsets> CommitOffsets(Ctx, ports::TransactionCaller caller, ports::GroupCaller member, std::vector<ports::CommittedOffset> offsets) override {
    ports::TransactionOffsets outcome{.error = Check(caller)};
    if (outcome.error != ports::TransactionError::kNone) co_return outcome;
    State& state = states_[caller.id];
    if (!state.offsets.contains(member.group)) outcome.error = ports::TransactionError::kInvalidState;
    else state.offsets[member.group] = std::move(offsets);
    co_return outcome;
  }
  Task<ports::TransactionError> End(Ctx ctx, ports::TransactionCaller caller, bool commit) override {
    ports::TransactionError error = Check(caller);
    if (error == ports::TransactionError::kNone && !states_[caller.id].is_open) error = ports::TransactionError::kInvalidState;
    if (error != ports::TransactionError::kNone) co_return error;
    CO_RETURN_NOT_OK(Finish(ctx, states_[caller.id], commit));
    co_return ports::TransactionError::kNone;
  }
  Task<ports::TransactionDescription> Describe(Ctx, std::string id) override {
    auto found = states_.find(id);
    if (found == states_.end()) co_return ports::TransactionDescription{.error = ports::TransactionError::kNotFound, .id = id, .state = "Dead"};
    co_return DescribeOne(id, found->second);
  }
  Task<std::vector<ports::TransactionDescription>> List(Ctx) override {
    std::vector<ports::TransactionDescription> all;
    for (const auto& [id, state] : states_) all.push_back(DescribeOne(id, state));
    co_return all;
  }

 private:
  static constexpr int32_t kTimeoutMsMax = 900000;
  struct State {
    data::ProducerId producer = data::kNoProducer;
    data::ProducerEpoch epoch;
    int32_t timeout_ms = 0;
    bool is_open = false;
    std::set<data::PartitionKey> partitions;
    std::map<std::string, std::vector<ports::CommittedOffset>> offsets;
  };

  static ports::TransactionDescription DescribeOne(const std::string& id, const State& state) {
    return {.id = id, .state = state.is_open ? "Ongoing" : "Empty", .timeout_ms = state.timeout_ms, .started_ms = state.is_open ? 1000 : -1,
            .producer = state.producer, .epoch = state.epoch, .partitions = {state.partitions.begin(), state.partitions.end()}};
  }
  ports::TransactionError Check(const ports::TransactionCaller& caller) const {
    auto found = states_.find(caller.id);
    if (found == states_.end() || found->second.producer != caller.producer) return ports::TransactionError::kUnknownProducer;
    return found->second.epoch == caller.epoch ? ports::TransactionError::kNone : ports::TransactionError::kFenced;
  }
  Task<> Finish(Ctx ctx, State& state, bool commit) {
    std::vector<ports::LogAppend> appends;
    data::ControlMarker marker{.kind = commit ? data::ControlMarker::Kind::kCommit : data::ControlMarker::Kind::kAbort,
                               .producer_id = state.producer, .producer_epoch = state.epoch};
    for (const data::PartitionKey& key : state.partitions) appends.push_back({key, data::BuildControlBatch(marker)});
    std::vector<data::Frame> no_frames;
    CO_RETURN_NOT_OK(units_.AppendTogether(ctx, std::move(appends), std::move(no_frames)));
    for (auto& [group, offsets] : state.offsets) {
      ports::GroupCaller caller;
      caller.group = group;
      if (!commit || offsets.empty()) continue;
      CO_RETURN_NOT_OK(groups_.CommitOffsets(ctx, caller, offsets));
    }
    state.partitions.clear();
    state.offsets.clear();
    state.is_open = false;
    co_return Status::Ok();
  }

  ports::LogUnits& units_;
  ports::LogTransactions& log_;
  ports::Groups& groups_;
  std::map<std::string, State> states_;
};

}  // namespace freshet::testing
