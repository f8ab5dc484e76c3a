#pragma once

#include <map>
#include <set>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// Aggregates over sessions: rows of one key whose times are at most a gap apart. A session grows and merges with its
// neighbours as rows come, and comes out once, when the watermark reaches the gap behind its last row. A late row is
// taken while a session that it would join is open; else it is dropped. Where nothing is aggregated the rows come out, all at that time.
class SessionAggregate final : public Operator {
 public:
  SessionAggregate(SessionAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, int64_t zone_offset_ms, std::vector<std::string> input_names, LateRows late);
  ~SessionAggregate() override;

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kFired; }

 protected:
  Status OnTime(EventTime watermark) override { return FireUpTo(watermark.get()); }

 private:
  struct Session {
    int64_t end;          // behind the last row by the gap
    std::string payload;
    std::vector<std::string> rows;  // where they are kept
  };
  using Sessions = std::map<int64_t, Session>;  // by start

  std::string Started() const;
  Status FireUpTo(int64_t watermark);
  Status Fire(const std::string& key, int64_t start, const Session& session);
  Status FireRows(int64_t start, const Session& session);
  void Take(const std::string& key, int64_t time, const Batch& batch, int row);
  void Due(const std::string& key, int64_t start, int64_t end, bool there);

  SessionAggregateSpec spec_;
  AggregateSet aggregates_;
  std::vector<PlanColumn> columns_;
  int64_t zone_offset_ms_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::map<std::string, Sessions> sessions_;                       // by key
  std::set<std::pair<int64_t, std::pair<std::string, int64_t>>> due_;  // end, key, start
  int64_t fired_ = INT64_MIN;
  KeyBatch keys_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
