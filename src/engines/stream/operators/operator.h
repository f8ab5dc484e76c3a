#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/event_time.h"
#include "data/expr/allowance.h"
#include "engines/stream/operators/fault_site.h"
#include "engines/stream/state/keyed_state.h"
#include "engines/stream/state/snapshot.h"
#include "engines/stream/state/state_memory.h"

namespace freshet::stream {

using data::Batch;
using data::EventTime;

// A place in a pipeline that takes batches and watermarks and hands on others. Plain functions on one loop, no
// waiting. Owned by its Pipeline. To add one: a class in a file of its own, a node in plan/node.h, a case in
// job/pipeline.cc.
//
// Streams carry Batch and Watermark in order; a watermark W promises that nothing with event time ≤ W comes
// behind it, as far as rows are judged by their own hidden watermark column (docs/decisions/0030). kEndOfTime is
// the end of the input.
class Operator {
 public:
  explicit Operator(int inputs) : input_watermarks_(static_cast<size_t>(inputs), data::kNoEventTime), idle_inputs_(static_cast<size_t>(inputs), false) {}
  virtual ~Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  virtual Status OnBatch(int input, const Batch& batch) = 0;
  // The least watermark of all inputs is the operator's own; when it rises, OnTime runs, then it is handed on.
  Status OnWatermark(int input, EventTime watermark);
  // An input that is idle holds no other back until it says that it is not; while all are, but for those that have ended, those behind are told so
  // (docs/decisions/0260).
  Status OnIdle(int input, bool idle);

  // What is needed to go on from here, and back. Between batches only.
  virtual void Save(OperatorState& state) const;
  // Of that, what belongs to no key, where the rest is told by keyed().
  virtual void SaveWhole(OperatorState& state) const { SaveTime(state); }
  virtual Status LoadWhole(const OperatorState& state) { return LoadTime(state); }
  const std::vector<KeyedState*>& keyed() const { return keyed_; }
  // One entry of a part, for the one of the same id or, absent, for none; of an operator that is kept by key. LoadWhole comes behind them.
  Status LoadEntry(std::string_view id, std::optional<std::string_view> rest);
  virtual Status Load(const OperatorState& state);
  virtual WholeState whole_state() const { return WholeState::kTime; }

  void SendTo(Operator& target, int input) { targets_.push_back({&target, input}); }
  // Asked before every batch that it hands on: of a job that may be asked too much of. Outlives the operator.
  void WatchedBy(const std::function<Status()>& watch) { watch_ = &watch; }
  // Where it says that a fault came up in it. Outlives the operator.
  void TellsFaultsTo(FaultSite& site) { site_ = &site; }
  // What its expressions make is taken from there until it has been dealt with. Outlives the operator.
  void SpendsFrom(expr::Allowance& allowance) { allowance_ = &allowance; }

  // For --stats and /metrics.
  struct Counters {
    int64_t rows_in = 0;
    int64_t rows_out = 0;
    int64_t late_rows = 0;
  };
  const Counters& counters() const { return counters_; }
  Status Receive(int input, const Batch& batch) {
    counters_.rows_in += batch.selected();
    Status taken = allowance_ != nullptr ? OnBatchWithin(input, batch) : OnBatch(input, batch);
    if (!taken.ok()) TellFault(input, batch);
    return taken;
  }
  EventTime watermark() const { return watermark_; }
  // Of what another one like it has done in its stead (job/source_chain.h): adds what that one counted, and hands a batch of its on to one of those behind.
  void Count(const Counters& done) {
    counters_.rows_in += done.rows_in;
    counters_.rows_out += done.rows_out;
    counters_.late_rows += done.late_rows;
  }
  Status HandOn(size_t target, const Batch& batch) { return targets_[target].op->Receive(targets_[target].input, batch); }
  size_t target_count() const { return targets_.size(); }
  const Operator* target(size_t number) const { return targets_[number].op; }
  // Where its state lies: whoever wires the pipeline bounds it.
  StateMemory& memory() { return memory_; }
  const StateMemory& memory() const { return memory_; }

 protected:
  virtual Status OnTime(EventTime) { return {}; }
  // Hands a risen watermark on; an operator whose rows come out behind their time says a lower one.
  virtual Status PassWatermark(EventTime watermark) { return EmitWatermark(watermark); }
  virtual Status PassIdle(bool idle) { return EmitIdle(idle); }
  // That the fault which it is about to tell is of this row, of an input or (-1) of what it makes.
  void TellFaultOfRow(int input, const Batch& batch, int row);
  // That it is of some of these rows, or of none; unless somebody behind it, or it itself, has told one already.
  void TellFault(int input, std::optional<Batch> rows);
  Status Emit(const Batch& batch);
  Status EmitWatermark(EventTime watermark);
  Status EmitIdle(bool idle);
  void SaveTime(OperatorState& state) const;
  Status LoadTime(const OperatorState& state);
  // Of the inputs that are not idle, but for one; the end of time when there are none.
  EventTime LeastWatermark(int but = -1) const;
  // All of its state but SaveWhole's is in those that are kept by key: from its constructor.
  void KeepByKey(KeyedState& state) { keyed_.push_back(&state); }

  Counters counters_;

 private:
  StateMemory memory_;  // outlives what derived classes keep in it
  struct Target {
    Operator* op;
    int input;
  };
  Status OnBatchWithin(int input, const Batch& batch);

  std::vector<Target> targets_;
  const std::function<Status()>* watch_ = nullptr;
  FaultSite* site_ = nullptr;
  std::vector<KeyedState*> keyed_;
  KeyedState* KeyedOf(ByteReader& in) const;
  EventTime NewestOfIdle() const;
  Status Rise();
  Status EndIdle();
  expr::Allowance* allowance_ = nullptr;
  int64_t allowance_before_ = 0;  // when what is worked on now came
  std::vector<EventTime> input_watermarks_;
  std::vector<bool> idle_inputs_;  // in no snapshot: sources tell again
  bool idle_ = false;              // those behind have been told
  EventTime watermark_ = data::kNoEventTime;
};

// Takes rows that came too late for a window: they are counted and kept, never lost silently.
using LateRows = std::function<void(const std::string& relation, const std::vector<std::string>& columns, const Batch& rows)>;

}  // namespace freshet::stream
