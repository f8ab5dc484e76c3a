#pragma once

#include <queue>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/window_clock.h"
#include "engines/stream/state/block.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// Aggregates over sessions: rows of one key whose times are at most a gap apart. A session grows and merges with its
// neighbours as rows come, and comes out once, when the watermark reaches the gap behind its last row. A late row is
// taken while a session that it would join is open; else it is dropped. Where nothing is aggregated the rows come out, all at that time.
class SessionAggregate final : public Operator {
 public:
  SessionAggregate(SessionAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, WindowClock clock, std::vector<std::string> input_names, LateRows late);
  ~SessionAggregate() override;

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kFired; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Session {
    int64_t start;                  // as the clock shows it
    int64_t end;                    // behind the last row by the gap
    uint64_t number;                // as it was begun
    Block payload;
    std::pmr::vector<std::pmr::string> rows;  // where they are kept
  };
  using Sessions = std::pmr::vector<Session>;  // of one key, by start; mostly one
  // When a session has to be looked at: it may have grown since, or be part of another.
  struct Look {
    int64_t time;
    uint32_t group;
    uint64_t number;
    bool operator>(const Look& other) const { return time > other.time; }
  };
  struct Due {
    uint32_t group;
    Session session;
  };

  Sessions& SessionsOf(std::string_view key, uint64_t hash, uint32_t* group);
  bool IsLate(const Sessions& sessions, int64_t time) const;
  Session& Take(uint32_t group, int64_t time);
  Session Begun(uint32_t group, int64_t start, int64_t end);
  void Join(Session& into, Session& from);
  void AddPending(const Batch& batch);
  Status FireUpTo(int64_t watermark);
  std::vector<Due> TakeDue(int64_t watermark);
  Status Fire(std::string_view key, const Session& session);
  Status FireRows(const Session& session);

  SessionAggregateSpec spec_;
  AggregateSet aggregates_;
  std::vector<PlanColumn> columns_;
  WindowClock clock_;
  std::vector<std::string> input_names_;
  LateRows late_;
  GroupIndex index_;
  std::pmr::vector<Sessions> sessions_;   // by group
  std::priority_queue<Look, std::pmr::vector<Look>, std::greater<>> looks_;  // one for each session
  uint64_t begun_ = 0;
  int64_t fired_ = INT64_MIN;
  KeyBatch keys_;
  std::vector<uint16_t> pending_;         // rows of the batch that are in a session and not yet in its payload
  std::vector<char*> payloads_;           // theirs, by row
  std::vector<std::string_view> key_parts_;  // of the session that fires, by key column
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
